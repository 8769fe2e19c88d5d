// The subset sum: a hand moves number and target, all subsets are tried at once, and many draws tell what is usual.

import { calm, element, picture, write } from "../../shared/js/dom.js";
import { onDrag } from "../../shared/js/hands.js";
import { Memory, takes } from "../../shared/js/memory.js";
import { mount } from "../../shared/js/mount.js";
import { count, fill, percent } from "../../shared/js/text.js";
import { chartPlace, drawChart, drawWeights, placed, signed, small } from "./pictures.js";
import { drawn, MOST, nearest, sumOf, Tally } from "./sums.js";

const MANY = 200; // draws at a time
const BUDGET = 7; // ms of a frame spent on draws
const OTHERS = 1_000_000; // seeds of the many draws begin here: none is a reader's
const NEAR = 0.01;
const LAST = 9_999; // the reader's last draw
const GRAIN = 1_000; // the target's steps in 1
const CALM_MS = 700; // between two pictures, for those who want no motion

class SubsetSum {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.data = this.view = this.report = null;
    this.memory = new Memory();
    this.plot = this.find(".plot");
    this.chart = this.find(".chart");
    this.goal = MANY;
    this.tally = new Tally();
    this.listen();
    this.size = new ResizeObserver(() => this.data && this.draw());
    for (const part of [this.plot, this.chart]) this.size.observe(part);
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update(component) {
    if (takes(this, component)) {
      this.label();
      this.begin();
    }
    this.draw();
  }

  label() {
    const { words } = this.data;
    const [counts, target] = this.knobs = [...this.find(".knobs").querySelectorAll("label")].map((label) => ({ name: label.querySelector(".name"), value: label.querySelector(".value"), input: label.querySelector("input") }));
    counts.name.textContent = words.count;
    target.name.textContent = words.target;
    this.find(".again").textContent = words.again;
    this.find("figcaption").textContent = words.chart;
    this.find("summary").textContent = words.numbers;
    this.find("thead").replaceChildren(element("tr", {}, ...[words.weights, words.half, fill(words.within, { near: NEAR })].map((text) => element("th", { scope: "col", textContent: text }))));
  }

  listen() {
    this.find(".count").addEventListener("input", (event) => this.go({ count: Number(event.target.value) }));
    this.find(".target").addEventListener("input", (event) => this.go({ target: Number(event.target.value) }));
    this.find(".again").addEventListener("click", () => this.go({ draw: (this.view.draw + 1) % (LAST + 1) }));
    this.find(".more").addEventListener("click", () => this.more());
    this.find("details").addEventListener("toggle", () => this.numbers());
    onDrag(this.find(".grip"), (event) => this.hold(event), () => this.rested());
    onDrag(this.chart, (event) => {
      const { left, width, height } = this.chart.getBoundingClientRect();
      const at = chartPlace(width, height).countAt(event.clientX - left);
      this.go({ count: Math.max(1, Math.min(MOST, Math.round(at))) });
    }, () => this.rested());
  }

  /** The hand drags the target. */
  hold(event) {
    const { top, width, height } = this.plot.getBoundingClientRect();
    const at = placed(width, height).valueAt(event.clientY - top);
    this.go({ target: Math.max(0, Math.min(GRAIN, Math.round(GRAIN * at))) });
  }

  /** Another view; drawn at the next frame, so that a fast hand never queues up work. */
  go(change) {
    if (Object.entries(change).every(([name, value]) => this.view[name] === value)) return;
    Object.assign(this.view, change);
    if ("target" in change) this.begin();
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  // ── many draws ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Count anew, for the present target. */
  begin() {
    this.tally = new Tally();
    this.goal = MANY;
    this.paused = false;
    this.run();
  }

  more() {
    if (this.tally.draws < this.goal) this.paused = !this.paused;
    else this.goal += MANY;
    this.run();
    this.told();
  }

  run() {
    this.beat ??= requestAnimationFrame((now) => {
      this.beat = null;
      if (this.paused || this.tally.draws >= this.goal) return this.after();
      const until = performance.now() + BUDGET;
      do this.tally.add(nearest(drawn(OTHERS + this.tally.draws), this.view.target / GRAIN).errors);
      while (performance.now() < until && this.tally.draws < this.goal);
      if (!calm() || now - (this.shown ?? 0) > CALM_MS || this.tally.draws >= this.goal) {
        this.shown = now;
        this.curves();
      }
      this.run();
    });
  }

  /** The draws are done or paused. */
  after() {
    this.told();
    this.numbers();
  }

  // ── what is seen ────────────────────────────────────────────────────────────────────────────────────────────────

  draw() {
    const { data, view, plot } = this;
    const { words } = data;
    const target = view.target / GRAIN;
    const { weights, errors, subsets } = this.enumerated();
    const subset = subsets[view.count];
    const mine = weights.slice(0, view.count);
    const sum = sumOf(mine, subset);
    this.found = { errors, subset, sum };
    const { clientWidth: width, clientHeight: height } = plot;
    if (width && height) {
      const root = picture(width, height);
      drawWeights(root, { weights: mine, subset, sum, target }, data, width, height);
      plot.replaceChildren(root);
      this.find(".grip").style.width = `${width - placed(width, height).sumAt}px`;
    }
    const [off, best] = this.find(".now").children;
    off.textContent = fill(words.off, { error: small(errors[view.count]) });
    best.textContent = fill(words.best, { subsets: count(2 ** view.count) });
    this.knobs.forEach(({ input, value }, i) => {
      const now = i ? view.target : view.count;
      if (Number(input.value) !== now) input.value = now;
      value.textContent = i ? signed(target) : String(now);
      if (i) input.setAttribute("aria-valuetext", signed(target));
    });
    Object.assign(this.find(".subset").dataset, { ...view, error: errors[view.count], subset });
    this.curves();
    this.rested();
  }

  /** The reader's weights and what all their subsets come to: counted anew only for other weights or another target. */
  enumerated() {
    const { draw, target } = this.view;
    const asked = `${draw} ${target}`;
    if (this.known?.asked !== asked) {
      const weights = drawn(draw);
      this.known = { asked, weights, ...nearest(weights, target / GRAIN) };
    }
    return this.known;
  }

  curves() {
    const { clientWidth: width, clientHeight: height } = this.chart;
    if (width && height && this.found) {
      const root = picture(width, height);
      drawChart(root, { tally: this.tally, errors: this.found.errors, count: this.view.count }, this.data, width, height);
      this.chart.replaceChildren(root);
    }
    this.told();
  }

  told() {
    const { tally, view, data } = this;
    const { words } = data;
    const n = view.count;
    const text = tally.draws ? fill(words.draws, { draws: count(tally.draws), n, median: small(tally.quantile(n, 0.5)), near: NEAR, share: percent(tally.within(n, NEAR), 0) }) : words.begun;
    write(this.find(".many span"), text);
    write(this.find(".more"), tally.draws < this.goal && !this.paused ? words.running : fill(words.more, { many: tally.draws < this.goal ? this.goal - tally.draws : MANY }));
    this.find(".subset").dataset.draws = tally.draws;
  }

  numbers() {
    if (!this.find("details").open || !this.tally.draws) return;
    this.find("tbody").replaceChildren(...Array.from({ length: MOST }, (_, i) => element("tr", {}, ...[String(i + 1), small(this.tally.quantile(i + 1, 0.5)), percent(this.tally.within(i + 1, NEAR), 1)].map((text) => element("td", { textContent: text })))));
  }

  /** Words for those who listen and the report to Python, once the hand rests. */
  rested() {
    this.memory.soon(() => {
      const { view, found, data } = this;
      const kept = found.subset.toString(2).replaceAll("0", "").length;
      write(this.find(".summary"), fill(data.words.summary, { n: view.count, target: signed(view.target / GRAIN), kept, sum: signed(found.sum), error: small(found.errors[view.count]) }));
      this.memory.tell({ ...view }, this.report);
    });
  }

  close() {
    this.memory.close();
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.beat);
    this.size.disconnect();
  }
}

export default function (component) {
  return mount(component, SubsetSum);
}
