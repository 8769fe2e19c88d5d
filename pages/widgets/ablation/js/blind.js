// Blind mode: curves lose their names and colours until the reader has bet which is which.

export const LETTERS = "ABCDEFGHIJK";
const PLAIN = ["solid", "dash", "dot", "longdash", "dashdot"]; // letters in words, dashes for the eye: no colour
const DEALS = 999; // ways to deal the letters that an address can name

/** Numbers from 0 to 1 that `seed` fixes (mulberry32, public domain). */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Another deal than `now`, by chance. */
export function anotherDeal(now = 0) {
  const next = 1 + Math.floor(Math.random() * (DEALS - 1));
  return next < now ? next : next + Number(now > 0);
}

export class Blind {
  /** on: names are hidden until `reveal`. order: which condition has which letter. */
  constructor() {
    this.on = false;
  }

  /** Deal letters to the conditions `shown`; the same `deal` gives everyone who opens a link the same letters. */
  begin(shown, deal) {
    this.on = true;
    this.revealed = false;
    this.order = [...shown].sort();
    const next = chance(deal * 7919 + 104729);
    for (let i = this.order.length - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1));
      [this.order[i], this.order[j]] = [this.order[j], this.order[i]];
    }
  }

  get hides() {
    return this.on && !this.revealed;
  }

  letter(condition) {
    return LETTERS[this.order.indexOf(condition)];
  }

  style(condition, ink) {
    return { colour: ink, dash: PLAIN[this.order.indexOf(condition) % PLAIN.length], width: 2 };
  }

  /** bets: letter → condition. Returns how many were right. */
  reveal(bets) {
    this.revealed = true;
    return this.order.filter((condition, i) => bets[LETTERS[i]] === condition).length;
  }
}

/** A line without its start: before the first step the masks alone already tell who is who. */
export function withoutStart(line) {
  const from = line.x.findIndex((x) => x > 0);
  const cut = (values) => values?.slice(from < 0 ? values.length : from);
  return { ...line, x: cut(line.x), y: cut(line.y), low: cut(line.low), high: cut(line.high) };
}
