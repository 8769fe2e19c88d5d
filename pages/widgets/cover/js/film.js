// The cover's film as a function of time: which round, which part of it, and the weights then.

import { ease } from "../../shared/js/scale.js";

export const FIRST_MS = 2_000; // of the whole net's training
export const CUT_MS = 190; // of every round: the smallest turn red and go …
export const TRAIN_MS = 330; // … and the rest, back at its first values, trains again

/** How long the film is with so many rounds, in ms. */
export const length = (rounds) => FIRST_MS + rounds * (CUT_MS + TRAIN_MS);

/** Where the film is after `ms`: the round, and how far its cut and its training are, 0 to 1 each. */
export function momentAt(ms, rounds) {
  if (ms < FIRST_MS) return { round: 0, cut: 1, trained: ms / FIRST_MS };
  const round = Math.min(rounds, 1 + Math.floor((ms - FIRST_MS) / (CUT_MS + TRAIN_MS)));
  const since = ms - FIRST_MS - (round - 1) * (CUT_MS + TRAIN_MS);
  return { round, cut: Math.min(1, since / CUT_MS), trained: Math.min(1, Math.max(0, (since - CUT_MS) / TRAIN_MS)) };
}

/** All weights of a moment, in parts of their matrix's largest. While a cut goes on they stand where training left them. */
export function valuesAt({ first, trained }, { round, cut, trained: share }) {
  const values = new Float32Array(first.length);
  const cutting = cut < 1;
  const goal = trained[cutting ? round - 1 : round];
  const way = cutting ? 1 : ease(share);
  for (let edge = 0; edge < first.length; edge++) values[edge] = (first[edge] + way * (goal[edge] - first[edge])) / 127;
  return values;
}

/** What stands on the counters: weights left, and what was last measured (null before anything was). */
export function countersAt({ kept, read }, { round, cut, trained }) {
  const before = round ? kept[round - 1] : kept[0];
  const done = trained >= 1 ? round : round - 1;
  return { kept: Math.round(before + cut * (kept[round] - before)), read: done < 0 ? null : read[done] };
}
