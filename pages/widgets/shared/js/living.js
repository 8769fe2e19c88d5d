// A net that lives: pictures of its weights come a few times a second (see lth_core/running/look.py); between two of them
// every weight glides to its new value.

import { calm } from "./dom.js";
import { decode } from "./packed.js";

const GLIDE_MS = 110; // in which two thirds of a way are gone: about the time between two pictures
const NEAR = 0.002; // of the largest weight: what no eye tells from there

/** A picture's weights as numbers, in the order of the drawn ones, and which of them live. ends: where each matrix ends
 * among them, such as [600, 1200, 1800]. */
export function readPicture(picture, ends) {
  const whole = decode(picture.weights, Int16Array);
  const bits = decode(picture.alive, Uint8Array);
  const values = new Float32Array(whole.length);
  const alive = new Uint8Array(whole.length);
  let matrix = 0;
  for (let edge = 0; edge < whole.length; edge++) {
    while (edge >= ends[matrix]) matrix++;
    values[edge] = whole[edge] * picture.scales[matrix];
    alive[edge] = (bits[edge >> 3] >> (edge & 7)) & 1;
  }
  return { values, alive };
}

/** Where each matrix ends among drawn weights that stand matrix by matrix. layer: of every drawn weight. */
export function endsOf(layer) {
  const ends = [];
  layer.forEach((depth, edge) => (ends[depth] = edge + 1));
  return ends;
}

export class Living {
  /** show(): called once a frame while anything moves. `values`, `alive` and `picture` are read then. */
  constructor(layer, show) {
    this.ends = endsOf(layer);
    this.show = show;
    this.values = new Float32Array(layer.length); // as drawn now
    this.alive = new Uint8Array(layer.length).fill(1);
    this.goal = null; // the latest picture's values
    this.picture = null; // the latest as it came: round, condition, step, biases …
    this.pictures = 0; // heard so far; read by tests
    this.frame = null;
    this.before = 0;
  }

  /** Begin at these values: what is on screen before the first picture. */
  start(values) {
    this.values.set(values);
  }

  /** A message of the event stream; others than pictures of `condition` are passed over. Returns whether it was one. */
  hear(message, condition = "ticket") {
    const { picture } = message;
    if (!picture || picture.condition !== condition) return false;
    const { values, alive } = readPicture(picture, this.ends);
    if (values.length !== this.values.length) return false; // of another net
    Object.assign(this, { goal: values, alive, picture });
    this.pictures++;
    if (calm()) this.values.set(values);
    this.before ||= performance.now();
    this.frame ??= requestAnimationFrame((now) => this.tick(now));
    return true;
  }

  tick(now) {
    const moves = this.step(Math.max(0, now - this.before));
    this.before = now;
    this.frame = moves ? requestAnimationFrame((next) => this.tick(next)) : null;
    if (!moves) this.before = 0;
    this.show();
  }

  /** `passed` milliseconds nearer to the goal; false once it is reached. */
  step(passed) {
    const share = 1 - Math.exp(-passed / GLIDE_MS);
    let [far, most] = [0, 0];
    for (let edge = 0; edge < this.goal.length; edge++) {
      const way = this.goal[edge] - this.values[edge];
      this.values[edge] += share * way;
      far = Math.max(far, Math.abs(way) * (1 - share));
      most = Math.max(most, Math.abs(this.goal[edge]));
    }
    if (far > NEAR * most) return true;
    this.values.set(this.goal);
    return false;
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
  }
}
