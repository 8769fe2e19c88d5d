// The live chart: hears the run, draws at most once a frame, keeps what the reader zoomed into.

import { element, picture, svg } from "../../shared/js/dom.js";
import { clipped, drawFrame, drawLine, frameBox, placing, sample } from "../../shared/js/frame.js";
import { mount } from "../../shared/js/mount.js";
import { Run } from "../../shared/js/run.js";
import { say } from "../../shared/js/scale.js";
import { stream } from "../../shared/js/stream.js";
import { fill } from "../../shared/js/text.js";
import { abreast, valueAt } from "./reading.js";

const DRAG = 6; // pixels: less is a tap, which reads a value off

class LiveChart {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.plot = this.find(".plot");
    this.frames = 0;
    this.zoom = null; // [low, high] on the x axis
    this.cursor = null; // x that is read off
    this.listen();
    this.size = new ResizeObserver(() => this.draw());
    this.size.observe(this.plot);
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data, setTriggerValue }) {
    this.data = data;
    this.tell = (state) => setTriggerValue("over", state);
    this.find(".hint").textContent = data.words.zoom_hint;
    this.find(".all").textContent = data.words.all;
    this.find(".bar").setAttribute("aria-label", data.words.progress);
    if (data.job !== this.job || (this.told && data.url)) this.follow(data); // one that was stopped goes on: from its beginning
    for (const text of data.url ? [] : data.events) this.hear(JSON.parse(text));
    this.draw();
  }

  /** Another run (or the first): forget the old one and hear the new one from its beginning. */
  follow({ job, url, plan }) {
    this.leave?.();
    this.job = job;
    this.run = new Run(plan);
    this.told = false;
    this.leave = url ? stream.watch(job, url, (message) => this.hear(message)) : null;
  }

  hear(message) {
    this.run.hear(message);
    this.draw();
    const over = this.run.over;
    if (!over || this.told) return;
    this.told = true;
    this.leave?.();
    this.leave = null;
    this.tell(over);
  }

  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.show();
    });
  }

  show() {
    const { data, run, plot } = this;
    const { clientWidth: width, clientHeight: height } = plot;
    if (!run || !width) return;
    const { chart, styles } = data;
    const live = run.lines();
    const all = [...chart.lines, ...live];
    const place = (this.place = placing(chart, all, this.zoom, width, height));
    const root = picture(width, height, this.alt(live));
    drawFrame(root, chart, place, width, height);
    const inside = clipped(root, frameBox().left - 5, 0, width - frameBox().left - frameBox().right + 10, height - frameBox().bottom + 5);
    for (const line of chart.lines) drawLine(inside, line, styles[line.role], place, live.length > 0);
    for (const line of live) drawLine(inside, line, styles[line.role], place, false);
    if (this.cursor !== null) svg(root, "line", { class: "cursor", x1: place.x(this.cursor), x2: place.x(this.cursor), y1: frameBox().top, y2: height - frameBox().bottom });
    if (this.drag) svg(root, "rect", { class: "zoom", x: Math.min(...this.drag), width: Math.abs(this.drag[1] - this.drag[0]), y: frameBox().top, height: height - frameBox().top - frameBox().bottom });
    plot.replaceChildren(root);
    this.find(".all").hidden = !this.zoom;
    this.legend(live);
    this.status();
    plot.dataset.points = live.reduce((sum, line) => sum + line.x.length, 0);
    plot.dataset.frames = ++this.frames;
  }

  /** One entry a line, with its value at the cursor, where the run is, or at the end: legend and read-out in one. */
  legend(live) {
    const { chart, styles, words } = this.data;
    const now = live.filter((line) => !line.faint);
    const shown = [...now, ...chart.lines].filter((line) => line.x.length);
    const at = this.cursor ?? abreast(now);
    const x = at ?? Math.min(...shown.map((line) => line.x.at(-1)));
    const entries = shown.map((line) => {
      const name = line.live ? `${line.name} (${words.live})` : line.name;
      const value = valueAt(line, x, this.place.x);
      return element("li", {}, sample(styles[line.role], 30), `${name} `, element("b", { textContent: value === null ? "" : say(chart.y, value) }));
    });
    const where = at === null ? [] : [element("li", { className: "at", textContent: fill(words.at, { x: say(chart.x, at) }) })];
    this.find(".legend").replaceChildren(...where, ...entries);
  }

  status() {
    const { run, data } = this;
    const { state } = run;
    const where = this.sentence(state);
    const badge = this.find(".badge");
    badge.textContent = data.words.live;
    badge.classList.toggle("over", Boolean(run.over));
    this.find(".where").textContent = where;
    const percent = Math.round(100 * run.share);
    this.find(".done").style.width = `${percent}%`;
    this.find(".bar").setAttribute("aria-valuenow", percent);
    const spoken = [state, run.point?.round, Math.floor(percent / 25)].join();
    if (spoken !== this.spoken) this.find(".spoken").textContent = where; // not every step: it would drown a listener
    this.spoken = spoken;
    this.find(".live").dataset.state = state;
  }

  sentence(state) {
    const { words } = this.data;
    const { status, point, eta } = this.run;
    if (state === "queued") return fill(status.wait == null ? words.queued : words.queued_wait, { position: status.position, wait: this.time(status.wait) });
    if (state !== "running") return words[state];
    if (!point) return words.starting;
    const parts = [];
    if (point.rounds) parts.push(fill(words.round, point));
    if (point.stage === "train") parts.push(point.condition !== "ticket" ? point.condition : "", fill(words.step, point));
    parts.push(...this.latest());
    if (eta != null && eta >= 1) parts.push(fill(words.left, { left: this.time(eta) }));
    if (status.viewers > 1) parts.push(fill(words.watching, status));
    return parts.filter(Boolean).join(" · ");
  }

  latest() {
    return this.run.lines().filter((line) => !line.faint && line.x.length).slice(0, 1).map((line) => `${line.name} ${say(this.data.chart.y, line.y.at(-1))}`);
  }

  time(seconds) {
    const { words } = this.data;
    if (seconds == null) return "";
    return seconds < 90 ? fill(words.seconds, { n: Math.ceil(seconds) }) : fill(words.minutes, { n: Math.round(seconds / 60) });
  }

  alt(live) {
    const { chart } = this.data;
    const now = live.filter((line) => !line.faint && line.x.length).map((line) => `${line.name} ${say(chart.y, line.y.at(-1))} ${fill(this.data.words.at, { x: say(chart.x, line.x.at(-1)) })}`);
    return `${chart.title}. ${now.join("; ")}`;
  }

  // ── hands ─────────────────────────────────────────────────────────────────────────────────────────────────────

  listen() {
    const { plot } = this;
    const left = (event) => event.clientX - plot.getBoundingClientRect().left;
    plot.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse") return this.point(left(event));
      plot.setPointerCapture(event.pointerId);
      this.drag = [left(event), left(event)];
    });
    plot.addEventListener("pointermove", (event) => {
      if (this.drag) this.drag[1] = left(event);
      this.point(left(event));
    });
    plot.addEventListener("pointerup", () => this.letGo());
    plot.addEventListener("pointerleave", () => this.drag || this.read(null));
    plot.addEventListener("dblclick", () => this.zoomTo(null));
    plot.addEventListener("keydown", (event) => this.key(event));
    plot.addEventListener("blur", () => this.read(null));
    this.find(".all").addEventListener("click", () => this.zoomTo(null));
  }

  point(place) {
    if (this.place) this.read(Math.max(this.place.xs[0], Math.min(this.place.xs[1], this.place.valueAt(place))));
  }

  letGo() {
    const drag = this.drag;
    this.drag = null;
    if (drag && Math.abs(drag[1] - drag[0]) > DRAG) this.zoomTo([Math.min(...drag), Math.max(...drag)].map(this.place.valueAt));
    else this.draw();
  }

  zoomTo(range) {
    this.zoom = range;
    this.draw();
  }

  read(x) {
    this.cursor = x;
    this.draw();
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") return this.zoomTo(null), this.read(null);
    if (!step || !this.place) return;
    event.preventDefault();
    const [low, high] = this.place.xs;
    this.read(Math.max(low, Math.min(high, (this.cursor ?? high) + (step * (high - low)) / 50)));
  }

  close() {
    this.leave?.();
    this.size.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

export default function (component) {
  return mount(component, LiveChart);
}
