// Blind mode: curves lose their names and colours until the reader has bet which is which.

export const LETTERS = "ABCDEFGHIJK";
const PLAIN = ["solid", "dash", "dot", "longdash", "dashdot"]; // letters in words, dashes for the eye: no colour

export class Blind {
  /** on: names are hidden until `reveal`. order: which condition has which letter. */
  constructor() {
    this.on = false;
  }

  begin(shown) {
    this.on = true;
    this.revealed = false;
    this.order = [...shown];
    for (let i = this.order.length - 1; i > 0; i--) {
      const j = Math.floor(Math.random() * (i + 1));
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
