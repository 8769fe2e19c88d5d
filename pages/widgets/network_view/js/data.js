// The message from Python as typed arrays.

import { decode } from "../../shared/js/packed.js";

/** Everything the parts draw. `gone[k]`: how many of the drawn edges, sorted by rank, are pruned at rung k. */
export function readModel(data) {
  const model = {
    ...data,
    layers: data.layers.map(readLayer),
    source: decode(data.source, Uint16Array),
    target: decode(data.target, Uint16Array),
    layer: decode(data.layer, Uint8Array),
    weight: decode(data.weight, Float32Array),
    rank: decode(data.rank, Uint32Array),
    kept: decode(data.kept, Uint32Array),
    threshold: decode(data.threshold, Float32Array),
    counts: decode(data.histogram.counts, Uint32Array),
    bounds: decode(data.histogram.edges, Float32Array),
    pixels: fallen(decode(data.pixels, Uint16Array), decode(data.kept, Uint32Array).length),
    place: decode(data.place, Uint16Array),
    biases: data.biases.map((bias) => decode(bias, Float32Array)),
  };
  model.rungs = model.kept.length;
  model.gone = goneByRung(model);
  model.heaviest = model.weight.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) || 1;
  return model;
}

/** Rows of counts of which only the first came whole: of each other one, by how much it is lower than the one before. */
function fallen(rows, count) {
  const width = rows.length / count;
  for (let i = width; i < rows.length; i++) rows[i] = rows[i - width] - rows[i];
  return rows;
}

export function readLayer(layer) {
  const image = layer.image && decode(layer.image, Float32Array);
  return { ...layer, units: decode(layer.units, Uint16Array), dies: decode(layer.dies, Uint16Array), image };
}

function goneByRung({ kept, rank, total }) {
  const gone = new Uint32Array(kept.length);
  for (let rung = 0, edge = 0; rung < kept.length; rung++) {
    while (edge < rank.length && rank[edge] < total - kept[rung]) edge++;
    gone[rung] = edge;
  }
  return gone;
}

/** First rung at which the drawn edge is pruned. */
export function deathOf(model, edge) {
  let low = 0;
  let high = model.rungs - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (model.gone[middle] > edge) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Sparsity of a rung in percent, without needless decimals. */
export const sparsityOf = (model, rung) => +((100 * rung) / (model.rungs - 1)).toFixed(1);

