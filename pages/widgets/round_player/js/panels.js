// Beside the net: the learning curve that grows, and each layer's weights by size with the cut.

import { canvasPen, drawAxes } from "../../shared/js/axes.js";
import { between } from "../../shared/js/scale.js";
import { count, digits, fill } from "../../shared/js/text.js";
import { grown, growth } from "../../shared/js/type.js";
import { clamp, goesIn, layerName, momentOf, percents, scaleFor, STAGES, valuesAt } from "./film.js";
import { FADE_FROM } from "./stage.js";

const CURVE = { left: 44, right: 10, top: 8, bottom: 36, drop: 17 };

/** The curve of this round up to now in blue, earlier rounds in grey; nothing is drawn before it was measured. live: {x, y}
 * of a round that is trained at this moment, which then is the blue one. */
export function drawCurve(context, run, moment, theme, words, width, height, live = null) {
  context.clearRect(0, 0, width, height);
  const box = grown(CURVE);
  const { left, right, top, bottom } = box;
  const low = run.floor;
  const last = run.steps[run.points - 1];
  const x = between(0, last, left, width - right);
  const down = between(low, 1, height - bottom, top);
  const y = (value) => down(clamp(value, low, 1));
  const [, pace] = scaleFor(low + 0.02);
  const steps = [0, last / 2, last].map((step) => [step, count(Math.round(step))]);
  drawAxes(canvasPen(context, theme), box, width, height, {
    x: { at: (step) => clamp(x(step), left, width - 20 * growth()), ticks: steps, title: words.training_step },
    y: { at: y, ticks: percents(low, pace), title: `${words.accuracy} (%)` },
  });
  const line = (round, point) => {
    context.beginPath();
    const curve = run.curves[round];
    for (let i = 0; i <= Math.floor(point) && i < curve.length; i++) if (curve[i] !== null) context.lineTo(x(run.steps[i]), y(curve[i]));
    const next = Math.floor(point) + 1;
    if (next < curve.length && point % 1 && curve[next] !== null) {
      const share = point % 1;
      const between = (a, b) => a + (b - a) * share;
      context.lineTo(x(between(run.steps[next - 1], run.steps[next])), y(between(curve[next - 1], curve[next])));
    }
    context.stroke();
  };
  context.strokeStyle = theme.text;
  context.lineWidth = growth();
  for (let round = 0; round < moment.round + (live ? moment.trained : 0); round++) {
    context.globalAlpha = round === 0 ? 0.7 : 0.18; // the whole net stands out: it is what tickets are compared with
    context.setLineDash(round === 0 ? [6, 4] : []);
    line(round, run.points);
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
  context.strokeStyle = run.styles.training.colour;
  context.lineWidth = 2.5 * growth();
  if (moment.trained > 0 && !live) line(moment.round, moment.point);
  if (!live) return;
  context.beginPath();
  live.x.forEach((step, i) => context.lineTo(x(step), y(live.y[i])));
  context.stroke();
}

const BINS = 36;
const BARS = { top: 20, bottom: 20, gap: 8, drop: 14 };

/** The histograms' fixed measures: reach of each layer's axis, its tallest bar at the start and end of each round. */
export function measureBars(run) {
  const reach = run.large;
  const moments = Array.from({ length: run.rounds + 1 }, (_, round) => [0, 1].map((time) => momentOf(run, STAGES * round + time)));
  const most = moments.map((pair) => {
    const both = pair.map((moment) => countBars(run, moment, valuesAt(run, moment), reach));
    return both.map((bars) => Array.from(reach, (_, layer) => Math.max(1, ...bars.alive[layer].map((n, i) => n + bars.doomed[layer][i]))));
  });
  return { reach, most };
}

/** Weights in each bin, living and doomed apart; the last bin also holds what lies beyond it. */
function countBars(run, moment, values, reach) {
  const empty = () => Array.from(reach, () => new Array(BINS).fill(0));
  const bars = { alive: empty(), doomed: empty() };
  for (let edge = 0; edge < values.length; edge++) {
    if (Number.isNaN(values[edge])) continue;
    const layer = run.layer[edge];
    const bin = Math.min(BINS - 1, Math.floor((BINS * Math.abs(values[edge])) / reach[layer]));
    (moment.doomed && goesIn(run, edge, moment.round) ? bars.doomed : bars.alive)[layer][bin]++;
  }
  return bars;
}

export function drawBars(context, run, moment, values, measures, theme, words, width, height) {
  context.clearRect(0, 0, width, height);
  const layers = run.layers.length - 1;
  const box = grown(BARS);
  const bars = countBars(run, moment, values, measures.reach);
  const each = (height - box.gap * (layers - 1)) / layers;
  const there = moment.time > 2 ? 0 : 1 - clamp((moment.pruning - FADE_FROM) / (1 - FADE_FROM), 0, 1);
  for (let layer = 0; layer < layers; layer++) {
    const top = layer * (each + box.gap);
    const floor = top + each - box.bottom;
    const [start, end] = measures.most[moment.round];
    const [next] = measures.most[Math.min(run.rounds, moment.round + 1)];
    const trained = start[layer] + (end[layer] - start[layer]) * moment.trained;
    const most = trained + (next[layer] - trained) * moment.rewinding; // the scale follows, so that the shape stays in view
    const tall = (n) => (n / most) * (each - box.top - box.bottom);
    const wide = width / BINS;
    bars.alive[layer].forEach((n, bin) => bar(context, bin * wide, floor, wide, tall(n), run.styles.kept.colour, 1));
    bars.doomed[layer].forEach((n, bin) => bar(context, bin * wide, floor - tall(bars.alive[layer][bin]), wide, tall(n), run.styles.pruned.colour, there));
    const cut = moment.doomed ? run.cuts[moment.round]?.[layer] : null; // it is made in trained weights: gone with them
    const said = cut == null || moment.rewinding ? "" : ` · ${fill(words.cut, { value: digits(cut) })}`;
    barsAxis(context, run, layer, measures.reach[layer], top, floor, width, height, theme, said);
    if (cut != null) drawCut(context, run, moment, cut / measures.reach[layer], top + box.top, floor, width);
  }
}

function bar(context, x, floor, wide, tall, colour, alpha) {
  context.globalAlpha = alpha;
  context.fillStyle = colour;
  context.fillRect(x + 0.5, floor - tall, wide - 1, tall);
  context.globalAlpha = 1;
}

function barsAxis(context, run, layer, reach, top, floor, width, height, theme, said) {
  const pen = canvasPen(context, theme);
  const x = { at: between(0, reach, 0, width), ticks: [[0, "0", "start"], [reach, `≥ ${digits(reach)}`, "end"]], title: "" };
  drawAxes(pen, { ...grown(BARS), left: 0, right: 0, top, bottom: height - floor }, width, height, { x, base: true });
  pen.write("label", width, top + 12 * growth(), "end", `${layerName(layer)}: ${run.layers[layer].name} → ${run.layers[layer + 1].name}${said}`);
}

function drawCut(context, run, moment, share, top, floor, width) {
  context.globalAlpha = 1 - moment.rewinding;
  context.fillStyle = run.styles.pruned.colour;
  context.fillRect(Math.min(width - 1, share * width), top, 2 * growth(), floor - top);
  context.globalAlpha = 1;
}
