// Where a value stands: the share of weights left falls from left to right, as rounds go by.

import { svg } from "../../shared/js/dom.js";
import { clipped, drawFrame, drawLine, frameBox } from "../../shared/js/frame.js";
import { bend, between, extent } from "../../shared/js/scale.js";

/** The scale of one frame: {x, y, xs, ys, levelAt}; drawn lines decide the heights, within the rounds shown. */
export function placeOf(chart, data, view, width, height) {
  const { left, right, top, bottom } = frameBox();
  const axis = { ...chart.x, log: !view.linear };
  const xs = [data.density[view.last], data.density[view.first]];
  const bendX = bend(axis);
  const bendY = bend(chart.y);
  const inside = (x) => x >= xs[0] * 0.999 && x <= xs[1] * 1.001;
  const heights = chart.lines.flatMap((line) => line.y.filter((_, i) => inside(line.x[i])));
  const anchored = chart.marks.filter((mark) => mark.x !== null && inside(mark.x)).map((mark) => mark.y);
  const ys = extent([...heights, ...anchored], chart.y) ?? [0, 1];
  const [across, down] = [between(...xs.map(bendX), width - right, left), between(...ys.map(bendY), height - bottom, top)];
  const x = (value) => across(bendX(value));
  return {
    axis, xs, ys, x,
    y: (value) => down(bendY(value)),
    /** The level drawn nearest to a place. */
    levelAt(place) {
      let best = view.first;
      for (let level = view.first; level <= view.last; level++) {
        if (Math.abs(x(data.density[level]) - place) < Math.abs(x(data.density[best]) - place)) best = level;
      }
      return best;
    },
  };
}

/** Everything that does not move with the marker, into an SVG of this size. */
export function drawCurves(root, chart, data, view, place, width, height) {
  drawFrame(root, { ...chart, x: place.axis, marks: chart.marks.filter((mark) => mark.x === null) }, place, width, height);
  const inside = clipped(root, frameBox().left - 6, frameBox().top - 6, width - frameBox().left - frameBox().right + 12, height - frameBox().top - frameBox().bottom + 12);
  const ordered = [...chart.lines].reverse(); // the ticket, first in the list, on top
  for (const line of ordered) {
    for (const seed of view.each && line.seeds ? line.seeds : []) drawLine(inside, { x: line.x, y: seed, faint: true }, data.styles[line.role], place, false);
  }
  for (const line of ordered) drawLine(inside, view.each ? { ...line, low: null } : line, data.styles[line.role], place, false);
  for (const mark of chart.marks.filter(({ x, y }) => x !== null && y !== null)) {
    const at = `translate(${place.x(mark.x).toFixed(1)},${place.y(mark.y).toFixed(1)})`;
    const shape = svg(inside, "path", { class: "anchor", d: "M0,-7L7,0L0,7L-7,0Z", transform: at, stroke: data.styles[mark.role].colour });
    svg(shape, "title", {}, `${mark.label}, ${data.anchored}`);
  }
}
