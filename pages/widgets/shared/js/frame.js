// A chart of lines as SVG: where values lie, the frame around them, the lines themselves.

import { drawAxes, drawMarks, svgPen } from "./axes.js";
import { DASHES } from "./constants.js";
import { picture, svg } from "./dom.js";
import { bend, between, extent, sayTick, ticksOf, titleOf } from "./scale.js";
import { grown, growth } from "./type.js";

const FRAME = { left: 58, right: 16, top: 14, bottom: 44, drop: 18 };

/** Margins of a chart on this screen. */
export const frameBox = () => grown(FRAME);

/** Places of values within a frame of this size: {xs, ys, x, y, valueAt}. */
export function placing(chart, lines, zoom, width, height) {
  const { left, right, top, bottom } = frameBox();
  const xs = zoom ?? chart.x.range ?? extent(lines.flatMap((line) => line.x), { ...chart.x, percent: false }) ?? [0, 1];
  const inside = (line) => line.y.filter((_, i) => line.x[i] >= xs[0] && line.x[i] <= xs[1]);
  const ys = (zoom ? null : chart.y.range) ?? extent(lines.flatMap(inside), chart.y) ?? [0, 1];
  const [bendX, bendY] = [bend(chart.x), bend(chart.y)];
  const [across, down] = [between(...xs.map(bendX), left, width - right), between(...ys.map(bendY), height - bottom, top)];
  return {
    xs, ys,
    x: (value) => across(bendX(value)),
    y: (value) => down(bendY(value)),
    // Zooming happens on linear axes of time; on others the nearest recorded value is found instead.
    valueAt: between(left, width - right, xs[0], xs[1]),
  };
}

/** Axes, titles and reference lines of `chart`. place: see `placing`; box: the margins it was made with. */
export function drawFrame(root, chart, place, width, height, box = frameBox()) {
  const scale = (axis, at, ends) => ({ at, ticks: ticksOf(axis, ...ends).map((tick) => [tick, sayTick(axis, tick)]), title: titleOf(axis) });
  const pen = svgPen(root);
  drawAxes(pen, box, width, height, { x: scale(chart.x, place.x, place.xs), y: scale(chart.y, place.y, place.ys) });
  drawMarks(pen, box, width, height, chart.marks, place.x, place.y);
}

/** A group in `root` of which only this rectangle shows. */
export function clipped(root, x, y, width, height) {
  svg(svg(root, "clipPath", { id: "inside" }), "rect", { x, y, width, height });
  return svg(root, "g", { "clip-path": "url(#inside)" });
}

/** Points of a polyline; what was not measured is passed over. */
export function pointsOf(xs, ys, place) {
  const points = [];
  for (let i = 0; i < xs.length; i++) if (ys[i] !== null) points.push(`${place.x(xs[i]).toFixed(1)},${place.y(ys[i]).toFixed(1)}`);
  return points.join(" ");
}

/** The attributes of a line in this style. */
export const strokeOf = (style) => ({ stroke: style.colour, "stroke-width": style.width * growth(), "stroke-dasharray": DASHES[style.dash] });

export function drawBand(root, line, style, place) {
  const outline = `${pointsOf(line.x, line.high, place)} ${pointsOf([...line.x].reverse(), [...line.low].reverse(), place)}`;
  svg(root, "polygon", { points: outline, fill: style.colour, "fill-opacity": 0.12 });
}

/** A line with its band, a dot at the end of a live one. behind: paler, since another is in front. */
export function drawLine(root, line, style, place, behind) {
  if (line.low) drawBand(root, line, style, place);
  svg(root, "polyline", {
    points: pointsOf(line.x, line.y, place), fill: "none", ...strokeOf(style), "stroke-linejoin": "round",
    "stroke-width": (line.faint ? 0.8 : style.width) * growth(), "stroke-opacity": line.faint ? 0.45 : behind ? 0.4 : 1,
  });
  if (line.live && !line.faint && line.x.length) {
    svg(root, "circle", { cx: place.x(line.x.at(-1)), cy: place.y(line.y.at(-1)), r: 4, fill: style.colour });
  }
}

/** A line's sample for legends and tables. */
export function sample(style, width, height = 10) {
  const root = picture(width, height);
  svg(root, "line", { x1: 0, x2: width, y1: height / 2, y2: height / 2, ...strokeOf(style) });
  return root;
}

/** Index of the point of a line nearest to x. */
export function nearest(line, x) {
  let best = 0;
  for (let i = 1; i < line.x.length; i++) if (Math.abs(line.x[i] - x) < Math.abs(line.x[best] - x)) best = i;
  return best;
}
