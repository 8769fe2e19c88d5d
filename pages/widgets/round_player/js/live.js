// The next round's training as it is heard: its weights as they move, its curve so far, and where it stands.

import { Living } from "../../shared/js/living.js";
import { Run } from "../../shared/js/run.js";
import { stream } from "../../shared/js/stream.js";
import { count } from "../../shared/js/text.js";

const FELL_MS = 900; // how long a cut stays red before it is a ghost like those before it
const FRAME_MS = 45; // between two pictures: the training needs the processor more than the twentieth picture does

export class LiveRound {
  /** moved(): the drawn weights are others. */
  constructor({ job, first, round, paused }, moved) {
    this.job = job;
    this.first = first; // of the rounds that it trains
    this.round = round;
    this.paused = paused;
    this.told = false; // has Python heard that it is over?
    this.run = new Run({ stage: "train", x: "step", lines: [{ name: "now", measure: "validation_accuracy", condition: "ticket" }] });
    this.moved = moved;
    this.living = null; // from the first picture on
    this.shown = 0;
  }

  /** The net as it is drawn now, before the first picture. layer: of every drawn edge; values: NaN for the dead. */
  begin(layer, values) {
    this.living = new Living(layer, () => this.show());
    this.living.start(values.map((value) => value || 0));
    this.fell = Float64Array.from(values, (value) => (Number.isNaN(value) ? -Infinity : Infinity)); // when each was cut
  }

  /** Listen to its event stream; returns the way to stop. */
  watch(url, hear) {
    const leave = url ? stream.watch(this.job, url, hear, true) : () => {};
    return () => (leave(), this.living?.close());
  }

  hear(message) {
    this.run.hear(message);
    if (!this.living?.hear(message)) return;
    const now = performance.now();
    this.living.alive.forEach((alive, edge) => {
      if (!alive) this.fell[edge] = Math.min(this.fell[edge], now);
    });
    this.reach();
  }

  /** Sizes that get the full width, a layer: three in a hundred of the latest picture's are larger. */
  reach() {
    const { goal, ends } = this.living;
    this.large = ends.map((end, layer) => {
      const sizes = goal.slice(layer ? ends[layer - 1] : 0, end).map(Math.abs).filter((size) => size > 0).sort();
      return sizes[Math.floor(0.97 * sizes.length)] || 1;
    });
  }

  show() {
    const now = performance.now();
    if (now - this.shown < FRAME_MS) return;
    this.shown = now;
    this.moved();
  }

  /** Has a picture come? */
  get lives() {
    return this.living?.picture != null;
  }

  /** How many drawn edges live. */
  get count() {
    return this.living.alive.reduce((sum, alive) => sum + alive, 0);
  }

  /** Weights as drawn, NaN for the dead. */
  get values() {
    const { values, alive } = this.living;
    return values.map((value, edge) => (alive[edge] ? value : NaN));
  }

  /** How long ago an edge was cut, as a share of the time that it stays red: 0 just now, 1 a ghost; below 0 it lives. */
  since(edge) {
    return this.fell[edge] === Infinity ? -1 : Math.min(1, (performance.now() - this.fell[edge]) / FELL_MS);
  }

  /** The curve of the round asked for: {x, y} so far. */
  get curve() {
    return this.run.lines().at(-1) ?? { x: [], y: [] };
  }

  /** What is said meanwhile: a key of the words, and what fills it in. */
  get saying() {
    const { point, status, trouble } = this.run;
    const round = point?.round ?? this.first;
    if (this.paused) return { say: "tell_paused", known: { round } };
    if (trouble) return { say: `tell_${trouble}`, known: { round } };
    if (point?.stage === "train") return { say: "tell_live", known: { round, step: count(point.step), steps: count(point.steps) } };
    if (point) return { say: "tell_measured", known: { round } };
    if (status?.state === "queued") return { say: "tell_waiting", known: { round, position: status.position } };
    return { say: "tell_starting", known: { round } };
  }
}
