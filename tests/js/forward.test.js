// A digit through a net: by hand, and with weights pruned by rank.

import { drawnLayers, forward, readLayers, shares, top } from "../../pages/widgets/shared/js/forward.js";
import { close, same, test, truly } from "./check.js";

const layer = (rows, columns, weights, bias) => ({ rows, columns, weights: Float32Array.from(weights), bias: Float32Array.from(bias) });
const net = [layer(2, 3, [1, -2, 3, 0.5, 0.5, -4], [0, 1]), layer(2, 2, [1, 2, -1, 0.25], [0, 0])];

test("layer by layer as by hand: weights, bias, nothing below zero, shares at the end", () => {
  const [hidden, said] = forward(net, Float32Array.from([1, 0, 0.5]));
  same([...hidden], [2.5, 0]); // the second: 1 + 0.5 − 2 is below zero
  close(said[0] + said[1], 1, 1e-6);
  close(said[0], 1 / (1 + Math.exp(-5)), 1e-6);
});

test("what is pruned at a rung counts as zero, and at the end only biases speak", () => {
  const dying = net.map((matrix, i) => ({ ...matrix, dies: Uint8Array.from([[2, 3, 3, 1, 1, 3], [2, 3, 2, 1]][i]) }));
  const by = (rung) => [...forward(dying, Float32Array.from([1, 0, 0.5]), rung)[0]];
  same([by(0), by(2), by(3)], [[2.5, 0], [1.5, 0], [0, 1]]);
  same([...forward(dying, Float32Array.from([1, 0, 0.5]), 3)[1]], [0.5, 0.5]);
});

test("a net drawn whole becomes matrices again, whatever the order of its edges", () => {
  const units = (count) => ({ units: new Uint16Array(count) });
  const model = { layers: [units(2), units(2), units(1)], layer: [1, 0, 0, 0, 0, 1], source: [1, 0, 1, 0, 1, 0], target: [0, 0, 0, 1, 1, 0] };
  const layers = drawnLayers(model, [6, 1, 2, 3, 4, 5], [Float32Array.from([0, 0]), Float32Array.from([9])]);
  same(layers.map(({ weights }) => [...weights]), [[1, 2, 3, 4], [5, 6]]);
});

test("a message's weights are whole numbers times a scale", () => {
  const weights = btoa(String.fromCharCode(...new Uint8Array(Int16Array.from([2, -4]).buffer)));
  const [read] = readLayers([{ rows: 1, columns: 2, scale: 0.5, weights, bias: [3] }]);
  same([read.weights, read.bias], [[1, -2], [3]]);
});

test("shares do not overflow, and the largest is found", () => {
  const said = shares(Float32Array.from([1000, 999, -1000]));
  truly(said.every(Number.isFinite), "that all are numbers");
  same(top(said), 0);
});
