// Text in charts follows the screen: `--chart-text` of the page says how large it is, margins grow with it.

const MADE_FOR = 12.5; // CSS pixels: the text that the margins of all charts were laid out for
let known = 0;

/** Size of text in charts, in CSS pixels. Without a page around it (unit tests) that of a small laptop. */
export function chartText() {
  if (known) return known;
  if (typeof document === "undefined") return MADE_FOR;
  known = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--chart-text")) || 0;
  return known || MADE_FOR; // not kept: the page's style sheet may come after the first picture
}

if (typeof window !== "undefined") window.addEventListener("resize", () => (known = 0));

/** How many times as large as laid out text, margins and strokes are drawn. */
export const growth = () => chartText() / MADE_FOR;

/** Margins, gaps and heights, in pixels, grown with the text.
 * @template {Record<string, number>} Box @param {Box} box @returns {Box} */
export const grown = (box) => /** @type {Box} */ (Object.fromEntries(Object.entries(box).map(([side, size]) => [side, Math.round(size * growth())])));
