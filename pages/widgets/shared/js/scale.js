// From values to places: linear, logarithmic, and "error" axes that pull accuracies near 100% apart.

import { ERROR_TICKS, PERFECT } from "./constants.js";

/** The straight line that takes `low` … `high` to `from` … `to`. */
export const between = (low, high, from, to) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);

/** A share of the way, 0 to 1, that starts and ends slowly. */
export const ease = (share) => share * share * (3 - 2 * share);

/** Functions of an axis: `to` makes values plain numbers that are drawn linearly. */
export function bend(axis) {
  if (axis.log) return (value) => Math.log10(Math.max(value, 1e-12));
  if (axis.error) return (value) => -Math.log10(Math.max(1 - value, PERFECT));
  return (value) => value;
}

/** Ticks between two values, at places a reader would choose. */
export function ticksOf(axis, low, high) {
  if (axis.error) return ERROR_TICKS.filter((tick) => tick >= low && tick <= high);
  if (axis.log && high / low > 5) {
    const digits = high / low > 2000 ? [1] : [1, 2, 5];
    const places = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) places.push(...digits.map((digit) => digit * 10 ** power));
    return places.filter((tick) => tick >= low && tick <= high);
  }
  const raw = (high - low) / 5 || 1;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * size).find((candidate) => candidate >= raw);
  const ticks = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-9; tick += step) ticks.push(tick);
  return ticks;
}

/** A value with as many digits as it deserves. */
export function say(axis, value) {
  if (axis.percent) return `${Number((100 * value).toPrecision(4))}%`;
  return (Number.isInteger(value) ? value : Number(value.toPrecision(4))).toLocaleString("en") + (axis.unit ? ` ${axis.unit}` : "");
}

/** The same on a tick: the unit stands in the axis' title. */
export const sayTick = (axis, value) => (axis.percent ? `${Number((100 * value).toPrecision(3))}` : Number(value.toPrecision(4)).toLocaleString("en"));

export const titleOf = (axis) => (axis.percent ? `${axis.title} (%)` : axis.unit ? `${axis.title} (${axis.unit})` : axis.title);

/** Lowest and highest of the values, with a little air; null without values. */
export function extent(values, axis) {
  const known = values.filter((value) => value !== null && Number.isFinite(value));
  if (!known.length) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const air = (high - low) * 0.06 || Math.abs(high) * 0.05 || 0.5;
  if (axis.log) return [low * 0.9, high * 1.1];
  return axis.percent ? [Math.max(0, low - air), Math.min(1, high + air)] : [low - air, high + air];
}
