// The next round's training as it is heard: its curve so far, and where it stands.

import { Run } from "../../shared/js/run.js";
import { stream } from "../../shared/js/stream.js";
import { count } from "../../shared/js/text.js";

export class LiveRound {
  constructor({ job, round }) {
    Object.assign(this, { job, round, told: false });
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
    const { point, status } = this.run;
    if (point?.stage === "train") return ["tell_live", { round: this.round, step: count(point.step), steps: count(point.steps) }];
    if (status?.state === "queued") return ["tell_waiting", { round: this.round, position: status.position }];
    return ["tell_starting", { round: this.round }];
  }
}
