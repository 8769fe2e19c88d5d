// From strokes to the 28 × 28 pixels that the nets know, and what a net answers.

import { centred, pooled } from "../../pages/widgets/digit_pad/js/ink.js";
import { answer, readNet } from "../../pages/widgets/digit_pad/js/net.js";
import { close, same, test, truly } from "./check.js";

const SIDE = 28;

/** A pad of side × side with ink where `inside(x, y)`. */
const pad = (side, inside) => Float32Array.from({ length: side * side }, (_, i) => Number(inside(i % side, Math.floor(i / side))));

function box(pixels) {
  const places = [...pixels.keys()].filter((i) => pixels[i] > 0.05);
  const [xs, ys] = [places.map((i) => i % SIDE), places.map((i) => Math.floor(i / SIDE))];
  return { wide: Math.max(...xs) - Math.min(...xs) + 1, tall: Math.max(...ys) - Math.min(...ys) + 1 };
}

function centre(pixels) {
  const mass = pixels.reduce((sum, value) => sum + value, 0);
  const mean = (place) => pixels.reduce((sum, value, i) => sum + value * place(i), 0) / mass;
  return [mean((i) => (i % SIDE) + 0.5), mean((i) => Math.floor(i / SIDE) + 0.5)];
}

test("an empty pad is no drawing", () => same(centred(new Float32Array(100), 10), null));

test("the longer side becomes 20 pixels, wherever and however large it was drawn", () => {
  for (const [left, top, wide, tall] of [[10, 10, 40, 200], [200, 30, 20, 60], [5, 220, 240, 30]]) {
    const image = centred(pad(280, (x, y) => x >= left && x < left + wide && y >= top && y < top + tall), 280);
    const found = box(image);
    close(Math.max(found.wide, found.tall), 20, 1);
    for (const middle of centre(image)) close(middle, 14, 0.2);
  }
});

test("the centre of mass, not of the box, lies in the middle", () => {
  const hammer = centred(pad(280, (x, y) => (x > 100 && x < 120 && y > 40 && y < 240) || (y > 40 && y < 100 && x > 60 && x < 160)), 280);
  for (const middle of centre(hammer)) close(middle, 14, 0.3);
});

test("a tiny drawing is enlarged without holes, and no pixel is darker than ink", () => {
  const image = centred(pad(280, (x, y) => x >= 50 && x < 56 && y >= 50 && y < 56), 280);
  truly(Math.max(...image) <= 1 && Math.min(...image) >= 0, "0 to 1");
  same(image.filter((value) => value > 0.5).length, 400);
});

test("pooling takes means, and keeps the ink", () => {
  const image = pad(SIDE, (x, y) => (x + y) % 2 === 0);
  same(pooled(image, 1).length, 784);
  const half = pooled(image, 2);
  same([half.length, ...new Set(half)], [196, 0.5]);
  close(pooled(image, 4).reduce((sum, value) => sum + value, 0) * 16, 392);
});

const base64 = (array) => btoa(String.fromCharCode(...new Uint8Array(array.buffer)));

test("a sparse net answers as its dense matrices would", () => {
  // layer 1: [[2, 0, 1], [0, −3, 0]] + [0.5, 0]; layer 2: [[1, −1], [0, 2]] + [0, 0]; scale 0.5 and 1
  const matrix = (rows, columns, scale, bits, values, bias) => ({ rows, columns, scale, alive: base64(Uint8Array.from([bits])), values: base64(Int16Array.from(values)), bias });
  const net = readNet({ layers: [matrix(2, 3, 0.5, 0b010101, [4, 2, -6], [0.5, 0]), matrix(2, 2, 1, 0b1011, [1, -1, 2], [0, 0])] });
  const [first, second] = answer(net, [1, -2, 3]); // hidden: 2 + 3 + 0.5 = 5.5 and 6; out: −0.5 and 12
  close(first + second, 1, 1e-6);
  close(Math.log(second / first), 12.5, 1e-6);
});
