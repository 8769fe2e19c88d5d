// The view: one state (the rung), every part moved in the same frame, Python told once on release.

import { onDrag } from "../../shared/js/hands.js";
import { Memory } from "../../shared/js/memory.js";
import { mount } from "../../shared/js/mount.js";
import { fit, themeOf } from "../../shared/js/paper.js";
import { count, fill } from "../../shared/js/text.js";
import { Answer } from "./answer.js";
import { readModel, sparsityOf } from "./data.js";
import { drawChosen, edgeStory, nearestEdge } from "./hover.js";
import { drawLit } from "./lit.js";
import { LiveNet } from "./live.js";
import { deadUnits, drawUnits, Edges, layout } from "./network.js";
import { drawHistogram, drawPixels } from "./panels.js";
import { Picker } from "./picker.js";
import { Play } from "./play.js";
import { drawPlot } from "./plot.js";
import { buildReadings, lineOf, liveReadings, swatchEdge } from "./readings.js";
import { tellAnswer, tellLive } from "./telling.js";

class View {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.slider = this.find(".slider");
    this.stage = this.find(".stage");
    this.edgesCanvas = this.find(".edges");
    this.frames = 0; // redraws so far, read by the benchmark
    this.rung = 0;
    this.move = this.live = this.play = null;
    this.chosen = -1;
    this.memory = new Memory();
    this.answer = new Answer(() => this.redraw());
    this.picker = new Picker(this.find(".picker"), (digit) => this.takeDigit(digit), () => this.openPicker(false));
    this.listen();
    this.watch = new ResizeObserver(() => this.model && this.build());
    for (const part of [".view", ".accuracy .plot"]) this.watch.observe(this.find(part));
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data, setStateValue, setTriggerValue }) {
    this.report = (rung) => setStateValue("position", { rung, move: this.move });
    this.tellOver = (state) => setTriggerValue("over", state);
    if (data.packed !== this.packed) this.load(data);
    this.data = data;
    this.words = data.words;
    if (data.position.move !== this.move) {
      this.move = data.position.move;
      this.rung = data.position.from ?? data.position.rung;
      this.memory.knows(data.position.rung);
      this.goal = data.position.from === undefined ? null : data.position.rung;
    }
    this.rung = Math.min(this.rung, this.model.rungs - 1);
    this.built = null;
    this.label();
    this.follow(data.live);
    this.build();
    if (this.goal != null) this.play.run(this.rung, this.goal);
    this.goal = null;
  }

  /** Another net. */
  load(data) {
    this.packed = data.packed;
    this.model = readModel(data);
    this.words = data.words;
    this.chosen = -1;
    this.dead = Array.from({ length: this.model.rungs }, (_, rung) => deadUnits(this.model, rung));
    if (this.model.digits.length) {
      const known = this.answer.digits.length;
      this.answer.load(this.model);
      if (!known) this.picker.load(this.answer.digits, data.words);
    }
  }

  /** A run that trains this net now, or none. */
  follow(live) {
    if (live?.job !== this.live?.job) {
      this.live?.close();
      this.live = live ? new LiveNet(this.model, live, () => this.redraw(), (state) => this.tellOver(state)) : null;
    }
    for (const text of live?.events ?? []) this.live.hear(JSON.parse(text));
  }

  // ── building ──────────────────────────────────────────────────────────────────────────────────────────────────

  label() {
    const { words, model, slider } = this;
    this.find(".view").classList.toggle("bare", Boolean(this.data.bare));
    slider.max = model.rungs - 1;
    slider.disabled = Boolean(this.data.fresh);
    slider.setAttribute("aria-label", words.slider);
    this.find(".accuracy h2").textContent = words.accuracy_heading;
    this.find(".accuracy .hint").textContent = words.chart_hint;
    this.find(".histogram h2").textContent = words.histogram;
    this.find(".pixels h2").textContent = words.pixels;
    const part = { drawn: count(model.rank.length), total: count(model.total) };
    this.find(".sampled").textContent = model.sampled || (part.drawn === part.total ? "" : fill(words.sampled, part));
    this.find(".net .hint").textContent = words.network_hint;
    this.find(".pixels").hidden = !model.layers[0].grid;
    this.find(".digits").hidden = !model.digits.length;
    this.find(".another").textContent = words.another;
    this.find(".choose").textContent = words.choose;
    const key = ["kept", "pruned"].map((role) => [swatchEdge(model.styles[role], role), `${words[role]} `]);
    this.find(".key").replaceChildren(...key.flat());
    const ticks = [0, 20, 40, 60, 80, 100].map((tick) => `<span>${tick}<i>%</i></span>`);
    this.find(".ticks").innerHTML = ticks.join("");
    const style = this.find(".view").style;
    style.setProperty("--kept", model.styles.kept.colour);
    style.setProperty("--pruned", model.styles.pruned.colour);
    this.play ??= new Play(this.find(".play"), words, (rung) => this.go(rung), () => this.release());
    this.find(".play").disabled = slider.disabled;
    this.readings = this.data.fresh ? liveReadings(this.find(".readings"), model, this.data.plan, words) : buildReadings(this.find(".readings"), model);
  }

  /** Lay everything out for the present size and theme; nothing to do if neither changed. */
  build() {
    const box = this.stage.getBoundingClientRect();
    const theme = themeOf(this.stage);
    const chart = this.find(".accuracy .plot");
    const built = [box.width, box.height, chart.clientWidth, chart.clientHeight, window.devicePixelRatio, JSON.stringify(theme)].join();
    if (built === this.built || !box.width) return;
    this.built = built;
    this.theme = theme;
    const { model, words } = this;
    this.geometry = layout(model, box.width, box.height, model.digits.length > 0);
    this.edgeContext = fit(this.edgesCanvas, box.width, box.height);
    this.unitContext = fit(this.find(".units"), box.width, box.height);
    this.litContext = fit(this.find(".lit"), box.width, box.height);
    this.drawnDead = null;
    this.edges = new Edges(model, this.geometry, model.styles);
    const bars = this.find(".histogram .plot");
    this.drawnPoints = -1;
    this.plot = drawPlot(chart, model);
    this.parts = [this.plot, drawHistogram(bars, model, words, bars.clientWidth)];
    if (model.layers[0].grid) {
      const canvas = this.find(".pixels canvas");
      this.parts.push(drawPixels(canvas, this.find(".pixels figcaption"), model, words, canvas.clientWidth, theme));
    }
    if (model.digits.length) this.picker.paint(theme.text);
    this.showAll();
    this.settle();
    this.prepareIdly();
  }

  prepareIdly() {
    const edges = this.edges;
    const next = () => edges === this.edges && !this.closed && !this.live && edges.prepare() && idly(next);
    const idly = window.requestIdleCallback ?? ((task) => setTimeout(task, 50));
    idly(next);
  }

  // ── moving ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Wish for a rung; drawn at the next frame, so that a fast hand never queues up work. */
  go(rung) {
    this.rung = Math.max(0, Math.min(this.model.rungs - 1, Math.round(rung)));
    this.redraw();
    this.memory.soon(() => this.settle());
  }

  /** Draw what is known at the next frame. */
  redraw() {
    if (!this.geometry) return;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.showAll();
    });
  }

  showAll() {
    if (this.live) this.showLive();
    else this.show(this.rung);
    this.frames++;
    this.edgesCanvas.frames = this.frames;
  }

  /** Every part at this rung, in one go. */
  show(rung) {
    const { model, words } = this;
    this.edges.draw(this.edgeContext, rung);
    this.showUnits(rung);
    this.showAnswer(this.answer.at(rung), rung);
    this.place(rung);
    const { fresh } = this.data;
    this.find(".percent").textContent = fresh ? words.fresh : `${sparsityOf(model, rung)}%`;
    this.find(".kept-of-total").textContent = fill(fresh ? words.kept_of_total : words.removed, { kept: count(model.kept[rung]), total: count(model.total) });
    this.readings.move(rung);
  }

  /** Slider and charts at this rung. */
  place(rung) {
    if (+this.slider.value !== rung) this.slider.value = rung;
    this.slider.style.setProperty("--share", rung / (this.model.rungs - 1));
    for (const part of this.parts) part.move(rung);
  }

  /** The net in training, and the ladder as far as it is measured. */
  showLive() {
    const { live, model, words } = this;
    const rung = Math.max(0, live.rung);
    live.draw(this.edgeContext, this.geometry);
    this.showUnits(0);
    const layers = live.layers ?? (live.living.pictures ? null : this.answer.layers);
    this.showAnswer(layers && this.answer.of(layers), 0);
    const lines = live.run.lines();
    const points = lines.reduce((sum, line) => sum + line.x.length, 0);
    if (points !== this.drawnPoints) {
      this.drawnPoints = points;
      this.parts[0] = this.plot = drawPlot(this.find(".accuracy .plot"), { ...model, accuracy: { ...model.accuracy, lines: [...model.accuracy.lines, ...lines] } });
    }
    this.place(rung);
    this.readings.move(rung, lines);
    const [head, more] = tellLive(live, model, words);
    this.find(".percent").textContent = head;
    this.find(".kept-of-total").textContent = more;
    this.find(".view").dataset.pictures = live.living.pictures;
    this.find(".view").dataset.state = live.run.state;
  }

  /** The digit's way through the net, and what comes out. */
  showAnswer(said, rung) {
    drawLit(this.litContext, this.model, this.geometry, said, rung, this.theme);
    tellAnswer(this.find(".answer"), this.answer, said, this.live || this.data.fresh ? null : rung, this.words);
  }

  showUnits(rung) {
    const drawn = this.chosen < 0 ? this.dead[rung] : null; // while nothing dies and nothing is chosen, nothing changes
    if (drawn !== null && drawn === this.drawnDead) return;
    this.drawnDead = drawn;
    drawUnits(this.unitContext, this.model, this.geometry, rung, this.theme);
    if (this.chosen < 0) return;
    drawChosen(this.unitContext, this.model, this.geometry, this.chosen, rung, this.theme);
    this.find(".card").replaceChildren(...edgeStory(this.model, this.chosen, rung, this.words).map(lineOf));
  }

  /** Words for those who listen, once the hand rests: announcing every frame would drown them. */
  settle() {
    const { model, words, rung } = this;
    const kept = model.kept[rung];
    const facts = {
      name: model.name, sparsity: sparsityOf(model, rung), kept: count(kept), total: count(model.total),
      pruned: count(model.total - kept), dead: this.dead[rung],
      units: model.layers.reduce((sum, layer) => sum + layer.units.length, 0),
    };
    this.slider.setAttribute("aria-valuetext", fill(words.value_text, facts));
    this.edgesCanvas.setAttribute("aria-label", fill(words.network, facts));
    this.find(".summary").textContent = fill(words.summary, { ...facts, accuracies: this.readings.text(rung) });
    for (const part of this.parts) part.describe?.(rung);
    if (this.keyed) this.release();
  }

  /** Tell Python, unless it knows. */
  release() {
    this.keyed = false;
    this.memory.tell(this.rung, this.report);
  }

  // ── hands ─────────────────────────────────────────────────────────────────────────────────────────────────────

  listen() {
    const { slider, edgesCanvas } = this;
    slider.addEventListener("input", () => (this.play.stop(), this.go(+slider.value)));
    slider.addEventListener("keydown", (event) => (this.keyed ||= event.key.startsWith("Arrow") || event.key.startsWith("Page")));
    slider.addEventListener("change", () => this.keyed || this.release());
    this.find(".play").addEventListener("click", () => this.play.toggle(this.rung, this.model.rungs - 1));
    edgesCanvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.point(event, 7));
    edgesCanvas.addEventListener("pointerdown", (event) => this.point(event, event.pointerType === "mouse" ? 7 : 22));
    edgesCanvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.choose(-1));
    edgesCanvas.addEventListener("blur", () => this.choose(-1));
    edgesCanvas.addEventListener("keydown", (event) => this.stepEdge(event));
    this.listenPlot(this.find(".accuracy .plot"));
    this.find(".another").addEventListener("click", () => this.takeDigit());
    this.find(".choose").addEventListener("click", () => this.openPicker(this.find(".picker").hidden));
    this.stage.addEventListener("keydown", (event) => event.key === "Escape" && this.openPicker(false));
  }

  listenPlot(plot) {
    const scrub = (event) => this.data.fresh || (this.play.stop(), this.go(this.plot.shareAt(event.clientX) * (this.model.rungs - 1)));
    onDrag(plot, scrub, () => this.release());
  }

  /** This digit, or the next one of the test set. */
  takeDigit(digit = null) {
    if (digit) this.answer.take(digit);
    else this.answer.next();
    this.drawnDead = null;
    this.redraw();
    this.memory.soon(() => this.settle());
  }

  openPicker(on) {
    const { picker, choose } = { picker: this.find(".picker"), choose: this.find(".choose") };
    if (picker.hidden === !on) return;
    picker.hidden = !on;
    choose.setAttribute("aria-expanded", String(on));
    if (on) picker.querySelector("button").focus();
    else choose.focus();
  }

  /** Choose the edge under the pointer. */
  point(event, reach) {
    const box = this.edgesCanvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    this.choose(nearestEdge(this.model, this.geometry, this.rung, x, y, reach), x, y);
  }

  /** Arrow keys on the drawing walk through the edges by size, starting with the next one to be pruned. */
  stepEdge(event) {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (event.key === "Escape") this.choose(-1);
    if (!step) return;
    event.preventDefault();
    const last = this.model.rank.length - 1;
    const edge = this.chosen < 0 ? this.model.gone[this.rung] : this.chosen + step;
    this.choose(Math.max(0, Math.min(last, edge)), 0, 0);
  }

  choose(edge, x = 0, y = 0) {
    const card = this.find(".card");
    if (edge !== this.chosen) {
      this.chosen = edge;
      this.showUnits(this.rung);
    }
    card.hidden = edge < 0;
    if (edge < 0) return;
    const { width, height } = this.geometry;
    card.style.left = `${Math.max(0, Math.min(width - card.offsetWidth, x + 14))}px`;
    card.style.top = `${y + 18 + card.offsetHeight > height ? Math.max(0, y - card.offsetHeight - 12) : y + 18}px`;
  }

  close() {
    this.closed = true;
    this.play?.stop();
    this.live?.close();
    this.picker.close();
    this.memory.close();
    cancelAnimationFrame(this.frame);
    this.watch.disconnect();
  }
}

export default function (component) {
  return mount(component, View);
}
