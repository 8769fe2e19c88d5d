// Where a value stands. Each recorded rewind step has a tick of its own, at equal distances: the first moments, where all
// happens, get as much room as the thousand steps after them, and the handle of the slider stands on the axis.

import { between } from "../../shared/js/scale.js";
import { grown } from "../../shared/js/type.js";

/** Margins around the large chart: step and verdict stand above it, the handle and its ticks below. */
export const chartBox = () => grown({ left: 58, right: 22, top: 46, bottom: 62, drop: 34 });

/** Margins around the walk between siblings. */
export const walkBox = () => grown({ left: 46, right: 16, top: 22, bottom: 40, drop: 17 });

const stepPlace = (step) => Math.log10(1 + step);

/** Index of the recorded step nearest to `step`, on log(1 + k). */
export function nearestStep(steps, step) {
  const far = (i) => Math.abs(stepPlace(steps[i]) - stepPlace(step));
  return steps.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0);
}

/** The scale of the large chart: `x` of a step's index, `y` of an error; what lies beyond `ys` is held at the edge. */
export function placed(steps, ys, width, height) {
  const { left, right, top, bottom } = chartBox();
  const down = between(...ys.map(Math.log10), height - bottom, top);
  const x = between(0, steps.length - 1, left, width - right);
  return {
    ys, x,
    y: (value) => down(Math.log10(Math.min(ys[1], Math.max(ys[0], value)))),
    /** Index of the step drawn nearest to a place. */
    at: (place) => Math.max(0, Math.min(steps.length - 1, Math.round(between(left, width - right, 0, steps.length - 1)(place)))),
  };
}

/** Ends of the error axis, the same for every density: what retraining reaches. Tickets that are not trained again
 *  (k = the last step) lie far above and are written at the edge. */
export function errorRange(net) {
  const trained = Object.values(net.rounds).flatMap(({ ticket, others }) => [
    ...ticket.flatMap((one, i) => (net.steps[i] < net.budget ? one.each : [])), ...others.flatMap((one) => one.each)]);
  return [Math.min(...trained) * 0.9, Math.max(...trained) * 1.06];
}

/** The highest error on any walk of the net, so that the same hill looks the same at every step. */
export function walkTop(net) {
  const all = Object.values(net.hills).flatMap((hills) => hills.flatMap(({ lines }) => lines.flat()));
  return all.length ? Math.min(1, Math.max(...all) * 1.05) : 1;
}
