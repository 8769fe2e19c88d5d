// The board: how to come in, what is on, and the presenter's buttons.

import { element, picture, svg, write } from "../../shared/js/dom.js";
import { mount } from "../../shared/js/mount.js";
import { fill } from "../../shared/js/text.js";
import { Line } from "./line.js";
import { answers } from "./answers.js";
import { laps } from "./laps.js";
import { Wall } from "./wall.js";

class Board {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.line = this.state = null;
    this.wall = new Wall();
    this.watch = new ResizeObserver(() => this.state && this.draw());
    this.watch.observe(this.find(".on"));
  }

  update({ data, setStateValue }) {
    this.report = setStateValue;
    const again = data.code !== this.data?.code || data.token !== this.data?.token;
    this.data = data;
    for (const [name, role] of [["kept", "kept"], ["pruned", "pruned"], ["said", "training"]]) this.find(".board").style.setProperty(`--${name}`, data.styles[role].colour);
    this.invite();
    if (again) {
      this.line?.close();
      this.line = new Line(`${data.root}${data.code}/desk/`, data.token, (name, told) => this.hear(name, told));
    }
    if (this.state) this.draw();
  }

  hear(name, told) {
    if (name === "closed") this.report("closed", this.data.code); // Python shows the button that opens another
    write(this.find(".trouble"), name === "lost" ? this.data.words.lost_line : "");
    this.find(".deeds").inert = name === "lost"; // no deed reaches the room; after a restart Python brings a new token
    if (name !== "room") return;
    this.state = told;
    this.draw();
  }

  invite() {
    const { words, qr, link, code } = this.data;
    const root = picture(qr.side + 8, qr.side + 8, `${words.join} ${link}`, { viewBox: `-4 -4 ${qr.side + 8} ${qr.side + 8}` });
    svg(root, "rect", { x: -4, y: -4, width: qr.side + 8, height: qr.side + 8, fill: "#fff" });
    svg(root, "path", { d: qr.path, fill: "#000", "shape-rendering": "crispEdges" });
    this.find(".qr").replaceChildren(root);
    this.find(".link").replaceChildren(`${words.join} `, element("b", { textContent: link }));
    this.find(".code").replaceChildren(`${words.code} `, element("b", { textContent: code }));
    this.find(".where").replaceChildren(element("b", { textContent: code }), ` ${link.replace(`/${code}`, "")}`);
  }

  draw() {
    const { data: { words, presenter }, state } = this;
    this.find(".board").dataset.activity = state.activity;
    const hands = presenter && state.hands ? ` · ${fill(words.hands, state)}` : "";
    const count = state.activity === "bet" && !state.revealed ? fill(words.answered, state) : fill(words.in, state);
    write(this.find(".count"), count + hands);
    this.find(".on").replaceChildren(...this.now());
    this.wall.fit();
    this.buttons();
  }

  /** What is on, as elements. */
  now() {
    const { data: { words }, state } = this;
    if (state.activity === "draw") return this.wall.show(state, words);
    if (state.activity === "race") return laps(state, words, this.data.styles, this.find(".on"));
    if (state.activity === "bet") {
      const asked = element("h2", { textContent: state.question.text });
      return [asked, ...(state.revealed ? answers(state, words, this.find(".on")) : options(state.question))];
    }
    const next = state.offered ? [element("h2", { textContent: state.offered.text })] : [];
    return [...next, element("p", { className: "hint", textContent: words.waiting })];
  }

  /** The buttons that do something now; those that stay keep the focus. */
  buttons() {
    const { data: { presenter }, state } = this;
    const { activity, offered, revealed } = state;
    const other = offered && (activity !== "bet" || offered.key !== state.question.key);
    const wanted = [
      other && "ask",
      activity === "bet" && !revealed && "reveal",
      activity !== "draw" && "deal",
      activity !== "race" && "race",
      activity !== "wait" && "rest",
      presenter && state.hands > 0 && "lower",
      presenter && "save",
      presenter && "close",
    ].filter(Boolean);
    const box = this.find(".deeds");
    for (const button of [...box.children]) if (!wanted.includes(button.dataset.deed)) button.remove();
    wanted.forEach((deed, place) => {
      const known = box.querySelector(`[data-deed="${deed}"]`);
      const button = known ?? this.button(deed);
      button.classList.toggle("main", place === 0 && deed !== "save");
      if (box.children[place] !== button) box.insertBefore(button, box.children[place] ?? null);
    });
  }

  button(deed) {
    const { words } = this.data;
    const button = element("button", { type: "button", textContent: words[deed] });
    button.dataset.deed = deed;
    button.addEventListener("click", () => (deed === "save" ? this.save() : deed === "close" ? this.sure(button) : this.do(deed)));
    return button;
  }

  async do(deed) {
    write(this.find(".trouble"), await this.line.do(deed));
  }

  /** Closing deletes: the second press does it. */
  sure(button) {
    if (button.dataset.sure) return this.do("close");
    button.dataset.sure = "yes";
    button.textContent = this.data.words.sure;
    setTimeout(() => (delete button.dataset.sure, (button.textContent = this.data.words.close)), 5_000);
  }

  async save() {
    const file = await this.line.csv();
    if (!file) return;
    const link = element("a", { href: URL.createObjectURL(file), download: `room-${this.data.code}.csv` });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  close() {
    this.line?.close();
    this.watch.disconnect();
  }
}

const options = (question) => question.options.map((option) => element("p", { className: "option", textContent: option }));

export default function (component) {
  return mount(component, Board);
}
