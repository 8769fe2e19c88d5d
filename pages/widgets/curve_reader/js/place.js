// Where a value stands: the share of weights left falls from left to right, as rounds go by.

import { svg } from "../../shared/js/dom.js";
import { clipped, drawFrame, drawLine } from "../../shared/js/frame.js";
import { bend, between, extent } from "../../shared/js/scale.js";
import { chartText, growth, grown } from "../../shared/js/type.js";

/** Margins of the chart: the handle stands below its axis. */
export const readerBox = () => grown({ left: 58, right: 20, top: 14, bottom: 62, drop: 34 });

/** The scale of one frame: {x, y, xs, ys, levelAt}; what is drawn decides the heights, within the rounds shown. */
export function placeOf(chart, data, view, width, height) {
  const { left, right, top, bottom } = readerBox();
  const axis = { ...chart.x, log: !view.linear };
  const xs = [data.density[view.last], data.density[view.first]];
  const bendX = bend(axis);
  const bendY = bend(chart.y);
  const inside = (x) => x >= xs[0] * 0.999 && x <= xs[1] * 1.001;
  const heights = chart.lines.flatMap((line) => drawn(line, view.each).flatMap((ys) => ys.filter((y, i) => inside(line.x[i]) && (y > 0 || !chart.y.log))));
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

/** The heights of a line that are drawn: its means, and every seed or the ends of its band. */
const drawn = (line, each) => [line.y, ...(each ? (line.seeds ?? []) : line.low ? [line.low, line.high] : [])];

/** Everything that does not move with the marker, into an SVG of this size. */
export function drawCurves(root, chart, data, view, place, width, height) {
  const { left, right, top, bottom } = readerBox();
  drawFrame(root, { ...chart, x: place.axis, marks: chart.marks.filter((mark) => mark.x === null) }, place, width, height, readerBox());
  svg(root, "line", { class: "axis", x1: left, x2: width - right, y1: height - bottom, y2: height - bottom, stroke: "var(--quiet)", "stroke-width": 2 * growth() });
  const inside = clipped(root, left - 6, top - 6, width - left - right + 12, height - top - bottom + 12);
  const ordered = [...chart.lines].reverse(); // the ticket, first in the list, on top
  for (const line of ordered) {
    for (const seed of view.each && line.seeds ? line.seeds : []) drawLine(inside, { x: line.x, y: seed, faint: true }, data.styles[line.role], place, false);
  }
  for (const line of ordered) drawLine(inside, view.each || partly(line) ? { ...line, low: null } : line, data.styles[line.role], place, false);
  for (const line of ordered.filter(partly)) drawRecorded(inside, line, data.styles[line.role], place, view.each);
  drawAnchors(root, chart, data, view, place, height - bottom);
}

/** Was it not run in every round? */
export const partly = ({ y }) => y.includes(null);

/** The points of a line that lacks some rounds, so that none is taken for recorded that is not; whiskers are its band. */
function drawRecorded(root, line, style, place, each) {
  line.y.forEach((value, i) => {
    if (value === null) return;
    const x = place.x(line.x[i]);
    if (!each && line.low) svg(root, "line", { x1: x, x2: x, y1: place.y(line.low[i]), y2: place.y(line.high[i]), stroke: style.colour, "stroke-width": 1.5 * growth() });
    svg(root, "circle", { class: "recorded", cx: x, cy: place.y(value), r: 4 * growth(), fill: style.colour });
  });
}

const SHAPES = { paper: "M0,-7L7,0L0,7L-7,0Z", popular: "M-6,-6H6V6H-6Z" }; // what is printed in papers, and what is only told
const CORNER = 14; // CSS pixels from the corner where their words stand
const ROOM = 1.55; // lines of text from one to the next

/** What others say of these nets: outlined points, and the same with their words in the corner that no curve comes to. */
function drawAnchors(root, chart, data, view, place, floor) {
  const inside = ({ x, y }) => x !== null && y !== null && x >= data.density[view.last] * 0.999 && x <= data.density[view.first] * 1.001;
  const marks = chart.marks.filter(inside).sort((a, b) => b.x - a.x); // from left to right
  const size = chartText();
  const x = readerBox().left + (CORNER + 10) * growth();
  const rises = chart.y.log; // an error: curves rise to the right, and the upper corner is free
  const top = rises ? readerBox().top + CORNER * growth() + size : floor - CORNER * growth() - (marks.length - 1) * ROOM * size;
  const order = rises ? [...marks].reverse() : marks;
  order.forEach((mark, i) => {
    const [at, y, line] = [place.x(mark.x), place.y(mark.y), top + i * ROOM * size];
    const shape = { class: "anchor", d: SHAPES[mark.kind], stroke: data.styles[mark.role].colour };
    for (const [left, down] of [[at, y], [x, line - 0.35 * size]]) {
      svg(svg(root, "path", { ...shape, transform: `translate(${left.toFixed(1)},${down.toFixed(1)}) scale(${growth().toFixed(2)})` }), "title", {}, mark.told);
    }
    svg(root, "text", { class: "tick halo told", x: x + 13 * growth(), y: line }, mark.told);
  });
}
