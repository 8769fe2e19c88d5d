// One frame of the chart as SVG: axes, recorded lines behind, live lines in front.

import { svg } from "./dom.js";
import { bend, extent, sayTick, ticksOf, titleOf } from "./scale.js";

export const FRAME = { left: 58, right: 16, top: 14, bottom: 44 };
export const DASHES = { solid: "", dash: "7 4", dot: "2 3", dashdot: "7 3 2 3", longdash: "11 5" };

/** Places of values within a frame of this size: {x, y, ranges, invert}. */
export function placing(chart, lines, zoom, width, height) {
  const { left, right, top, bottom } = FRAME;
  const xs = zoom ?? chart.x.range ?? extent(lines.flatMap((line) => line.x), { ...chart.x, percent: false }) ?? [0, 1];
  const inside = (line) => line.y.filter((_, i) => line.x[i] >= xs[0] && line.x[i] <= xs[1]);
  const ys = (zoom ? null : chart.y.range) ?? extent(lines.flatMap(inside), chart.y) ?? [0, 1];
  const [bendX, bendY] = [bend(chart.x), bend(chart.y)];
  const scale = (value, low, high) => (value - low) / (high - low || 1);
  return {
    xs, ys,
    x: (value) => left + scale(bendX(value), bendX(xs[0]), bendX(xs[1])) * (width - left - right),
    y: (value) => height - bottom - scale(bendY(value), bendY(ys[0]), bendY(ys[1])) * (height - top - bottom),
    // Zooming happens on linear axes of time; on others the nearest recorded value is found instead.
    valueAt: (place) => xs[0] + ((place - left) / (width - left - right)) * (xs[1] - xs[0]),
  };
}

export function drawFrame(root, chart, place, width, height) {
  const { left, right, top, bottom } = FRAME;
  for (const tick of ticksOf(chart.y, ...place.ys)) {
    svg(root, "line", { class: "grid", x1: left, x2: width - right, y1: place.y(tick), y2: place.y(tick) });
    svg(root, "text", { class: "tick", x: left - 7, y: place.y(tick) + 4, "text-anchor": "end" }, sayTick(chart.y, tick));
  }
  for (const tick of ticksOf(chart.x, ...place.xs)) {
    svg(root, "text", { class: "tick", x: place.x(tick), y: height - bottom + 18, "text-anchor": "middle" }, sayTick(chart.x, tick));
  }
  svg(root, "text", { class: "title", x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, titleOf(chart.x));
  const turned = `translate(13,${(top + height - bottom) / 2}) rotate(-90)`;
  svg(root, "text", { class: "title", transform: turned, "text-anchor": "middle" }, titleOf(chart.y));
  for (const mark of chart.marks) {
    if (mark.y !== null && mark.x === null) {
      svg(root, "line", { class: "mark", x1: left, x2: width - right, y1: place.y(mark.y), y2: place.y(mark.y) });
      svg(root, "text", { class: "tick", x: left + 4, y: place.y(mark.y) - 4 }, mark.label);
    } else if (mark.x !== null && mark.y === null) {
      svg(root, "line", { class: "mark", x1: place.x(mark.x), x2: place.x(mark.x), y1: top, y2: height - bottom });
      svg(root, "text", { class: "tick", x: place.x(mark.x) + 4, y: top + 11 }, mark.label);
    }
  }
}

const pathOf = (xs, ys, place) => {
  const points = [];
  for (let i = 0; i < xs.length; i++) if (ys[i] !== null) points.push(`${place.x(xs[i]).toFixed(1)},${place.y(ys[i]).toFixed(1)}`);
  return points.join(" ");
};

export function drawLine(root, line, style, place, behind) {
  if (line.low) {
    const outline = `${pathOf(line.x, line.high, place)} ${pathOf([...line.x].reverse(), [...line.low].reverse(), place)}`;
    svg(root, "polygon", { points: outline, fill: style.colour, "fill-opacity": 0.12 });
  }
  svg(root, "polyline", {
    points: pathOf(line.x, line.y, place), fill: "none", stroke: style.colour, "stroke-dasharray": DASHES[style.dash],
    "stroke-width": line.faint ? 0.8 : style.width, "stroke-opacity": line.faint ? 0.45 : behind ? 0.4 : 1, "stroke-linejoin": "round",
  });
  if (line.live && !line.faint && line.x.length) {
    svg(root, "circle", { cx: place.x(line.x.at(-1)), cy: place.y(line.y.at(-1)), r: 4, fill: style.colour });
  }
}

/** The point of a line nearest to x. */
export function nearest(line, x) {
  let best = 0;
  for (let i = 1; i < line.x.length; i++) if (Math.abs(line.x[i] - x) < Math.abs(line.x[best] - x)) best = i;
  return best;
}
