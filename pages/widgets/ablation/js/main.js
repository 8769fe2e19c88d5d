// The train ablation: one density, all conditions, recorded seeds as bands, a live run in front, open or blind.

import { calm, element } from "../../shared/js/dom.js";
import { mount } from "../../shared/js/mount.js";
import { Run } from "../../shared/js/run.js";
import { say } from "../../shared/js/scale.js";
import { stream } from "../../shared/js/stream.js";
import { fill, precise } from "../../shared/js/text.js";
import { askBet, verdictOf } from "./bet.js";
import { anotherDeal, Blind, withoutStart } from "./blind.js";
import { drawChart } from "./chart.js";
import { build, listen, MAIN } from "./hands.js";
import { axes, liveCurves, nextPoint, planOf, stored, SWEEP, upTo } from "./lines.js";
import { Look } from "./look.js";
import { readingsTable, resultOf } from "./readings.js";

const LEAST = 120; // pixels of height below which there is no plot between the axes: the page is still being laid out
const REST_MS = 300; // after the last key
const EXPECT_MS = 6000; // after which a press that nothing came of is forgotten

class Ablation {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.section = this.find(".ablation");
    this.plot = this.find(".plot");
    this.slider = this.find(".density input");
    this.blind = new Blind();
    this.cursor = null;
    this.deaf = listen(this);
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
      build(this);
      if (this.view.blind) this.blind.begin(this.view.shown, this.view.blind);
      else this.blind = new Blind();
      this.blind.revealed = Boolean(this.view.revealed);
      this.form();
      if (this.blind.on && this.view.revealed) this.find(".verdict").textContent = verdictOf(data.words.skipped, 0, this.blind.order, data.conditions, data.words);
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
        this.expected = false;
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

  /** The reader has pressed; the page says so before the server answers. */
  expect() {
    this.expected = true;
    this.words([]);
    clearTimeout(this.expecting);
    this.expecting = setTimeout(() => ((this.expected = false), this.draw()), EXPECT_MS);
  }

  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.show();
    });
  }

  // ── what is drawn ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Names and styles as they are now: open, or hidden by blind mode. */
  look(blind = this.blind) {
    return new Look(this.data, blind, getComputedStyle(this.section).color);
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
    return this.blind.hides ? { recorded: recorded.map(withoutStart), now: now.map(withoutStart) } : { recorded, now };
  }

  show() {
    const { data, view, plot, cursor } = this;
    if (!plot.clientWidth || plot.clientHeight < LEAST) return;
    const chart = axes(data, view.measure);
    const lines = this.lines();
    const look = this.look();
    this.place = drawChart(plot, chart, lines, look, cursor, this.alt(chart, lines, look));
    this.find(".readings").replaceChildren(readingsTable(data, view, chart, lines, look, cursor));
    this.results();
    this.words(lines.now);
    this.sweep(lines.now);
    const points = lines.now.reduce((sum, line) => sum + line.x.length, 0);
    Object.assign(this.section.dataset, { level: view.level, measure: view.measure, blind: this.blind.hides, live: lines.now.length, points });
  }

  /** Draw again when the next point is due, not before: a frame without news would take the training's core. */
  sweep(now) {
    clearTimeout(this.due);
    const next = this.until === Infinity ? null : nextPoint(now.map((line) => line.whole), this.until);
    if (next === null) return; // nothing more has been heard
    const due = (next / this.data.steps) * SWEEP - (performance.now() - this.swept);
    this.due = setTimeout(() => this.draw(), due);
  }

  /** What each condition came to, on its switch; nothing while names are hidden. */
  results() {
    const { data, view } = this;
    for (const value of this.section.querySelectorAll(".shown b")) {
      value.textContent = this.blind.hides ? "" : resultOf(data, view.level, value.dataset.condition);
    }
    const others = view.shown.filter((condition) => !MAIN.includes(condition)).length;
    const more = data.conditions.filter(({ key }) => !MAIN.includes(key)).length;
    this.find(".others").hidden = !more; // the long runs have none
    this.find(".others summary").textContent = fill(others ? data.words.others_shown : data.words.others, { more, others });
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
    const going = this.expected || (live && !live.finished);
    this.find(".status").style.visibility = going ? "" : "hidden"; // its place stays: nothing may jump
    const state = this.expected ? "starting" : this.run?.state ?? "starting";
    this.find(".badge").textContent = words.live;
    this.find(".where").textContent = going ? fill(words[state], this.run?.status ?? {}) : "";
    if (state !== this.spoken && going) this.find(".spoken").textContent = fill(words[state], this.run?.status ?? {});
    this.spoken = state;
  }

  alt(chart, { recorded, now }, look) {
    const told = recorded.map((line) => {
      const best = now.find((other) => other.condition === line.condition && other.x.at(-1) >= this.data.steps) ?? line; // ends only
      return `${look.name(line.condition)} ${say(chart.y, best.y.at(-1) ?? NaN)}`;
    });
    const share = precise(this.data.levels[this.view.level - 1].share, 3);
    return fill(this.data.words.alt, { y: chart.y.title, x: chart.x.title, share, told: told.join("; ") });
  }

  // ── hands ─────────────────────────────────────────────────────────────────────────────────────────────────────

  read(x) {
    this.cursor = x;
    this.draw();
  }

  fold() {
    this.find(".others").open = false;
  }

  /** Left and right anywhere on the page: fewer weights, more; Python hears of it once the hand rests. */
  walk(event) {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    this.moveTo(Math.max(1, Math.min(this.data.levels.length, this.view.level + way)));
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.tell(), REST_MS);
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
    const checked = new Set(chosen.filter((input) => input.checked).map((input) => input.value));
    this.view.shown = this.data.conditions.map(({ key }) => key).filter((key) => checked.has(key));
    if (this.blind.on) this.deal(this.view.blind);
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
    if (this.blind.on) {
      this.blind = new Blind();
      Object.assign(this.view, { blind: 0, revealed: false });
    } else this.deal(anotherDeal());
    this.form();
    this.change({});
  }

  /** Hide names behind letters. */
  deal(blind) {
    this.blind.begin(this.view.shown, blind);
    Object.assign(this.view, { blind, revealed: false });
  }

  /** The bet of blind mode, or nothing. */
  form() {
    const { words, conditions } = this.data;
    this.find(".blind").setAttribute("aria-pressed", this.blind.on);
    this.find(".verdict").textContent = "";
    this.find(".guess").hidden = !this.blind.on || this.view.revealed;
    if (this.blind.on) askBet(this.find(".guess"), this.blind.order, conditions, words, (sentence) => this.reveal(sentence));
  }

  reveal(sentence) {
    const { words, conditions } = this.data;
    const right = this.blind.reveal(Object.fromEntries(new FormData(this.find(".guess"))));
    this.find(".verdict").textContent = verdictOf(sentence, right, this.blind.order, conditions, words);
    const again = element("button", { type: "button", className: "again", textContent: words.again });
    again.addEventListener("click", () => {
      this.deal(anotherDeal(this.view.blind));
      this.form();
      this.change({});
    });
    this.find(".guess").replaceChildren(again);
    this.change({ revealed: true });
  }

  close() {
    this.leave?.();
    clearTimeout(this.ending);
    clearTimeout(this.due);
    clearTimeout(this.resting);
    for (const stop of this.deaf) stop();
    clearTimeout(this.expecting);
    this.size.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

export default function (component) {
  return mount(component, Ablation);
}
