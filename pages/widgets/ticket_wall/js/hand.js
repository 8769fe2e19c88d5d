// The ticket in hand: its connections enlarged, what it starved, and its learning curve, which grows while it trains.

import { drawAxes, svgPen } from "../../shared/js/axes.js";
import { calm, picture, svg } from "../../shared/js/dom.js";
import { between } from "../../shared/js/scale.js";
import { fill } from "../../shared/js/text.js";
import { chartText, growth, grown } from "../../shared/js/type.js";
import { inPercent } from "./basics.js";
import { PICTURE } from "./cards.js";

const GRAPH = { left: 26, right: 8, top: 20, bottom: 34, drop: 14 };
const LEAST = 70; // pixels of height
const ROOMY = 150; // pixels of height from which on the chart has room for the names of its lines

/** Show `ticket` in the panel `root`. ticket: {number, accuracy (undefined while it trains), live, dead, pixels, curve}. */
export function showHand(root, ticket, path, target, data) {
  const { words } = data;
  const won = ticket.accuracy >= target - 1e-9;
  const training = ticket.accuracy === undefined;
  root.classList.toggle("won", won);
  root.classList.toggle("training", training);
  const facts = { number: ticket.number, accuracy: inPercent(ticket.accuracy ?? 0), verdict: won ? words.wins : words.loses, live: ticket.live ? words.live : "" };
  root.querySelector("h2").textContent = fill(training ? words.fresh_title : words.ticket, facts);
  const { width, height } = PICTURE;
  const sketch = root.querySelector(".sketch");
  sketch.setAttribute("viewBox", `0 0 ${width} ${height}`);
  sketch.firstElementChild.setAttribute("d", path);
  root.querySelector(".facts").textContent = ticket.dead === undefined ? "" : fill(words.facts, { ...ticket, hidden: data.hidden, inputs: data.inputs });
  root.querySelector(".more").textContent = words.more;
  root.querySelector(".more").style.visibility = training ? "hidden" : ""; // its cell stays: the others would move up
  drawLearning(root.querySelector(".curve"), ticket, data);
}

/** Its training loss over the steps, before the range of all tickets and the mean dense net. */
function drawLearning(parent, { number, curve }, data) {
  const { words, steps, dense_losses: dense, reach } = data;
  const [width, height] = [parent.clientWidth, parent.clientHeight];
  if (!width || height < LEAST) return; // the page is still being laid out
  const box = grown(GRAPH);
  const { left, right, top, bottom } = box;
  const most = Math.max(...reach.map(([, high]) => high), ...dense, ...(curve ?? []));
  const x = between(0, steps.at(-1), left, width - right);
  const y = between(0, most, height - bottom, top);
  const line = (values) => values.map((value, i) => `${i ? "L" : "M"}${x(steps[i]).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const said = curve?.length ? { number, first: curve[0].toFixed(2), last: curve.at(-1).toFixed(2), dense_first: dense[0].toFixed(2), dense_last: dense.at(-1).toFixed(2) } : null;
  const root = picture(width, height, said ? fill(words.curve_text, said) : words.curve_none);
  const back = reach.map(([low], i) => `L${x(steps[i]).toFixed(1)} ${y(low).toFixed(1)}`).reverse().join("");
  svg(root, "path", { class: "band", d: `${line(reach.map(([, high]) => high))}${back}Z` });
  drawAxes(svgPen(root), box, width, height, {
    x: { at: x, ticks: [[0, "0"], [steps.at(-1), String(steps.at(-1)), "end"]], title: words.curve_x },
    y: { at: y, ticks: [0, Math.floor(most)].map((value) => [value, String(value)]), title: "" },
  });
  svg(root, "text", { class: "title", x: 0, y: 0.9 * chartText() }, words.curve_y);
  svg(root, "path", { class: "dense", d: line(dense) });
  if (curve?.length) {
    svg(root, "path", { class: "own", d: line(curve) });
    svg(root, "circle", { class: "end", cx: x(steps[curve.length - 1]), cy: y(curve.at(-1)), r: 4 * growth() });
  }
  if (height >= ROOMY) drawNames(root, curve, words, left, top, width);
  parent.replaceChildren(root);
}

function drawNames(root, curve, words, left, top, width) {
  const names = [["own", words.curve_own], ["dense", words.curve_dense], ["band", words.curve_band]];
  names.filter(([kind]) => kind !== "own" || curve?.length).forEach(([kind, name], row) => {
    const at = top + 8 + 1.36 * chartText() * row;
    const from = Math.max(left + 30, width - 12.2 * chartText());
    if (kind === "band") svg(root, "rect", { class: "band", x: from, y: at - 9, width: 18, height: 10 });
    else svg(root, "path", { class: kind, d: `M${from} ${at - 4}h18` });
    svg(root, "text", { class: "label", x: from + 24, y: at }, name);
  });
}

const POINT_MS = 45; // between two points on screen: a ticket trains faster than the eye can follow
const LEAP = 3; // points more than in the picture before, at most: a busy browser shows fewer pictures, not one

/** A learning curve as it is heard. It grows no faster than the eye: a whole training may come in one message. */
export class Growth {
  constructor() {
    this.losses = [];
    this.began = null; // when its first point was heard
    this.shown = 0;
  }

  add(at, loss) {
    this.began ??= performance.now();
    if (at <= this.losses.length) this.losses[at] = loss; // one that came late, after a gap, is not worth a false line
  }

  /** What of it is on screen now; null once all `points` have been. */
  grown(points) {
    const still = calm();
    const due = Math.floor((performance.now() - this.began) / POINT_MS);
    this.shown = still ? points : Math.min(due, this.shown + LEAP);
    return this.shown >= points ? null : this.losses.slice(0, this.shown);
  }
}

/** Lowest and highest loss of all tickets at each point: [[low, high], …]. */
export function reachOf(losses, points) {
  const reach = Array.from({ length: points }, () => [Infinity, 0]);
  losses.forEach((loss, i) => {
    const at = reach[i % points];
    at[0] = Math.min(at[0], loss);
    at[1] = Math.max(at[1], loss);
  });
  return reach;
}
