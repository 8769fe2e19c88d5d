// How many tickets on each tenth of a point, split at the target; dense nets below the axis; where single tickets lie.

import { drawAxes, svgPen } from "../../shared/js/axes.js";
import { picture, svg } from "../../shared/js/dom.js";
import { between } from "../../shared/js/scale.js";
import { fill } from "../../shared/js/text.js";
import { chartText, growth, grown } from "../../shared/js/type.js";
import { inPercent, mean } from "./basics.js";

const HIST = { left: 30, right: 12, top: 58, bottom: 46, drop: 26 };
const LOW = { left: 30, right: 12, top: 27, bottom: 28, drop: 22 }; // on a phone: one row of labels, no title
const LEAST = 80; // pixels of height
const ROOMY = 170; // pixels of height from which on there is room for all
const LINE = 1.3; // between two labels, in heights of text
const SHORT = 3.2; // a short label and the gap beside it, in heights of text

/** Draw into `parent`. tickets: accuracies in 0–1; target, dense, found likewise; spots: see `drawSpots`. */
export function drawHistogram(parent, { tickets, target, dense, found, bin, spots, words, styles, alt }) {
  const { clientWidth: width, clientHeight: height } = parent;
  if (!width || height < LEAST) return; // the page is still being laid out
  const roomy = height >= ROOMY * growth();
  const box = grown(roomy ? HIST : LOW);
  const { left, right, top, bottom } = box;
  const all = [...tickets, ...dense, found, target];
  const [low, high] = [Math.floor(Math.min(...all) / bin) - 1, Math.ceil(Math.max(...all) / bin) + 1];
  const place = (accuracy) => Math.floor(accuracy / bin + 1e-6) - low;
  const bins = Array.from({ length: high - low }, () => [0, 0]); // [losing, winning]
  for (const accuracy of tickets) bins[place(accuracy)][accuracy >= target - 1e-9 ? 1 : 0]++;
  const most = Math.max(1, ...bins.map(([a, b]) => a + b));
  const x = between(low * bin, high * bin, left, width - right);
  const y = between(0, most, height - bottom, top);
  const root = picture(width, height, alt);
  drawBins(root, bins, (i) => x((low + i) * bin), y, styles);
  drawAxes(svgPen(root), box, width, height, {
    x: { at: x, ticks: accuracyTicks(low * bin, high * bin, width - left - right), title: roomy ? words.axis : "" },
    y: { at: y, ticks: [[most, String(most)], [0, "0"]], title: "" },
    base: true,
  });
  const side = 6 * growth();
  for (const accuracy of dense) svg(root, "rect", { x: x(accuracy) - side / 2, y: y(0) + 3, width: side, height: side, fill: styles.dense.colour, "fill-opacity": 0.7 });
  /** @type {[number, string, any, string][]} */
  const lines = [
    [found, roomy ? words.found_mark : words.found_short, styles.kept, ""],
    [mean(dense), roomy ? words.dense_mark : words.dense_short, styles.dense, "8 4"],
    [target, words.target_mark, styles.target, "4 3"],
  ];
  lines.forEach((line, row) => {
    const side = roomy || line[0] === target ? (x(line[0]) > width * 0.4 ? "end" : "start") : sideOf(line[0], lines, x, width);
    drawMark(root, line, roomy ? row : 0, x, y(0), side);
  });
  drawSpots(root, spots, (accuracy) => x((low + place(accuracy) + 0.5) * bin), (accuracy) => y(bins[place(accuracy)][0] + bins[place(accuracy)][1]), width);
  parent.replaceChildren(root);
}

function drawBins(root, bins, x, y, styles) {
  bins.forEach(([losing, winning], i) => {
    const at = { x: x(i) + 0.5, width: Math.max(1, x(i + 1) - x(i) - 1) };
    if (losing) svg(root, "rect", { class: "losing", ...at, y: y(losing), height: y(0) - y(losing), fill: styles.losing.colour, "fill-opacity": 0.6 });
    if (winning) svg(root, "rect", { class: "winning", ...at, y: y(losing + winning), height: y(losing) - y(losing + winning), fill: styles.kept.colour });
  });
}

/** In one row of labels: which side of its line has room for a short one; neither, and it stays without. */
function sideOf(value, lines, x, width) {
  const room = SHORT * chartText();
  const others = lines.map(([other]) => x(other)).filter((other) => other !== x(value));
  if (value > lines.at(-1)[0] && others.every((other) => other > x(value) || x(value) - other > room)) return "end";
  return others.every((other) => other < x(value)) && x(value) + room < width ? "start" : "";
}

/** A line down to the axis with its label, in this row of labels. side: where its label is anchored; empty: none. */
function drawMark(root, [value, label, style, dash], row, x, floor, side) {
  const rise = chartText() * (1 + LINE * row);
  svg(root, "line", { x1: x(value), x2: x(value), y1: rise + 3, y2: floor, stroke: style.colour, "stroke-width": (dash ? 1.5 : 2.5) * growth(), "stroke-dasharray": dash });
  if (!side) return;
  const text = fill(label, { value: `${inPercent(value)}%` });
  svg(root, "text", { class: "label mark", x: x(value) + (side === "end" ? -6 : 6), y: rise + 0.3 * chartText(), "text-anchor": side }, text);
}

/** Where single tickets lie: a pointer above their bar with a word. spots: {accuracy, label, kind: "newest" | "held"}. */
function drawSpots(root, spots, x, y, width) {
  const size = 6 * growth();
  const side = ({ accuracy }, i) => {
    const other = spots[1 - i];
    if (other && other.accuracy !== accuracy) return accuracy > other.accuracy ? 1 : -1; // names away from each other
    return x(accuracy) > width * 0.6 ? -1 : 1;
  };
  spots.forEach((spot, i) => {
    const [left, tip] = [x(spot.accuracy), y(spot.accuracy) - 2];
    const way = side(spot, i);
    const mark = svg(root, "g", { class: `spot ${spot.kind}` });
    svg(mark, "path", { d: `M${left} ${tip}l${-size} ${-1.5 * size}h${2 * size}Z` });
    const rise = other(spots, i) ? LINE * chartText() * i : 0;
    svg(mark, "text", { class: "label mark", x: left + way * 1.6 * size, y: tip - 0.5 * size - rise, "text-anchor": way < 0 ? "end" : "start" }, spot.label);
  });
}

/** Does another pointer stand at this very place? */
const other = (spots, i) => spots.some(({ accuracy }, j) => j !== i && accuracy === spots[i].accuracy);

/** As fine as leaves three digits' room between two of them. */
export function accuracyTicks(low, high, room) {
  const step = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2].find((size) => (room * size) / (high - low) > 3 * chartText()) ?? 0.5;
  const ticks = [];
  for (let tick = Math.ceil(low / step - 1e-9); tick * step <= high + 1e-9; tick++) ticks.push([tick * step, inPercent(tick * step, step < 0.01 ? 1 : 0)]);
  return ticks;
}

/** What the marks mean, as a legend under the plot. */
export function histogramKey(styles, words) {
  const entries = [["key_wins", styles.kept.colour, 1], ["key_loses", styles.losing.colour, 0.6], ["key_dense", styles.dense.colour, 0.7]];
  return entries.map(([word, colour, opacity], i) => {
    const span = document.createElement("span");
    const box = picture(12, 12);
    svg(box, "rect", { x: i === 2 ? 3 : 0, y: i === 2 ? 3 : 0, width: i === 2 ? 6 : 12, height: i === 2 ? 6 : 12, fill: colour, "fill-opacity": opacity });
    span.append(box, words[word]);
    return span;
  });
}
