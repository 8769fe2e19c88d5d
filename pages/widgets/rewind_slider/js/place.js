// Where a value stands. Rewind steps lie on log(1 + k), so that 0 has a place and the first steps have room.

import { frameBox } from "../../shared/js/frame.js";
import { between } from "../../shared/js/scale.js";

export const HILL_FLOOR = 5e-4; // a barrier of 0.05 points is none: ten thousand test digits cannot tell it from nothing

export const stepPlace = (step) => Math.log10(1 + step);

/** The scale of one panel: `x` and `y` from values to pixels; what lies beyond `ys` is held at the edge. */
export function placed(stepped, last, ys, width, height) {
  const { left, right, top, bottom } = frameBox();
  const across = between(0, stepped ? stepPlace(last) : 1, left, width - right);
  const down = between(...ys.map(Math.log10), height - bottom, top);
  return {
    ys,
    x: (value) => across(stepped ? stepPlace(value) : value),
    y: (value) => down(Math.log10(Math.min(ys[1], Math.max(ys[0], value)))),
  };
}

/** Index of the recorded step nearest to `step`, as the axis shows them. */
export function nearestStep(steps, step) {
  const far = (i) => Math.abs(stepPlace(steps[i]) - stepPlace(step));
  return steps.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0);
}

/** Ends of the error axis, the same for every net and density: what retraining reaches. Tickets that are not trained
 *  again (k = the last step) lie far above and are written at the edge. */
export function errorRange(nets) {
  const trained = nets.flatMap((net) => Object.values(net.rounds).flatMap(({ ticket, others }) => [
    ...ticket.flatMap((one, i) => (net.steps[i] < net.budget ? one.each : [])), ...others.flatMap((one) => one.each)]));
  return [Math.min(...trained) * 0.94, Math.max(...trained) * 1.06];
}

/** Ends of the axis along the siblings' line, over all nets and steps. */
export function lineRange(nets) {
  const all = nets.flatMap((net) => Object.values(net.hills).flatMap((hills) => hills.flatMap(({ lines }) => lines.flat())));
  return all.length ? [Math.min(...all) * 0.9, Math.min(1, Math.max(...all) * 1.1)] : [0.01, 1];
}
