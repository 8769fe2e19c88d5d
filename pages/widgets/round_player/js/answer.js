// A test digit on its way through the drawn net, wherever all of that net is known: at its first values, after a training, and
// while one goes on. Between two measured points of a film the weights are interpolated: nothing is said there.

import { pooled } from "../../digit_pad/js/ink.js";
import { drawnLayers, forward } from "../../shared/js/forward.js";
import { readDigits } from "../../network_view/js/picker.js";

const SIDE = 28; // pixels along a test digit

export class Reader {
  /** run: with `digits` and `biases`, one list a layer for every trained round. */
  constructor(run) {
    this.run = run;
    this.digits = readDigits(run.digits);
    this.take(this.digits.find(({ label }) => label === 7));
  }

  take(digit) {
    this.digit = digit;
    this.run.layers[0].image = this.pixels = pooled(digit.pixels, SIDE / this.run.layers[0].grid[0]);
  }

  /** The next class, of each in turn. */
  next() {
    const label = (this.digit.label + 1) % 10;
    const alike = this.digits.filter((digit) => digit.label === label);
    this.turn = (this.turn ?? 0) + (label === 7);
    this.take(alike[this.turn % alike.length]);
  }

  /** What all units say at a moment at which the net is drawn with these values; null where its biases are not known. */
  at(moment, values) {
    const biases = this.biasesAt(moment);
    return biases && this.of(values, biases);
  }

  biasesAt({ round, time, trained }) {
    const { run } = this;
    if (time === 0 || time === 3) return run.rewind ? null : run.layers.slice(1).map((layer) => new Float32Array(layer.of)); // all begin at zero
    return trained === 1 && time <= 2 ? run.biases[round] ?? null : null;
  }

  /** The same of a net with these weights, NaN or 0 for the dead. */
  of(values, biases) {
    const weights = values.map((value) => value || 0);
    return forward(drawnLayers(this.run, weights, biases.map((bias) => Float32Array.from(bias))), this.pixels);
  }
}
