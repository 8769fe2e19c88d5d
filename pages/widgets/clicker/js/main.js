// The clicker: one listener for the keys of a talk, the strip of its beat, and a channel to the other window.

import { write } from "../../shared/js/dom.js";
import { keyRow } from "../../shared/js/keys.js";
import { mount } from "../../shared/js/mount.js";
import { fill } from "../../shared/js/text.js";
import { meaning } from "./keys.js";
import { after, before, clock, equal, held } from "./place.js";
import { Wire } from "./wire.js";

const JUMP_MS = 3000; // after which a number that was begun is forgotten
const SWIPE = 60; // CSS pixels: less is a tap

class Clicker {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.digits = "";
    this.listen();
    this.ticking = setInterval(() => this.tick(), 1000);
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data, setTriggerValue }) {
    this.ask = (place) => setTriggerValue("to", place);
    const first = !this.data;
    this.data = data;
    this.presses = data.beats.map((beat) => beat.presses);
    if (first || !equal(data.place, this.answered)) this.place = data.place; // the server speaks: a link, the browser's Back
    if (equal(data.place, this.place)) this.wanted = null;
    this.answered = data.place;
    if (first) this.open();
    this.label();
    this.show();
  }

  // ── the other window ──────────────────────────────────────────────────────────────────────────────────────────

  open() {
    const { talk, view, wire } = this.data;
    this.wire = new Wire(wire, (place) => this.hear({ place }));
    this.channel = new BroadcastChannel(`lottery-talk-${talk}`);
    this.channel.onmessage = ({ data }) => this.hear(data);
    if (view === "presenter") this.channel.postMessage({ hello: true });
    else this.began = Number(sessionStorage.getItem(`lottery-talk-${talk}`)) || null;
  }

  hear(message) {
    if (message.hello) return this.tell();
    if (message.began) this.began = message.began;
    if (message.place && !equal(message.place, this.place)) this.go(message.place, false);
    this.show();
  }

  tell() {
    this.channel?.postMessage({ place: this.place, began: this.began });
  }

  // ── moving ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** To a place: the strip changes at once, the picture with the server's answer. told: do the others hear of it? */
  go(place, told = true) {
    const to = held(place, this.presses);
    if (equal(to, this.place)) return;
    this.start();
    this.place = this.wanted = to;
    this.pressed = performance.now();
    this.draw(null);
    this.ask(to);
    if (told) {
      this.tell();
      this.wire.tell(to);
    }
    this.show();
  }

  /** The clock runs from the first press on. */
  start() {
    if (this.began || this.data.view === "presenter") return;
    this.began = Date.now();
    sessionStorage.setItem(`lottery-talk-${this.data.talk}`, String(this.began));
  }

  act(what) {
    const { place, presses } = this;
    const acts = {
      on: () => this.curtain ? this.draw(null) : this.go(after(place, presses)), back: () => this.go(before(place, presses)),
      first: () => this.go({ beat: 1, step: 0 }), last: () => this.go({ beat: presses.length, step: 0 }),
      dark: () => this.draw("dark"), white: () => this.draw("white"), help: () => this.sheet(), jump: () => this.jump(),
      full: () => this.full(), presenter: () => this.presenter(), room: () => this.ask({ ...place, room: !this.data.place.room }), release: () => /** @type {HTMLElement | null} */ (document.activeElement)?.blur(),
    };
    (acts[what] ?? (() => this.digit(what)))();
  }

  digit(digit) {
    this.digits = (this.digits + digit).slice(-3);
    clearTimeout(this.forgetting);
    this.forgetting = setTimeout(() => ((this.digits = ""), this.show()), JUMP_MS);
    this.show();
  }

  jump() {
    if (this.digits) this.go({ beat: Number(this.digits), step: 0 });
    this.digits = "";
    this.show();
  }

  /** Black, white, or the picture again. */
  draw(colour) {
    this.curtain = this.curtain === colour ? null : colour;
    const curtain = this.find(".curtain");
    curtain.hidden = !this.curtain;
    curtain.className = `curtain ${this.curtain ?? ""}`;
    curtain.textContent = this.curtain ? this.data.words[this.curtain] : "";
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }

  presenter() {
    const url = new URL(location.href);
    url.searchParams.set("view", "presenter");
    if (this.data.follow) url.searchParams.set("follow", this.data.follow);
    if (window.open(url, `lottery-presenter-${this.data.talk}`, "popup,width=1100,height=760")) return;
    write(this.find(".blocked"), fill(this.data.words.blocked, { url: url.href }));
    this.sheet();
  }

  sheet() {
    const sheet = this.find("dialog");
    if (sheet.open) sheet.close();
    else sheet.showModal();
  }

  // ── showing ───────────────────────────────────────────────────────────────────────────────────────────────────

  label() {
    const { words, keys } = this.data;
    for (const name of ["back", "on", "help"]) this.find(`button.${name}`).setAttribute("aria-label", words[name]);
    this.find(".close").textContent = words.close;
    this.find("dialog h2").textContent = words.keys;
    this.find("tbody").replaceChildren(...keys.map(keyRow));
    this.find(".notes-title").textContent = words.notes;
    this.find(".next-title").textContent = words.next;
  }

  show() {
    const { data, place, presses } = this;
    const { words, beats } = data;
    const beat = beats[place.beat - 1];
    const picture = beat.pictures[place.step] ?? beat.pictures.at(-1);
    write(this.find(".sentence"), picture.said);
    write(this.find(".question"), beat.question && !picture.answer && !(picture.covered && this.data.view === "stage") ? beat.question : "");
    write(this.find(".answer"), picture.answer ?? "");
    write(this.find(".source"), picture.source ?? "");
    write(this.find(".place"), this.digits ? `→ ${this.digits}` : fill(words.place, { beat: place.beat, beats: beats.length }));
    this.find(".strip").dataset.place = `${place.beat}.${place.step}`;
    this.find("button.back").disabled = equal(before(place, presses), place);
    this.find("button.on").disabled = equal(after(place, presses), place);
    this.tick();
    this.desk(beat);
  }

  /** The presenter's part: notes, plan, what comes. */
  desk(beat) {
    const { data, place, presses } = this;
    const { words, beats } = data;
    this.find(".desk").hidden = data.view !== "presenter";
    if (data.view !== "presenter") return;
    const until = beats.slice(0, place.beat).reduce((sum, one) => sum + one.minutes, 0);
    Object.assign(this.find(".elsewhere"), { textContent: words.elsewhere, href: location.href, hidden: !data.follow });
    write(this.find(".notes"), beat.notes);
    write(this.find(".planned"), fill(words.planned, { minutes: beat.minutes, until }));
    const next = after(place, presses);
    const coming = beats[next.beat - 1].pictures[next.step];
    write(this.find(".next"), equal(next, place) ? words.end : [coming?.said, next.beat === place.beat ? "" : beats[next.beat - 1].question].filter(Boolean).join(" "));
  }

  tick() {
    if (!this.data) return;
    write(this.find(".clock"), this.began ? clock((Date.now() - this.began) / 1000) : "");
    this.find(".clock").title = this.data.words.clock;
  }

  // ── hands ─────────────────────────────────────────────────────────────────────────────────────────────────────

  listen() {
    const on = (name, act) => this.find(name).addEventListener("click", act);
    on("button.on", () => this.act("on"));
    on("button.back", () => this.act("back"));
    on("button.help", () => this.sheet());
    on(".close", () => this.sheet());
    on(".curtain", () => this.draw(null));
    const heard = {
      keydown: (event) => this.key(event),
      touchstart: (event) => (this.finger = event.touches.length === 1 ? event.touches[0] : null),
      touchend: (event) => this.swipe(event),
    };
    this.heard = Object.entries(heard);
    for (const [name, react] of this.heard) window.addEventListener(name, react, { capture: true, passive: name !== "keydown" });
  }

  key(event) {
    if (!this.data || event.ctrlKey || event.metaKey || event.altKey) return;
    const [target] = event.composedPath();
    if (this.find("dialog").open && event.key !== "?") return;
    const what = meaning(event.key, target instanceof Element ? target : null);
    if (!what || (what === "jump" && !this.digits)) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the widgets' own page keys rest while a talk is given
    this.act(what);
  }

  /** To the left: on; to the right: back. Not where a finger draws or drags. */
  swipe(event) {
    const [from, to] = [this.finger, event.changedTouches[0]];
    this.finger = null;
    const used = event.composedPath().some((node) => node instanceof Element && node.matches("canvas, input, .plot, button, a, dialog"));
    if (!from || used) return;
    const [x, y] = [to.clientX - from.clientX, to.clientY - from.clientY];
    if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) this.act(x < 0 ? "on" : "back");
  }

  close() {
    clearInterval(this.ticking);
    clearTimeout(this.forgetting);
    this.channel?.close();
    this.wire?.close();
    for (const [name, react] of this.heard) window.removeEventListener(name, react, { capture: true });
  }
}

export default function (component) {
  return mount(component, Clicker);
}
