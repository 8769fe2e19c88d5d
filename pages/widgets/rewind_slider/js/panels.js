// The two charts: error against the rewind step, with the axis as the slider's track, and the walk between siblings.

import { drawAxes, svgPen } from "../../shared/js/axes.js";
import { svg } from "../../shared/js/dom.js";
import { strokeOf } from "../../shared/js/frame.js";
import { between, sayTick, ticksOf } from "../../shared/js/scale.js";
import { fill, grouped } from "../../shared/js/text.js";
import { chartText, growth } from "../../shared/js/type.js";
import { chartBox, walkBox } from "./place.js";

const cut = (text) => `${text}%`;
// Where reference lines carry their names, away from the ticket: a share of the width, and above or below the line.
const LABELS = { dense: { at: 0.02, anchor: "start", up: 0.4 }, reinit: { at: 0.86, anchor: "end", up: -1.1 } };

/** Everything of the large chart that does not move with the hand. */
export function drawErrors(root, net, data, place, width, height, round) {
  const { words, styles } = data;
  const box = chartBox();
  const axis = { log: true, percent: true };
  const floor = height - box.bottom;
  const right = width - box.right;
  drawZone(root, net, data, place, box, right, floor);
  let ticks = ticksOf(axis, ...place.ys);
  const room = (floor - box.top) / (2 * chartText());
  if (ticks.length > room) ticks = ticks.filter((tick) => /^[1]/.test(String(Number((1e6 * tick).toPrecision(3)))));
  drawAxes(svgPen(root), box, width, height, {
    x: { at: place.x, ticks: told(net.steps, place), title: words.steps },
    y: { at: place.y, ticks: ticks.map((tick) => [tick, sayTick(axis, tick)]), title: words.errors },
  });
  svg(root, "line", { class: "base", x1: box.left, x2: right, y1: floor, y2: floor, "stroke-width": 2 * growth() });
  for (let i = 0; i < net.steps.length; i++) svg(root, "line", { class: "base", x1: place.x(i), x2: place.x(i), y1: floor, y2: floor + 7 * growth(), "stroke-width": 2 * growth() });
  drawOthers(root, net.rounds[round].others, styles, place, box, right);
  for (const [other, { ticket }] of Object.entries(net.rounds)) if (other !== round) drawSteps(root, net, ticket, styles.kept, place, words, false);
  drawSteps(root, net, net.rounds[round].ticket, styles.kept, place, words, true);
}

/** Labels of the steps; where they would touch, the last one wins over those before it, and the first over the next. */
function told(steps, place) {
  const label = (i) => grouped.format(steps[i]);
  const half = (i) => 0.3 * chartText() * (label(i).length + 1);
  const last = steps.length - 1;
  const shown = [];
  let edge = Number.NEGATIVE_INFINITY;
  for (let i = 0; i <= last; i++) {
    const fits = place.x(i) - half(i) > edge && (i === last || place.x(i) + half(i) < place.x(last) - half(last));
    if (!fits && i < last) continue;
    shown.push([i, label(i)]);
    edge = place.x(i) + half(i);
  }
  return shown;
}

/** Where a ticket matches: down there it must get. */
function drawZone(root, net, { words, styles }, place, box, right, floor) {
  const top = place.y(net.dense + net.epsilon);
  svg(root, "rect", { x: box.left, width: right - box.left, y: top, height: Math.max(0, floor - top), fill: styles.kept.colour, "fill-opacity": 0.13 });
  svg(root, "text", { class: "tick halo", x: right - 6, y: floor - 8 * growth(), "text-anchor": "end" }, fill(words.zone, { points: (100 * net.epsilon).toFixed(1) }));
}

/** References that do not depend on k: a line with its spread, and its name. */
function drawOthers(root, others, styles, place, box, right) {
  const x = box.left;
  for (const other of others) {
    const [top, bottom] = [place.y(other.high), place.y(other.low)];
    svg(root, "rect", { x, width: right - x, y: top, height: Math.max(0.5, bottom - top), fill: styles[other.role].colour, "fill-opacity": 0.08 });
    svg(root, "line", { x1: x, x2: right, y1: place.y(other.mean), y2: place.y(other.mean), ...strokeOf(styles[other.role]) });
  }
  for (const other of others) {
    const { at, anchor, up } = LABELS[other.role];
    const label = svg(root, "text", { class: "tick halo", x: x + at * (right - x), y: place.y(other.mean) - up * chartText(), "text-anchor": anchor }, `${other.name} ${cut((100 * other.mean).toFixed(2))}`);
    svg(label, "title", {}, `${other.name}: ${other.wrong}`);
  }
}

/** A line through the means, a dot a seed; beyond the upper edge the value is written there. */
function drawSteps(root, net, points, style, place, words, loud) {
  const known = net.steps.map((_, i) => [i, points[i]]).filter(([, point]) => point.mean !== null);
  const path = known.map(([i, { mean }]) => `${place.x(i).toFixed(1)},${place.y(mean).toFixed(1)}`).join(" ");
  svg(root, "polyline", { points: path, fill: "none", ...strokeOf(loud ? style : { ...style, colour: "var(--quiet)", width: 1 }), "stroke-opacity": loud ? 1 : 0.4, "stroke-linejoin": "round" });
  if (!loud) return;
  for (const [i, { each, mean, wrong }] of known) {
    for (const value of each) {
      const dot = svg(root, "circle", { class: "seed", cx: place.x(i), cy: place.y(value), r: 2.8 * growth(), fill: style.colour });
      svg(dot, "title", {}, `${fill(words.step, { step: grouped.format(net.steps[i]) })}: ${cut((100 * value).toFixed(2))} (${wrong})`);
    }
    if (mean > place.ys[1]) svg(root, "text", { class: "tick halo", x: place.x(i) - 9 * growth(), y: chartBox().top + chartText(), "text-anchor": "end" }, fill(words.above, { value: cut((100 * mean).toFixed(0)) }));
  }
}

/** The walk from one sibling to the other, as a landscape: how high the error stands on the way. whole: the whole net's
 *  walk beside it; null where it is the whole net's own. */
export function drawWalk(root, hill, whole, top, data, width, height) {
  const { words } = data;
  const style = data.styles[data.net.siblings.role];
  if (!hill.lines.length) {
    svg(root, "text", { class: "title", x: width / 2, y: height / 2, "text-anchor": "middle" }, words.none);
    return;
  }
  const box = walkBox();
  const floor = height - box.bottom;
  const [x, y] = [between(0, 1, box.left, width - box.right), between(0, top, floor, box.top)];
  const axis = { percent: true };
  drawAxes(svgPen(root), box, width, height, {
    x: { at: x, ticks: [[0, words.here, "start"], [1, words.here, "end"]], title: whole ? words.alpha : words.alpha_whole },
    y: { at: y, ticks: ticksOf(axis, 0, top).filter((_, i) => i % 2 === 0).map((tick) => [tick, sayTick(axis, tick)]), title: words.errors },
  });
  const mean = (lines) => lines[0].map((_, i) => lines.reduce((sum, line) => sum + line[i], 0) / lines.length);
  const path = (alpha, line) => alpha.map((a, i) => `${x(a).toFixed(1)},${y(line[i]).toFixed(1)}`).join(" ");
  const ground = mean(hill.lines);
  svg(root, "polygon", { points: `${x(0)},${floor} ${path(hill.alpha, ground)} ${x(1)},${floor}`, fill: style.colour, "fill-opacity": 0.3 });
  for (const line of hill.lines) svg(root, "polyline", { points: path(hill.alpha, line), fill: "none", ...strokeOf(style), "stroke-opacity": 0.45, "stroke-width": growth() });
  svg(root, "polyline", { points: path(hill.alpha, ground), fill: "none", ...strokeOf(style) });
  if (whole?.lines.length) svg(root, "polyline", { points: path(whole.alpha, mean(whole.lines)), fill: "none", ...strokeOf(data.styles.dense), "stroke-dasharray": "6 4" });
  for (const end of [0, 1]) svg(root, "circle", { class: "seed", cx: x(end), cy: y(ground.at(end ? -1 : 0)), r: 6 * growth(), fill: style.colour });
  svg(root, "text", { class: "read", x: x(0.5), y: Math.max(box.top, y(Math.max(...ground)) - 9 * growth()), "text-anchor": "middle" }, fill(words.hill, { points: hill.told }));
}
