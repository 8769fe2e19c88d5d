// Asking an edge for its story: by pointer, by tap, or with the arrow keys when the drawing has the focus.

import { count, digits, fill } from "../../shared/js/text.js";
import { deathOf, sparsityOf } from "./data.js";
import { addEdge } from "./network.js";

/** Index of the drawn edge nearest to (x, y) within `reach` pixels; kept edges win over pruned ones. −1 for none. */
export function nearestEdge(model, geometry, rung, x, y, reach) {
  let best = -1;
  let least = Infinity;
  for (let edge = 0; edge < model.rank.length; edge++) {
    const distance = toEdge(x, y, model, geometry, edge);
    const score = distance + (edge < model.gone[rung] ? reach / 2 : 0);
    if (distance <= reach && score < least) {
      least = score;
      best = edge;
    }
  }
  return best;
}

/** How far (x, y) lies from the line of an edge, in pixels. */
export function toEdge(x, y, { layer, source, target }, { places }, edge) {
  const a = places[layer[edge]];
  const b = places[layer[edge] + 1];
  return toSegment(x, y, a.x[source[edge]], a.y[source[edge]], b.x[target[edge]], b.y[target[edge]]);
}

export function toSegment(x, y, ax, ay, bx, by) {
  const dx = bx - ax;
  const dy = by - ay;
  const share = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

/** The lines of an edge's card. */
export function edgeStory(model, edge, rung, words) {
  const [from, to] = [model.layers[model.layer[edge]], model.layers[model.layer[edge] + 1]];
  const name = (layer, place) => fill(words.unit, { layer: layer.name, index: layer.units[place] });
  const death = sparsityOf(model, deathOf(model, edge));
  return [
    fill(words.edge, { weight: digits(model.weight[edge]) }),
    fill(words.edge_place, { source: name(from, model.source[edge]), target: name(to, model.target[edge]) }),
    fill(words.edge_rank, { rank: count(model.total - model.rank[edge]), total: count(model.total) }),
    `${fill(words.edge_dies, { sparsity: death })}, ${edge < model.gone[rung] ? words.edge_gone : words.edge_kept}`,
  ];
}

/** Paint the chosen edge over everything, in the colour of text with a halo, and ring the units it joins. */
export function drawChosen(context, model, geometry, edge, rung, theme) {
  const gone = edge < model.gone[rung];
  for (const [width, colour] of [[7, theme.background], [3, theme.text]]) {
    context.setLineDash(gone && width < 7 ? [6, 4] : []);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.beginPath();
    addEdge(context, model, geometry, edge);
    context.stroke();
  }
  context.setLineDash([]);
  ringUnit(context, geometry, model.layer[edge], model.source[edge], theme);
  ringUnit(context, geometry, model.layer[edge] + 1, model.target[edge], theme);
}

function ringUnit(context, geometry, depth, unit, theme) {
  const { x, y } = geometry.places[depth];
  context.beginPath();
  context.arc(x[unit], y[unit], geometry.radius + 1, 0, 2 * Math.PI);
  context.fillStyle = theme.background;
  context.fill();
  context.stroke(); // in the width and colour the edge was drawn with
}
