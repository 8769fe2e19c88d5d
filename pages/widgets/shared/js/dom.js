// Elements with their properties and children; and what the reader asked of all motion.

/** An HTML element; children that are null are left out. */
export function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children.filter((child) => child != null));
  return node;
}

/** An SVG element with attributes, appended to `parent`. */
export function svg(parent, name, attributes = {}, text = undefined) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

/** A drawing of this size; label: what it shows, "" for decoration. */
export function picture(width, height, label = "", attributes = {}) {
  const told = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return svg(null, "svg", { viewBox: `0 0 ${width} ${height}`, width, height, ...told, ...attributes });
}

/** Text that is the same again is not touched: live regions would be read once more. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** The signs on a button that plays or pauses: the `d` of their paths in a box of 16 by 16. */
export const PLAY_SIGN = "M4 2l10 6-10 6z";
export const PAUSE_SIGN = "M3 2h4v12H3zM9 2h4v12H9z";

/** Does the reader want no motion? Asked each time: it can be switched while the page is open. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
