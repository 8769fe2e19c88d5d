// The wall's words, and what a reader's hands do to it.

import { pageKeys } from "../../shared/js/keys.js";
import { onPress } from "../../shared/js/press.js";
import { fill } from "../../shared/js/text.js";
import { skeleton } from "./cards.js";
import { histogramKey } from "./histogram.js";

/** Every word and colour that stays. */
export function label(wall) {
  const { data, slider } = wall;
  const { words, styles } = data;
  slider.value = wall.margin;
  wall.find(".slide .name").textContent = words.margin;
  wall.slider.setAttribute("aria-label", words.margin_long);
  wall.find(".wall h2").textContent = words.wall;
  wall.find(".drawn").textContent = words.as_drawn;
  wall.find(".best").textContent = words.best_first;
  wall.find(".cards").setAttribute("aria-label", words.wall);
  wall.lines = skeleton(data.layers);
  wall.find(".hint").textContent = fill(words.wall_hint, { places: wall.lines.length, total: data.total.toLocaleString("en-GB") });
  wall.find(".key").replaceChildren(...histogramKey(styles, words));
  for (const [name, role] of [["wins", "kept"], ["loses", "losing"], ["learns", "training"]]) wall.find(".view").style.setProperty(`--${name}`, styles[role].colour);
  wall.tiles.reserve(data.live.filter((live) => !live).length);
}

/** Everything that a reader may do. Returns how to stop listening beyond the wall. */
export function listen(wall) {
  const cards = wall.find(".cards");
  wall.slider.addEventListener("input", () => {
    wall.margin = +wall.slider.value;
    wall.soon();
  });
  wall.slider.addEventListener("change", () => wall.report("margin", wall.margin));
  cards.addEventListener("click", (event) => wall.open(event.target.closest(".card")));
  cards.addEventListener("keydown", (event) => wall.step(event));
  cards.addEventListener("pointerover", (event) => event.pointerType === "mouse" && wall.look(event.target.closest(".card")));
  cards.addEventListener("pointerleave", () => wall.look(null));
  cards.addEventListener("animationend", (event) => event.target.classList.remove("fresh", "lucky"));
  wall.find(".drawn").addEventListener("click", () => wall.sort(false));
  wall.find(".best").addEventListener("click", () => wall.sort(true));
  return [pageKeys((event) => wall.walk(event)), onPress(() => wall.data?.presses ?? [], ({ count }) => wall.expect(count))];
}
