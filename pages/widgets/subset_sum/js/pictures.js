// The two drawings: weights with their sum beside the target, and distances by number of weights.

import { drawAxes, svgPen } from "../../shared/js/axes.js";
import { svg } from "../../shared/js/dom.js";
import { strokeOf } from "../../shared/js/frame.js";
import { between } from "../../shared/js/scale.js";
import { fill, minus } from "../../shared/js/text.js";
import { chartText, grown, growth } from "../../shared/js/type.js";
import { MOST } from "./sums.js";

const REACH = 1.25; // ends of the axis of weights: a sum that misses the target may lie beyond 1
const FLOOR = 1e-7; // the least distance drawn
export const signed = (value) => minus(value.toFixed(3));

/** A distance with two digits that count: 0.3, 0.0042, 0.0000031. */
export const small = (value) => (value >= 0.095 ? value.toFixed(2) : value === 0 ? "0" : value.toFixed(Math.min(12, 1 - Math.floor(Math.log10(value)))));

/** Where things stand in the drawing of weights. */
export function placed(width, height) {
  const box = grown({ left: 46, right: 112, top: 12, bottom: 18 });
  const ends = [height - box.bottom, box.top];
  const down = between(-REACH, REACH, ...ends);
  return { box, y: (value) => down(Math.max(-REACH, Math.min(REACH, value))), valueAt: between(...ends, -REACH, REACH), sumAt: width - box.right + grown({ gap: 14 }).gap };
}

/** Bars of the weights (those of the subset filled), a bar for their sum, and the target's line. */
export function drawWeights(root, { weights, subset, sum, target }, { styles, words }, width, height) {
  const { box, y, sumAt } = placed(width, height);
  const right = width - box.right;
  drawAxes(svgPen(root), { ...box, drop: 0 }, width, height, { x: { at: (x) => x, ticks: [], title: "" }, y: { at: y, ticks: [-1, -0.5, 0, 0.5, 1].map((tick) => [tick, minus(String(tick))]), title: "" } });
  const step = (right - box.left) / weights.length;
  const thick = Math.min(step * 0.7, 44 * growth());
  weights.forEach((weight, i) => {
    const kept = (subset >> i) & 1;
    const bar = rect(root, box.left + (i + 0.5) * step - thick / 2, thick, y(weight), y(0), kept ? { fill: styles.kept.colour } : { fill: "none", ...strokeOf(styles.pruned), "stroke-width": 1.5, "stroke-dasharray": "4 3" });
    svg(bar, "title", {}, fill(words.weight, { number: i + 1, value: signed(weight), state: kept ? words.kept : words.left }));
  });
  svg(root, "line", { class: "base", x1: box.left, x2: width, y1: y(0), y2: y(0), "stroke-width": 1.5 * growth() });
  const wide = 34 * growth();
  rect(root, sumAt, wide, y(sum), y(0), { fill: styles.kept.colour });
  svg(root, "line", { class: "line", x1: box.left, x2: width, y1: y(target), y2: y(target), "stroke-width": 1.5 * growth() });
  const [x, r] = [sumAt + wide / 2, 11 * growth()];
  svg(root, "path", { class: "handle", d: `M${x - r} ${y(target)}L${x} ${y(target) - r}L${x + r} ${y(target)}L${x} ${y(target) + r}Z` });
  svg(root, "text", { class: "read", x: sumAt + wide + 8 * growth(), y: y(target) - 0.5 * chartText() }, signed(target));
  svg(root, "text", { class: "tick", x: sumAt + wide / 2, y: y(0) + (sum < 0 ? -0.5 : 1.2) * chartText(), "text-anchor": "middle" }, words.sum);
}

function rect(root, x, width, one, other, attributes) {
  return svg(root, "rect", { x, width, y: Math.min(one, other), height: Math.max(1, Math.abs(one - other)), ...attributes });
}

/** Where numbers of weights and distances stand in the chart. */
export function chartPlace(width, height) {
  const box = grown({ left: 62, right: 14, top: 10, bottom: 42, drop: 17 });
  const down = between(Math.log10(FLOOR), 0.2, height - box.bottom, box.top);
  return { box, x: between(1, MOST, box.left, width - box.right), y: (value) => down(Math.log10(Math.max(FLOOR, value))), countAt: between(box.left, width - box.right, 1, MOST) };
}

const COUNTS = [1, 5, 10, 15, 20];
const POWERS = [1, 1e-2, 1e-4, 1e-6];

/** Median and middle of all draws, the reader's own weights, and where the reader stands. */
export function drawChart(root, { tally, errors, count }, { styles, words }, width, height) {
  const { box, x, y } = chartPlace(width, height);
  drawAxes(svgPen(root), box, width, height, {
    x: { at: x, ticks: COUNTS.map((tick) => [tick, String(tick)]), title: words.weights },
    y: { at: y, ticks: POWERS.map((tick) => [tick, small(tick).replace(/^1\.00$/, "1").replace(/10$/, "1")]), title: words.error },
  });
  const all = Array.from({ length: MOST }, (_, i) => i + 1);
  const path = (value) => all.map((n) => `${x(n).toFixed(1)},${y(value(n)).toFixed(1)}`);
  if (tally.draws) {
    const [low, high] = [0.1, 0.9].map((share) => path((n) => tally.quantile(n, share)));
    svg(root, "polygon", { points: [...low, ...high.reverse()].join(" "), fill: styles.training.colour, "fill-opacity": 0.16 });
    svg(root, "polyline", { points: path((n) => tally.quantile(n, 0.5)).join(" "), fill: "none", ...strokeOf(styles.training) });
  }
  svg(root, "polyline", { points: path((n) => errors[n]).join(" "), fill: "none", ...strokeOf(styles.kept), "stroke-width": 1.25 * growth() });
  svg(root, "line", { class: "cursor", x1: x(count), x2: x(count), y1: box.top, y2: height - box.bottom });
  svg(root, "circle", { cx: x(count), cy: y(errors[count]), r: 5 * growth(), fill: styles.kept.colour, stroke: "var(--paper)", "stroke-width": 2 });
}
