// The pad: ink under the hand, answers with every stroke, test digits for those who do not draw.

import { write } from "../../shared/js/dom.js";
import { top } from "../../shared/js/forward.js";
import { mount } from "../../shared/js/mount.js";
import { fill } from "../../shared/js/text.js";
import { paint, pixelsOf, pooled, SIDE } from "./ink.js";
import { answer, readNet } from "./net.js";
import { PAD, Pen } from "./pen.js";

class Pad {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.pen = new Pen(this.find(".pad"), { begun: () => this.begin(), drawn: () => this.read(), done: () => this.say() });
    this.pixels = null; // 28 × 28, what the nets see; null for nothing
    this.picked = -1; // which test digit that is; −1 for a drawing
    this.drawn = false; // has the reader drawn? Until then a test digit stands on the pad
    this.find(".clear").addEventListener("click", () => this.clear());
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data, setStateValue }) {
    this.tell = (name) => setStateValue("shown", name);
    this.pen.colour = this.colour = getComputedStyle(this.find(".view")).color;
    if (data !== this.data) this.load(data);
    this.repaint();
    this.show();
  }

  load(data) {
    const kept = this.panel?.name ?? data.shown;
    const same = this.data && this.data.nets.length === data.nets.length && this.data.nets[0] === data.nets[0];
    this.data = data;
    if (data.blind) data.panels = data.panels.map((one) => ({ ...one, nets: dealt(one.nets, data.blind) }));
    if (!same) this.nets = data.nets.map(readNet);
    const own = this.known && data.panels.length > this.known ? data.panels.at(-1) : null; // a comparison just ended
    this.known = data.panels.length;
    this.panel = own ?? data.panels.find(({ name }) => name === kept) ?? data.panels.find(({ name }) => name === data.shown) ?? data.panels[0];
    const { words } = data;
    this.find(".pad").setAttribute("aria-label", words.pad);
    this.find(".ghost").textContent = words.hint;
    this.find(".clear").textContent = words.clear;
    this.find(".tray h2").textContent = words.tray;
    this.find(".digits").setAttribute("aria-label", words.tray);
    this.find(".who").setAttribute("aria-label", words.answering);
    this.layOut();
    if (data.digit === 0 && !this.drawn) this.clear(); // a talk begins with an empty pad
    else if (!this.drawn) this.pick(Math.max(0, (data.digit ?? 1) - 1, this.picked));
  }

  /** Everything that depends on who answers. */
  layOut() {
    const { data, panel } = this;
    const seen = fill(data.words.seen, { side: SIDE / panel.pool });
    this.find(".seen").setAttribute("aria-label", seen);
    this.find(".tools figcaption").textContent = seen;
    this.find(".who").replaceChildren(...data.panels.map((one) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: one.name });
      button.setAttribute("aria-pressed", String(one === panel));
      button.addEventListener("click", () => this.choose(one));
      return button;
    }));
    this.find(".answers").replaceChildren(...panel.nets.map((place, i) => card(data.nets[place], data, this.nameOf(i))));
    this.find(".told").textContent = panel.told;
    this.find(".digits").replaceChildren(...panel.tray.map((digit, number) => this.testDigit(digit, number)));
  }

  /** What the net at this place is called: a letter, as long as the room guesses. */
  nameOf(i) {
    const { words, blind, nets } = this.data;
    return blind ? fill(words.letter, { letter: "ABCD"[i] }) : nets[this.panel.nets[i]].name;
  }

  testDigit(digit, number) {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    canvas.setAttribute("aria-hidden", "true");
    button.setAttribute("aria-label", fill(this.data.words.test, { number: number + 1, label: digit.label }));
    button.append(canvas);
    button.addEventListener("click", () => this.pick(number));
    return button;
  }

  choose(panel) {
    this.panel = panel;
    this.layOut();
    if (this.picked >= 0) this.pick(0); // each has a tray of its own
    this.repaint();
    this.show();
    this.tell(panel.name);
    [...this.find(".who").children].find((button) => button.textContent === panel.name)?.focus();
  }

  // ── drawing ───────────────────────────────────────────────────────────────────────────────────────────────────

  begin() {
    if (this.picked >= 0) this.clear();
    this.drawn = true;
  }

  read() {
    this.pixels = this.pen.image();
    this.picked = -1;
    this.show();
  }

  clear() {
    this.pen.clear();
    Object.assign(this, { pixels: null, picked: -1 });
    this.show();
    this.say();
  }

  pick(number) {
    const digit = this.panel.tray[number];
    this.pixels = pixelsOf(digit.pixels);
    [this.picked, this.drawn] = [number, false];
    this.pen.clear();
    this.repaint();
    this.show();
    this.say();
  }

  /** Pictures in the colours of the present theme. */
  repaint() {
    const { ink } = this.pen;
    if (this.picked >= 0) {
      const size = PAD / SIDE;
      ink.clearRect(0, 0, PAD, PAD);
      ink.fillStyle = this.colour;
      this.pixels.forEach((value, i) => {
        ink.globalAlpha = value;
        ink.fillRect((i % SIDE) * size, Math.floor(i / SIDE) * size, size, size);
      });
    } else { // strokes stay where they are and take the new colour
      ink.globalCompositeOperation = "source-in";
      ink.fillStyle = this.colour;
      ink.fillRect(0, 0, PAD, PAD);
      ink.globalCompositeOperation = "source-over";
    }
    ink.globalAlpha = 1;
    this.panel.tray.forEach((digit, number) => {
      paint(this.find(".digits").children[number].firstChild, pixelsOf(digit.pixels), this.colour);
    });
  }

  // ── answering ─────────────────────────────────────────────────────────────────────────────────────────────────

  show() {
    const { pixels, panel, nets } = this;
    this.find(".ghost").hidden = this.drawn && Boolean(pixels);
    const image = pixels && pooled(pixels, panel.pool);
    paint(this.find(".seen"), image, this.colour, panel.pool);
    this.said = panel.nets.map((place) => (image ? answer(nets[place], image) : null));
    [...this.find(".answers").children].forEach((box, i) => fillCard(box, this.nameOf(i), this.said[i], this.data.words));
    [...this.find(".digits").children].forEach((button, number) => button.setAttribute("aria-pressed", number === this.picked));
    this.find(".view").dataset.said = this.said.map((bars) => (bars ? top(bars) : "")).join();
    if (!this.pen.from) this.say();
  }

  /** The answers in words, once the hand rests. */
  say() {
    const { words } = this.data;
    const parts = [];
    if (this.said?.[0]) {
      const digits = this.said.map(top);
      const told = digits.map((digit, i) => `${this.nameOf(i)} ${digit}`).join(", ");
      parts.push(new Set(digits).size === 1 ? fill(words.agree, { digit: digits[0] }) : fill(words.differ, { told }));
      if (this.picked >= 0) parts.push(fill(words.is, { label: this.panel.tray[this.picked].label }));
    }
    write(this.find(".verdict"), parts.join(" "));
  }

  close() {
    this.pen.close();
  }
}

/** The nets in the order of their letters: dealt in this of as many ways as there are nets. */
const dealt = (nets, deal) => nets.map((_, i) => nets[(i + deal) % nets.length]);

const share = (value) => `${(100 * value).toFixed(value < 0.0995 ? 1 : 0)}%`;

/** One net's place: name, facts, answer, ten bars. */
function card(net, { words, styles, blind }, name) {
  const box = document.createElement("div");
  box.className = "net";
  box.style.setProperty("--role", blind ? "var(--text)" : styles[net.role].colour);
  const make = (tag, name, text = "") => Object.assign(document.createElement(tag), { className: name, textContent: text });
  const facts = blind ? "" : fill(words.weights, { kept: net.kept.toLocaleString("en"), accuracy: `${(100 * net.accuracy).toFixed(1)}%` });
  const bars = make("div", "bars");
  bars.setAttribute("role", "img");
  for (let digit = 0; digit < 10; digit++) bars.append(make("b", "", String(digit)), make("i", ""));
  box.append(make("h2", "", name), make("p", "facts", facts), make("p", "says"), bars);
  return box;
}

function fillCard(box, name, bars, words) {
  const says = box.querySelector(".says");
  const digit = bars && top(bars);
  says.replaceChildren();
  if (bars) says.append(String(digit), Object.assign(document.createElement("small"), { textContent: share(bars[digit]) }));
  box.querySelectorAll("i").forEach((bar, i) => bar.style.setProperty("--share", bars ? bars[i] : 0));
  box.querySelectorAll("b").forEach((label, i) => label.classList.toggle("top", i === digit));
  const told = bars?.map((value, i) => `${i} ${share(value)}`).join(", ");
  box.querySelector(".bars").setAttribute("aria-label", bars ? fill(words.says, { name, digit, sure: share(bars[digit]), bars: told }) : fill(words.silent, { name }));
}

export default function (component) {
  return mount(component, Pad);
}
