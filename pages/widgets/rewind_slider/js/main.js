// The rewind slider: one step k for both charts, moved in a frame on a drag; Python told when the hand rests.

import { element, picture, svg, write } from "../../shared/js/dom.js";
import { onDrag } from "../../shared/js/hands.js";
import { Memory, takes } from "../../shared/js/memory.js";
import { mount } from "../../shared/js/mount.js";
import { fill, grouped } from "../../shared/js/text.js";
import { chartText, growth } from "../../shared/js/type.js";
import { drawErrors, drawWalk } from "./panels.js";
import { chartBox, errorRange, nearestStep, placed, walkTop } from "./place.js";

const THUMB = 22; // CSS pixels of the handle on a small screen
const HANDLE = 40; // of the box that catches the finger, as the style sheet has it, in sixteenths of a rem

class Rewind {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.data = this.view = this.report = null;
    this.memory = new Memory();
    this.section = this.find(".rewind");
    this.plot = this.find(".plot");
    this.walk = this.find(".walk");
    this.slider = this.find(".slider");
    this.listen();
    this.size = new ResizeObserver(() => this.data && this.draw());
    for (const part of [this.plot, this.walk]) this.size.observe(part);
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update(component) {
    if (takes(this, component)) this.label();
    this.draw();
  }

  listen() {
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    this.find(".switches").addEventListener("submit", (event) => event.preventDefault());
    onDrag(this.plot, (event) => {
      this.dragging = true;
      this.go(this.place.at(event.clientX - this.plot.getBoundingClientRect().left));
    }, () => {
      this.dragging = false;
      this.go(this.at);
    });
  }

  label() {
    const { data, view } = this;
    const { words, net } = data;
    this.find("legend").textContent = Object.keys(net.rounds).length > 1 ? words.rounds : words.round;
    this.find(".choices").replaceChildren(...Object.entries(net.rounds).map(([round, { density }]) => {
      const input = element("input", { type: "radio", name: "round", value: round, checked: Number(round) === view.round });
      input.addEventListener("change", () => { view.round = Number(round); this.draw(); });
      return element("label", {}, input, `${(100 * density).toFixed(1)}%`);
    }));
    this.slider.setAttribute("aria-label", words.slider);
    this.slider.max = net.steps.length - 1;
    this.at = nearestStep(net.steps, view.step);
  }

  /** Everything, for the present size and density. */
  draw() {
    const { data, view, plot } = this;
    const { clientWidth: width, clientHeight: height } = plot;
    if (!width || !height) return;
    const { net } = data;
    this.place = placed(net.steps, errorRange(net), width, height);
    const root = picture(width, height);
    drawErrors(root, net, data, this.place, width, height, String(view.round));
    // What moves lies in a layer of its own: moving it must not repaint the curves.
    const moving = picture(width, height, "", { class: "moving" });
    this.cursor = svg(moving, "line", { class: "cursor", y2: height - chartBox().bottom, "stroke-width": 1.5 * growth() });
    this.dot = svg(moving, "circle", { class: "dot", r: 7 * growth(), fill: data.styles.kept.colour, "stroke-width": 2 });
    this.read = svg(moving, "text", { class: "read" });
    plot.replaceChildren(root, moving);
    this.handle(width, height);
    this.show();
    this.section.dataset.drawn = Number(this.section.dataset.drawn ?? 0) + 1;
  }

  /** The slider's track lies on the axis, its handle over the ticks. */
  handle(width, height) {
    const { left, right, bottom } = chartBox();
    const thumb = Math.round(THUMB * growth());
    const tall = (HANDLE / 16) * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.slider.style.setProperty("--thumb", `${thumb}px`);
    Object.assign(this.slider.style, { left: `${left - thumb / 2}px`, width: `${width - left - right + thumb}px`, top: `${height - bottom - tall / 2}px` });
  }

  /** Cursor, walk and read-outs at the present step, in one go. */
  show() {
    const { data, view, place, at } = this;
    const { words, net } = data;
    view.step = net.steps[at];
    const ticket = net.rounds[view.round].ticket[at];
    const step = fill(words.step, { step: grouped.format(view.step) });
    const n = ticket.each.length;
    this.point(ticket, place.x(at));
    this.find(".now b").textContent = step;
    const verdict = this.find(".verdict");
    Object.assign(verdict, { textContent: ticket.verdict || words.untold, hidden: !ticket.verdict });
    verdict.style.color = { yes: data.styles.kept.colour, no: data.styles.random.colour }[ticket.tone] ?? "var(--quiet)";
    const [wrong, against, of] = this.find(".here").children;
    wrong.textContent = ticket.wrong ? fill(words.wrong, ticket) : words.untold;
    against.textContent = ticket.against && fill(words.against, ticket);
    of.textContent = fill(words.of, { budget: grouped.format(net.budget), seeds: this.seeds(n) });
    this.landscape(at);
    if (Number(this.slider.value) !== at) this.slider.value = at;
    Object.assign(this.section.dataset, { step: view.step, round: view.round });
    const values = [ticket.wrong, ticket.against, ticket.verdict].filter(Boolean).join(", ") || words.untold;
    this.memory.soon(() => this.rest(step, fill(words.summary, { net: net.name, step, of: of.textContent, values })));
  }

  seeds(n) {
    const { words } = this.data;
    return n === 1 ? words.seed : fill(words.seeds, { n });
  }

  /** Line, dot and value at a place of the axis. */
  point({ mean }, x) {
    const { cursor, dot, read, place } = this;
    const known = mean !== null;
    const y = known ? place.y(mean) : chartBox().top;
    cursor.setAttribute("transform", `translate(${x},0)`);
    cursor.setAttribute("y1", y);
    for (const part of [dot, read]) part.setAttribute("visibility", known ? "visible" : "hidden");
    dot.setAttribute("transform", `translate(${x},${y})`);
    const late = x > this.plot.clientWidth * 0.8;
    read.setAttribute("text-anchor", late ? "end" : "start");
    read.setAttribute("transform", `translate(${x + (late ? -14 : 14) * growth()},${Math.max(y - 6 * growth(), 1.4 * chartText())})`);
    read.textContent = known ? `${(100 * mean).toFixed(2)}%` : "";
  }

  landscape(at) {
    const { net, words } = this.data;
    const { hills, siblings } = net;
    this.walk.parentElement.hidden = !siblings;
    const { clientWidth: width, clientHeight: height } = this.walk;
    if (!siblings || !width || !height) return;
    const hill = hills[siblings.level][at];
    const masked = String(this.view.round) === String(siblings.level) ? words.walk : words.walk_only;
    write(this.find("figcaption"), fill(siblings.level ? masked : words.walk_whole, { kept: `${(100 * siblings.density).toFixed(1)}%`, seeds: this.seeds(hill.each.length) }));
    const root = picture(width, height);
    drawWalk(root, hill, siblings.level ? hills[0][at] : null, walkTop(net), this.data, width, height);
    this.walk.replaceChildren(root);
  }

  /** Words for those who listen and the report to Python, once the hand rests. */
  rest(step, spoken) {
    if (this.dragging) return;
    this.slider.setAttribute("aria-valuetext", step);
    this.find(".summary").textContent = spoken;
    this.memory.tell({ ...this.view }, this.report);
  }

  /** Wish for the step number `at`; drawn at the next frame, so that a fast hand never queues up work. */
  go(at) {
    this.at = at;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.show();
    });
  }

  close() {
    this.memory.close();
    cancelAnimationFrame(this.frame);
    this.size.disconnect();
  }
}

export default function (component) {
  return mount(component, Rewind);
}
