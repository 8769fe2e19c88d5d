// What the legend reads off: values of two steps do not compare, so all lines are read at one x, or not at all.

import { nearest } from "../../shared/js/frame.js";

const NEAR = 8; // pixels between a line's point and the x that is read

/** The x that all lines in training have come to; null while there is none. */
export function abreast(live) {
  const begun = live.filter((line) => line.x.length);
  if (!begun.length) return null;
  return begun.reduce((last, line) => (line.x.length < last.x.length ? line : last)).x.at(-1);
}

/** A line's value at x; null where it has no point near there. across: x to pixels. */
export function valueAt(line, x, across) {
  if (!line.x.length) return null;
  const at = nearest(line, x);
  return Math.abs(across(line.x[at]) - across(x)) <= NEAR ? line.y[at] : null;
}
