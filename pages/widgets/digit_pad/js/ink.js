// From a drawing to the 28 × 28 pixels that the nets know: as MNIST's authors did it with theirs.

import { decode } from "../../shared/js/packed.js";

export const SIDE = 28; // of an image
const BOX = 20; // into which the longer side of the ink is fitted
export const PEN = 22; // width of a stroke on the pad of 280: about what MNIST's pens leave

/** The 28 × 28 pixels of a test digit, 0 paper to 1 ink, from a byte each in base64. */
export const pixelsOf = (text) => Float32Array.from(decode(text, Uint8Array), (value) => value / 255);

/** Ink of a pad as Float32Array(side × side), 0 paper to 1 ink: what its canvas holds in the alpha channel. */
export function inkOf(context, side) {
  const { data } = context.getImageData(0, 0, side, side);
  return Float32Array.from({ length: side * side }, (_, i) => data[4 * i + 3] / 255);
}

/** Where the ink is, its mass and its centre; null on an empty pad. Coordinates count pixel centres at one half. */
function weigh(ink, side) {
  let [left, top, right, bottom, mass, x, y] = [side, side, -1, -1, 0, 0, 0];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const here = ink[row * side + column];
      if (here < 0.1) continue;
      [left, right] = [Math.min(left, column), Math.max(right, column)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      mass += here;
      x += here * (column + 0.5);
      y += here * (row + 0.5);
    }
  }
  return mass ? { longer: Math.max(right - left, bottom - top) + 1, x: x / mass, y: y / mass } : null;
}

/** The drawing fitted into BOX and laid with its centre of mass into the middle of SIDE × SIDE, or null. */
export function centred(ink, side) {
  const found = weigh(ink, side);
  if (!found) return null;
  const shrink = BOX / found.longer;
  const pixels = new Float32Array(SIDE * SIDE);
  // Every point of the pad gives its ink to the pixel it falls on. Points lie denser than pixels, or are split until
  // they do: a tiny drawing is enlarged.
  const parts = Math.max(1, Math.ceil(2 * shrink));
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const here = ink[row * side + column];
      if (here < 0.1) continue;
      for (let part = 0; part < parts * parts; part++) {
        const x = Math.floor((column + ((part % parts) + 0.5) / parts - found.x) * shrink + SIDE / 2);
        const y = Math.floor((row + (Math.floor(part / parts) + 0.5) / parts - found.y) * shrink + SIDE / 2);
        if (x >= 0 && y >= 0 && x < SIDE && y < SIDE) pixels[y * SIDE + x] += here * (shrink / parts) ** 2;
      }
    }
  }
  return pixels.map((value) => Math.min(1, value));
}

/** Means over squares: the pixels of a net that sees fewer of them. */
export function pooled(pixels, pool) {
  if (pool === 1) return pixels;
  const side = SIDE / pool;
  const means = new Float32Array(side * side);
  pixels.forEach((value, i) => {
    means[Math.floor(Math.floor(i / SIDE) / pool) * side + Math.floor((i % SIDE) / pool)] += value / pool ** 2;
  });
  return means;
}

/** An image on a small canvas, in the colour of the text; size: of a pixel of it. */
export function paint(canvas, pixels, colour, size = 1) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, SIDE, SIDE);
  context.fillStyle = colour;
  const side = SIDE / size;
  pixels?.forEach((value, i) => {
    context.globalAlpha = value;
    context.fillRect((i % side) * size, Math.floor(i / side) * size, size, size);
  });
  context.globalAlpha = 1;
}
