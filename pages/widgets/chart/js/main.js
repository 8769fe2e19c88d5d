// A recorded chart: Python has said where everything lies (figures/drawing.py), here it is stretched to the room there is.

import { drawAxes, svgPen } from "../../shared/js/axes.js";
import { DASHES } from "../../shared/js/constants.js";
import { element, picture, svg } from "../../shared/js/dom.js";
import { mount } from "../../shared/js/mount.js";
import { spaced, stepped } from "../../shared/js/spaced.js";
import { chartText } from "../../shared/js/type.js";
import { clearest } from "./labels.js";
import { sign } from "./marks.js";

const TOP = 16;
const BOTTOM = 54;
const LETTER = 0.52; // mean width of a letter, in heights of the text
const LINE = 1.15; // from line to line of a mark's label, in heights of the text
const CLOSE = 0.88; // of the width above: words between curves are measured more closely, or none would fit on a phone
const GAP = 5; // px between a line and its label
const SAMPLE = 22; // px of a line's sample before its name
const SIGN = 4; // px: half a point's sign
const NAME_LINE = 1.2; // from line to line of a name, in heights of the text

class Chart {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.plot = this.find(".plot");
    this.at = null; // place in the grid that is read off
    this.listen();
    this.size = new ResizeObserver(() => this.draw());
    this.size.observe(this.plot);
  }

  update({ data }) {
    if (data !== this.data) this.at = null;
    this.data = data;
    this.plot.style.height = `${data.height}px`;
    this.plot.setAttribute("aria-label", data.words.hint);
    this.draw();
  }

  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.show();
    });
  }

  /** Margins: as wide as the longest label on the left and the longest name on the right. */
  box() {
    const { y, names } = this.data;
    const letters = (texts) => Math.max(0, ...texts.map((text) => text.length)) * LETTER * chartText();
    const left = 14 + 1.4 * chartText() + letters(y.ticks.map(([, label]) => label));
    return { left, right: 14 + SAMPLE + letters(names.flatMap(({ words }) => words)), top: TOP, bottom: BOTTOM, drop: 1.4 * chartText() };
  }

  show() {
    const { data, plot } = this;
    const { clientWidth: width, clientHeight: height } = plot;
    if (!data || !width) return;
    const box = (this.edges = this.box());
    const x = (this.across = (share) => box.left + share * (width - box.left - box.right));
    const y = (share) => height - box.bottom - share * (height - box.top - box.bottom);
    const root = picture(width, height, data.alt);
    const pen = svgPen(root);
    drawAxes(pen, box, width, height, { x: { at: x, ticks: this.fitting(x), title: data.x.title }, y: { at: y, ticks: data.y.ticks, title: data.y.title } });
    svg(svg(root, "clipPath", { id: "inside" }), "rect", { x: box.left - 6, y: 0, width: width - box.left - box.right + 12, height: height - box.bottom + 6 });
    const inside = svg(root, "g", { "clip-path": "url(#inside)" });
    for (const mark of data.marks) if (mark.kind !== "point") drawReference(inside, mark, x, y, width, height, box);
    for (const line of data.lines) this.spread(inside, line, x, y);
    for (const line of data.lines) this.line(inside, line, x, y);
    for (const mark of data.marks) if (mark.kind === "point") drawPoint(inside, mark, x, y);
    const taken = rowsOf(data.marks, x).flatMap(([mark, row]) => (mark.kind === "upright" || mark.named ? [writeMark(root, mark, row, x, y, box)] : []));
    this.levels(root, taken, x, y, width, height, box);
    const heights = data.names.map(({ words }) => words.length * NAME_LINE * chartText());
    const places = spaced(data.names.map((name) => y(name.y)), heights, 0, height - box.bottom + box.drop);
    data.names.forEach(({ words }, i) => writeName(root, words, data.lines[i], places[i], width - box.right + 8));
    this.cursor = svg(root, "line", { class: "cursor", y1: box.top, y2: height - box.bottom, visibility: "hidden" });
    plot.replaceChildren(root);
    plot.dataset.lines = data.lines.length;
    this.read(this.at);
  }

  /** The ticks of the x axis that do not run into the one before. */
  fitting(x) {
    let free = Number.NEGATIVE_INFINITY;
    const inOrder = [...this.data.x.ticks].sort(([a], [b]) => a - b);
    return inOrder.filter(([share, label]) => {
      const half = (label.length * LETTER * chartText()) / 2;
      if (x(share) - half < free) return false;
      free = x(share) + half + 8;
      return true;
    });
  }

  places(line, shares, x, y) {
    return line.at.flatMap((place, i) => (shares[i] === null ? [] : [[x(this.data.grid[place][0]), y(shares[i])]]));
  }

  points(line, shares, x, y) {
    return this.places(line, shares, x, y).map((place) => place.map((value) => value.toFixed(1)).join(","));
  }

  /** Labels of level lines: above or below them, at one end or the other, where the least of the curves runs through the
   *  words and no other label stands (`taken`). */
  levels(root, taken, x, y, width, height, box) {
    const curves = this.data.lines.map((line) => this.places(line, line.y, x, y));
    for (const mark of this.data.marks.filter(({ kind }) => kind === "level")) {
      const at = clearest(levelBoxes(mark, y(mark.y), width, height, box), curves, taken);
      taken.push(at);
      const [x0, anchor] = at.left === box.left ? [at.left + GAP, "start"] : [at.right - GAP, "end"];
      write(root, mark.words, x0, at.top + 0.8 * LINE * chartText(), anchor);
    }
  }

  spread(parent, line, x, y) {
    if (line.band) {
      const [low, high] = line.band.map((edge) => this.points(line, edge, x, y));
      svg(parent, "polygon", { points: [...high, ...low.reverse()].join(" "), fill: line.colour, "fill-opacity": 0.16 });
    }
    for (const seed of line.seeds) svg(parent, "polyline", { points: this.points(line, seed, x, y).join(" "), fill: "none", stroke: line.colour, "stroke-width": 0.75, "stroke-opacity": 0.35 });
  }

  line(parent, line, x, y) {
    const group = svg(parent, "g", { opacity: line.opacity });
    const points = this.points(line, line.y, x, y);
    svg(group, "polyline", { points: points.join(" "), fill: "none", "stroke-linejoin": "round", ...stroke(line) });
    if (line.sparse) for (const point of points) drawSign(group, line, ...point.split(","), SIGN);
  }

  // ── reading values off ──────────────────────────────────────────────────────────────────────────────────────────

  listen() {
    const { plot } = this;
    const point = (event) => this.data && this.read(this.nearest(event.clientX - plot.getBoundingClientRect().left));
    plot.addEventListener("pointerdown", point);
    plot.addEventListener("pointermove", point);
    plot.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.read(null));
    plot.addEventListener("blur", () => this.read(null));
    plot.addEventListener("keydown", (event) => this.key(event));
  }

  nearest(left) {
    const { grid } = this.data;
    return grid.reduce((best, [share], i) => (Math.abs(this.across(share) - left) < Math.abs(this.across(grid[best][0]) - left) ? i : best), 0);
  }

  key(event) {
    const last = this.data.grid.length - 1;
    const turned = this.data.grid[0][0] > this.data.grid[last][0] ? -1 : 1; // a falling axis
    const step = { ArrowRight: turned, ArrowLeft: -turned }[event.key];
    if (event.key === "Escape") this.read(null);
    if (!step) return;
    event.preventDefault();
    this.read(this.at === null ? (step > 0 ? 0 : last) : Math.max(0, Math.min(last, this.at + step)));
    this.find(".spoken").textContent = [...this.find(".tip").children].map((row) => row.textContent).join("; ");
  }

  /** Show what all lines say at a place of the grid, or nothing for null. */
  read(at) {
    this.at = at;
    const tip = this.find(".tip");
    tip.hidden = at === null;
    this.cursor?.setAttribute("visibility", at === null ? "hidden" : "visible");
    if (at === null || !this.cursor) return;
    const [share, label] = this.data.grid[at];
    const place = this.across(share);
    for (const end of ["x1", "x2"]) this.cursor.setAttribute(end, String(place));
    tip.replaceChildren(element("b", { textContent: label }), ...this.rows(at));
    const room = this.plot.clientWidth - place;
    const right = room > this.plot.clientWidth / 2;
    Object.assign(tip.style, right ? { left: `${place + 10}px`, right: "auto" } : { left: "auto", right: `${room + 10}px` });
  }

  rows(at) {
    const { lines, marks } = this.data;
    const values = lines.flatMap((line) => (line.told[line.at.indexOf(at)] ? [element("span", {}, sampleOf(line), `${line.name} ${line.told[line.at.indexOf(at)]}`)] : []));
    const points = marks.filter((mark) => mark.kind === "point" && mark.at === at).map((mark) => element("span", {}, signOf(mark), mark.label));
    return [...values, ...points];
  }

  close() {
    this.size.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

const stroke = ({ colour, width, dash }) => ({ stroke: colour, "stroke-width": width, "stroke-dasharray": DASHES[dash] });

function drawSign(parent, { marker, colour }, x, y, size) {
  const { d, open } = sign(marker);
  svg(parent, "path", { d, transform: `translate(${x} ${y}) scale(${size})`, fill: open ? "none" : colour, stroke: colour, "stroke-width": open ? 1.6 / size : 0, "vector-effect": "none" });
}

function drawReference(parent, mark, x, y, width, height, box) {
  const ends = mark.kind === "upright" ? { x1: x(mark.x), x2: x(mark.x), y1: box.top, y2: height - box.bottom } : { x1: box.left, x2: width - box.right, y1: y(mark.y), y2: y(mark.y) };
  svg(parent, "line", { ...ends, ...stroke(mark), "stroke-width": 1.25 });
}

function drawPoint(parent, mark, x, y) {
  drawSign(parent, mark, x(mark.x), y(mark.y), 1.5 * SIGN);
}

/** Every mark, and how many lines its label stands below the top where its line is upright. */
function rowsOf(marks, x) {
  const upright = marks.filter((mark) => mark.kind === "upright");
  const rows = stepped(upright.map((mark) => {
    const wide = wideOf(mark) + 10;
    const [from, to] = mark.side === "right" ? [x(mark.x), x(mark.x) + wide] : [x(mark.x) - wide, x(mark.x)];
    return { from, to, lines: mark.words.length };
  }));
  return marks.map((mark) => [mark, rows[upright.indexOf(mark)] ?? 0]);
}

/** Write a mark's label, beside its point or at the top of its upright line, and tell the box that it fills. */
function writeMark(root, mark, row, x, y, box) {
  const line = LINE * chartText();
  const rows = mark.words.length;
  const [away, first, weight] = mark.kind === "point"
    ? [10, y(mark.y) + 0.35 * line - ((rows - 1) * line) / 2, 600] : [GAP, box.top + (0.9 + 1.1 * row) * line, 400];
  const right = mark.side === "right";
  const at = x(mark.x) + (right ? away : -away);
  write(root, mark.words, at, first, right ? "start" : "end", weight);
  const [left, top] = [right ? at : at - wideOf(mark), first - 0.8 * line];
  return { left, top, right: left + wideOf(mark), bottom: top + rows * line };
}

const wideOf = (mark) => LETTER * chartText() * Math.max(...mark.words.map((text) => text.length));

/** Where the words of a level line may stand, the preferred place first; what lies outside of the picture is left out. */
function levelBoxes(mark, at, width, height, box) {
  const tall = LINE * chartText() * mark.words.length;
  const wide = CLOSE * wideOf(mark) + 2 * GAP;
  const ends = [box.left, width - box.right - wide];
  const [above, below] = [at - tall - 2, at + 2];
  const tops = [above, below].filter((top) => top >= 0 && top + tall <= height - box.bottom);
  return (mark.side === "left" ? ends : ends.reverse()).flatMap((left) => (tops.length ? tops : [above]).map((top) => ({ left, top, right: left + wide, bottom: top + tall })));
}

function write(root, words, x, y, anchor, weight = 400) {
  words.forEach((text, i) => svg(root, "text", { class: "words", x, y: y + i * LINE * chartText(), "text-anchor": anchor, "font-weight": weight }, text));
}

function writeName(root, words, line, middle, left) {
  const step = NAME_LINE * chartText();
  const first = middle - ((words.length - 1) * step) / 2;
  svg(root, "line", { x1: left, x2: left + SAMPLE - 4, y1: first, y2: first, ...stroke(line) });
  words.forEach((text, i) => svg(root, "text", { class: "name", x: left + SAMPLE, y: first + 0.32 * chartText() + i * step }, text));
}

function sampleOf(line) {
  const root = picture(SAMPLE, 10);
  svg(root, "line", { x1: 0, x2: SAMPLE, y1: 5, y2: 5, ...stroke(line) });
  return root;
}

function signOf(mark) {
  const root = picture(SAMPLE, 12);
  drawSign(root, mark, SAMPLE / 2, 6, SIGN);
  return root;
}

export default function (component) {
  return mount(component, Chart);
}
