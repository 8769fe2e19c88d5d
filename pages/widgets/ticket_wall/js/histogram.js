// How many tickets on each tenth of a point, split at the target; dense nets below the axis.

import { svg } from "../../shared/js/dom.js";
import { fill } from "../../shared/js/text.js";
import { inPercent, mean } from "./basics.js";

const HIST = { left: 30, right: 12, top: 54, bottom: 48 };

/** Draw into `parent`; tickets: accuracies in 0–1; target, dense, found likewise. */
export function drawHistogram(parent, { tickets, target, dense, found, bin, words, styles, alt }) {
  const { clientWidth: width, clientHeight: height } = parent;
  const { left, right, top, bottom } = HIST;
  const all = [...tickets, ...dense, found, target];
  const [low, high] = [Math.floor(Math.min(...all) / bin) - 1, Math.ceil(Math.max(...all) / bin) + 1];
  const bins = Array.from({ length: high - low }, () => [0, 0]); // [losing, winning]
  for (const accuracy of tickets) bins[Math.floor(accuracy / bin + 1e-6) - low][accuracy >= target - 1e-9 ? 1 : 0]++;
  const most = Math.max(1, ...bins.map(([a, b]) => a + b));
  const x = (value) => left + ((value / bin - low) / (high - low)) * (width - left - right);
  const y = (count) => height - bottom - (count / most) * (height - top - bottom);
  const root = svg(null, "svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": alt });
  const wide = x((low + 1) * bin) - x(low * bin);
  bins.forEach(([losing, winning], i) => {
    const at = { x: x((low + i) * bin) + 0.5, width: Math.max(1, wide - 1) };
    if (losing) svg(root, "rect", { ...at, y: y(losing), height: y(0) - y(losing), fill: styles.random.colour, "fill-opacity": 0.75 });
    if (winning) svg(root, "rect", { ...at, y: y(losing + winning), height: y(losing) - y(losing + winning), fill: styles.kept.colour });
  });
  drawAccuracyAxis(root, x, y, low * bin, high * bin, width, height, words, most);
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

function drawAccuracyAxis(root, x, y, low, high, width, height, words, most) {
  const { left, right, bottom } = HIST;
  svg(root, "line", { class: "axis", x1: left, x2: width - right, y1: y(0), y2: y(0) });
  svg(root, "text", { class: "tick", x: left - 4, y: y(most) + 4, "text-anchor": "end" }, `${most}`);
  svg(root, "text", { class: "tick", x: left - 4, y: y(0) + 4, "text-anchor": "end" }, "0");
  const step = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2].find((size) => ((width - left - right) * size) / (high - low) > 38) ?? 0.5;
  for (let tick = Math.ceil(low / step); tick * step <= high; tick++) {
    svg(root, "text", { class: "tick", x: x(tick * step), y: height - bottom + 26, "text-anchor": "middle" }, inPercent(tick * step, step < 0.01 ? 1 : 0));
  }
  svg(root, "text", { class: "label", x: (left + width - right) / 2, y: height - 4, "text-anchor": "middle" }, words.axis);
}

/** What the marks mean, as a legend under the plot. */
export function histogramKey(styles, words) {
  const entries = [["key_wins", styles.kept.colour, 1], ["key_loses", styles.random.colour, 0.75], ["key_dense", styles.dense.colour, 0.7]];
  return entries.map(([word, colour, opacity], i) => {
    const span = document.createElement("span");
    const box = svg(null, "svg", { width: 12, height: 12, "aria-hidden": "true" });
    svg(box, "rect", { x: i === 2 ? 3 : 0, y: i === 2 ? 3 : 0, width: i === 2 ? 6 : 12, height: i === 2 ? 6 : 12, fill: colour, "fill-opacity": opacity });
    span.append(box, words[word]);
    return span;
  });
}
