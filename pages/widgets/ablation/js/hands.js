// What a reader's hands find: choices with their names, and what each of them does.

import { element } from "../../shared/js/dom.js";
import { nearest } from "../../shared/js/frame.js";
import { pageKeys } from "../../shared/js/keys.js";
import { onPress } from "../../shared/js/press.js";
import { Blind } from "./blind.js";
import { choiceOf } from "./readings.js";

export const MAIN = ["ticket", "reinit", "random"]; // the three of the story; the others are for who wants to know more

/** Names and choices, once. */
export function build(widget) {
  const { data, view } = widget;
  const { words } = data;
  widget.find(".density .name").textContent = words.density;
  Object.assign(widget.slider, { max: data.levels.length, value: view.level });
  widget.slider.setAttribute("aria-label", words.density);
  widget.find(".measure legend").textContent = words.measures;
  widget.find(".shown legend").textContent = words.conditions;
  widget.find(".readings").setAttribute("aria-label", words.readings);
  widget.find(".blind").textContent = words.blind;
  widget.find(".measure .choices").replaceChildren(...["accuracy", "error", "loss"].map((name) => {
    const input = element("input", { type: "radio", name: "measure", value: name, checked: name === view.measure });
    input.addEventListener("change", () => widget.change({ measure: name }));
    return element("label", {}, input, words[name]);
  }));
  const named = widget.look(new Blind()); // switches keep their names, whatever the curves do
  const choices = (inside) => data.conditions.filter(({ key }) => MAIN.includes(key) === inside).map((condition) => choiceOf(condition, named, view.shown, words, () => widget.choose()));
  widget.find(".shown .main").replaceChildren(...choices(true));
  widget.find(".others .choices").replaceChildren(...choices(false));
}

/** Everything that a reader may do. Returns how to stop listening beyond the widget. */
export function listen(widget) {
  widget.slider.addEventListener("input", () => widget.moveTo(Number(widget.slider.value)));
  widget.slider.addEventListener("change", () => widget.tell());
  widget.find(".blind").addEventListener("click", () => widget.toggle());
  widget.section.addEventListener("pointerdown", (event) => event.target.closest(".others") || widget.fold());
  widget.section.addEventListener("keydown", (event) => event.key === "Escape" && widget.fold());
  const step = (event) => {
    if (!widget.place) return null;
    const at = event.clientX - widget.plot.getBoundingClientRect().left;
    const { xs } = widget.place;
    const value = widget.data.log ? xs[0] * (xs[1] / xs[0]) ** ((widget.place.valueAt(at) - xs[0]) / (xs[1] - xs[0])) : widget.place.valueAt(at);
    return Math.max(xs[0], Math.min(xs[1], value));
  };
  widget.plot.addEventListener("pointermove", (event) => widget.read(step(event)));
  widget.plot.addEventListener("pointerdown", (event) => widget.read(step(event)));
  widget.plot.addEventListener("pointerleave", () => widget.read(null));
  widget.plot.addEventListener("blur", () => widget.read(null));
  widget.plot.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") return widget.read(null);
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const xs = widget.data.curves.dense.accuracy[0].x.filter((x) => x > 0 || !widget.blind.hides);
    const at = widget.cursor === null ? xs.length : nearest({ x: xs }, widget.cursor);
    widget.read(xs[Math.max(0, Math.min(xs.length - 1, at + way))]);
  });
  return [pageKeys((event) => widget.walk(event)), onPress(() => widget.data?.presses ?? [], () => widget.expect())];
}
