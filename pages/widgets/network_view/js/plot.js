// Accuracy against sparsity, drawn from the same Chart as every other output of it.

import { drawAxes, drawMarks, svgPen } from "../../shared/js/axes.js";
import { picture, svg } from "../../shared/js/dom.js";
import { drawBand, drawLine, nearest, pointsOf, sample } from "../../shared/js/frame.js";
import { between } from "../../shared/js/scale.js";
import { grown, growth } from "../../shared/js/type.js";

const MARGINS = { left: 44, right: 14, top: 12, bottom: 40, drop: 17 };

/** Fill `parent` with the chart; returns `move(rung)`, which shifts the points, and the scale for scrubbing. */
export function drawPlot(parent, model) {
  const { accuracy: chart, styles } = model;
  const { left, right, top, bottom } = grown(MARGINS);
  const { clientWidth: width, clientHeight: height } = parent;
  const root = picture(width, height, chart.alt);
  const x = between(0, 1, left, width - right);
  const y = between(...ends(chart), height - bottom, top);
  const place = { x, y };
  drawScales(root, chart, place, width, height);
  for (const line of chart.lines) (line.low ? drawBand : drawSeeds)(root, line, styles[line.role], place);
  for (const line of chart.lines) drawLine(root, { ...line, low: null }, styles[line.role], place, false); // over all bands
  // What moves lies in a layer of its own: moving it must not repaint the curves.
  const moving = picture(width, height, "", { class: "moving" });
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
        const at = nearest(line, share); // a line may have fewer points than the slider has rungs
        points[i].setAttribute("transform", `translate(${x(line.x[at])},${y(line.y[at])}) scale(${growth()})`);
      });
    },
  };
}

const ends = (chart) => chart.y.range ?? [0, 1];

/** Both axes in steps of 20%, and the reference lines. */
function drawScales(root, chart, { x, y }, width, height) {
  const [low, high] = ends(chart);
  const fifths = (from, to) => Array.from({ length: 6 }, (_, i) => i / 5).filter((tick) => tick >= from - 1e-9 && tick <= to + 1e-9);
  const scale = (at, ticks, axis) => ({ at, ticks: ticks.map((tick) => [tick, `${Math.round(100 * tick)}`]), title: `${axis.title} (%)` });
  const pen = svgPen(root);
  drawAxes(pen, grown(MARGINS), width, height, { x: scale(x, fifths(0, 1), chart.x), y: scale(y, fifths(low, high), chart.y) });
  drawMarks(pen, grown(MARGINS), width, height, chart.marks.filter((mark) => mark.x === null), x, y);
}

function drawSeeds(root, line, style, place) {
  for (const seed of line.seeds ?? []) {
    svg(root, "polyline", { points: pointsOf(line.x, seed, place), fill: "none", stroke: style.colour, "stroke-width": 0.6, "stroke-opacity": 0.35 });
  }
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
  const root = sample(style, 34, 14);
  drawMarker(root, style).setAttribute("transform", "translate(17,7)");
  return root;
}
