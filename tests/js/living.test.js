// A net that lives: what a picture says, and how weights glide to it.

import { endsOf, Living, readPicture } from "../../pages/widgets/shared/js/living.js";
import { close, same, test, truly } from "./check.js";

const base64 = (array) => btoa(String.fromCharCode(...new Uint8Array(array.buffer)));
const pictureOf = (weights, alive, parts = {}) => ({
  condition: "ticket", round: 0, step: 1, scales: [0.5, 0.1], weights: base64(Int16Array.from(weights)), alive: base64(Uint8Array.from(alive)), ...parts,
});

test("a picture's weights are numbers times the scale of their matrix", () => {
  const { values, alive } = readPicture(pictureOf([2, -4, 10, 0], [0b0111]), [2, 4]);
  same([values[0], values[1], alive], [1, -2, [1, 1, 1, 0]]);
  close(values[2], 1, 1e-6);
});

test("matrices end where the next one begins", () => {
  same(endsOf(Uint8Array.from([0, 0, 1, 1, 1, 2])), [2, 5, 6]);
});

test("weights glide to a picture, and arrive", () => {
  const living = new Living(Uint8Array.from([0, 0, 1, 1]), () => {});
  living.start([0, 0, 0, 0]);
  truly(living.hear({ picture: pictureOf([2, 2, 2, 2], [15]) }), "that it was heard");
  living.close();
  living.values.fill(0);
  truly(living.step(50), "that it goes on");
  truly(living.values[0] > 0.2 && living.values[0] < 0.8, "that it is under way");
  let steps = 1;
  while (living.step(50)) steps++;
  truly(steps > 5 && steps < 40, "that it takes about a second at most");
  close(living.values[0], 1);
});

test("pictures of other conditions and other nets, and other messages, move nothing", () => {
  const living = new Living(Uint8Array.from([0, 0, 1, 1]), () => {});
  same([living.hear({ points: [] }), living.hear({ picture: pictureOf([1, 1, 1, 1], [15], { condition: "random" }) })], [false, false]);
  same(living.hear({ picture: pictureOf([1, 1], [3]) }), false);
  same([living.pictures, living.frame], [0, null]);
});
