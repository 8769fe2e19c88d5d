// What the rounds have shown so far: a table that grows, and the same numbers as a chart. Both lead back to any round.

import { drawAxes, svgPen } from "../../shared/js/axes.js";
import { picture, svg } from "../../shared/js/dom.js";
import { between } from "../../shared/js/scale.js";
import { count, fill, percent } from "../../shared/js/text.js";
import { grown, growth } from "../../shared/js/type.js";
import { layerName, percents, scaleFor } from "./film.js";

/** The table's rows up to `trained` rounds; the present one is marked. */
export function fillTable(body, run, words, trained, present, go) {
  while (body.children.length > trained) body.lastChild.remove();
  for (let round = body.children.length; round < trained; round++) body.append(tableRow(run, words, round, go));
  [...body.children].forEach((row, round) => row.classList.toggle("present", round === present));
}

function tableRow(run, words, round, go) {
  const row = document.createElement("tr");
  const { density, layers, accuracy, early, seconds } = run.rows[round];
  const jump = document.createElement("button");
  Object.assign(jump, { type: "button", textContent: round });
  jump.setAttribute("aria-label", fill(words.go, { round }));
  jump.addEventListener("click", () => go(round));
  const head = document.createElement("th");
  head.scope = "row";
  head.append(jump);
  row.append(head);
  for (const text of [percent(density), ...layers.map(count), percent(accuracy), early < 0 ? "–" : count(early), seconds.toFixed(2)]) {
    row.append(Object.assign(document.createElement("td"), { textContent: text }));
  }
  return row;
}

export function tableHead(head, run, words) {
  const row = document.createElement("tr");
  const layers = run.layers.slice(1).map((_, layer) => layerName(layer));
  for (const text of [words.round, words.density, ...layers, words.test, words.early, words.seconds]) {
    row.append(Object.assign(document.createElement("th"), { textContent: text, scope: "col" }));
  }
  head.replaceChildren(row);
}

const CHART = { left: 44, right: 14, top: 12, bottom: 40, drop: 17 };

/** Test accuracy over the rounds trained so far, on axes that fit the whole run from the beginning. falling: the last point
 * has just been reached, and comes down from the one before. */
export function drawLedger(parent, run, words, trained, present, go, falling = false) {
  const box = grown(CHART);
  const { left, right, top, bottom } = box;
  const { clientWidth: width, clientHeight: height } = parent;
  const root = picture(width, height, ledgerText(run, words, trained));
  const accuracies = run.rows.map((row) => row.accuracy);
  const [low, pace] = scaleFor(Math.min(...accuracies));
  const densities = run.planned ?? run.rows.map((row) => row.density); // of all rounds that may come
  const most = densities.length - 1;
  const x = between(0, Math.max(1, most), left, width - right);
  const y = between(low, 1, height - bottom, top);
  const every = Math.max(1, Math.ceil(most / Math.floor((width - left - right) / (46 * growth()))));
  const shown = densities.flatMap((density, round) => (round % every ? [] : [[round, leftOver(density)]]));
  drawAxes(svgPen(root), box, width, height, { x: { at: x, ticks: shown, title: words.chart_x }, y: { at: y, ticks: percents(low, pace), title: words.chart_y } });
  if (trained) {
    svg(root, "line", { class: "dense", x1: left, x2: width - right, y1: y(accuracies[0]), y2: y(accuracies[0]) });
    const seen = accuracies.slice(0, trained);
    svg(root, "polyline", { points: seen.map((value, round) => `${x(round)},${y(value)}`).join(" "), fill: "none", stroke: run.styles.kept.colour, "stroke-width": 2.5 * growth() });
    seen.forEach((value, round) => ledgerPoint(root, run, x(round), y(value), round === present, () => go(round)));
    if (falling && trained > 1) dropIn(root.querySelectorAll(".dot")[trained - 1], y(seen[trained - 2]) - y(seen[trained - 1]));
  }
  parent.replaceChildren(root);
}

/** Let a dot come from `from` pixels below its place: less is above. */
function dropIn(dot, from) {
  dot.style.setProperty("--from", `${from}px`);
  dot.classList.add("fresh");
}

function ledgerPoint(root, run, x, y, present, go) {
  svg(root, "circle", { cx: x, cy: y, r: (present ? 7 : 4) * growth(), fill: run.styles.kept.colour, class: present ? "dot present" : "dot" });
  svg(root, "circle", { cx: x, cy: y, r: 14, fill: "transparent", class: "target" }).addEventListener("click", go);
}

const leftOver = (density) => (density >= 0.0995 ? Math.round(100 * density) : (100 * density).toFixed(1));

function ledgerText(run, words, trained) {
  if (!trained) return words.chart_none;
  const [first, last] = [run.rows[0], run.rows[trained - 1]];
  return fill(words.chart_text, { rounds: trained, first: percent(first.accuracy), last: percent(last.accuracy), left: percent(last.density) });
}
