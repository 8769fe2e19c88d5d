// Exact values below the chart: final test accuracy and speed, recorded and live; with a cursor, values at that step.

import { element } from "../../shared/js/dom.js";
import { nearest } from "../../shared/js/frame.js";
import { fill, percent, precise } from "../../shared/js/text.js";

const PLACES = 2; // one image of ten thousand

/** The table for the lines on the chart. cursor: the step that is read off, or null. */
export function readingsTable(data, view, chart, lines, look, cursor) {
  const { words } = data;
  const live = data.live?.finished && data.live.level === view.level ? data.live.finished : null;
  const heads = [words.curve, cursor === null ? words.final : fill(words.at, { step: Math.round(cursor).toLocaleString("en") }), ...data.goals.map((goal) => fill(words.to, { goal: precise(goal) }))];
  const rows = lines.recorded.map((line) => {
    const row = data.table[line.condition][line.condition === "dense" ? 0 : view.level - 1];
    const own = live?.table[line.condition];
    const shown = lines.now.find((other) => other.condition === line.condition && other.x.length) ?? line;
    const value = cursor === null ? finalOf(row, own, words) : [element("b", { textContent: reading(shown, cursor, chart, words) })];
    const name = look.blind.hides && line.condition !== "dense" ? fill(words.secret, { letter: look.name(line.condition) }) : look.name(line.condition);
    const head = element("th", { scope: "row" }, look.sample(line.condition), name);
    return element("tr", {}, head, element("td", {}, ...value), ...speeds(row, own, data));
  });
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col", textContent: text })));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

/** One precision for one table. */
const told = (axis, value) => (axis.percent ? percent(value, PLACES) : value.toFixed(PLACES + 1));

/** A line's value at this step; a live line that has not come so far has none: values of two steps do not compare. */
export function reading(line, step, chart, words) {
  return line.live && line.x.at(-1) < step && line.x.at(-1) < chart.x.range[1] ? words.not_yet : told(chart.y, line.y[nearest(line, step)]);
}

/** A condition's test accuracy at this level: of the live run where there is one, else the recorded mean. */
export function resultOf(data, level, condition) {
  const live = data.live?.finished?.level === level ? data.live.finished.table[condition] : null;
  return percent((live ?? data.table[condition][level - 1]).final, PLACES);
}

/** The switch of a condition: its line, its name, and room for its result. */
export function choiceOf({ key, name, what }, look, shown, words, change) {
  const input = element("input", { type: "checkbox", value: key, checked: shown.includes(key) });
  input.setAttribute("aria-label", name);
  input.addEventListener("change", change);
  const short = words[`short_${key}`] ?? name;
  const names = [element("span", { className: "long", textContent: name }), element("span", { className: "short", textContent: short })];
  const value = element("b", {});
  value.dataset.condition = key;
  return element("label", { title: what }, input, look.sample(key), ...(words[`short_${key}`] ? names : [name]), value);
}

function finalOf(row, own, words) {
  const mean = element("b", { textContent: percent(row.final, PLACES) });
  const range = element("span", { className: "range", textContent: ` ${percent(row.low, PLACES)} – ${percent(row.high, PLACES)}` });
  return own ? [mean, range, element("small", { textContent: `${words.live} ${percent(own.final, PLACES)}` })] : [mean, range];
}

/** One cell a goal: after how many steps it was reached. */
function speeds(row, own, { words, seeds }) {
  return row.to.map(({ steps, reached }, i) => {
    const text = steps === null ? words.never : steps.toLocaleString("en");
    const few = steps === null || reached === seeds ? null : element("small", { textContent: fill(words.some, { reached, seeds }) });
    return element("td", {}, text, few, own ? element("small", { textContent: `${words.live} ${own.to[i]?.toLocaleString("en") ?? words.never}` }) : null);
  });
}
