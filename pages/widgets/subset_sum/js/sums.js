// Every subset of some weights, one by one: nothing is skipped, so that "best" means best.

export const MOST = 20;
let sums = null; // of all subsets, kept: a million numbers are 8 MB

/** Numbers from 0 up to 1, always the same for one seed (mulberry32, by Tommy Ettinger). */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` weights between −1 and 1, each value as likely as any other. */
export function drawn(seed, count = MOST) {
  const next = chance(seed);
  return Array.from({ length: count }, () => 2 * next() - 1);
}

/**
 * For the first k weights, k = 0 … n: how far their best subset's sum is from `target`, and which subset that is (bit i
 * for weight i; of equals the first). The empty subset is one too.
 * @returns {{errors: number[], subsets: number[]}}
 */
export function nearest(weights, target) {
  sums ??= new Float64Array(2 ** MOST);
  sums[0] = 0;
  let [error, best, many] = [Math.abs(target), 0, 1];
  const [errors, subsets] = [[error], [best]];
  for (const weight of weights) {
    for (let at = 0; at < many; at++) {
      const sum = sums[at] + weight;
      sums[many + at] = sum;
      const off = Math.abs(sum - target);
      if (off < error) [error, best] = [off, many + at];
    }
    many *= 2;
    errors.push(error);
    subsets.push(best);
  }
  return { errors, subsets };
}

/** The sum of the subset, added in the order of the weights. */
export const sumOf = (weights, subset) => weights.reduce((sum, weight, i) => ((subset >> i) & 1 ? sum + weight : sum), 0);

/** What many draws came to: distances by number of weights. */
export class Tally {
  constructor() {
    this.draws = 0;
    this.columns = Array.from({ length: MOST + 1 }, () => []);
  }

  add(errors) {
    this.draws++;
    errors.forEach((error, n) => this.columns[n].push(error));
    this.sorted = null;
  }

  /** The distance that a share of the draws with n weights stays within; null before the first draw. */
  quantile(n, share) {
    if (!this.draws) return null;
    this.sorted ??= this.columns.map((column) => Float64Array.from(column).sort());
    return this.sorted[n][Math.min(this.draws - 1, Math.floor(share * this.draws))];
  }

  /** The share of the draws with n weights that come within `near`. */
  within(n, near) {
    return this.draws ? this.columns[n].filter((error) => error <= near).length / this.draws : null;
  }
}
