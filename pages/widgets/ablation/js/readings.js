// Exact values below the chart: final test accuracy and speed, recorded and live; with a cursor, values at that step.

import { element } from "../../shared/js/dom.js";
import { nearest } from "../../shared/js/frame.js";
import { say } from "../../shared/js/scale.js";
import { fill, precise } from "../../shared/js/text.js";

/** The table for the lines on the chart. cursor: the step that is read off, or null. */
export function readingsTable(data, view, chart, lines, look, cursor) {
  const { words } = data;
  const live = data.live?.finished && data.live.level === view.level ? data.live.finished : null;
  const heads = [words.curve, cursor === null ? words.final : fill(words.at, { step: Math.round(cursor).toLocaleString("en") }), ...data.goals.map((goal) => fill(words.to, { goal: precise(goal) }))];
  const rows = lines.recorded.map((line) => {
    const row = data.table[line.condition][line.condition === "dense" ? 0 : view.level - 1];
    const own = live?.table[line.condition];
    const shown = lines.now.find((other) => other.condition === line.condition && other.x.length) ?? line;
    const value = cursor === null ? finalOf(row, own, words) : [element("b", { textContent: say(chart.y, shown.y[nearest(shown, cursor)]) })];
    const name = look.blind.hides && line.condition !== "dense" ? fill(words.secret, { letter: look.name(line.condition) }) : look.name(line.condition);
    const head = element("th", { scope: "row" }, look.sample(line.condition), name);
    return element("tr", {}, head, element("td", {}, ...value), ...speeds(row, own, data));
  });
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col", textContent: text })));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

function finalOf(row, own, words) {
  const mean = element("b", { textContent: precise(row.final) });
  const range = element("span", { className: "range", textContent: ` (${precise(row.low)} – ${precise(row.high)})` });
  return own ? [mean, range, element("small", { textContent: ` · ${words.live} ${precise(own.final)}` })] : [mean, range];
}

/** One cell a goal: after how many steps it was reached. */
function speeds(row, own, { words, seeds }) {
  return row.to.map(({ steps, reached }, i) => {
    const text = steps === null ? words.never : reached === seeds ? steps.toLocaleString("en") : fill(words.some, { steps: steps.toLocaleString("en"), reached, seeds });
    return element("td", {}, text, own ? element("small", { textContent: ` · ${own.to[i]?.toLocaleString("en") ?? words.never}` }) : null);
  });
}
