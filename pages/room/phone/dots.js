// All numbers of the room in one strip, with the truth and one's own in it.

import { picture, svg } from "../../widgets/shared/js/dom.js";

const BOX = { width: 320, height: 120, side: 12, floor: 96 };
const BINS = 40;

/** A histogram of `values` between the question's ends. own, truth: numbers, or nothing. */
export function dots({ least, most, unit }, values, own, truth) {
  const { width, height, side, floor } = BOX;
  const x = (value) => side + ((value - least) / (most - least)) * (width - 2 * side);
  const counts = new Array(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor(((value - least) / (most - least)) * BINS))]++;
  const highest = Math.max(1, ...counts);
  const wide = (width - 2 * side) / BINS;
  const root = picture(width, height, `What ${values.length} said, from ${least} to ${most}${unit && ` ${unit}`}.`, { class: "dots" });
  counts.forEach((count, place) => {
    const high = (count / highest) * (floor - 22);
    if (count) svg(root, "rect", { class: "bar", x: side + place * wide + 0.5, width: wide - 1, y: floor - high, height: high });
  });
  svg(root, "line", { class: "floor", x1: side, x2: width - side, y1: floor, y2: floor });
  if (truth !== undefined) mark(root, "truth", x(truth), "it was");
  if (own !== null) svg(root, "path", { class: "own", d: `M${x(own)} ${floor + 3}l6 11h-12z` });
  return root;
}

function mark(root, kind, at, label) {
  svg(root, "line", { class: kind, x1: at, x2: at, y1: 16, y2: BOX.floor });
  const anchor = at < 60 ? "start" : at > BOX.width - 60 ? "end" : "middle";
  svg(root, "text", { class: kind, x: at, y: 12, "text-anchor": anchor }, label);
}
