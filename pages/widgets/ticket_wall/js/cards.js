// One card a ticket: the same few connections of each, its accuracy, won or lost.

import { element, svg } from "../../shared/js/dom.js";
import { fill } from "../../shared/js/text.js";
import { inPercent } from "./basics.js";

export const PICTURE = { width: 80, height: 44, edge: 5 };

/** Ends of the connections a card may draw, in the order of the sketch's bits. */
export function skeleton(layers) {
  const { width, height, edge } = PICTURE;
  const x = (layer) => edge + (layer / (layers.length - 1)) * (width - 2 * edge);
  const y = (layer, unit) => ((unit + 0.5) / layers[layer]) * height;
  const lines = [];
  for (let layer = 1; layer < layers.length; layer++) {
    for (let from = 0; from < layers[layer - 1]; from++) {
      for (let to = 0; to < layers[layer]; to++) {
        lines.push(`M${x(layer - 1)} ${y(layer - 1, from).toFixed(1)}L${x(layer)} ${y(layer, to).toFixed(1)}`);
      }
    }
  }
  return lines;
}

/** The path of one ticket's kept connections. bits: all sketches; place: which of them. */
export function pathOf(lines, bits, place) {
  const start = place * Math.ceil(lines.length / 8);
  return lines.filter((_, i) => (bits[start + (i >> 3)] >> (7 - (i & 7))) & 1).join("");
}

/** A card for ticket `number`; `judge` completes it. */
export function makeCard(number, path) {
  const card = document.createElement("button");
  card.type = "button";
  card.className = "card awaited";
  card.dataset.ticket = number;
  card.tabIndex = -1;
  const picture = svg(null, "svg", { viewBox: `0 0 ${PICTURE.width} ${PICTURE.height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  svg(picture, "path", { d: path });
  card.append(picture, element("span", { className: "score" }, element("i", { textContent: "…" }), element("b")));
  return card;
}

const judged = new WeakMap(); // card → what it shows: most stay as they are when the margin moves

export function judge(card, { number, accuracy, live }, target, words) {
  const won = accuracy >= target - 1e-9;
  const told = `${won} ${accuracy} ${live}`;
  if (judged.get(card) === told) return;
  judged.set(card, told);
  card.classList.remove("awaited");
  card.classList.toggle("won", won);
  card.classList.toggle("live", Boolean(live));
  card.querySelector("i").textContent = won ? "✓" : "✕";
  card.querySelector("b").textContent = inPercent(accuracy);
  const verdict = won ? words.wins : words.loses;
  card.setAttribute("aria-label", fill(words.ticket, { number, accuracy: inPercent(accuracy), verdict, live: live ? words.live : "" }));
}
