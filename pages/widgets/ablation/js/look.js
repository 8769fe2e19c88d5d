// Who a curve is: its name and its style, which blind mode hides.

import { sample } from "../../shared/js/frame.js";

export class Look {
  /** data: the message from Python. blind: see blind.js. ink: colour of text, for curves without one of their own. */
  constructor(data, blind, ink) {
    this.data = data;
    this.blind = blind;
    this.ink = ink;
  }

  name(condition) {
    if (condition === "dense") return this.data.words.dense;
    return this.blind.hides ? this.blind.letter(condition) : this.data.conditions.find(({ key }) => key === condition).name;
  }

  style(condition) {
    if (condition === "dense") return this.data.styles.dense;
    if (this.blind.hides) return this.blind.style(condition, this.ink);
    return this.data.styles[this.data.conditions.find(({ key }) => key === condition).role];
  }

  /** A piece of the curve, for tables and switches. */
  sample(condition) {
    return sample(this.style(condition), 26);
  }
}
