// The room's tickets, card by card as they come: green edges are kept weights, a frame and a tick mean won.

import { element, svg } from "../../shared/js/dom.js";
import { decode } from "../../shared/js/packed.js";
import { fill, percent } from "../../shared/js/text.js";
import { PICTURE, pathOf, skeleton } from "../../ticket_wall/js/cards.js";
import { fitted } from "../../ticket_wall/js/tiles.js";

const SLACK = 1e-9; // rounding in the mean of the target, as in lth_core.experiments.draws.read

export class Wall {
  constructor() {
    this.cards = new Map(); // ticket → its card
    this.box = element("div", { className: "cards" });
  }

  /** What is drawn so far: a sentence, the cards, and what they are measured by. */
  show({ tickets, rule }, words) {
    const trained = tickets.filter(([, accuracy]) => accuracy !== null);
    const won = trained.filter(([, accuracy]) => accuracy >= rule.target - SLACK).length;
    const told = !tickets.length ? words.press : trained.length < tickets.length ? words.training : words.won;
    for (const ticket of tickets) this.hold(ticket, rule, words);
    for (const [number, card] of this.cards) if (!tickets.some(([other]) => other === number)) this.drop(number, card);
    return [
      element("h2", { textContent: fill(told, { drawn: tickets.length, trained: trained.length, won }) }), this.box,
      element("p", { className: "told", textContent: fill(words.found, { found: percent(rule.found, 2), target: percent(rule.target, 2) }) }),
    ];
  }

  hold([number, accuracy, sketch], rule, words) {
    const known = this.cards.get(number);
    const now = `${accuracy} ${sketch}`;
    if (known?.dataset.now === now) return;
    const card = known ?? element("div", { className: "card" });
    card.dataset.now = now;
    const won = accuracy !== null && accuracy >= rule.target - SLACK;
    const root = svg(null, "svg", { viewBox: `0 0 ${PICTURE.width} ${PICTURE.height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    if (sketch) svg(root, "path", { d: pathOf(skeleton(rule.layers), decode(sketch, Uint8Array), 0) });
    const score = accuracy === null ? "…" : `${won ? "✓" : "✕"} ${(100 * accuracy).toFixed(2)}`;
    card.className = `card${accuracy === null ? " awaited" : won ? " won" : ""}`;
    card.setAttribute("role", "img");
    card.setAttribute("aria-label", fill(words.ticket, { number, accuracy: accuracy === null ? "…" : percent(accuracy, 2), verdict: accuracy === null ? "…" : won ? words.wins : words.loses }));
    card.replaceChildren(root, element("span", { textContent: score }));
    if (known) return;
    this.cards.set(number, card);
    this.box.append(card);
  }

  drop(number, card) {
    card.remove();
    this.cards.delete(number);
  }

  /** Cards as large as they can be. */
  fit() {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!width || !this.cards.size) return;
    const { columns, high } = fitted(Math.max(12, this.cards.size), width, height);
    this.box.style.setProperty("--columns", String(columns));
    this.box.style.setProperty("--high", `${high}px`);
  }
}
