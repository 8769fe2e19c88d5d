// A ticket of one's own: pressed once, really trained, won or lost by the rule of chapter 2.

import { element, picture, svg, write } from "../../widgets/shared/js/dom.js";
import { fill, percent } from "../../widgets/shared/js/text.js";
import { PICTURE, pathOf, skeleton } from "../../widgets/ticket_wall/js/cards.js";
import { WORDS } from "./words.js";

const CHART = { width: 300, height: 90, edge: 6 };

export class Deal {
  constructor(phone) {
    const { kept, margin, dense } = phone.room.rule;
    const rule = fill(WORDS.deal_hint, { kept: Math.round(100 * kept), margin: `${Number((100 * margin).toFixed(1))} point`, dense: percent(dense) });
    this.head = element("h1", { textContent: WORDS.deal });
    this.told = element("p", { textContent: rule });
    this.told.setAttribute("role", "status");
    this.button = element("button", { type: "button", className: "main", textContent: WORDS.draw });
    this.button.addEventListener("click", async () => {
      this.button.disabled = true;
      this.tell(await phone.say("draw", {}));
    });
    this.body = element("div", { className: "ticket" });
    this.nodes = [this.head, this.told, this.button, this.body];
  }

  tell(said) {
    if (!said) return;
    write(this.told, said);
    this.button.disabled = false;
  }

  update({ rule }, { ticket }) {
    if (!ticket) return;
    const now = JSON.stringify(ticket);
    if (now === this.now) return;
    this.now = now;
    this.button.remove();
    const won = ticket.accuracy !== null && ticket.accuracy >= rule.target - 1e-9;
    const done = ticket.accuracy !== null;
    write(this.head, done ? (won ? `✓ ${WORDS.won}` : `✕ ${WORDS.lost}`) : fill(WORDS.drawing, ticket));
    if (done) write(this.told, fill(WORDS.read, { accuracy: percent(ticket.accuracy, 2), target: percent(rule.target, 2) }));
    this.body.classList.toggle("won", won);
    this.body.classList.toggle("training", !done);
    this.body.replaceChildren(...[graph(ticket, rule.layers), ticket.sketch && element("p", { className: "key", textContent: WORDS.key }), curve(ticket)].filter(Boolean));
  }
}

/** The connections that the ticket keeps over those that it lost. */
function graph({ sketch }, layers) {
  if (!sketch) return null;
  const bits = Uint8Array.from(atob(sketch), (sign) => sign.charCodeAt(0));
  const lines = skeleton(layers);
  const kept = lines.filter((_, i) => (bits[i >> 3] >> (7 - (i & 7))) & 1).length;
  const label = fill(WORDS.graph, { kept, pruned: lines.length - kept });
  const root = picture(PICTURE.width, PICTURE.height, label, { class: "graph" });
  svg(root, "path", { class: "pruned", d: pathOf(lines, bits.map((byte) => ~byte), 0) });
  svg(root, "path", { class: "kept", d: pathOf(lines, bits, 0) });
  return root;
}

/** Its learning curve, once it is known. */
function curve({ curve: losses }) {
  if (!losses?.length) return null;
  const { width, height, edge } = CHART;
  const most = Math.max(...losses);
  const points = losses.map((loss, i) => `${edge + (i / (losses.length - 1 || 1)) * (width - 2 * edge)},${height - edge - (loss / most) * (height - 2 * edge)}`);
  const label = fill(WORDS.curve, { first: losses[0].toFixed(2), last: losses.at(-1).toFixed(2) });
  const root = picture(width, height, label, { class: "learning" });
  svg(root, "line", { class: "floor", x1: edge, x2: width - edge, y1: height - edge, y2: height - edge });
  svg(root, "polyline", { points: points.join(" ") });
  return element("figure", {}, root, element("figcaption", { textContent: label }));
}
