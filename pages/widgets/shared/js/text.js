// Words and numbers, the same in every part.

/** `{name}` in a template replaced from `values`; what is not there leaves nothing. */
export const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

export const grouped = new Intl.NumberFormat("en-GB"); // made once: making one takes longer than a frame allows
export const count = (number) => grouped.format(number);
export const digits = (number) => Number(number).toPrecision(3);

/** A share as "12.3%". */
export const percent = (share, places = 1) => `${(100 * share).toFixed(places)}%`;

/** A share with as many digits as it deserves: "12%", "99.95%"; nothing for a missing one. */
export const precise = (share, significant = 4) => (share == null ? "" : `${Number((100 * share).toPrecision(significant))}%`);

/** A number whose minus is as wide as a plus. */
export const minus = (text) => text.replaceAll("-", "−");
