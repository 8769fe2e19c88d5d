// Accuracy against sparsity, drawn from the same Chart as every other output of it.

import { svg } from "../../shared/js/dom.js";
import { DASHES } from "../../shared/js/frame.js";

const PLOT = { left: 44, right: 14, top: 12, bottom: 40 };

/** Fill `parent` with the chart; returns `move(rung)`, which shifts the points, and the scale for scrubbing. */
export function drawPlot(parent, model) {
  const { accuracy: chart, styles } = model;
  const { left, right, top, bottom } = PLOT;
  const { clientWidth: width, clientHeight: height } = parent;
  const root = svg(null, "svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": chart.alt });
  const x = (value) => left + value * (width - left - right);
  const [low, high] = chart.y.range ?? [0, 1];
  const y = (value) => height - bottom - ((value - low) / (high - low)) * (height - top - bottom);
  drawAxes(root, chart, x, y, width, height);
  for (const line of chart.lines) (line.low ? drawBand : drawSeeds)(root, line, styles[line.role], x, y);
  for (const line of chart.lines) drawLine(root, line, styles[line.role], x, y);
  // What moves lies in a layer of its own: moving it must not repaint the curves.
  const moving = svg(null, "svg", { class: "moving", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
  const cursor = svg(moving, "line", { class: "cursor", y1: top, y2: height - bottom });
  const points = chart.lines.map((line) => drawMarker(moving, styles[line.role]));
  parent.replaceChildren(root, moving);
  return {
    root,
    shareAt: (clientX) => (clientX - root.getBoundingClientRect().left - left) / (width - left - right),
    move(rung) {
      const share = rung / (model.rungs - 1);
      cursor.setAttribute("transform", `translate(${x(share)},0)`);
      chart.lines.forEach((line, i) => {
        const at = nearestPoint(line, share);
        points[i].setAttribute("transform", `translate(${x(line.x[at])},${y(line.y[at])})`);
      });
    },
  };
}

function drawAxes(root, chart, x, y, width, height) {
  const { left, right, top, bottom } = PLOT;
  const [low, high] = chart.y.range ?? [0, 1];
  for (let tick = Math.ceil(low * 5) / 5; tick <= high + 1e-9; tick += 0.2) {
    svg(root, "line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) });
    svg(root, "text", { class: "tick", x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, `${Math.round(100 * tick)}`);
  }
  for (let tick = 0; tick <= 1.001; tick += 0.2) {
    svg(root, "text", { class: "tick", x: x(tick), y: height - bottom + 17, "text-anchor": "middle" }, `${Math.round(100 * tick)}`);
  }
  svg(root, "text", { class: "title", x: (left + width - right) / 2, y: height - 5, "text-anchor": "middle" }, `${chart.x.title} (%)`);
  const across = `translate(11,${(top + height - bottom) / 2}) rotate(-90)`;
  svg(root, "text", { class: "title", transform: across, "text-anchor": "middle" }, `${chart.y.title} (%)`);
  for (const mark of chart.marks.filter((item) => item.y !== null && item.x === null)) {
    svg(root, "line", { class: "mark", x1: left, x2: width - right, y1: y(mark.y), y2: y(mark.y) });
    svg(root, "text", { class: "tick", x: left + 4, y: y(mark.y) - 4 }, mark.label);
  }
}

const outline = (xs, ys, x, y) => xs.map((value, i) => (ys[i] === null ? "" : `${x(value).toFixed(1)},${y(ys[i]).toFixed(1)}`)).join(" ");

function drawBand(root, line, style, x, y) {
  const there = outline(line.x, line.high, x, y);
  const back = outline([...line.x].reverse(), [...line.low].reverse(), x, y);
  svg(root, "polygon", { points: `${there} ${back}`, fill: style.colour, "fill-opacity": 0.12 });
}

function drawSeeds(root, line, style, x, y) {
  for (const seed of line.seeds ?? []) {
    svg(root, "polyline", { points: outline(line.x, seed, x, y), fill: "none", stroke: style.colour, "stroke-width": 0.6, "stroke-opacity": 0.35 });
  }
}

function drawLine(root, line, style, x, y) {
  svg(root, "polyline", {
    points: outline(line.x, line.y, x, y), fill: "none", stroke: style.colour,
    "stroke-width": style.width, "stroke-dasharray": DASHES[style.dash], "stroke-linejoin": "round",
  });
}

/** A line's point at the present rung; shapes differ as the dashes do. */
function drawMarker(parent, style) {
  const open = style.marker.endsWith("-open");
  const cross = style.marker.startsWith("x");
  const paint = cross
    ? { stroke: style.colour, "stroke-width": open ? 2 : 3.5 }
    : { fill: open ? "var(--st-background-color)" : style.colour, stroke: open ? style.colour : "var(--st-background-color)", "stroke-width": 2 };
  const shape = cross ? "M-4.5,-4.5L4.5,4.5M-4.5,4.5L4.5,-4.5" : "M-5.5,0a5.5,5.5 0 1,0 11,0a5.5,5.5 0 1,0 -11,0";
  return svg(parent, "path", { d: shape, ...paint });
}

/** A line's sample for the read-outs, which double as the chart's legend. */
export function swatch(style) {
  const root = svg(null, "svg", { viewBox: "0 0 34 14", width: 34, height: 14, "aria-hidden": "true" });
  svg(root, "line", { x1: 1, x2: 33, y1: 7, y2: 7, stroke: style.colour, "stroke-width": style.width, "stroke-dasharray": DASHES[style.dash] });
  drawMarker(root, style).setAttribute("transform", "translate(17,7)");
  return root;
}

/** Index of the recorded point nearest to a sparsity: a line may have fewer points than the slider has rungs. */
export function nearestPoint(line, share) {
  let best = 0;
  for (let i = 1; i < line.x.length; i++) if (Math.abs(line.x[i] - share) < Math.abs(line.x[best] - share)) best = i;
  return best;
}
