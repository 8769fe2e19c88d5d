// The three charts of a net: error and hill against the rewind step, and the way between siblings at one step.

import { drawAxes, svgPen } from "../../shared/js/axes.js";
import { svg } from "../../shared/js/dom.js";
import { frameBox, strokeOf } from "../../shared/js/frame.js";
import { sayTick, ticksOf } from "../../shared/js/scale.js";
import { fill, grouped } from "../../shared/js/text.js";

const cut = (text) => `${text}%`;

/** Axes, grid and titles. ticksX: [value, label] pairs, the last of which ends at the edge. */
function drawPanel(root, place, width, height, ticksX, titleX, titleY) {
  const axis = { log: true, percent: true };
  const room = (height - frameBox().top - frameBox().bottom) / 22;
  let ticks = ticksOf(axis, ...place.ys);
  if (ticks.length > room) ticks = ticks.filter((tick) => /^[1]/.test(String(Number((1e6 * tick).toPrecision(3)))));
  const last = ticksX.length - 1;
  drawAxes(svgPen(root), frameBox(), width, height, {
    x: { at: (value) => place.x(value) + (value === ticksX[last][0] ? 6 : 0), ticks: ticksX.map((tick, i) => (i === last ? [...tick, "end"] : tick)), title: titleX },
    y: { at: place.y, ticks: ticks.map((tick) => [tick, sayTick(axis, tick)]), title: titleY },
  });
}

/** Labels under the axis of steps: powers of ten, and the last step of this training. */
const stepTicks = (net) => [...[0, 1, 10, 100].map((step) => [step, grouped.format(step)]), [net.budget, grouped.format(net.budget)]];

/** A line through the means, a dot a seed; beyond the upper edge the value is written there. */
function drawSteps(root, net, points, style, place, words, loud = true) {
  const known = net.steps.map((step, i) => [step, points[i]]).filter(([, point]) => point.mean !== null);
  const path = known.map(([step, { mean }]) => `${place.x(step).toFixed(1)},${place.y(mean).toFixed(1)}`).join(" ");
  svg(root, "polyline", { points: path, fill: "none", ...strokeOf(loud ? style : { ...style, colour: "var(--quiet)", width: 1 }), "stroke-opacity": loud ? 1 : 0.45, "stroke-linejoin": "round" });
  if (!loud) return;
  for (const [step, { each, mean }] of known) {
    for (const value of each) svg(root, "circle", { class: "seed", cx: place.x(step), cy: place.y(value), r: 2.6, fill: style.colour });
    if (mean > place.ys[1]) svg(root, "text", { class: "tick over", x: place.x(step) - 14, y: frameBox().top + 11, "text-anchor": "end" }, fill(words.above, { value: cut((100 * mean).toFixed(0)) }));
  }
}

export function drawErrors(root, net, data, place, width, height, round) {
  const { words, styles } = data;
  drawPanel(root, place, width, height, stepTicks(net), words.steps, words.errors);
  for (const other of net.rounds[round].others) {
    const style = styles[other.role];
    const [x, wide] = [frameBox().left, width - frameBox().left - frameBox().right];
    const [top, bottom] = [place.y(other.high), place.y(other.low)];
    svg(root, "rect", { x, width: wide, y: top, height: Math.max(0.5, bottom - top), fill: style.colour, "fill-opacity": 0.1 });
    svg(root, "line", { x1: x, x2: x + wide, y1: place.y(other.mean), y2: place.y(other.mean), ...strokeOf(style) });
  }
  for (const [other, { ticket }] of Object.entries(net.rounds)) if (other !== round) drawSteps(root, net, ticket, styles.kept, place, words, false);
  drawSteps(root, net, net.rounds[round].ticket, styles.kept, place, words);
}

export function drawHills(root, net, data, place, width, height) {
  const { words, styles } = data;
  drawPanel(root, place, width, height, stepTicks(net), words.steps, words.hills);
  svg(root, "line", { class: "mark", x1: frameBox().left, x2: width - frameBox().right, y1: place.y(0.02), y2: place.y(0.02) });
  svg(root, "text", { class: "tick", x: width - frameBox().right, y: place.y(0.02) - 4, "text-anchor": "end" }, words.stable);
  drawSteps(root, net, net.hills[0], styles.dense, place, words);
  drawSteps(root, net, net.hills[6], styles.kept, place, words);
}

/** The lines of one step only: this panel is drawn anew as the hand moves. */
export function drawWay(root, net, at, data, place, width, height) {
  const { words, styles } = data;
  drawPanel(root, place, width, height, [[0, "0"], [0.5, "½"], [1, "1"]], words.alpha, words.errors);
  for (const [level, role] of [[0, "dense"], [6, "kept"]]) {
    const { alpha, lines } = net.hills[level][at];
    for (const line of lines) svg(root, "polyline", { points: alpha.map((a, i) => `${place.x(a).toFixed(1)},${place.y(line[i]).toFixed(1)}`).join(" "), fill: "none", ...strokeOf(styles[role]) });
  }
  if (!net.hills[0][at].lines.length && !net.hills[6][at].lines.length) svg(root, "text", { class: "title", x: width / 2, y: height / 2, "text-anchor": "middle" }, words.none);
}
