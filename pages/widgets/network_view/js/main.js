// The view: one state (the rung), every part moved in the same frame, Python told once on release.

import { calm } from "../../shared/js/dom.js";
import { onDrag } from "../../shared/js/hands.js";
import { Memory } from "../../shared/js/memory.js";
import { unpack } from "../../shared/js/packed.js";
import { fit, themeOf } from "../../shared/js/paper.js";
import { count, fill } from "../../shared/js/text.js";
import { readModel, sparsityOf } from "./data.js";
import { drawChosen, edgeStory, nearestEdge } from "./hover.js";
import { deadUnits, drawUnits, Edges, layout } from "./network.js";
import { drawHistogram, drawPixels } from "./panels.js";
import { drawPlot } from "./plot.js";
import { buildReadings, lineOf, swatchEdge } from "./readings.js";

const PLAY_MS = 9000; // from nothing to everything: slow enough to see the cliff come

class View {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.slider = this.find(".slider");
    this.stage = this.find(".stage");
    this.edgesCanvas = this.find(".edges");
    this.frames = 0; // redraws so far, read by the benchmark
    this.rung = 0;
    this.move = null;
    this.chosen = -1;
    this.memory = new Memory();
    this.listen();
    this.watch = new ResizeObserver(() => this.model && this.build());
    this.watch.observe(this.find(".view"));
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data, setStateValue }) {
    this.report = (rung) => setStateValue("position", { rung, move: this.move });
    if (data !== this.data) {
      this.data = data;
      this.model = readModel(data);
      this.words = data.words;
      this.chosen = -1;
      this.dead = Array.from({ length: this.model.rungs }, (_, rung) => deadUnits(this.model, rung));
    }
    if (data.position.move !== this.move) {
      this.move = data.position.move;
      this.rung = data.position.rung;
      this.memory.knows(this.rung);
    }
    this.rung = Math.min(this.rung, this.model.rungs - 1);
    this.built = null;
    this.label();
    this.build();
  }

  // ── building ──────────────────────────────────────────────────────────────────────────────────────────────────

  label() {
    const { words, model, slider } = this;
    slider.max = model.rungs - 1;
    slider.setAttribute("aria-label", words.slider);
    this.find(".accuracy h2").textContent = words.accuracy_heading;
    this.find(".accuracy .hint").textContent = words.chart_hint;
    this.find(".histogram h2").textContent = words.histogram;
    this.find(".pixels h2").textContent = words.pixels;
    const part = { drawn: count(model.rank.length), total: count(model.total) };
    this.find(".sampled").textContent = model.sampled || (part.drawn === part.total ? "" : fill(words.sampled, part));
    this.find(".net .hint").textContent = words.network_hint;
    this.find(".pixels").hidden = !model.layers[0].grid;
    const key = ["kept", "pruned"].map((role) => [swatchEdge(model.styles[role], role), `${words[role]} `]);
    this.find(".key").replaceChildren(...key.flat());
    const ticks = [0, 20, 40, 60, 80, 100].map((tick) => `<span>${tick}<i>%</i></span>`);
    this.find(".ticks").innerHTML = ticks.join("");
    const style = this.find(".view").style;
    style.setProperty("--kept", model.styles.kept.colour);
    style.setProperty("--pruned", model.styles.pruned.colour);
    this.readings = buildReadings(this.find(".readings"), model);
    this.showPlay(false);
  }

  /** Lay everything out for the present size and theme; nothing to do if neither changed. */
  build() {
    const box = this.stage.getBoundingClientRect();
    const theme = themeOf(this.stage);
    const built = [box.width, box.height, window.devicePixelRatio, JSON.stringify(theme)].join();
    if (built === this.built || !box.width) return;
    this.built = built;
    this.theme = theme;
    const { model, words } = this;
    this.geometry = layout(model, box.width, box.height);
    this.edgeContext = fit(this.edgesCanvas, box.width, box.height);
    this.unitContext = fit(this.find(".units"), box.width, box.height);
    this.drawnDead = null;
    this.edges = new Edges(model, this.geometry, model.styles);
    const plot = this.find(".accuracy .plot");
    const bars = this.find(".histogram .plot");
    this.plot = drawPlot(plot, model);
    this.parts = [this.plot, drawHistogram(bars, model, words, bars.clientWidth)];
    if (model.layers[0].grid) {
      const canvas = this.find(".pixels canvas");
      this.parts.push(drawPixels(canvas, this.find(".pixels figcaption"), model, words, canvas.clientWidth, theme));
    }
    this.show(this.rung);
    this.settle();
    this.prepareIdly();
  }

  prepareIdly() {
    const edges = this.edges;
    const next = () => edges === this.edges && !this.closed && edges.prepare() && idly(next);
    const idly = window.requestIdleCallback ?? ((task) => setTimeout(task, 50));
    idly(next);
  }

  // ── moving ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Wish for a rung; drawn at the next frame, so that a fast hand never queues up work. */
  go(rung) {
    this.rung = Math.max(0, Math.min(this.model.rungs - 1, Math.round(rung)));
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.show(this.rung);
    });
    this.memory.soon(() => this.settle());
  }

  /** Every part at this rung, in one go. */
  show(rung) {
    const { model, words, slider } = this;
    const kept = model.kept[rung];
    if (+slider.value !== rung) slider.value = rung;
    slider.style.setProperty("--share", rung / (model.rungs - 1));
    this.edges.draw(this.edgeContext, rung);
    this.showUnits(rung);
    for (const part of this.parts) part.move(rung);
    this.find(".percent").textContent = `${sparsityOf(model, rung)}%`;
    this.find(".kept-of-total").textContent = fill(words.kept_of_total, { kept: count(kept), total: count(model.total) });
    this.readings.move(rung);
    this.frames++;
    this.edgesCanvas.frames = this.frames;
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
    slider.addEventListener("input", () => (this.stop(), this.go(+slider.value)));
    slider.addEventListener("keydown", (event) => (this.keyed ||= event.key.startsWith("Arrow") || event.key.startsWith("Page")));
    slider.addEventListener("change", () => this.keyed || this.release());
    this.find(".play").addEventListener("click", () => this.toggle());
    edgesCanvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.point(event, 7));
    edgesCanvas.addEventListener("pointerdown", (event) => this.point(event, event.pointerType === "mouse" ? 7 : 22));
    edgesCanvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.choose(-1));
    edgesCanvas.addEventListener("blur", () => this.choose(-1));
    edgesCanvas.addEventListener("keydown", (event) => this.stepEdge(event));
    this.listenPlot(this.find(".accuracy .plot"));
  }

  listenPlot(plot) {
    const scrub = (event) => (this.stop(), this.go(this.plot.shareAt(event.clientX) * (this.model.rungs - 1)));
    onDrag(plot, scrub, () => this.release());
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

  // ── playing ───────────────────────────────────────────────────────────────────────────────────────────────────

  toggle() {
    if (this.playing) return this.stop(), this.release();
    const last = this.model.rungs - 1;
    const from = this.rung >= last ? 0 : this.rung;
    const began = performance.now();
    const still = calm();
    const tick = (now) => {
      const passed = from + (last * Math.max(0, now - began)) / PLAY_MS;
      const rung = still ? from + 10 * Math.floor((passed - from) / 10) : passed; // in ten still pictures, not a film
      this.go(Math.min(last, rung));
      if (passed < last) this.playing = requestAnimationFrame(tick);
      else this.stop(), this.release();
    };
    this.playing = requestAnimationFrame(tick);
    this.showPlay(true);
  }

  stop() {
    if (!this.playing) return;
    cancelAnimationFrame(this.playing);
    this.playing = null;
    this.showPlay(false);
  }

  showPlay(on) {
    this.find(".play").setAttribute("aria-label", on ? this.words.pause : this.words.play);
    this.find(".play path").setAttribute("d", on ? "M3 2h4v12H3zM9 2h4v12H9z" : "M4 2l10 6-10 6z");
  }

  close() {
    this.closed = true;
    this.stop();
    this.memory.close();
    cancelAnimationFrame(this.frame);
    this.watch.disconnect();
  }
}

export default function (component) {
  const root = component.parentElement;
  const view = (root.view ??= new View(root));
  view.update({ ...component, data: unpack(view, component.data) });
  return () => {
    view.close();
    delete root.view;
  };
}
