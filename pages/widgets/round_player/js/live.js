// The next round's training as it is heard: its curve so far, and where it stands.

import { Run } from "../../shared/js/run.js";
import { stream } from "../../shared/js/stream.js";
import { count } from "../../shared/js/text.js";

export class LiveRound {
  constructor({ job, round }) {
    this.job = job;
    this.round = round;
    this.told = false; // has Python heard that it is over?
    this.run = new Run({ stage: "train", x: "step", lines: [{ name: "now", measure: "validation_accuracy", condition: "ticket" }] });
  }

  /** Listen to its event stream; returns the way to stop. */
  watch(url, hear) {
    return url ? stream.watch(this.job, url, hear) : () => {};
  }

  /** The curve of the round asked for: {x, y} so far. */
  get curve() {
    return this.run.lines().at(-1) ?? { x: [], y: [] };
  }

  /** What is said meanwhile: a key of the words, and what fills it in. */
  get saying() {
    const { point, status, trouble } = this.run;
    if (trouble) return { say: `tell_${trouble}`, known: { round: this.round } };
    if (point?.stage === "train") return { say: "tell_live", known: { round: point.round, step: count(point.step), steps: count(point.steps) } };
    if (status?.state === "queued") return { say: "tell_waiting", known: { round: this.round, position: status.position } };
    return { say: "tell_starting", known: { round: this.round } };
  }
}
