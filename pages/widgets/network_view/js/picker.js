// Another digit: the shipped ones of the test set, and a pad to draw one.

import { centred, inkOf, paint, PEN, SIDE } from "../../digit_pad/js/ink.js";
import { element } from "../../shared/js/dom.js";
import { decode } from "../../shared/js/packed.js";
import { fill } from "../../shared/js/text.js";

const PAD = 280; // points along the pad's side, whatever the screen

export const readDigits = (digits) => digits.map((digit) => ({ ...digit, pixels: Float32Array.from(decode(digit.pixels, Uint8Array), (value) => value / 255) }));

export class Picker {
  /** box: its place. pick(digit): {pixels (28 × 28), label}, the label null for a drawing; close(): it is done. */
  constructor(box, pick, close) {
    this.box = box;
    this.pick = pick;
    this.done = close;
    this.from = null;
  }

  load(digits, words) {
    this.digits = digits;
    const tray = element("div", { className: "tray" });
    tray.setAttribute("role", "group");
    tray.setAttribute("aria-label", words.tray);
    tray.append(...digits.map((digit) => this.thumbnail(digit, words)));
    this.pad = element("canvas", { className: "pad", width: PAD, height: PAD });
    this.pad.setAttribute("role", "img");
    this.pad.setAttribute("aria-label", words.pad);
    this.ink = this.pad.getContext("2d", { willReadFrequently: true });
    const clear = element("button", { type: "button", textContent: words.clear });
    clear.addEventListener("click", () => this.clear());
    const close = element("button", { type: "button", textContent: words.close, className: "close" });
    close.addEventListener("click", () => this.done());
    this.box.replaceChildren(tray, element("div", { className: "sheet" }, element("p", { textContent: words.draw }), this.pad, element("div", { className: "row-of" }, clear, close)));
    this.listen();
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
    this.colour = colour;
    [...this.box.querySelectorAll(".tray canvas")].forEach((canvas, i) => paint(canvas, this.digits[i].pixels, colour));
  }

  listen() {
    const { pad } = this;
    pad.addEventListener("pointerdown", (event) => this.begin(event));
    pad.addEventListener("pointermove", (event) => {
      if (!this.from) return;
      const all = event.getCoalescedEvents?.() ?? [];
      for (const each of all.length ? all : [event]) this.stroke(this.place(each));
    });
    for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => (this.from = null));
  }

  place(event) {
    const box = this.pad.getBoundingClientRect();
    return [((event.clientX - box.left) * PAD) / box.width, ((event.clientY - box.top) * PAD) / box.height];
  }

  begin(event) {
    if (event.button > 0) return;
    event.preventDefault();
    this.pad.setPointerCapture(event.pointerId);
    this.from = this.place(event);
    this.stroke(this.from);
  }

  stroke(to) {
    Object.assign(this.ink, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: this.colour });
    this.ink.beginPath();
    this.ink.moveTo(...this.from);
    this.ink.lineTo(to[0] + 0.01, to[1]);
    this.ink.stroke();
    this.from = to;
    this.wanted ??= requestAnimationFrame(() => {
      this.wanted = null;
      const pixels = centred(inkOf(this.ink, PAD), PAD);
      if (pixels) this.pick({ pixels, label: null });
    });
  }

  clear() {
    this.ink.clearRect(0, 0, PAD, PAD);
  }
}
