// What the room said, with the truth in it: a histogram, bars, or every curve.

import { element, picture, svg } from "../../shared/js/dom.js";
import { drawFrame, frameBox, placing } from "../../shared/js/frame.js";
import { fill } from "../../shared/js/text.js";

const BINS = 40;
const LEAST = 180; // pixels that a picture needs at least

const plain = (value) => Number(Number(value).toPrecision(4)).toLocaleString("en");
const withUnit = (value, unit) => plain(value) + (unit === "%" ? "%" : unit ? ` ${unit}` : "");

/** Elements for the answers of `state`; box: what they have to fit into. */
export function answers(state, words, box) {
  const { question } = state;
  const width = Math.max(LEAST, box.clientWidth);
  const height = Math.max(LEAST, Math.min(box.clientHeight - 150, width * 0.6));
  const shown = { number: histogram, choice: bars, curve: curves }[question.kind](state, words, width, height);
  const told = question.truth?.told;
  return [...shown, ...(told ? [element("p", { className: "told", textContent: told })] : [])];
}

/** Counts of `values` in equal bins between two ends; the highest end belongs to the last.
 * binned([0, 1, 10], 0, 10, 2) is [2, 1]. */
export function binned(values, least, most, bins = BINS) {
  const counts = new Array(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor(((value - least) / (most - least)) * bins))]++;
  return counts;
}

function histogram({ question, crowd }, words, width, height) {
  const { least, most, step, unit, truth } = question;
  const values = crowd.values;
  if (!values.length) return [element("p", { className: "hint", textContent: words.nobody })];
  const bins = Math.min(BINS, Math.round((most - least) / step) + 1);
  const counts = binned(values, least, most, bins);
  const at = (share) => values[Math.floor(share * (values.length - 1))];
  const label = fill(words.histogram, { count: values.length, least: plain(least), most: withUnit(most, unit), low: plain(at(0.25)), high: withUnit(at(0.75), unit) });
  const root = picture(width, height, label);
  const chart = { x: { title: words.room, unit, range: [least, most] }, y: { title: "", range: [0, Math.max(4, ...counts)] }, marks: [] };
  const place = placing(chart, [], null, width, height);
  drawFrame(root, chart, place, width, height);
  counts.forEach((count, i) => {
    const [x0, x1] = [i, i + 1].map((edge) => place.x(least + (edge / bins) * (most - least)));
    if (count) svg(root, "rect", { class: "bar", x: x0 + 1, width: Math.max(1, x1 - x0 - 2), y: place.y(count), height: place.y(0) - place.y(count) });
  });
  if (truth) mark(root, place.x(truth.value), height, width, fill(words.it_was, { value: withUnit(truth.value, unit) }));
  return [root];
}

function mark(root, x, height, width, label) {
  const { top, bottom } = frameBox();
  svg(root, "line", { class: "truth", x1: x, x2: x, y1: top, y2: height - bottom });
  const right = x > width * 0.75;
  svg(root, "text", { class: "label truth", x: x + (right ? -8 : 8), y: top + 18, "text-anchor": right ? "end" : "start" }, label);
}

function bars({ question, crowd }, words) {
  const all = crowd.counts.reduce((sum, one) => sum + one, 0);
  return question.options.map((option, place) => {
    const right = place === question.truth?.value;
    const row = element("div", { className: `row${right ? " true" : ""}` },
      element("b", { textContent: `${right ? "✓ " : ""}${option}` }),
      element("span", { textContent: fill(words.votes, { count: crowd.counts[place], all }) }),
      question.reasons?.[place] ? element("small", { textContent: question.reasons[place] }) : null);
    row.style.setProperty("--share", String(all ? crowd.counts[place] / all : 0));
    return row;
  });
}

function curves({ question, curves: drawn = [] }, words, width, height) {
  const { least, most, x_least: left, x_most: right, x_label: title, unit, truth } = question;
  const root = picture(width, height, fill(words.curves, { count: drawn.length }));
  const chart = { x: { title, range: [left, right] }, y: { title: "", unit, range: [least, most] }, marks: [] };
  const place = placing(chart, [], null, width, height);
  drawFrame(root, chart, place, width, height);
  const points = (curve) => curve.map(([x, y]) => `${place.x(x).toFixed(1)},${place.y(y).toFixed(1)}`).join(" ");
  for (const curve of drawn) svg(root, "polyline", { class: "one", points: points(curve) });
  if (truth) svg(root, "polyline", { class: "truth", points: points(truth.value) });
  return [root];
}
