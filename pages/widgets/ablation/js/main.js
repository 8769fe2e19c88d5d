// The train ablation: one density, all conditions, recorded seeds as bands, a live run in front, open or blind.

import { calm, element, svg } from "../../shared/js/dom.js";
import { DASHES, drawFrame, drawLine, FRAME, nearest, placing } from "../../shared/js/frame.js";
import { unpack } from "../../shared/js/packed.js";
import { Run } from "../../shared/js/run.js";
import { say } from "../../shared/js/scale.js";
import { stream } from "../../shared/js/stream.js";
import { fill, precise } from "../../shared/js/text.js";
import { Blind, LETTERS } from "./blind.js";
import { axes, beside, liveCurves, nextPoint, planOf, stored, SWEEP, upTo } from "./lines.js";

class Ablation {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.section = this.find(".ablation");
    this.plot = this.find(".plot");
    this.slider = this.find(".density input");
    this.blind = new Blind();
    this.cursor = null;
    this.listen();
    this.size = new ResizeObserver(() => this.draw());
    this.size.observe(this.plot);
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data, key, setStateValue, setTriggerValue }) {
    this.data = data;
    this.send = (view) => setStateValue("view", view);
    this.over = (state) => setTriggerValue("over", state);
    if (this.key !== key) {
      this.key = key;
      this.view = structuredClone(data.view);
      this.build();
      if (this.view.blind) this.blind.begin(this.view.shown);
      else this.blind = new Blind();
      this.form();
    }
    this.follow();
    this.draw();
  }

  /** Hear the live run; what a finished one measured comes with the data. */
  follow() {
    const { live } = this.data;
    const job = live && !live.finished ? live.job : null;
    if (job !== this.job) {
      this.leave?.();
      this.leave = null;
      this.job = job;
      if (job) {
        this.run = new Run(planOf(this.data.conditions));
        this.told = false;
        this.swept = performance.now();
        if (live.level !== this.view.level) this.moveTo(live.level, true);
        if (live.url) this.leave = stream.watch(job, live.url, (message) => this.hear(message));
      }
    }
    for (const text of job && !live.url ? live.events : []) this.hear(JSON.parse(text));
  }

  hear(message) {
    this.run.hear(message);
    this.draw();
    const over = this.run.over;
    if (!over || this.told) return;
    this.told = true;
    this.leave?.();
    this.leave = null;
    // The curves are drawn to their end before the page hears: its answer must not cut the film short.
    const rest = over === "done" && !calm() ? Math.max(0, SWEEP - (performance.now() - this.swept)) : 0;
    this.ending = setTimeout(() => this.over(over), rest);
  }

  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.show();
    });
  }

  // ── what is drawn ─────────────────────────────────────────────────────────────────────────────────────────────

  names(condition) {
    if (condition === "dense") return this.data.words.dense;
    if (this.blind.hides) return this.blind.letter(condition);
    return this.data.conditions.find(({ key }) => key === condition).name;
  }

  style(condition) {
    if (condition === "dense") return this.data.styles.dense;
    if (this.blind.hides) return this.blind.style(condition, getComputedStyle(this.section).color);
    return this.data.styles[this.data.conditions.find(({ key }) => key === condition).role];
  }

  /** Conditions on the chart: in blind mode by letter, so that the order gives nothing away. */
  shown() {
    return this.blind.hides ? this.blind.order : this.view.shown;
  }

  lines() {
    const { data, view } = this;
    const live = data.live?.level === view.level ? liveCurves(data.live, this.run, view.measure) : {};
    const running = data.live && !data.live.finished && !calm();
    this.until = running ? (data.steps * (performance.now() - this.swept)) / SWEEP : Infinity;
    const recorded = ["dense", ...this.shown()].map((condition) => {
      const levels = data.curves[condition][stored(view.measure)];
      return { condition, ...levels[condition === "dense" ? 0 : view.level - 1], live: false };
    });
    const now = this.shown().filter((condition) => live[condition]).map((condition) => ({ condition, ...upTo(live[condition], this.until), whole: live[condition], live: true }));
    return { recorded, now };
  }

  show() {
    const { data, view, plot } = this;
    const { clientWidth: width, clientHeight: height } = plot;
    if (!width) return;
    const chart = axes(data, view.measure);
    const { recorded, now } = this.lines();
    const room = Math.min(170, width * 0.3); // for the names beside the curves
    const place = (this.place = placing(chart, recorded, null, width - room, height));
    const root = svg(null, "svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": this.alt(recorded, now) });
    drawFrame(root, chart, place, width - room, height);
    const clip = svg(root, "clipPath", { id: "inside" });
    svg(clip, "rect", { x: FRAME.left - 2, y: 0, width: width - room - FRAME.left - FRAME.right + 8, height: height - FRAME.bottom + 2 });
    const inside = svg(root, "g", { "clip-path": "url(#inside)" });
    for (const line of recorded) drawLine(inside, line, this.style(line.condition), place, now.length > 0 && line.condition !== "dense");
    for (const line of now) drawLine(inside, line, this.style(line.condition), place, false);
    this.labels(root, recorded, now, place, width - room, height);
    if (this.cursor !== null) svg(root, "line", { class: "cursor", x1: place.x(this.cursor), x2: place.x(this.cursor), y1: FRAME.top, y2: height - FRAME.bottom });
    plot.replaceChildren(root);
    this.table(chart, recorded, now);
    this.words(now);
    this.sweep(now);
    Object.assign(this.section.dataset, { level: view.level, measure: view.measure, blind: this.blind.hides, live: now.length, points: now.reduce((sum, line) => sum + line.x.length, 0) });
  }

  /** Draw again when the next point is due, not before: a frame without news would take the training's core. */
  sweep(now) {
    clearTimeout(this.due);
    const next = this.until === Infinity ? null : nextPoint(now.map((line) => line.whole), this.until);
    if (next === null) return; // nothing more has been heard
    const due = (next / this.data.steps) * SWEEP - (performance.now() - this.swept);
    this.due = setTimeout(() => this.draw(), due);
  }

  /** Names beside the ends of the lines. */
  labels(root, recorded, now, place, width, height) {
    const ends = recorded.map((line) => now.find((other) => other.condition === line.condition && other.x.length) ?? line);
    const last = (line) => [...line.y].reverse().find((value) => value !== null);
    const wanted = ends.map((line) => Math.max(FRAME.top, Math.min(height - FRAME.bottom, place.y(last(line)))));
    beside(wanted, FRAME.top + 4, height - FRAME.bottom).forEach((y, i) => {
      const style = this.style(recorded[i].condition);
      const x = width - FRAME.right + 6;
      svg(root, "line", { x1: x, x2: x + 16, y1: y, y2: y, stroke: style.colour, "stroke-width": style.width, "stroke-dasharray": DASHES[style.dash] });
      svg(root, "text", { class: "direct", x: x + 21, y: y + 4 }, this.names(recorded[i].condition));
    });
  }

  /** Read-outs: final test accuracy and speed, recorded and live; with the cursor, values at that step. */
  table(chart, recorded, now) {
    const { data, view, cursor } = this;
    const { words } = data;
    const live = data.live?.finished && data.live.level === view.level ? data.live.finished : null;
    const head = [words.curve, cursor === null ? words.final : fill(words.at, { step: Math.round(cursor).toLocaleString("en") }), ...data.goals.map((goal) => fill(words.to, { goal: precise(goal) }))];
    const rows = recorded.map((line) => {
      const row = data.table[line.condition][line.condition === "dense" ? 0 : view.level - 1];
      const own = live?.table[line.condition];
      const shown = now.find((other) => other.condition === line.condition && other.x.length) ?? line;
      const value = cursor === null
        ? [element("b", { textContent: precise(row.final) }), element("span", { className: "range", textContent: ` (${precise(row.low)} – ${precise(row.high)})` })]
        : [element("b", { textContent: say(chart.y, shown.y[nearest(shown, cursor)]) })];
      if (own && cursor === null) value.push(element("small", { textContent: ` · ${words.live} ${precise(own.final)}` }));
      const goals = row.to.map(({ steps, reached }, i) => {
        const text = steps === null ? words.never : reached === data.seeds ? steps.toLocaleString("en") : fill(words.some, { steps: steps.toLocaleString("en"), reached, seeds: data.seeds });
        return element("td", {}, text, own ? element("small", { textContent: ` · ${own.to[i]?.toLocaleString("en") ?? words.never}` }) : null);
      });
      return element("tr", {}, element("th", { scope: "row" }, this.sample(line.condition), this.blind.hides && line.condition !== "dense" ? fill(words.secret, { letter: this.names(line.condition) }) : this.names(line.condition)), element("td", {}, ...value), ...goals);
    });
    const made = element("table", {}, element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col", textContent: text })))), element("tbody", {}, ...rows));
    this.find(".readings").replaceChildren(made);
  }

  sample(condition) {
    const style = this.style(condition);
    const picture = svg(null, "svg", { width: 26, height: 10, "aria-hidden": "true" });
    svg(picture, "line", { x1: 0, x2: 26, y1: 5, y2: 5, stroke: style.colour, "stroke-width": style.width, "stroke-dasharray": DASHES[style.dash] });
    return picture;
  }

  words(now) {
    const { data, view } = this;
    const { words, live, levels } = data;
    const here = levels[view.level - 1];
    const told = { share: precise(here.share, 3), kept: here.kept.toLocaleString("en"), level: view.level };
    this.find("output").textContent = fill(words.level, told);
    this.slider.setAttribute("aria-valuetext", fill(words.level, told));
    const about = now.length ? words.band_live : words.band;
    const away = live && live.level !== view.level ? ` ${fill(words.elsewhere, { share: precise(levels[live.level - 1].share, 3) })}` : "";
    this.find(".hint").textContent = `${fill(about, { seeds: data.seeds, seed: live?.seed })}${away} ${words.hint}`;
    const going = live && !live.finished;
    this.find(".status").hidden = !going;
    const state = this.run?.lost ? "lost" : (this.run?.status?.state ?? "starting");
    this.find(".badge").textContent = words.live;
    this.find(".where").textContent = going ? fill(words[state], this.run?.status ?? {}) : "";
    if (state !== this.spoken && going) this.find(".spoken").textContent = fill(words[state], this.run?.status ?? {});
    this.spoken = state;
  }

  alt(recorded, now) {
    const { data, view } = this;
    const axis = axes(data, view.measure);
    const told = recorded.map((line) => {
      const best = now.find((other) => other.condition === line.condition && other.x.length) ?? line;
      return `${this.names(line.condition)} ${say(axis.y, best.y.at(-1) ?? NaN)}`;
    });
    return `${axis.y.title} against ${axis.x.title}, ${precise(data.levels[view.level - 1].share, 3)} of the weights left. At the end: ${told.join("; ")}`;
  }

  // ── hands ─────────────────────────────────────────────────────────────────────────────────────────────────────

  build() {
    const { data, view } = this;
    const { words } = data;
    this.find(".density .name").textContent = words.density;
    Object.assign(this.slider, { max: data.levels.length, value: view.level });
    this.slider.setAttribute("aria-label", words.density);
    this.find(".measure legend").textContent = words.measures;
    this.find(".shown legend").textContent = words.conditions;
    this.find(".blind").textContent = words.blind;
    this.find(".measure .choices").replaceChildren(...["accuracy", "error", "loss"].map((name) => {
      const input = element("input", { type: "radio", name: "measure", value: name, checked: name === view.measure });
      input.addEventListener("change", () => this.change({ measure: name }));
      return element("label", {}, input, words[name]);
    }));
    this.find(".shown .choices").replaceChildren(...data.conditions.map(({ key, name, what }) => {
      const input = element("input", { type: "checkbox", value: key, checked: view.shown.includes(key) });
      input.addEventListener("change", () => this.choose());
      return element("label", { title: what }, input, this.sampleOf(key), name);
    }));
  }

  /** The open look of a condition, on its switch. */
  sampleOf(condition) {
    const blind = this.blind;
    this.blind = new Blind();
    const sample = this.sample(condition);
    this.blind = blind;
    return sample;
  }

  listen() {
    this.slider.addEventListener("input", () => this.moveTo(Number(this.slider.value)));
    this.slider.addEventListener("change", () => this.tell());
    this.find(".blind").addEventListener("click", () => this.toggle());
    const step = (event) => {
      if (!this.place) return null;
      const at = event.clientX - this.plot.getBoundingClientRect().left;
      const { xs } = this.place;
      const value = this.data.log ? xs[0] * (xs[1] / xs[0]) ** ((this.place.valueAt(at) - xs[0]) / (xs[1] - xs[0])) : this.place.valueAt(at);
      return Math.max(xs[0], Math.min(xs[1], value));
    };
    this.plot.addEventListener("pointermove", (event) => this.read(step(event)));
    this.plot.addEventListener("pointerdown", (event) => this.read(step(event)));
    this.plot.addEventListener("pointerleave", () => this.read(null));
    this.plot.addEventListener("blur", () => this.read(null));
    this.plot.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Escape") return this.read(null);
      if (!way) return;
      event.preventDefault();
      const xs = this.data.curves.dense.accuracy[0].x;
      const at = this.cursor === null ? xs.length : nearest({ x: xs }, this.cursor);
      this.read(xs[Math.max(0, Math.min(xs.length - 1, at + way))]);
    });
  }

  read(x) {
    this.cursor = x;
    this.draw();
  }

  moveTo(level, tell = false) {
    this.view.level = level;
    this.slider.value = level;
    this.draw();
    if (tell) this.tell();
  }

  choose() {
    const chosen = [...this.find(".shown").querySelectorAll("input")];
    if (!chosen.some((input) => input.checked)) chosen[0].checked = true;
    this.view.shown = chosen.filter((input) => input.checked).map((input) => input.value);
    if (this.blind.on) this.blind.begin(this.view.shown);
    this.form();
    this.change({});
  }

  change(part) {
    Object.assign(this.view, part);
    this.draw();
    this.tell();
  }

  tell() {
    this.send({ ...this.view, shown: [...this.view.shown] });
  }

  toggle() {
    if (this.blind.on) this.blind = new Blind();
    else this.blind.begin(this.view.shown);
    this.form();
    this.change({ blind: this.blind.on });
  }

  /** The bet of blind mode: a select a letter, reveal, skip; afterwards the score and another shuffle. */
  form() {
    const { words, conditions } = this.data;
    const form = this.find(".guess");
    this.find(".blind").setAttribute("aria-pressed", this.blind.on);
    this.find(".verdict").textContent = "";
    form.hidden = !this.blind.on;
    if (!this.blind.on) return;
    if (this.view.shown.length < 2) return form.replaceChildren(element("p", { textContent: words.few }));
    const known = conditions.filter(({ key }) => this.view.shown.includes(key));
    const bets = this.blind.order.map((_, i) => {
      const select = element("select", { name: LETTERS[i] }, element("option", { value: "", textContent: words.choose }), ...known.map(({ key, name }) => element("option", { value: key, textContent: name })));
      return element("label", {}, fill(words.is, { letter: LETTERS[i] }), select);
    });
    const skip = element("button", { type: "button", className: "skip", textContent: words.skip });
    skip.addEventListener("click", () => this.reveal(words.skipped));
    form.replaceChildren(element("p", { textContent: words.ask }), ...bets, element("button", { type: "submit", textContent: words.reveal }), skip);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.reveal(words.score);
    };
  }

  reveal(sentence) {
    const { words, conditions } = this.data;
    const bets = Object.fromEntries(new FormData(this.find(".guess")));
    const right = this.blind.reveal(bets);
    const told = this.blind.order.map((key, i) => fill(words.told, { letter: LETTERS[i], name: conditions.find((one) => one.key === key).name })).join(", ");
    this.find(".verdict").textContent = fill(sentence, { right, all: this.blind.order.length, told });
    const again = element("button", { type: "button", className: "again", textContent: words.again });
    again.addEventListener("click", () => {
      this.blind.begin(this.view.shown);
      this.form();
      this.draw();
    });
    this.find(".guess").replaceChildren(again);
    this.draw();
  }

  close() {
    this.leave?.();
    clearTimeout(this.ending);
    clearTimeout(this.due);
    this.size.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

export default function (component) {
  const root = component.parentElement;
  const widget = (root.ablation ??= new Ablation(root));
  widget.update({ ...component, data: unpack(widget, component.data) });
  return () => {
    widget.close();
    delete root.ablation;
  };
}
