// A digit on its way through a net, layer by layer, as the engine computes it: y = max(0, W x + b), at the end shares.
// Nets come with 16 bits a weight (pages/figures/forward.py) or with the very weights that are drawn.

import { decode } from "./packed.js";

const RANKS = 2 ** 19; // more weights than any net here has: a size and an index fit into one exact number

/** @typedef {{rows: number, columns: number, weights: Float32Array, bias: Float32Array}} Matrix a layer, weights (out, in) */

/** The layers of a message. @returns {Matrix[]} */
export const readLayers = (layers) => layers.map(({ rows, columns, scale, weights, bias }) => ({
  rows, columns, weights: Float32Array.from(decode(weights, Int16Array), (value) => value * scale), bias: Float32Array.from(bias),
}));

/** The layers of a net that is drawn whole. model: its edges and layers, as the network view has them. @returns {Matrix[]} */
export function drawnLayers({ layers, layer, source, target }, values, biases) {
  const net = layers.slice(1).map(({ units }, depth) => ({
    rows: units.length, columns: layers[depth].units.length, weights: new Float32Array(units.length * layers[depth].units.length), bias: biases[depth],
  }));
  for (let edge = 0; edge < layer.length; edge++) {
    const { weights, columns } = net[layer[edge]];
    weights[target[edge] * columns + source[edge]] = values[edge];
  }
  return net;
}

/** The place of every weight when all layers are sorted by size, ties in order of index: ranks below n are gone when n are
 * pruned, as `lth_core.masks.select.death_order` has it. @returns {Uint32Array[]} one a layer */
export function ranksOf(layers) {
  const total = layers.reduce((sum, { weights }) => sum + weights.length, 0);
  const keys = new Float64Array(total);
  const size = new Float32Array(1);
  const bits = new Uint32Array(size.buffer); // of positive numbers the larger has the larger bits
  let start = 0;
  for (const { weights } of layers) {
    for (let i = 0; i < weights.length; i++) {
      size[0] = Math.abs(weights[i]);
      keys[start + i] = bits[0] * RANKS + start + i;
    }
    start += weights.length;
  }
  keys.sort();
  const ranks = new Uint32Array(total);
  for (let rank = 0; rank < total; rank++) ranks[keys[rank] % RANKS] = rank;
  let end = 0;
  return layers.map(({ weights }) => ranks.subarray(end, (end += weights.length)));
}

/** What every unit of every layer says to `pixels`, the outputs as shares that add up to 1.
 * ranks, gone: weights whose rank is below `gone` count as zero. @param {Matrix[]} layers @returns {Float32Array[]} */
export function forward(layers, pixels, ranks = null, gone = 0) {
  const said = [];
  let x = pixels;
  layers.forEach((layer, depth) => {
    x = layerSays(layer, x, ranks?.[depth], gone, depth < layers.length - 1);
    said.push(x);
  });
  said[said.length - 1] = shares(x);
  return said;
}

function layerSays({ rows, columns, weights, bias }, x, ranks, gone, cut) {
  const lit = []; // most pixels of a digit are paper: they say nothing to anybody
  for (let column = 0; column < columns; column++) if (x[column] !== 0) lit.push(column);
  const said = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = bias[row];
    const start = row * columns;
    for (const column of lit) {
      const place = start + column;
      if (!ranks || ranks[place] >= gone) sum += weights[place] * x[column];
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
