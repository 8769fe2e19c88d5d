// The clicker: what a key means, where a press leads.

import { meaning } from "../../pages/widgets/clicker/js/keys.js";
import { after, before, clock, held } from "../../pages/widgets/clicker/js/place.js";
import { same, test } from "./check.js";

const presses = [1, 3, 2];

test("presses lead through every picture, and back the same way", () => {
  const there = [{ beat: 1, step: 0 }];
  while (there.length < 6) there.push(after(there.at(-1), presses));
  same(there.map(({ beat, step }) => `${beat}.${step}`), ["1.0", "2.0", "2.1", "2.2", "3.0", "3.1"]);
  same(after(there.at(-1), presses), there.at(-1));
  const back = [there.at(-1)];
  while (back.length < 6) back.push(before(back.at(-1), presses));
  same(back.reverse(), there);
  same(before(there[0], presses), there[0]);
});

test("a place that a link names is held within the talk", () => {
  same(held({ beat: 99, step: 99 }, presses), { beat: 3, step: 1 });
  same(held({ beat: 0, step: -1 }, presses), { beat: 1, step: 0 });
});

test("minutes and seconds", () => same([0, 59, 754].map(clock), ["0:00", "0:59", "12:34"]));

test("a clicker's keys are always the talk's; a control that has the focus keeps the others until Escape", () => {
  const slider = Object.assign(document.createElement("input"), { type: "range" });
  same(meaning("PageDown", slider), "on");
  same(meaning("ArrowRight", slider), "");
  same(meaning("Escape", slider), "release");
  same(meaning("ArrowRight", document.body), "on");
  same(["b", "B", "w", "F", "n", "r", "?", "7", " ", "Enter", "x"].map((key) => meaning(key, document.body)),
    ["dark", "dark", "white", "full", "presenter", "room", "help", "7", "on", "jump", ""]);
});

test("a button keeps Space and Enter, which press it", () => {
  const button = document.createElement("button");
  same([" ", "Enter", "ArrowLeft"].map((key) => meaning(key, button)), ["", "", "back"]);
});
