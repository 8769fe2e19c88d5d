// The net on stage: living edges green and as wide as they are large, the doomed red until they fade.

import { fit } from "../../shared/js/paper.js";
import { count, digits, fill, minus } from "../../shared/js/text.js";
import { growth } from "../../shared/js/type.js";
import { toEdge } from "../../network_view/js/hover.js";
import { addEdge } from "../../network_view/js/network.js";
import { clamp, goesIn, layerName, rowAfter } from "./film.js";

const WIDTHS = 14; // classes of line width
const GHOST = [0.6, 0.5, 0.42, 0.36, 0.32]; // opacity of what is gone since this round, since the one before, …
const GONE = [4, 3]; // dashes of a ghost: as faint as the smallest of the living, and told from them by more than its hue
export const FADE_FROM = 0.55; // share of the pruning during which the red lines stay in full view

/** Parts of a moment that do not move, each painted once: ghosts all round long, and everything while the doomed fade. */
export class Pictures {
  constructor(geometry) {
    this.geometry = geometry;
    this.kept = new Map(); // name → {key, canvas}
  }

  /** The picture `name`, painted anew by `paint(context)` when its key is another. */
  of(name, key, paint) {
    const known = this.kept.get(name);
    if (known?.key === key) return known.canvas;
    const canvas = known?.canvas ?? document.createElement("canvas");
    paint(fit(canvas, this.geometry.width, this.geometry.height)); // which also clears it
    this.kept.set(name, { key, canvas });
    return canvas;
  }
}

/** Edges of a moment: what died before as a faint trace, then the living, then the doomed on top. */
export function drawEdges(context, run, geometry, moment, values, pictures) {
  const { width, height } = geometry;
  const { round } = moment;
  const place = (name, key, alpha, paint) => {
    context.globalAlpha = alpha;
    if (alpha > 0) context.drawImage(pictures.of(name, `${run.start} ${key}`, paint), 0, 0, width, height);
  };
  context.clearRect(0, 0, width, height);
  const thin = thinner(run.alive[round] + ((run.alive[round + 1] ?? run.alive[round]) - run.alive[round]) * moment.rewinding);
  const gone = moment.time > 2; // while survivors rewind, what this round cut is a ghost already
  const ghosts = round + (gone ? 1 : 0);
  place("ghosts", ghosts, 1, (on) => strokeGhosts(on, run, geometry, ghosts));
  if (!moment.doomed || gone) {
    strokeBySize(context, run, geometry, values, run.styles.kept.colour, (edge) => !(gone && goesIn(run, edge, round)), thin);
  } else {
    const red = clamp(moment.pruning / 0.25, 0, 1); // the doomed change colour first, then they fade
    const there = 1 - (1 - GHOST[0]) * clamp((moment.pruning - FADE_FROM) / (1 - FADE_FROM), 0, 1);
    const going = (edge) => goesIn(run, edge, round);
    place("alive", round, 1, (on) => strokeBySize(on, run, geometry, values, run.styles.kept.colour, (edge) => !going(edge), thin));
    place("doomed", round, 1 - red, (on) => strokeBySize(on, run, geometry, values, run.styles.kept.colour, going, thin));
    place("marked", round, red * there, (on) => {
      on.setLineDash([5, 3]);
      strokeBySize(on, run, geometry, values, run.styles.pruned.colour, going, thin, 0.5);
    });
  }
  context.globalAlpha = 1;
}

/** The net while it is trained: its edges as they are just now, what was cut red, then a ghost. live: see live.js. */
export function drawLiving(context, run, geometry, live) {
  const { width, height } = geometry;
  context.clearRect(0, 0, width, height);
  const { kept } = run.styles;
  const ages = Array.from(run.layer, (_, edge) => live.since(edge));
  const old = ages.filter((since) => since === 1).length;
  if (live.pictures?.geometry !== geometry) live.pictures = new Pictures(geometry);
  context.globalAlpha = 1;
  if (old) context.drawImage(live.pictures.of("old", old, (on) => strokeFallen(on, run, geometry, ages, (since) => since === 1)), 0, 0, width, height);
  strokeFallen(context, run, geometry, ages, (since) => since >= 0 && since < 1);
  strokeBySize(context, { ...run, large: live.large }, geometry, live.values, kept.colour, () => true, thinner(live.count));
}

/** What was cut while the net trains. ages: of each edge, as `since` of live.js tells it; below 0 it lives. */
function strokeFallen(context, run, geometry, ages, wanted) {
  context.strokeStyle = run.styles.pruned.colour;
  context.setLineDash(GONE);
  const faint = GHOST.at(-1);
  ages.forEach((since, edge) => {
    if (!wanted(since)) return;
    context.globalAlpha = 1 - (1 - faint) * since;
    context.lineWidth = (0.6 + 1.2 * (1 - since)) * growth();
    strokeLine(context, run, geometry, edge);
  });
  context.setLineDash([]);
}

/** How much thinner than usual a crowd of so many lines is drawn, so that single ones can be told apart. */
const thinner = (lines) => clamp(Math.sqrt(500 / Math.max(1, lines)), 0.45, 1);

/** Living edges for which `wanted(edge)`, the larger the wider; thin: factor of all widths; more: a share that is added to each.
 * Every line by itself: one path of a thousand crossing lines takes a browser without a GPU five times as long. */
function strokeBySize(context, run, geometry, values, colour, wanted, thin, more = 0) {
  const groups = Array.from({ length: WIDTHS }, () => []);
  for (let edge = 0; edge < values.length; edge++) {
    if (Number.isNaN(values[edge]) || !wanted(edge)) continue;
    groups[Math.min(WIDTHS - 1, Math.floor((WIDTHS * Math.abs(values[edge])) / run.large[run.layer[edge]]))].push(edge);
  }
  context.strokeStyle = colour;
  groups.forEach((edges, group) => {
    const share = more + (group + (more ? 0 : 0.5)) / WIDTHS;
    context.lineWidth = (0.5 + 3 * share) * thin * growth();
    context.globalAlpha = Math.min(1, 0.25 + 1.1 * share);
    for (const edge of edges) strokeLine(context, run, geometry, edge);
  });
  context.globalAlpha = 1;
}

/** What died before, the longer ago the fainter. */
function strokeGhosts(context, run, geometry, round) {
  Object.assign(context, { strokeStyle: run.styles.pruned.colour, lineWidth: 0.7 * growth() });
  context.setLineDash(GONE);
  for (let edge = 0; edge < run.died.length; edge++) {
    const since = round - run.died[edge];
    if (!run.died[edge] || since < 0) continue;
    context.globalAlpha = GHOST[Math.min(since, GHOST.length - 1)];
    strokeLine(context, run, geometry, edge);
  }
}

function strokeLine(context, run, geometry, edge) {
  context.beginPath();
  addEdge(context, run, geometry, edge);
  context.stroke();
}

/** The chosen edge over everything, with a halo so that it stands out on both themes. */
export function drawFollowed(context, run, geometry, edge, dead, theme) {
  for (const [width, colour] of [[9, theme.background], [5, theme.text], [2.5, (dead ? run.styles.pruned : run.styles.kept).colour]]) {
    context.setLineDash(dead && width < 5 ? [6, 4] : []);
    context.beginPath();
    addEdge(context, run, geometry, edge);
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
    const distance = toEdge(x, y, run, geometry, edge);
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
  const fate = run.died[edge] ? fill(Number.isNaN(value) ? words.edge_dead : words.edge_dies, { round: run.died[edge] - 1 }) : words.edge_lives;
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
