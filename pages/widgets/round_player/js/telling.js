// What is said of a moment: beside the diagram of steps, on the button that goes on, and to those who listen.

import { count, digits, fill, minus, percent } from "../../shared/js/text.js";
import { layerName, rowAfter, stageOf, STAGES } from "./film.js";

/** Which of the diagram's five steps a moment belongs to. live: the round that is trained just now, or null. */
export function stepOf({ at, time }, live) {
  if (live && (at === 0 || time === STAGES)) return 2;
  if (at === 0) return 1;
  if (time === 0 || time === STAGES) return 5;
  return time <= 1 ? 2 : time <= 2 ? 3 : 4;
}

/** The sentence beside the steps. */
export function telling(run, words, moment, live) {
  const row = run.rows[moment.round];
  const next = rowAfter(run, moment.round) ?? row;
  if (live && moment.at >= run.end) {
    const { say, known } = live.saying;
    return fill(words[say], known);
  }
  if (run.open && !run.bare && moment.at >= run.end) return fill(words.tell5, { round: run.rounds + 1, kept: count(next.kept), total: count(run.total) });
  const facts = {
    round: moment.round, total: count(run.total), kept: count(row.kept), next: count(next.kept),
    going: count(row.kept - next.kept), steps: count(run.steps[run.points - 1]),
  };
  return fill(moment.at >= run.end && !run.bare ? words.tell_end : words[`tell${stepOf(moment, live)}`], facts);
}

/** Is there nothing to go on to? An open run can always be asked for more, except while it is. */
export const overAt = (run, at, live) => at >= run.end && (!run.open || run.closed || live !== null);

/** The large number and what it is of: while a round learns, validation accuracy as measured; then the ticket's test accuracy.
 * live: {x, y}, the curve of a round that is trained at this moment. */
export function reading(run, words, moment, live) {
  if (live?.y.length) return { value: percent(live.y.at(-1)), of: fill(words.learning, { step: count(live.x.at(-1)) }) };
  const learning = moment.trained > 0 && moment.trained < 1;
  const point = Math.floor(moment.point);
  const now = learning ? run.curves[moment.round][point] : null;
  if (now != null) return { value: percent(now), of: fill(words.learning, { step: count(run.steps[point]) }) };
  const last = moment.trained >= 1 ? moment.round : moment.round - 1;
  if (last < 0) return { value: "–", of: words.untrained };
  const { accuracy, density } = run.rows[last];
  const facts = { round: last, left: percent(density), against: points(accuracy - run.rows[0].accuracy) };
  return { value: percent(accuracy), of: fill(last ? words.scored : words.scored_whole, facts) };
}

/** A difference of two shares in percentage points, with its sign. */
const points = (difference) => minus(`${difference < 0 ? "" : "+"}${(100 * difference).toFixed(1)}`);

/** What the button that goes on says. */
export function nextLabel(run, words, at, live) {
  const over = overAt(run, at, live);
  if (run.open) return live && !live.paused ? words.training_now : words.next;
  if (over) return words.done;
  return at >= STAGES * run.rounds ? words.finish : words.next;
}

/** The pictures in words, once the film rests: {network, curve, bars, summary}, and how many weights are kept. */
export function described(run, words, moment, live) {
  const row = run.rows[moment.round];
  const next = rowAfter(run, moment.round);
  const kept = moment.time >= 2 && next ? next.kept : row.kept;
  const stage = words[`stage${moment.time === STAGES ? 0 : stageOf(run, moment.at)}`];
  const last = moment.trained >= 1 ? moment.round : moment.round - 1;
  const result = last < 0 ? "" : fill(words.result, { round: last, accuracy: percent(run.rows[last].accuracy), left: percent(run.rows[last].density) });
  return {
    kept,
    network: fill(words.network, { name: run.name, total: count(run.total), kept: count(kept), stage }),
    curve: moment.trained >= 1 ? curveText(run.curves[moment.round], moment.round, words) : words.curve_none,
    bars: fill(words.bars_text, { cuts: moment.doomed && run.cuts[moment.round] ? cutsText(run, moment.round, words) : "" }),
    summary: fill(words.summary, { told: telling(run, words, moment, live), result }),
  };
}

function curveText(curve, round, words) {
  const first = curve.find((value) => value !== null) ?? 0;
  return fill(words.curve_text, { round, first: percent(first), last: percent(curve.at(-1) ?? 0) });
}

function cutsText(run, round, words) {
  const going = (layer) => run.rows[round].layers[layer] - rowAfter(run, round).layers[layer];
  return run.cuts[round].map((cut, layer) => fill(words.bars_cut, { layer: layerName(layer), going: going(layer), cut: digits(cut) })).join("; ");
}
