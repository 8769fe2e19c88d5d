// A digit on its way through a net, layer by layer, as the engine computes it: y = max(0, W x + b), at the end shares.
// Nets come with 16 bits a weight (pages/figures/forward.py) or with the very weights that are drawn.

import { decode } from "./packed.js";

/** @typedef {{rows: number, columns: number, weights: Float32Array, bias: Float32Array, dies?: Uint8Array | null}} Matrix a
 *   layer, weights (out, in), and of each the rung at which it is pruned, where there is a ladder */

/** The layers of a message. @returns {Matrix[]} */
export const readLayers = (layers) => layers.map(({ rows, columns, scale, weights, bias, dies = null }) => ({
  rows, columns, weights: Float32Array.from(decode(weights, Int16Array), (value) => value * scale), bias: Float32Array.from(bias),
  dies: dies && decode(dies, Uint8Array),
}));

/** The layers of a net that is drawn whole. model: its edges and layers, as the network view has them. deaths: the rung at
 * which each edge is pruned, if there is a ladder. @returns {Matrix[]} */
export function drawnLayers({ layers, layer, source, target }, values, biases, deaths = null) {
  const net = layers.slice(1).map(({ units }, depth) => {
    const [rows, columns] = [units.length, layers[depth].units.length];
    return { rows, columns, weights: new Float32Array(rows * columns), bias: biases[depth], dies: deaths && new Uint8Array(rows * columns) };
  });
  for (let edge = 0; edge < layer.length; edge++) {
    const { weights, columns, dies } = net[layer[edge]];
    const place = target[edge] * columns + source[edge];
    weights[place] = values[edge];
    if (dies) dies[place] = deaths[edge];
  }
  return net;
}

/** What every unit of every layer says to `pixels`, the outputs as shares that add up to 1.
 * rung: of the ladder; what is pruned there counts as zero. @param {Matrix[]} layers @returns {Float32Array[]} */
export function forward(layers, pixels, rung = 0) {
  const said = [];
  let x = pixels;
  layers.forEach((layer, depth) => {
    x = layerSays(layer, x, rung, depth < layers.length - 1);
    said.push(x);
  });
  said[said.length - 1] = shares(x);
  return said;
}

function layerSays({ rows, columns, weights, bias, dies = null }, x, rung, cut) {
  const lit = []; // most pixels of a digit are paper: they say nothing to anybody
  for (let column = 0; column < columns; column++) if (x[column] !== 0) lit.push(column);
  const said = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = bias[row];
    const start = row * columns;
    for (const column of lit) {
      const place = start + column;
      if (!dies || dies[place] > rung) sum += weights[place] * x[column];
    }
    said[row] = cut && sum < 0 ? 0 : sum;
  }
  return said;
}

/** Softmax. */
export function shares(logits) {
  const most = Math.max(...logits);
  const powers = Float32Array.from(logits, (value) => Math.exp(value - most));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}

/** The place of the largest value. */
export const top = (values) => values.indexOf(Math.max(...values));

const fetched = new Map(); // address → promise of layers: several widgets may show one net

/** The net at an address, fetched once a page. @returns {Promise<Matrix[]>} */
export function fetchNet(address) {
  if (!fetched.has(address)) fetched.set(address, load(address).catch((error) => (fetched.delete(address), Promise.reject(error))));
  return fetched.get(address);
}

async function load(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return readLayers(await answer.json());
}
