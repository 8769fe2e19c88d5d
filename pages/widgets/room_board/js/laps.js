// The room's race: every training's curve, in its lane's colour, and what the lanes read at the end.

import { element, picture } from "../../shared/js/dom.js";
import { drawFrame, drawLine, placing, sample } from "../../shared/js/frame.js";
import { fill, percent } from "../../shared/js/text.js";

const LEAST = 180; // pixels that the picture needs at least
const LANES = ["ticket", "reinit", "random"];

/** Elements for the race; box: what they have to fit into. */
export function laps(state, words, styles, box) {
  const head = element("h2", { textContent: fill(words.racing, state) });
  const runs = Object.entries(state.laps).map(([name, lap]) => ({ lane: name.split(".")[0], ...lap }));
  if (!runs.length) return [head];
  const told = element("p", { className: "told", textContent: fill(words.race_told, { kept: percent(runs[0].kept) }) });
  const width = Math.max(LEAST, box.clientWidth);
  const height = Math.max(LEAST, Math.min(box.clientHeight - 210, width * 0.6));
  const said = LANES.filter((lane) => lane in state.means).map((lane) => [lane, fill(words.lane, {
    lane: words[`lane_${lane}`], mean: percent(state.means[lane]), count: runs.filter((run) => run.lane === lane).length })]);
  const alt = fill(words.race_alt, { count: runs.length, lanes: said.map(([, text]) => `${text}.`).join(" ") });
  const legend = element("p", { className: "lanes" }, ...said.map(([lane, text]) => element("span", {}, sample(styles[lane], 36, 12), text)));
  return [head, chart(runs, words, styles, width, height, alt), legend, told];
}

function chart(runs, words, styles, width, height, alt) {
  const lines = runs.map(({ lane, curve }) => ({ lane, x: curve.map(([step]) => step), y: curve.map(([, share]) => share) }));
  const axes = { x: { title: words.step }, y: { title: words.reads, percent: true, error: true, range: [0.5, 0.99] }, marks: [] };
  const root = picture(width, height, alt);
  const place = placing(axes, lines, null, width, height);
  drawFrame(root, axes, place, width, height);
  for (const { lane, x, y } of lines) drawLine(root, { x, y: y.map((share) => (share >= 0.5 ? share : null)) }, styles[lane], place, false);
  return root;
}
