// Another digit: the shipped ones of the test set, and a pad to draw one.

import { paint, pixelsOf, SIDE } from "../../digit_pad/js/ink.js";
import { PAD, Pen } from "../../digit_pad/js/pen.js";
import { element } from "../../shared/js/dom.js";
import { fill } from "../../shared/js/text.js";

export const readDigits = (digits) => digits.map((digit) => ({ ...digit, pixels: pixelsOf(digit.pixels) }));

export class Picker {
  /** box: its place. pick(digit): {pixels (28 × 28), label}, the label null for a drawing; close(): it is done. */
  constructor(box, pick, close) {
    this.box = box;
    this.pick = pick;
    this.done = close;
  }

  load(digits, words) {
    this.digits = digits;
    this.box.setAttribute("aria-label", words.picker);
    const tray = element("div", { className: "tray" });
    tray.setAttribute("role", "group");
    tray.setAttribute("aria-label", words.tray);
    tray.append(...digits.map((digit) => this.thumbnail(digit, words)));
    const pad = element("canvas", { className: "pad", width: PAD, height: PAD });
    pad.setAttribute("role", "img");
    pad.setAttribute("aria-label", words.pad);
    this.pen = new Pen(pad, { drawn: () => this.read() });
    const clear = element("button", { type: "button", textContent: words.clear });
    clear.addEventListener("click", () => this.pen.clear());
    const close = element("button", { type: "button", textContent: words.close, className: "close" });
    close.addEventListener("click", () => this.done());
    this.box.replaceChildren(tray, element("div", { className: "sheet" }, element("p", { textContent: words.draw }), pad, element("div", { className: "row-of" }, clear, close)));
  }

  thumbnail(digit, words) {
    const canvas = element("canvas", { width: SIDE, height: SIDE });
    canvas.setAttribute("aria-hidden", "true");
    const button = element("button", { type: "button" }, canvas);
    button.setAttribute("aria-label", fill(words.test_digit, digit));
    button.addEventListener("click", () => (this.pick(digit), this.done()));
    return button;
  }

  /** Everything in the colours of the present theme. */
  paint(colour) {
    this.pen.colour = colour;
    [...this.box.querySelectorAll(".tray canvas")].forEach((canvas, i) => paint(canvas, this.digits[i].pixels, colour));
  }

  read() {
    const pixels = this.pen.image();
    if (pixels) this.pick({ pixels, label: null });
  }

  close() {
    this.pen?.close();
  }
}
