// The wall itself: every ticket has its place, by its number, and keeps it. New ones take the empty places at the end.

import { calm, element } from "../../shared/js/dom.js";
import { makeCard } from "./cards.js";

const ROOM = 50; // empty places behind the recorded tickets: as many as one press draws
const GAP = 4; // pixels between two tiles
const LEAST = { width: 40, height: 26 }; // of a tile: a finger still finds it
const WRITTEN = { width: 56, height: 40 }; // from here on a tile has room for its number
const FLAT = 0.72; // a tile's height over its width

/** Columns and the height of a tile, so that `count` fit into this room if they can: as large as possible. */
export function fitted(count, width, height) {
  const most = Math.max(1, Math.floor((width + GAP) / (LEAST.width + GAP)));
  let best = { columns: most, high: LEAST.height, size: 0 };
  for (let columns = 1; columns <= most; columns++) {
    const rows = Math.ceil(count / columns);
    const wide = (width + GAP) / columns - GAP;
    const high = Math.min((height + GAP) / rows - GAP, wide * FLAT);
    const size = Math.min(wide * FLAT, high);
    if (high >= LEAST.height && size > best.size) best = { columns, high, size };
  }
  return best.size ? best : { columns: most, high: Math.round(LEAST.width * FLAT), size: 0 };
}

export class Tiles {
  /** box: the element that holds them. */
  constructor(box) {
    this.box = box;
    this.known = new Map(); // ticket → its card
    this.places = 0;
  }

  /** Room for this many recorded tickets and one press more. */
  reserve(recorded) {
    this.places = recorded + ROOM;
    this.fit();
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!width || !this.places) return;
    const style = getComputedStyle(this.box);
    const inner = (size, ...sides) => size - sides.reduce((sum, side) => sum + Number.parseFloat(style[side]), 0);
    const { columns, high } = fitted(this.places, inner(width, "paddingLeft", "paddingRight"), inner(height, "paddingTop", "paddingBottom"));
    this.columns = columns;
    const wide = width / columns;
    this.box.style.setProperty("--columns", String(columns));
    this.box.style.setProperty("--high", `${high}px`);
    this.box.classList.toggle("written", wide >= WRITTEN.width && high >= WRITTEN.height);
  }

  /** Keep the cards of `numbers`, make those that are missing, drop the others. paths: number → its connections. */
  hold(numbers, paths) {
    const wanted = new Set(numbers);
    for (const [number, card] of this.known) {
      if (wanted.has(number)) continue;
      card.remove();
      this.known.delete(number);
    }
    for (const number of numbers) if (!this.known.has(number)) this.known.set(number, makeCard(number, paths.get(number)));
  }

  /** Every card in its place; rank: sorts the numbers otherwise. Cards that lie right are not touched. */
  arrange(rank = (a, b) => a - b) {
    const cards = [...this.known.keys()].sort(rank).map((number) => this.known.get(number));
    const empty = Math.max(0, this.places - cards.length);
    while (this.box.querySelectorAll(".place").length > empty) this.box.querySelector(".place").remove();
    cards.forEach((card, at) => {
      if (this.box.children[at] !== card) this.box.insertBefore(card, this.box.children[at] ?? null);
    });
    while (this.box.querySelectorAll(".place").length < empty) this.box.append(element("i", { className: "place" }));
  }

  /** The next `count` empty places stir: something comes there. */
  stir(count) {
    this.box.querySelectorAll(".place").forEach((place, i) => place.classList.toggle("coming", i < count));
  }

  /** One stop for the keyboard, `stop`; a frame around the ticket in hand and a ring around the newest. */
  mark(chosen, newest) {
    const stop = this.known.get(chosen) ?? this.box.querySelector(".card");
    for (const [number, card] of this.known) {
      card.tabIndex = card === stop ? 0 : -1;
      card.classList.toggle("newest", number === newest);
      if (number === chosen) card.setAttribute("aria-current", "true");
      else card.removeAttribute("aria-current");
    }
  }

  /** Scroll until this ticket's place is in view. */
  show(number) {
    const card = this.known.get(number);
    if (!card) return;
    const [top, bottom] = [card.offsetTop - this.box.offsetTop, card.offsetTop - this.box.offsetTop + card.offsetHeight];
    const { scrollTop: from, clientHeight: height } = this.box;
    if (top >= from && bottom <= from + height) return;
    this.box.scrollTo({ top: bottom - height + 2 * GAP, behavior: calm() ? "auto" : "smooth" });
  }

  /** The card that a key leads to from this one; null when the key leads nowhere. */
  step(card, key) {
    const cards = [...this.box.querySelectorAll(".card")];
    const at = cards.indexOf(card);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + this.columns, ArrowUp: at - this.columns, Home: 0, End: cards.length - 1 }[key];
    return to === undefined || at < 0 ? null : cards[Math.max(0, Math.min(cards.length - 1, to))];
  }
}
