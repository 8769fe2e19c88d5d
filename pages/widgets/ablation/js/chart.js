// The chart: recorded curves with their bands, a live run in front of them, and a name beside the end of each.

import { picture, svg } from "../../shared/js/dom.js";
import { clipped, drawFrame, drawLine, frameBox, placing, strokeOf } from "../../shared/js/frame.js";
import { spaced } from "../../shared/js/spaced.js";
import { chartText } from "../../shared/js/type.js";

/** Draw into `plot`; lines: {recorded, now}. Returns the places of values (see `placing`). */
export function drawChart(plot, chart, lines, look, cursor, alt) {
  const { recorded, now } = lines;
  const { clientWidth: whole, clientHeight: height } = plot;
  const width = whole - roomOf(whole, recorded.map((line) => look.name(line.condition)), look.blind.hides);
  const place = placing(chart, recorded, null, width, height);
  const root = picture(whole, height, alt);
  drawFrame(root, chart, place, width, height);
  const inside = clipped(root, frameBox().left - 2, 0, width - frameBox().left - frameBox().right + 8, height - frameBox().bottom + 2);
  for (const line of recorded) drawLine(inside, line, look.style(line.condition), place, now.length > 0 && line.condition !== "dense");
  for (const line of now) drawLine(inside, line, look.style(line.condition), place, false);
  if (width < whole) drawNames(root, lines, look, place, width, height);
  if (cursor !== null) svg(root, "line", { class: "cursor", x1: place.x(cursor), x2: place.x(cursor), y1: frameBox().top, y2: height - frameBox().bottom });
  plot.replaceChildren(root);
  return place;
}

const NARROW = 480; // below this width the switches with their samples are names enough

/** Pixels for the names beside the curves: letters need few. */
function roomOf(whole, names, letters) {
  if (whole < NARROW && !letters) return 0;
  return Math.min(whole * 0.35, 24 + 0.58 * chartText() * Math.max(...names.map((name) => name.length)));
}

/** Names beside the ends of the lines. */
function drawNames(root, { recorded, now }, look, place, width, height) {
  const ends = recorded.map((line) => now.find((other) => other.condition === line.condition && other.x.length) ?? line);
  const last = (line) => [...line.y].reverse().find((value) => value !== null);
  const wanted = ends.map((line) => Math.max(frameBox().top, Math.min(height - frameBox().bottom, place.y(last(line)))));
  const line = 1.2 * chartText();
  const [low, high] = [frameBox().top + 4 - line / 2, height - frameBox().bottom + line / 2];
  spaced(wanted, wanted.map(() => line), low, high).forEach((y, i) => {
    const x = width - frameBox().right + 6;
    svg(root, "line", { x1: x, x2: x + 16, y1: y, y2: y, ...strokeOf(look.style(recorded[i].condition)) });
    svg(root, "text", { class: "direct", x: x + 21, y: y + 0.32 * chartText() }, look.name(recorded[i].condition));
  });
}
