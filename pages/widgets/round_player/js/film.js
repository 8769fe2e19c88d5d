// The run as a film: one number, `at`, says what is on screen. Round r lasts from 3r to 3r + 3:
//
//     3r ──train──► 3r + 1 ──prune──► 3r + 2 ──rewind──► 3r + 3 = the next round's start
//
// Whole numbers are rests. The last round is only trained: nothing is pruned after it, so the film ends at 3R + 1. A run
// that may still grow is open: its last round is pruned and rewound too, up to 3R + 3, from where the next can be asked for.
// One of which nothing is trained is bare: it stands at 0.

import { calm } from "../../shared/js/dom.js";
import { decode } from "../../shared/js/packed.js";
import { ease } from "../../shared/js/scale.js";
import { readLayer } from "../../network_view/js/data.js";

export const STAGES = 3;
const CLICK_MS = [900, 800, 700]; // of each stage after one click: slow enough to see what happens to whom
export const PLAY_MS = [420, 280, 220]; // when playing on: fifteen rounds in under fourteen seconds
const SLOW = 4; // slow motion takes so many times longer
const HOLD_MS = 700; // without motion: how long each still picture stands

/** The message from Python as typed arrays. */
export function readRun(data) {
  const run = {
    ...data,
    layers: data.layers.map(readLayer),
    edge: decode(data.edge, Uint32Array),
    source: decode(data.source, Uint16Array),
    target: decode(data.target, Uint16Array),
    layer: decode(data.layer, Uint8Array),
    died: decode(data.died, Uint8Array),
    paths: data.paths.map((path) => decode(path, Int16Array)),
    points: data.steps.length,
  };
  run.end = run.bare ? 0 : STAGES * run.rounds + (run.open ? STAGES : 1);
  run.place = Array.from({ length: run.rounds + 1 }, (_, round) => placesOf(run, round));
  run.large = largeOf(run);
  run.alive = run.place.map((columns) => columns.reduce((most, column) => Math.max(most, column + 1), 0)); // drawn, a round
  return run;
}

/** Which column of a round's path holds each edge; −1 for the dead. */
export function placesOf({ died }, round) {
  let next = 0;
  return Int32Array.from(died, (death) => (death === 0 || death > round ? next++ : -1));
}

/** Each layer's large size, which gets the full width and ends the histogram: of all trained weights of all rounds only
 * three in a hundred are larger. */
function largeOf(run) {
  const sizes = run.layers.slice(1).map(() => []);
  run.paths.forEach((path, round) => {
    const last = (run.points - 1) * (path.length / run.points);
    run.place[round].forEach((column, edge) => column < 0 || sizes[run.layer[edge]].push(Math.abs(path[last + column]) * run.scale));
  });
  return sizes.map((list) => Float64Array.from(list).sort()[Math.floor(0.97 * list.length)] || 1);
}

/** A matrix's name, as in the table, the histograms and PyTorch. */
export const layerName = (layer) => `fc${layer + 1}`;

/** Where an accuracy axis that ends at 1 should begin, and its ticks: [low, pace]. */
export function scaleFor(least) {
  const pace = least > 0.85 ? 0.05 : 0.2;
  return [Math.max(0, Math.floor((least - 0.01) / pace) * pace), pace];
}

/** Its ticks from 1 down: [value, label]. */
export function percents(low, pace) {
  const ticks = [];
  for (let tick = 1; tick > low - 0.001; tick -= pace) ticks.push([tick, String(Math.round(100 * tick))]);
  return ticks;
}

export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
export const roundOf = (run, at) => Math.min(run.rounds, Math.floor(at / STAGES));
export const stageOf = (run, at) => Math.min(STAGES - 1, Math.floor(at - STAGES * roundOf(run, at)));
/** Everything that is true at `at`. */
export function momentOf(run, at) {
  const round = roundOf(run, at);
  const time = at - STAGES * round; // 0 … 3
  const trained = clamp(time, 0, 1);
  return {
    at, round, time, trained,
    pruning: clamp(time - 1, 0, 1), // how far the doomed have gone
    rewinding: ease(clamp(time - 2, 0, 1)), // how far the survivors have gone back
    point: trained * (run.points - 1), // between which measured points of the training
    doomed: time > 1,
  };
}

/** Values of all edges at a moment, NaN for the dead; between two measured points on the straight line. */
export function valuesAt(run, moment) {
  const { round, point, rewinding } = moment;
  const [path, place] = [run.paths[round], run.place[round]];
  const alive = path.length / run.points;
  const low = Math.floor(point);
  const high = Math.min(run.points - 1, low + 1);
  const share = point - low;
  const values = new Float32Array(place.length);
  for (let edge = 0; edge < place.length; edge++) {
    const column = place[edge];
    if (column < 0) {
      values[edge] = NaN;
      continue;
    }
    const now = path[low * alive + column] * (1 - share) + path[high * alive + column] * share;
    values[edge] = (now * (1 - rewinding) + path[run.rewind * alive + column] * rewinding) * run.scale;
  }
  return values;
}

/** The row of the round after, also of one that is cut but not yet trained; undefined after the last. */
export const rowAfter = (run, round) => run.rows[round + 1] ?? run.next;

/** Is the edge pruned at the end of this round? */
export const goesIn = (run, edge, round) => run.died[edge] === round + 1;

/** Moves `at` along the film; calls `show(at)` each frame and `rest(at)` at the end of each journey. */
export class Film {
  constructor(show, rest) {
    this.show = show;
    this.rest = rest;
    this.at = this.target = 0;
    this.slow = false;
    this.frame = null;
  }

  get moving() {
    return this.frame != null;
  }

  /** Put the film at `at` at once. */
  cut(at) {
    this.stop();
    this.at = at;
    this.show(at);
  }

  /** Run to `target`, each stage in its own time. */
  run(target, pace = CLICK_MS) {
    this.stop();
    if (target <= this.at) return;
    this.target = target;
    const still = calm();
    let before = performance.now();
    let held = 0;
    const tick = (now) => {
      const passed = Math.max(0, now - before);
      before = now;
      if (still) {
        held -= passed;
        if (held <= 0) [this.at, held] = [Math.floor(this.at) + 1, HOLD_MS * (this.slow ? SLOW : 1)];
      } else {
        this.advance(passed, pace);
      }
      this.show(this.at);
      if (this.at < target) this.frame = requestAnimationFrame(tick);
      else this.stop(), this.rest(this.at);
    };
    this.frame = requestAnimationFrame(tick);
  }

  /** `passed` milliseconds further, over as many stages as they reach: a slow browser skips pictures, never time. */
  advance(passed, pace) {
    let left = passed;
    while (left > 0 && this.at < this.target) {
      const next = Math.floor(this.at) + 1;
      const full = pace[Math.floor(this.at) % STAGES] * (this.slow ? SLOW : 1);
      const needed = (next - this.at) * full;
      this.at = left >= needed ? next : this.at + left / full;
      left -= needed;
    }
    this.at = Math.min(this.at, this.target);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
  }
}
