// The cover plays once: a net trains, is pruned round by round, and its last ticket reads a digit. Then it rests there.

import { readLayer } from "../../network_view/js/data.js";
import { drawLit } from "../../network_view/js/lit.js";
import { addEdge, drawUnits, layout } from "../../network_view/js/network.js";
import { calm, write } from "../../shared/js/dom.js";
import { top } from "../../shared/js/forward.js";
import { mount } from "../../shared/js/mount.js";
import { decode } from "../../shared/js/packed.js";
import { fit, themeOf } from "../../shared/js/paper.js";
import { count, fill, percent } from "../../shared/js/text.js";
import { growth } from "../../shared/js/type.js";
import { countersAt, length, momentAt, valuesAt } from "./film.js";

const WIDTHS = 8; // classes of line width: one stroke each
const SEEN = "lottery.cover"; // in the tab: the film has played

class Cover {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.at = 0; // ms into the film
    this.edges = this.units = this.lit = null; // where is drawn
    this.frame = null;
    this.frames = 0; // read by tests
    this.find(".play").addEventListener("click", () => this.toggle());
    this.watch = new ResizeObserver(() => this.film && this.build());
    this.watch.observe(this.find(".stage"));
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data }) {
    const begins = !this.film;
    if (data.packed !== this.packed) this.load(data);
    this.words = data.words;
    this.find(".cover").style.setProperty("--kept", this.film.styles.kept.colour);
    this.write(".dense .name", data.words.whole);
    this.write(".now .name", data.words.ticket);
    for (const place of [".dense", ".now"]) {
      this.write(`${place} .unit`, data.words.weights);
      this.write(`${place} .what`, data.words.reads);
    }
    this.write(".sentence", data.words.sentence);
    this.write(".hint", data.words.reader);
    this.find(".edges").setAttribute("aria-label", this.label());
    if (begins) this.at = calm() || sessionStorage.getItem(SEEN) ? this.end : 0;
    this.built = null;
    this.build();
    if (begins && this.at < this.end) this.play();
  }

  load(data) {
    this.packed = data.packed;
    this.film = {
      ...data, rounds: data.kept.length - 1, layers: data.layers.map(readLayer), source: decode(data.source, Uint16Array),
      target: decode(data.target, Uint16Array), layer: decode(data.layer, Uint8Array), died: decode(data.died, Uint8Array),
      first: decode(data.first, Int8Array), trained: data.trained.map((values) => decode(values, Int8Array)),
    };
    this.end = length(this.film.rounds);
  }

  build() {
    const box = this.find(".stage").getBoundingClientRect();
    const theme = themeOf(this.find(".stage"));
    const built = [box.width, box.height, JSON.stringify(theme)].join();
    if (!box.width || built === this.built) return;
    this.built = built;
    this.theme = theme;
    this.geometry = layout(this.film, box.width, box.height, true);
    for (const name of ["edges", "units", "lit"]) this[name] = fit(this.find(`.${name}`), box.width, box.height);
    drawUnits(this.units, this.film, this.geometry, 0, theme);
    this.show();
  }

  /** The film in words, whatever moment is on screen. */
  label() {
    const { film, words } = this;
    const known = { total: count(film.kept[0]), kept: count(film.kept.at(-1)), ticket: percent(film.read.at(-1)), dense: percent(film.read[0]) };
    return `${fill(words.label, known)} ${fill(words.answer, { digit: top(film.said.at(-1)) })}.`;
  }

  // ── playing ───────────────────────────────────────────────────────────────────────────────────────────────────

  toggle() {
    if (this.frame) return this.stop(), this.show();
    if (this.at >= this.end) this.at = 0;
    if (calm()) this.at = this.end; // no film for who wants no motion
    this.play();
  }

  play() {
    let before = performance.now();
    const tick = (now) => {
      this.at = Math.min(this.end, this.at + Math.min(100, Math.max(0, now - before))); // a hidden tab does not skip it
      before = now;
      this.frame = this.at < this.end ? requestAnimationFrame(tick) : null;
      if (!this.frame) sessionStorage.setItem(SEEN, "1");
      this.show();
    };
    this.frame = requestAnimationFrame(tick);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
  }

  show() {
    const { film, words, geometry } = this;
    if (!geometry) return;
    const moment = momentAt(this.at, film.rounds);
    const over = this.at >= this.end;
    this.drawEdges(moment, valuesAt(film, moment));
    drawLit(this.lit, film, geometry, over ? film.said.map((values) => Float32Array.from(values)) : null, 0, this.theme);
    const { kept, read } = countersAt(film, moment);
    this.write(".dense .count", count(film.kept[0]));
    const reads = (share) => (share === null ? "…" : percent(share));
    this.write(".dense .read", reads(moment.round || moment.trained >= 1 ? film.read[0] : null));
    this.write(".now .count", count(kept));
    this.write(".now .read", reads(read));
    this.write(".play", this.frame ? words.pause : over ? words.replay : words.go_on);
    this.find(".sentence").classList.toggle("later", !over);
    this.find(".hint").style.visibility = over ? "visible" : "hidden";
    const cover = this.find(".cover");
    Object.assign(cover.dataset, { round: moment.round, over, frames: ++this.frames, kept });
  }

  drawEdges({ round, cut }, values) {
    const { film, geometry, edges: context } = this;
    const { kept, pruned } = film.styles;
    const [alive, going] = [Array.from({ length: WIDTHS }, () => new Path2D()), new Path2D()];
    for (let edge = 0; edge < values.length; edge++) {
      const died = film.died[edge];
      if (died && (died < round || (died === round && cut >= 1))) continue;
      const path = died === round && round ? going : alive[Math.min(WIDTHS - 1, Math.floor(WIDTHS * Math.abs(values[edge])))];
      addEdge(path, film, geometry, edge);
    }
    context.clearRect(0, 0, geometry.width, geometry.height);
    context.strokeStyle = kept.colour;
    alive.forEach((path, i) => {
      const share = (i + 0.5) / WIDTHS;
      Object.assign(context, { lineWidth: (0.5 + 2.6 * share) * growth(), globalAlpha: Math.min(1, 0.3 + 1.1 * share) });
      context.stroke(path);
    });
    context.setLineDash([4, 3]);
    Object.assign(context, { strokeStyle: pruned.colour, lineWidth: 1.1 * growth(), globalAlpha: 1 - 0.7 * cut });
    context.stroke(going);
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  write(where, text) {
    write(this.find(where), text);
  }

  close() {
    this.stop();
    this.watch.disconnect();
  }
}

export default function (component) {
  return mount(component, Cover);
}
