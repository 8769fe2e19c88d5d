// What hands do, and what Python hears of it.

import { onDrag } from "../../pages/widgets/shared/js/hands.js";
import { Memory } from "../../pages/widgets/shared/js/memory.js";
import { unpack } from "../../pages/widgets/shared/js/packed.js";
import { same, test, truly } from "./check.js";

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test("Python hears of a view once, and not of what it said itself", () => {
  const memory = new Memory();
  const sent = [];
  memory.knows({ level: 3 });
  for (const level of [3, 4, 4, 3]) memory.tell({ level }, (state) => sent.push(state.level));
  same(sent, [4, 3]);
});

test("only the last of quick moves is acted upon, and none after the end", async () => {
  const memory = new Memory(20);
  const acts = [];
  memory.soon(() => acts.push(1));
  memory.soon(() => acts.push(2));
  await later(60);
  memory.soon(() => acts.push(3));
  memory.close();
  await later(60);
  same(acts, [2]);
});

test("a drag begins at the press and ends once", () => {
  const plot = document.createElement("div");
  plot.setPointerCapture = () => {};
  const told = [];
  onDrag(plot, (event) => told.push(event.clientX), () => told.push("end"));
  const fire = (name, clientX = 0) => plot.dispatchEvent(new PointerEvent(name, { clientX }));
  fire("pointermove", 1); // only passing
  fire("pointerup");
  fire("pointerdown", 5);
  fire("pointermove", 7);
  fire("pointercancel");
  fire("pointermove", 9);
  same(told, [5, 7, "end"]);
});

test("a finger that scrolls the page moves nothing; one that drags or taps does", () => {
  const plot = document.createElement("div");
  plot.setPointerCapture = () => {};
  const told = [];
  onDrag(plot, (event) => told.push(event.clientX), () => told.push("end"));
  const fire = (name, clientX, clientY) =>
    plot.dispatchEvent(new PointerEvent(name, { clientX, clientY, pointerType: "touch" }));
  fire("pointerdown", 5, 5);
  fire("pointermove", 6, 30);
  fire("pointercancel", 6, 40);
  fire("pointermove", 40, 40);
  same(told, []);
  fire("pointerdown", 5, 5);
  fire("pointermove", 20, 8);
  fire("pointermove", 30, 60);
  fire("pointerup", 30, 60);
  same(told, [20, 30, "end"]);
  fire("pointerdown", 50, 5);
  fire("pointerup", 50, 5);
  same(told.slice(3), [50, "end"]);
});

test("packed data is parsed once for the same text, and the rest stays new", () => {
  const holder = {};
  const first = unpack(holder, { packed: '{"layers":[1]}', words: "a" });
  const again = unpack(holder, { packed: '{"layers":[1]}', words: "b" });
  truly(first.layers === again.layers, "the same arrays");
  same([first.words, again.words], ["a", "b"]);
  truly(unpack(holder, { packed: '{"layers":[2]}', words: "b" }).layers[0] === 2, "new text is read");
});
