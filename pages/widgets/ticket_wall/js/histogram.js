// How many tickets on each tenth of a point, split at the target; dense nets below the axis.

import { drawAxes, svgPen } from "../../shared/js/axes.js";
import { picture, svg } from "../../shared/js/dom.js";
import { between } from "../../shared/js/scale.js";
import { fill } from "../../shared/js/text.js";
import { inPercent, mean } from "./basics.js";

const HIST = { left: 30, right: 12, top: 54, bottom: 48, drop: 26 };

/** Draw into `parent`; tickets: accuracies in 0–1; target, dense, found likewise. */
export function drawHistogram(parent, { tickets, target, dense, found, bin, words, styles, alt }) {
  const { clientWidth: width, clientHeight: height } = parent;
  const { left, right, top, bottom } = HIST;
  const all = [...tickets, ...dense, found, target];
  const [low, high] = [Math.floor(Math.min(...all) / bin) - 1, Math.ceil(Math.max(...all) / bin) + 1];
  const bins = Array.from({ length: high - low }, () => [0, 0]); // [losing, winning]
  for (const accuracy of tickets) bins[Math.floor(accuracy / bin + 1e-6) - low][accuracy >= target - 1e-9 ? 1 : 0]++;
  const most = Math.max(1, ...bins.map(([a, b]) => a + b));
  const x = between(low * bin, high * bin, left, width - right);
  const y = between(0, most, height - bottom, top);
  const root = picture(width, height, alt);
  const wide = x((low + 1) * bin) - x(low * bin);
  bins.forEach(([losing, winning], i) => {
    const at = { x: x((low + i) * bin) + 0.5, width: Math.max(1, wide - 1) };
    if (losing) svg(root, "rect", { ...at, y: y(losing), height: y(0) - y(losing), fill: styles.random.colour, "fill-opacity": 0.75 });
    if (winning) svg(root, "rect", { ...at, y: y(losing + winning), height: y(losing) - y(losing + winning), fill: styles.kept.colour });
  });
  drawAxes(svgPen(root), HIST, width, height, {
    x: { at: x, ticks: accuracyTicks(low * bin, high * bin, width - left - right), title: words.axis },
    y: { at: y, ticks: [[most, String(most)], [0, "0"]], title: "" },
    base: true,
  });
  for (const accuracy of dense) svg(root, "rect", { x: x(accuracy) - 3, y: y(0) + 3, width: 6, height: 6, fill: styles.dense.colour, "fill-opacity": 0.7 });
  const marks = [
    [found, words.found_mark, styles.kept, ""], [mean(dense), words.dense_mark, styles.dense, "8 4"], [target, words.target_mark, styles.target, "4 3"],
  ];
  marks.forEach(([value, label, style, dash], row) => {
    const rise = 13 + 17 * row;
    svg(root, "line", { x1: x(value), x2: x(value), y1: rise + 3, y2: y(0), stroke: style.colour, "stroke-width": row ? 1.5 : 2.5, "stroke-dasharray": dash });
    const onLeft = x(value) > width * 0.4; // towards the roomier side
    const text = fill(label, { value: `${inPercent(value)}%` });
    svg(root, "text", { class: "label mark", x: x(value) + (onLeft ? -6 : 6), y: rise + 4, "text-anchor": onLeft ? "end" : "start" }, text);
  });
  parent.replaceChildren(root);
}

/** As fine as leaves 38 pixels between two of them. */
export function accuracyTicks(low, high, room) {
  const step = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2].find((size) => (room * size) / (high - low) > 38) ?? 0.5;
  const ticks = [];
  for (let tick = Math.ceil(low / step - 1e-9); tick * step <= high + 1e-9; tick++) ticks.push([tick * step, inPercent(tick * step, step < 0.01 ? 1 : 0)]);
  return ticks;
}

/** What the marks mean, as a legend under the plot. */
export function histogramKey(styles, words) {
  const entries = [["key_wins", styles.kept.colour, 1], ["key_loses", styles.random.colour, 0.75], ["key_dense", styles.dense.colour, 0.7]];
  return entries.map(([word, colour, opacity], i) => {
    const span = document.createElement("span");
    const box = picture(12, 12);
    svg(box, "rect", { x: i === 2 ? 3 : 0, y: i === 2 ? 3 : 0, width: i === 2 ? 6 : 12, height: i === 2 ? 6 : 12, fill: colour, "fill-opacity": opacity });
    span.append(box, words[word]);
    return span;
  });
}
