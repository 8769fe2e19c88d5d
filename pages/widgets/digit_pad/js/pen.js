// Ink under the hand: strokes on a square pad, as wide as the pens of MNIST's writers were.

import { centred, inkOf, PEN } from "./ink.js";

export const PAD = 280; // points along the pad's side, whatever the screen

export class Pen {
  /** canvas: the pad, PAD × PAD. begun(): a stroke is about to begin; drawn(): it has grown, once a frame; done(): the hand
   * is off the pad. */
  constructor(canvas, { begun = () => {}, drawn, done = () => {} }) {
    this.canvas = canvas;
    this.ink = canvas.getContext("2d", { willReadFrequently: true });
    this.colour = "";
    this.from = null; // the last point of the stroke that goes on
    this.frame = null;
    this.begun = begun;
    this.drawn = drawn;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => ((this.from = null), done()));
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * PAD) / box.width, ((event.clientY - box.top) * PAD) / box.height];
  }

  begin(event) {
    if (event.button > 0) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.begun();
    this.from = this.place(event);
    this.stroke(this.from);
  }

  go(event) {
    if (!this.from) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) this.stroke(this.place(each));
  }

  stroke(to) {
    const { ink } = this;
    Object.assign(ink, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: this.colour });
    ink.beginPath();
    ink.moveTo(...this.from);
    ink.lineTo(to[0] + 0.01, to[1]);
    ink.stroke();
    this.from = to;
    this.frame ??= requestAnimationFrame(() => ((this.frame = null), this.drawn()));
  }

  /** The drawing as the nets know digits, 28 × 28; null for an empty pad. */
  image() {
    return centred(inkOf(this.ink, PAD), PAD);
  }

  clear() {
    this.ink.clearRect(0, 0, PAD, PAD);
  }

  close() {
    cancelAnimationFrame(this.frame);
  }
}
