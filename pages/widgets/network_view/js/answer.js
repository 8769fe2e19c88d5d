// Which digit goes through the net, and what the net says to it at each rung.

import { pooled } from "../../digit_pad/js/ink.js";
import { drawnLayers, fetchNet, forward, top } from "../../shared/js/forward.js";
import { decode } from "../../shared/js/packed.js";
import { percent } from "../../shared/js/text.js";
import { deathOf } from "./data.js";
import { readDigits } from "./picker.js";

/** Of each layer what it says at a rung to the first digit; null where that has not come along. */
function readFirst({ first, kept }) {
  if (!first?.length) return null;
  return first.map((layer) => {
    const values = layer.levels ? decode(layer.levels, Uint8Array) : decode(layer, Float32Array);
    const units = values.length / kept.length;
    return (rung) => Float32Array.from(values.subarray(rung * units, (rung + 1) * units), (value) => value * (layer.scale ?? 1));
  });
}

export class Answer {
  /** changed(): the net has come, or it is another digit. */
  constructor(changed) {
    this.changed = changed;
    this.digits = [];
    this.layers = this.digit = null;
    this.trouble = false;
  }

  /** The net of this model: the drawn weights where all are drawn, else the whole one, fetched when another digit than
   * the first is asked for: what the net says to that one has come along. */
  load(model) {
    this.model = model;
    this.layers = null;
    this.trouble = false;
    if (!this.digits.length) this.digits = readDigits(model.digits);
    this.first = readFirst(model);
    this.take(this.digit ?? this.digits[0]);
    if (!model.biases.length) return;
    if (model.rank.length === model.total) this.use(drawnLayers(model, model.weight, model.biases, Uint8Array.from(model.weight, (_, edge) => deathOf(model, edge))));
    else if (!this.known) this.fetch();
  }

  fetch() {
    const { model } = this;
    if (model.net) fetchNet(model.net).then((layers) => this.model === model && (this.use(layers), this.changed()), () => (this.trouble = true));
  }

  /** Has what the net says to this digit come along? */
  get known() {
    return this.first && this.digit === this.digits[0];
  }

  use(layers) {
    this.layers = layers;
    this.flip = undefined;
  }

  /** Another digit: {pixels, label}. */
  take(digit) {
    this.digit = digit;
    const side = this.model.layers[0].grid[0];
    this.pixels = pooled(digit.pixels, 28 / side);
    this.model.layers[0].image = this.pixels;
    this.flip = undefined;
    if (!this.layers && this.first && !this.known) this.fetch();
  }

  next() {
    const at = this.digits.indexOf(this.digit);
    // Classes in turn rather than the order of the test set: 7, 2, 1, 0, 4, 1 … would repeat themselves.
    const order = [...this.digits.keys()].sort((a, b) => this.rankOf(a) - this.rankOf(b));
    this.take(this.digits[order[(order.indexOf(at) + 1) % order.length]]);
  }

  /** The first of every class, then the second of every class …; classes from 0 to 9. */
  rankOf(place) {
    const { label } = this.digits[place];
    const turn = this.digits.slice(0, place).filter((other) => other.label === label).length;
    return 10 * turn + label;
  }

  /** What all units say at a rung; null while there is no net. */
  at(rung) {
    if (this.layers) return forward(this.layers, this.pixels, rung);
    return this.known ? this.first.map((layer) => layer(rung)) : null;
  }

  /** The same of a net in training, whose weights are these. */
  of(layers) {
    return forward(layers, this.pixels);
  }

  /** In words: what it reads, and whether that is right. */
  telling(said) {
    const shares = said.at(-1);
    const digit = top(shares);
    const right = this.digit.label === null ? null : digit === this.digit.label;
    return { digit, right, sure: percent(shares[digit], 0) };
  }

  /** The last rung up to which the first answer holds, looked for once a digit; null when it never changes. */
  get holds() {
    if (this.flip !== undefined || !this.at(0)) return this.flip ?? null;
    const first = top(this.at(0).at(-1));
    let rung = 0;
    while (rung + 1 < this.model.rungs && top(this.at(rung + 1).at(-1)) === first) rung++;
    this.flip = rung + 1 < this.model.rungs ? rung : null;
    return this.flip;
  }
}
