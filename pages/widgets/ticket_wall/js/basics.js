// Small change: words, numbers, SVG, bits, and the arithmetic that Python does too.

/** A share in percent, without the sign. */
export const inPercent = (share, places = 2) => (100 * share).toFixed(places);
const Z = 1.959964; // 95%, as in lth_core.measures

/** Wilson score interval of a win rate; a test compares it with Python's. */
export function wilson(wins, draws) {
  if (!draws) return [0, 1];
  const rate = wins / draws;
  const centre = rate + (Z * Z) / (2 * draws);
  const spread = Z * Math.sqrt((rate * (1 - rate)) / draws + (Z * Z) / (4 * draws * draws));
  const scale = 1 + (Z * Z) / draws;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
