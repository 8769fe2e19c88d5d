// A sparse net in the browser: surviving weights row by row, nothing else is stored or multiplied.

import { decode } from "../../shared/js/packed.js";

/** The message of one net as typed arrays: for every layer where rows begin, their columns and their values. */
export function readNet(net) {
  return { ...net, layers: net.layers.map(readMatrix) };
}

function readMatrix({ rows, columns, scale, alive, values, bias }) {
  const bits = decode(alive, Uint8Array);
  const weights = Float32Array.from(decode(values, Int16Array), (value) => value * scale);
  const starts = new Uint32Array(rows + 1);
  const places = new Uint16Array(weights.length);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    starts[row] = next;
    for (let column = 0; column < columns; column++) {
      const bit = row * columns + column;
      if ((bits[bit >> 3] >> (bit & 7)) & 1) places[next++] = column;
    }
  }
  starts[rows] = next;
  return { starts, places, weights, bias };
}

/** What the net says to an image: ten probabilities. */
export function answer(net, pixels) {
  let x = pixels;
  net.layers.forEach(({ starts, places, weights, bias }, depth) => {
    const last = depth === net.layers.length - 1;
    x = bias.map((offset, row) => {
      let sum = offset;
      for (let i = starts[row]; i < starts[row + 1]; i++) sum += weights[i] * x[places[i]];
      return last ? sum : Math.max(0, sum);
    });
  });
  const most = Math.max(...x);
  const powers = x.map((value) => Math.exp(value - most));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}
