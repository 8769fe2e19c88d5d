// A frame in which a finger draws a curve, column by column; arrow keys do the same.

import { element, picture, svg } from "../../widgets/shared/js/dom.js";
import { fill } from "../../widgets/shared/js/text.js";
import { WORDS } from "./words.js";

const BOX = { width: 340, height: 260, left: 44, right: 12, top: 12, bottom: 40 };
const COLUMNS = 25; // points of a curve: as fine as a finger

const plain = (value) => String(Number(Number(value).toPrecision(4)));

export class Pad {
  /** question: of kind "curve". open: may one draw? */
  constructor(question, open = true) {
    this.question = question;
    this.heights = new Array(COLUMNS).fill(null);
    this.column = 0;
    this.last = null;
    this.root = picture(BOX.width, BOX.height, open ? "" : question.text, { class: "pad" });
    this.node = element("div", { className: "pad-box" }, this.root);
    this.frame();
    this.line = svg(this.root, "polyline", { class: "own" });
    this.here = svg(this.root, "circle", { class: "here", r: 5, cx: -9, cy: -9 });
    if (open) this.listen();
  }

  /** The curve as points (x, y); null until the whole width is drawn. */
  get points() {
    if (this.heights.includes(null)) return null;
    return this.heights.map((height, column) => [this.x(column), Number(height.toFixed(4))]);
  }

  x(column) {
    const { x_least: least, x_most: most } = this.question;
    return Number((least + (column / (COLUMNS - 1)) * (most - least)).toFixed(6));
  }

  place(x, y) {
    const { least, most, x_least: left, x_most: right } = this.question;
    const across = BOX.left + ((x - left) / (right - left)) * (BOX.width - BOX.left - BOX.right);
    return [across, BOX.height - BOX.bottom - ((y - least) / (most - least)) * (BOX.height - BOX.top - BOX.bottom)];
  }

  frame() {
    const { least, most, unit, x_least: left, x_most: right, x_label: label } = this.question;
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const [x0, y] = this.place(left, least + share * (most - least));
      svg(this.root, "line", { class: "grid", x1: x0, x2: BOX.width - BOX.right, y1: y, y2: y });
      if (share % 0.5 === 0) svg(this.root, "text", { x: x0 - 6, y: y + 4, "text-anchor": "end" }, plain(least + share * (most - least)) + (unit === "%" ? "%" : ""));
      const [x] = this.place(left + share * (right - left), least);
      if (share % 0.5 === 0) svg(this.root, "text", { x, y: BOX.height - BOX.bottom + 16, "text-anchor": share === 1 ? "end" : "middle" }, plain(left + share * (right - left)));
    }
    svg(this.root, "text", { x: (BOX.left + BOX.width) / 2, y: BOX.height - 6, "text-anchor": "middle" }, label);
  }

  /** Show these points as the drawn curve. */
  take(points) {
    if (points.length === COLUMNS) this.heights = points.map(([, y]) => y);
    this.line.setAttribute("points", points.map(([x, y]) => this.place(x, y).join()).join(" "));
  }

  /** Show what was true. */
  mark(points) {
    svg(this.root, "polyline", { class: "truth", points: points.map(([x, y]) => this.place(x, y).join()).join(" ") });
  }

  listen() {
    for (const [name, value] of Object.entries({ tabindex: 0, role: "slider", "aria-label": WORDS.curve_keys, "aria-valuemin": this.question.least, "aria-valuemax": this.question.most })) this.node.setAttribute(name, value);
    this.node.addEventListener("pointerdown", (event) => {
      this.node.setPointerCapture(event.pointerId);
      this.last = null;
      this.pull(event);
    });
    this.node.addEventListener("pointermove", (event) => this.node.hasPointerCapture(event.pointerId) && this.pull(event));
    this.node.addEventListener("keydown", (event) => this.key(event));
    this.tell();
  }

  /** A finger is here: its column, and those that it jumped over, get a height. */
  pull(event) {
    const { least, most } = this.question;
    const box = this.root.getBoundingClientRect();
    const inside = (value) => Math.max(0, Math.min(1, value));
    const [x, y] = [((event.clientX - box.left) / box.width) * BOX.width, ((event.clientY - box.top) / box.height) * BOX.height];
    const column = Math.round(inside((x - BOX.left) / (BOX.width - BOX.left - BOX.right)) * (COLUMNS - 1));
    const height = least + inside((BOX.height - BOX.bottom - y) / (BOX.height - BOX.top - BOX.bottom)) * (most - least);
    const [from, start] = this.last ?? [column, height];
    const way = Math.abs(column - from);
    for (let step = 0; step <= way; step++) {
      const share = way ? step / way : 1;
      this.heights[from + Math.sign(column - from) * step] = start + share * (height - start);
    }
    this.last = [column, height];
    this.column = column;
    this.draw();
  }

  key(event) {
    const { least, most } = this.question;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!move) return;
    event.preventDefault();
    const before = (this.heights[this.column] ??= (least + most) / 2);
    this.column = Math.max(0, Math.min(COLUMNS - 1, this.column + move[0]));
    const height = move[0] ? this.heights[this.column] ?? before : before + (move[1] * (most - least)) / 40;
    this.heights[this.column] = Math.max(least, Math.min(most, height));
    this.draw();
  }

  draw() {
    const drawn = this.heights.map((height, column) => [this.x(column), height]).filter(([, height]) => height !== null);
    this.line.setAttribute("points", drawn.map(([x, y]) => this.place(x, y).join()).join(" "));
    const [x, y] = this.place(this.x(this.column), this.heights[this.column]);
    this.here.setAttribute("cx", x);
    this.here.setAttribute("cy", y);
    this.tell();
  }

  tell() {
    const height = this.heights[this.column];
    this.node.setAttribute("aria-valuenow", String(height ?? this.question.least));
    this.node.setAttribute("aria-valuetext", fill(WORDS.curve_at, { x: plain(this.x(this.column)), y: height === null ? "…" : plain(height) }));
  }
}
