// The curve reader: one state, drawn anew on a switch, moved in a frame on a drag; Python told when the hand rests.

import { element, picture, svg } from "../../shared/js/dom.js";
import { onDrag } from "../../shared/js/hands.js";
import { Memory, takes } from "../../shared/js/memory.js";
import { mount } from "../../shared/js/mount.js";
import { fill, grouped } from "../../shared/js/text.js";
import { growth } from "../../shared/js/type.js";
import { drawCurves, partly, placeOf, readerBox } from "./place.js";
import { anchorsOf, buildReadings } from "./readings.js";

class Reader {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.data = this.view = this.report = null;
    this.memory = new Memory();
    this.section = this.find(".reader");
    this.plot = this.find(".plot");
    this.slider = this.find(".slider");
    this.listen();
    this.size = new ResizeObserver(() => this.data && this.draw());
    this.size.observe(this.plot);
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update(component) {
    if (takes(this, component)) this.label();
    this.draw();
  }

  // ── the state, held within what these runs have ───────────────────────────────────────────────────────────────

  get measure() {
    return this.data.measures.find(({ key }) => key === this.view.measure) ?? this.data.measures[0];
  }

  get step() {
    const { steps } = this.data;
    return steps.includes(this.view.step) ? this.view.step : steps[Math.floor(steps.length / 2)];
  }

  get chart() {
    const { key, charts } = this.measure;
    return charts[key === "step" ? this.step : 0];
  }

  // ── drawing ───────────────────────────────────────────────────────────────────────────────────────────────────

  label() {
    const { data, view } = this;
    const { words } = data;
    this.find("legend").textContent = words.measure;
    this.find(".choices").replaceChildren(...data.measures.map(({ key, word }) => {
      const input = element("input", { type: "radio", name: "measure", value: key, checked: key === this.measure.key });
      input.addEventListener("change", () => this.change({ measure: key }));
      return element("label", {}, input, word);
    }));
    this.find(".at span").textContent = words.step;
    this.find("select").replaceChildren(...data.steps.map((step) => element("option", { value: step, selected: step === this.step, textContent: fill(words.steps, { step: grouped.format(step) }) })));
    for (const name of ["in", "all"]) {
      const button = this.find(`.${name}`);
      button.title = button.ariaLabel = words[name];
    }
    this.find(".drawn").replaceChildren(this.pair("linear", words.axis, words.log, words.straight), this.pair("each", words.lines, words.means, words.each));
    this.slider.setAttribute("aria-label", words.slider);
    view.last = Math.min(view.last, data.density.length - 1);
  }

  /** A switch with two ends, the second of which sets `name` in the view. */
  pair(name, title, off, on) {
    const ends = [[false, off], [true, on]].map(([value, word]) => {
      const input = element("input", { type: "radio", name, checked: this.view[name] === value });
      input.addEventListener("change", () => this.change({ [name]: value }));
      return element("label", {}, input, word);
    });
    const group = element("div", { className: "pair", role: "radiogroup", ariaLabel: title }, ...ends);
    return group;
  }

  /** The whole picture, for the present size, switches and zoom. */
  draw() {
    const { data, view, plot, chart } = this;
    const { clientWidth: width, clientHeight: height } = plot;
    if (!width) return;
    const root = picture(width, height, chart.alt);
    this.place = placeOf(chart, data, view, width, height);
    drawCurves(root, chart, data, view, this.place, width, height);
    // What moves lies in a layer of its own: moving it must not repaint the curves.
    const moving = picture(width, height, "", { class: "moving" });
    const floor = height - readerBox().bottom;
    this.cursor = svg(moving, "g");
    svg(this.cursor, "line", { class: "cursor", y1: readerBox().top, y2: floor, "stroke-width": growth() });
    svg(this.cursor, "circle", { class: "thumb", cy: floor, r: 10 * growth(), "stroke-width": 3 });
    svg(this.cursor, "circle", { class: "ring", cy: floor, r: 11 * growth(), "stroke-width": 2 });
    this.dots = chart.lines.map((line) => svg(moving, "circle", { class: "dot", r: 6 * growth(), fill: data.styles[line.role].colour }));
    plot.replaceChildren(root, moving);
    const { left, right, bottom } = readerBox();
    Object.assign(this.slider.style, { left: `${left}px`, width: `${width - left - right}px`, bottom: `calc(${bottom}px - 1.25rem)` });
    this.readings = buildReadings(this.find(".table"), chart, data);
    this.buttons();
    this.show();
    this.section.dataset.drawn = Number(this.section.dataset.drawn ?? 0) + 1;
  }

  buttons() {
    const { data, view, chart } = this;
    const { words } = data;
    const last = data.density.length - 1;
    this.find(".at").hidden = this.measure.key !== "step";
    this.find(".in").disabled = view.last - view.first <= 4;
    this.find(".all").disabled = view.first === 0 && view.last === last;
    Object.assign(this.slider, { min: view.first, max: view.last });
    const notes = [words.hint, data.seeds > 1 ? fill(words.bands, data) : words.single];
    if (data.seeds > 1) notes.push(words.cut);
    if (chart.lines.some(partly)) notes.push(words.partly);
    notes.push(anchorsOf(chart, data));
    if (this.measure.key === "stop") notes.push(words.late);
    this.find(".hint").textContent = notes.join(" ");
  }

  /** Marker and read-outs at the present level, in one go. */
  show() {
    const { data, view, chart, place } = this;
    view.level = Math.max(view.first, Math.min(view.last, view.level));
    const share = data.density[view.level];
    const at = data.density.length - 1 - view.level; // lines run from few weights to many
    this.cursor.setAttribute("transform", `translate(${place.x(share)},0)`);
    chart.lines.forEach((line, i) => {
      const value = line.y[at];
      this.dots[i].setAttribute("visibility", value === null ? "hidden" : "visible");
      if (value !== null) this.dots[i].setAttribute("transform", `translate(${place.x(share)},${place.y(value)})`);
    });
    if (Number(this.slider.value) !== view.level) this.slider.value = view.level;
    this.find(".here b").textContent = this.left();
    this.find(".here span").textContent = fill(data.words.kept, { kept: grouped.format(data.kept[view.level]), total: grouped.format(data.total), round: view.level });
    this.readings.move(at, view.level);
    Object.assign(this.section.dataset, { level: view.level, measure: this.measure.key, step: this.step, first: view.first, last: view.last });
    this.memory.soon(() => this.rest());
  }

  left() {
    const share = 100 * this.data.density[this.view.level];
    return fill(this.data.words.left, { share: `${share.toFixed(share < 10 ? 2 : 1)}%` });
  }

  /** Words for those who listen and the report to Python, once the hand rests. */
  rest() {
    if (this.dragging) return;
    const at = this.data.density.length - 1 - this.view.level;
    const spoken = fill(this.data.words.summary, { left: this.left(), values: this.readings.text(at) });
    this.slider.setAttribute("aria-valuetext", this.left());
    this.find(".summary").textContent = spoken;
    this.memory.tell({ ...this.view }, this.report);
  }

  // ── hands ─────────────────────────────────────────────────────────────────────────────────────────────────────

  listen() {
    const { plot, slider } = this;
    const drag = (event) => this.go(this.place.levelAt(event.clientX - plot.getBoundingClientRect().left));
    onDrag(plot, (event) => {
      this.dragging = true;
      drag(event);
    }, () => {
      this.dragging = false;
      this.go(this.view.level);
    });
    slider.addEventListener("input", () => this.go(Number(slider.value)));
    this.find("select").addEventListener("change", (event) => this.change({ step: Number(event.target.value) }));
    this.find(".in").addEventListener("click", () => this.zoom());
    this.find(".all").addEventListener("click", () => this.change({ first: 0, last: this.data.density.length - 1 }));
    this.find(".switches").addEventListener("submit", (event) => event.preventDefault());
  }

  /** Wish for a level; drawn at the next frame, so that a fast hand never queues up work. */
  go(level) {
    this.view.level = level;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.show();
    });
  }

  change(part) {
    Object.assign(this.view, part);
    this.draw();
  }

  /** Half as many rounds, around the marker. */
  zoom() {
    const { view, data } = this;
    const half = Math.max(2, Math.floor((view.last - view.first) / 4));
    const first = Math.max(0, Math.min(view.level - half, data.density.length - 1 - 2 * half));
    this.change({ first, last: first + 2 * half });
  }

  close() {
    this.memory.close();
    cancelAnimationFrame(this.frame);
    this.size.disconnect();
  }
}

export default function (component) {
  return mount(component, Reader);
}
