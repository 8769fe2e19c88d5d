// The subset sum: every subset tried, the same weights for the same seed, and what many draws come to.

import { placed, signed, small } from "../../pages/widgets/subset_sum/js/pictures.js";
import { chance, drawn, MOST, nearest, sumOf, Tally } from "../../pages/widgets/subset_sum/js/sums.js";
import { close, same, test, truly } from "./check.js";

/** By the definition: every subset's sum, added up on its own. */
function brute(weights, target) {
  let [error, best] = [Number.POSITIVE_INFINITY, 0];
  for (let subset = 0; subset < 2 ** weights.length; subset++) {
    const off = Math.abs(sumOf(weights, subset) - target);
    if (off < error) [error, best] = [off, subset];
  }
  return { error, best };
}

test("the best subset is the best of all, for every number of weights", () => {
  for (let seed = 0; seed < 12; seed++) {
    const [weights, target] = [drawn(seed, 11), chance(900 + seed)()];
    const { errors, subsets } = nearest(weights, target);
    for (let n = 0; n <= 11; n++) {
      const { error, best } = brute(weights.slice(0, n), target);
      same([errors[n], subsets[n]], [error, best]);
    }
  }
});

test("by hand: two of three weights meet the target", () => {
  const { errors, subsets } = nearest([0.5, -0.75, 0.25], 0.75);
  same([errors.at(-1), subsets.at(-1)], [0, 0b101]);
  same(errors, [0.75, 0.25, 0.25, 0]);
});

test("no weight at all leaves the target as far as it is", () => {
  same(nearest([], 0.4), { errors: [0.4], subsets: [0] });
});

test("twenty weights have a million subsets, each the sum that it says", () => {
  const weights = drawn(3);
  const { errors, subsets } = nearest(weights, 0.3);
  truly(weights.length === MOST && errors.length === MOST + 1, "twenty");
  for (let n = 0; n <= MOST; n++) same(Math.abs(sumOf(weights, subsets[n]) - 0.3), errors[n]);
  for (let n = 1; n <= MOST; n++) truly(errors[n] <= errors[n - 1], "one weight more never hurts");
});

test("weights are between −1 and 1, fair, and a seed's own", () => {
  const weights = drawn(5, 20_000);
  truly(weights.every((weight) => weight >= -1 && weight < 1), "in the range");
  close(weights.reduce((sum, weight) => sum + weight, 0) / 20_000, 0, 0.02);
  close(weights.reduce((sum, weight) => sum + weight ** 2, 0) / 20_000, 1 / 3, 0.01);
  same(drawn(5, 3), weights.slice(0, 3));
  truly(drawn(6, 3)[0] !== weights[0], "another seed");
});

test("a tally tells medians and shares of its draws", () => {
  const tally = new Tally();
  same([tally.quantile(1, 0.5), tally.within(1, 0.1)], [null, null]);
  for (const error of [0.4, 0.1, 0.3, 0.2, 0.5]) tally.add(Array(MOST + 1).fill(error));
  same([tally.draws, tally.quantile(4, 0.5), tally.within(4, 0.2)], [5, 0.3, 0.4]);
  same(tally.quantile(4, 0.99), 0.5);
});

test("distances are said with two digits that count", () => {
  same([0.3, 0.0042, 0.00000312, 0, 1].map(small), ["0.30", "0.0042", "0.0000031", "0", "1.00"]);
  same(signed(-0.25), "−0.250");
});

test("a place in the drawing is read back as its target", () => {
  const place = placed(600, 400);
  close(place.valueAt(place.y(0.42)), 0.42, 1e-9);
});
