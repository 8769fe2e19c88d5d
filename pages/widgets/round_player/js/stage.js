// The net on stage: living edges green and as wide as they are large, the doomed red until they fade.

import { count, digits, fill, minus } from "../../shared/js/text.js";
import { toSegment } from "../../network_view/js/hover.js";
import { clamp, goesIn, layerName, rowAfter } from "./film.js";

const WIDTHS = 14; // classes of line width: one stroke each keeps a frame under a few milliseconds
const GHOST = [0.3, 0.19, 0.12, 0.08, 0.05]; // opacity of what is gone since this round, since the one before, …
export const FADE_FROM = 0.55; // share of the pruning during which the red lines stay in full view

/** Edges of a moment: what died before as a faint trace, then the living, then the doomed on top. */
export function drawEdges(context, run, geometry, moment, values) {
  context.clearRect(0, 0, geometry.width, geometry.height);
  const { kept, pruned } = run.styles;
  const red = clamp(moment.pruning / 0.25, 0, 1); // the doomed change colour first, then they fade
  const groups = sortByWidth(run, moment, values);
  const gone = moment.time > 2; // while survivors rewind, what this round cut is a ghost already
  strokeGhosts(context, run, geometry, moment.round + (gone ? 1 : 0), pruned.colour);
  for (let width = 0; width < WIDTHS; width++) {
    const share = (width + 0.5) / WIDTHS;
    strokeGroup(context, run, geometry, groups.alive[width], kept.colour, share, 1);
    if (red < 1) strokeGroup(context, run, geometry, groups.doomed[width], kept.colour, share, 1 - red);
  }
  const there = 1 - (1 - GHOST[0]) * clamp((moment.pruning - FADE_FROM) / (1 - FADE_FROM), 0, 1);
  if (red > 0 && !gone) {
    context.setLineDash([5, 3]);
    for (let width = 0; width < WIDTHS; width++) {
      strokeGroup(context, run, geometry, groups.doomed[width], pruned.colour, 0.5 + width / WIDTHS, red * there);
    }
    context.setLineDash([]);
  }
  context.globalAlpha = 1;
}

function sortByWidth(run, moment, values) {
  const alive = Array.from({ length: WIDTHS }, () => []);
  const doomed = Array.from({ length: WIDTHS }, () => []);
  for (let edge = 0; edge < values.length; edge++) {
    if (Number.isNaN(values[edge])) continue;
    const width = Math.min(WIDTHS - 1, Math.floor((WIDTHS * Math.abs(values[edge])) / run.large[run.layer[edge]]));
    (moment.doomed && goesIn(run, edge, moment.round) ? doomed : alive)[width].push(edge);
  }
  return { alive, doomed };
}

function strokeGroup(context, run, geometry, edges, colour, share, alpha) {
  if (!edges.length) return;
  context.beginPath();
  for (const edge of edges) addLine(context, run, geometry, edge);
  context.strokeStyle = colour;
  context.lineWidth = 0.5 + 3 * share;
  context.globalAlpha = alpha * Math.min(1, 0.25 + 1.1 * share);
  context.stroke();
}

/** What died before, the longer ago the fainter. */
function strokeGhosts(context, run, geometry, round, colour) {
  Object.assign(context, { strokeStyle: colour, lineWidth: 0.6 });
  GHOST.forEach((opacity, age) => {
    context.globalAlpha = opacity;
    context.beginPath();
    for (let edge = 0; edge < run.died.length; edge++) {
      const since = round - run.died[edge];
      if (run.died[edge] && (since === age || (since > age && age === GHOST.length - 1))) addLine(context, run, geometry, edge);
    }
    context.stroke();
  });
}

function addLine(context, run, { places }, edge) {
  const a = places[run.layer[edge]];
  const b = places[run.layer[edge] + 1];
  context.moveTo(a.x[run.source[edge]], a.y[run.source[edge]]);
  context.lineTo(b.x[run.target[edge]], b.y[run.target[edge]]);
}

/** The chosen edge over everything, with a halo so that it stands out on both themes. */
export function drawFollowed(context, run, geometry, edge, dead, theme) {
  for (const [width, colour] of [[9, theme.background], [5, theme.text], [2.5, (dead ? run.styles.pruned : run.styles.kept).colour]]) {
    context.setLineDash(dead && width < 5 ? [6, 4] : []);
    context.beginPath();
    addLine(context, run, geometry, edge);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
  context.setLineDash([]);
}

/** Index of the drawn edge nearest to (x, y) within `reach` pixels; living ones win over dead ones. −1 for none. */
export function edgeAt(run, geometry, values, x, y, reach) {
  let best = -1;
  let least = Infinity;
  for (let edge = 0; edge < values.length; edge++) {
    const a = geometry.places[run.layer[edge]];
    const b = geometry.places[run.layer[edge] + 1];
    const distance = toSegment(x, y, a.x[run.source[edge]], a.y[run.source[edge]], b.x[run.target[edge]], b.y[run.target[edge]]);
    if (distance > reach) continue;
    const size = Number.isNaN(values[edge]) ? -1 : Math.min(1, Math.abs(values[edge]) / run.large[run.layer[edge]]);
    const score = distance - (reach / 2) * size; // of crossing lines the wide one is meant
    if (score < least) [least, best] = [score, edge];
  }
  return best;
}

/** The lines of the chosen edge's card: where it is, where it began, where it stands now, and what became of it. */
export function edgeCard(run, edge, value, moment, words) {
  const layers = [run.layers[run.layer[edge]], run.layers[run.layer[edge] + 1]];
  const name = (layer, place) => fill(words.unit, { layer: layer.name, index: layer.units[place] });
  const start = run.paths[0][run.place[0][edge]] * run.scale;
  const fate = run.died[edge] ? fill(words.edge_dead, { round: run.died[edge] - 1 }) : words.edge_lives;
  return [
    fill(words.edge_place, { source: name(layers[0], run.source[edge]), target: name(layers[1], run.target[edge]) }),
    fill(words.edge_start, { value: signed(start) }) + (Number.isNaN(value) ? "" : ` · ${fill(words.edge_now, { value: signed(value) })}`),
    ...(moment.trained === 1 ? standing(run, edge, moment.round, words) : []),
    fate,
  ].filter(Boolean);
}

/** Its rank among the drawn survivors of its layer at the end of a round, and the cut it has to pass. */
function standing(run, edge, round, words) {
  const [path, place] = [run.paths[round], run.place[round]];
  if (place[edge] < 0) return [];
  const alive = path.length / run.points;
  const sizeOf = (other) => Math.abs(path[(run.points - 1) * alive + place[other]]);
  const mates = [...place.keys()].filter((other) => run.layer[other] === run.layer[edge] && place[other] >= 0);
  const own = sizeOf(edge);
  const before = mates.filter((other) => sizeOf(other) < own || (sizeOf(other) === own && other < edge)).length;
  const layer = run.layer[edge];
  const facts = { size: digits(own * run.scale), round, rank: count(before + 1), of: count(mates.length), layer: layerName(layer), drawn: run.sampled ? words.edge_drawn : "" };
  const cuts = run.cuts[round];
  const going = cuts ? run.rows[round].layers[layer] - rowAfter(run, round).layers[layer] : 0;
  return [fill(words.edge_rank, facts), cuts ? fill(words.edge_cut, { going: count(going), cut: digits(cuts[layer]) }) : ""];
}

/** A number with three digits. */
const signed = (value) => minus(digits(value));
