// The frame of every chart: grid, ticks and titles, in an SVG or on a canvas.

import { svg } from "./dom.js";
import { chartText, growth } from "./type.js";

/**
 * @typedef {{left: number, right: number, top: number, bottom: number, drop: number}} Box margins around the plot, and how
 *   far below it the labels of the x axis stand, in pixels
 * @typedef {{at: (value: number) => number, ticks: any[][], title: string}} Scale a value's place, its
 *   [value, label, anchor] ticks, and the axis' title, "" for none
 * @typedef {{rule: Function, write: Function}} Pen
 */

const GAP = 6; // between a label of the y axis and the plot
const TITLE_X = 11; // where the y axis' title stands, turned
const TITLE_Y = 5; // above the lower edge, the x axis' title

/** A pen that draws into an SVG. @returns {Pen} */
export const svgPen = (root) => ({
  rule: (kind, x1, y1, x2, y2) => svg(root, "line", { class: kind, x1, x2, y1, y2 }),
  write(kind, x, y, anchor, text, turned = false) {
    const place = turned ? { transform: `translate(${x},${y}) rotate(-90)` } : { x, y };
    svg(root, "text", { class: kind, ...place, "text-anchor": anchor }, text);
  },
});

const ALIGN = { start: "left", middle: "center", end: "right" };

/** A pen that draws on a canvas in the theme's colours, as the style sheet has it for an SVG. @returns {Pen} */
export function canvasPen(context, theme) {
  Object.assign(context, { font: `${chartText()}px ${theme.font}`, fillStyle: theme.text, textBaseline: "alphabetic" });
  return {
    rule(kind, x1, y1, x2, y2) {
      context.globalAlpha = kind === "grid" ? 0.16 : 0.3;
      context.fillRect(x1, Math.round(y1), Math.max(1, x2 - x1), Math.max(1, y2 - y1));
      context.globalAlpha = 1;
    },
    write(_, x, y, anchor, text, turned = false) {
      context.save();
      context.globalAlpha = 0.8;
      context.textAlign = ALIGN[anchor];
      context.translate(x, y);
      if (turned) context.rotate(-Math.PI / 2);
      context.fillText(text, 0, 0);
      context.restore();
    },
  };
}

/** Draw the axes of a chart of this size. base: is there a line under the plot instead of a grid?
 * @param {Pen} pen @param {Box} box @param {number} width @param {number} height
 * @param {{x: Scale, y?: Scale, base?: boolean}} axes */
export function drawAxes(pen, box, width, height, { x, y = null, base = false }) {
  const { left, right, top, bottom, drop } = box;
  const floor = height - bottom;
  if (base) pen.rule("axis", left, floor, width - right, floor);
  for (const [value, label] of y?.ticks ?? []) {
    if (!base) pen.rule("grid", left, y.at(value), width - right, y.at(value));
    pen.write("tick", left - GAP, y.at(value) + 0.32 * chartText(), "end", label);
  }
  for (const [value, label, anchor = "middle"] of x.ticks) pen.write("tick", x.at(value), floor + drop, anchor, label);
  if (x.title) pen.write("title", (left + width - right) / 2, height - TITLE_Y, "middle", x.title);
  if (y?.title) pen.write("title", TITLE_X * growth(), (top + floor) / 2, "middle", y.title, true);
}

/** Reference lines with their labels. marks: {x, y, label}, one of x and y null. */
export function drawMarks(pen, box, width, height, marks, x, y) {
  const { left, right, top, bottom } = box;
  for (const mark of marks) {
    if (mark.y !== null && mark.x === null) {
      pen.rule("mark", left, y(mark.y), width - right, y(mark.y));
      pen.write("tick", left + 4, y(mark.y) - 4, "start", mark.label);
    } else if (mark.x !== null && mark.y === null) {
      pen.rule("mark", x(mark.x), top, x(mark.x), height - bottom);
      pen.write("tick", x(mark.x) + 4, top + 0.9 * chartText(), "start", mark.label);
    }
  }
}
