// Exact values beside the chart: one row a curve, which is the chart's legend as well.

import { element, svg } from "../../shared/js/dom.js";
import { sample } from "../../shared/js/frame.js";
import { fill, grouped, minus } from "../../shared/js/text.js";

const signed = (value, places) => minus(`${value < 0 ? "" : "+"}${value.toFixed(places)}`);
const figure = (axis, value) => (axis.percent ? `${(100 * value).toFixed(2)}` : grouped.format(Math.round(value)));

/** "98.31 ± 0.05%" of the line's point number `at`; its lowest and highest seed where that is what the band spans. */
export function readingOf(axis, line, at) {
  const value = line.y[at];
  if (value === null || value === undefined) return null;
  const known = line.low && line.low[at] !== null;
  if (known && line.ranged?.[at]) return `${figure(axis, value)}${axis.percent ? "%" : ""} (${figure(axis, line.low[at])} to ${figure(axis, line.high[at])})`;
  const half = known ? ` ± ${figure(axis, (line.high[at] - line.low[at]) / 2)}` : "";
  return `${figure(axis, value)}${half}${axis.percent ? "%" : ""}`;
}

/** "+0.30 points" and its interval: a difference from the dense net, in points, or in percent of its steps. */
export function againstOf(axis, gap, words) {
  if (!gap || gap[0] === null) return ["", ""];
  const places = axis.percent ? 2 : 0;
  const unit = axis.percent ? words.points : words.percent;
  const bounds = gap[1] === null ? "" : `[${signed(100 * gap[1], places)}, ${signed(100 * gap[2], places)}]`;
  return [`${signed(100 * gap[0], places)} ${unit}`, bounds];
}

/** Where the outlined points come from; empty when the chart has none. */
export function anchorsOf(chart, { words, anchored }) {
  return chart.marks.some(({ x, y }) => x !== null && y !== null) ? fill(words.anchors, { place: anchored }) : "";
}

/** A piece of a curve with a dot on it. */
function dotted(style) {
  const root = sample(style, 30, 12);
  svg(root, "circle", { cx: 15, cy: 6, r: 4, fill: style.colour });
  return root;
}

/** The table for one chart; `move(at, level)` only changes its text, so that dragging stays cheap. */
export function buildReadings(parent, chart, data) {
  const { words } = data;
  const cells = chart.lines.map(() => [element("b"), element("b"), element("small")]);
  const rows = chart.lines.map((line, i) => {
    const [value, gap, bounds] = cells[i];
    return element("tr", {}, element("th", { scope: "row" }, dotted(data.styles[line.role]), line.name), element("td", {}, value), element("td", {}, gap, bounds));
  });
  const head = [words.curve, words.value, words.against].map((text) => element("th", { scope: "col", textContent: text }));
  parent.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)));
  return {
    move(at, level) {
      chart.lines.forEach((line, i) => {
        const [gap, bounds] = line.against ? againstOf(chart.y, level ? line.against[level] : null, words) : [words.same, ""];
        cells[i][0].textContent = readingOf(chart.y, line, at) ?? words.none;
        cells[i][1].textContent = level || !line.against ? gap : words.same;
        cells[i][2].textContent = bounds;
      });
    },
    text: (at) => chart.lines.map((line) => `${line.name} ${readingOf(chart.y, line, at) ?? words.none}`).join(", "),
  };
}
