// The wall: a margin that judges every ticket anew in the browser, tiles that open, tickets that arrive while they train.

import { write } from "../../shared/js/dom.js";
import { mount } from "../../shared/js/mount.js";
import { decode } from "../../shared/js/packed.js";
import { fill } from "../../shared/js/text.js";
import { inPercent, mean, wilson } from "./basics.js";
import { judge, pathOf } from "./cards.js";
import { Drawing, progressOf } from "./draw.js";
import { reachOf, showHand } from "./hand.js";
import { drawHistogram } from "./histogram.js";
import { label, listen } from "./listen.js";
import { Tiles } from "./tiles.js";

const REST_MS = 300; // after the last key
const EXPECT_MS = 6000; // after which a press that nothing came of is forgotten

class Wall {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.tiles = new Tiles(this.find(".cards"));
    this.slider = this.find(".margin");
    this.paths = new Map(); // ticket → its connections
    this.lines = []; // ends of the connections that a card may draw
    this.margin = 0; // tenths of a point
    this.best = false;
    this.newest = this.peek = null;
    this.drawing = new Drawing({ arrived: (ticket) => this.arrive(ticket), learned: () => this.soon(), over: (state) => this.over(state) });
    this.deaf = listen(this);
    this.watch = new ResizeObserver(() => this.data && (this.tiles.fit(), this.draw()));
    for (const box of [".plot", ".cards", ".hand .curve"]) this.watch.observe(this.find(box));
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data, setStateValue, setTriggerValue }) {
    this.report = setStateValue;
    this.tell = (state) => setTriggerValue("over", state);
    if (data !== this.data) {
      const first = !this.data;
      if (first) this.best = data.best;
      const moved = this.data && this.data.margin === data.margin && this.data.ticket === data.ticket;
      if (!moved) [this.margin, this.chosen] = [data.margin, data.ticket];
      const known = new Set(this.tickets?.map(({ number }) => number));
      this.data = data;
      this.read();
      label(this);
      this.await(data.job);
      const fresh = first ? [] : data.numbers.filter((number) => !known.has(number));
      if (fresh.length) this.replay(fresh); // drawn before and found in the store
      this.drawing.follow(data.job, data.steps);
    }
    this.show();
  }

  // ── building ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** The tickets of the data, and those just heard of, which the data will have when their run is over. */
  read() {
    const { data } = this;
    const losses = decode(data.losses, Float32Array);
    const points = data.steps.length;
    data.reach = reachOf(losses, points);
    this.tickets = data.numbers.map((number, i) => ({
      number, accuracy: data.accuracy[i], live: data.live[i], dead: data.dead[i], pixels: data.pixels[i],
      curve: [...losses.subarray(points * i, points * (i + 1))],
    }));
    const there = new Set(data.numbers);
    const under = new Set(data.job?.numbers);
    const { heard } = this.drawing;
    for (const number of [...heard.keys()]) if (!there.has(number) && !under.has(number)) heard.delete(number);
    this.tickets.push(...[...heard.values()].filter(({ number }) => !there.has(number)));
    const live = this.tickets.filter((ticket) => ticket.live).map(({ number }) => number);
    if (!live.includes(this.newest)) this.newest = live.length ? Math.max(...live) : null;
  }

  /** Cards for all tickets and for those that a run is to draw. */
  await(job) {
    const { data } = this;
    for (const [numbers, sketches] of [[data.numbers, data.sketches], [job?.numbers ?? [], job?.sketches ?? ""]]) {
      const bits = decode(sketches, Uint8Array);
      numbers.forEach((number, i) => this.paths.has(number) || this.paths.set(number, pathOf(this.lines, bits, i)));
    }
    this.tiles.box.classList.toggle("single", job?.numbers.length === 1);
    const begun = job && !job.numbers.every((number) => this.tiles.known.has(number));
    this.tiles.hold([...data.numbers, ...(job?.numbers ?? [])], this.paths);
    if (begun) this.best = false; // who draws wants to see the tickets where they come
    this.arrange();
    this.tiles.stir(0);
    if (!begun) return;
    if (job.numbers.length === 1) this.hold(job.numbers[0]); // it goes into the hand, where its curve grows
    this.tiles.show(job.numbers.at(-1));
  }

  arrange() {
    const accuracy = new Map(this.tickets.map((ticket) => [ticket.number, ticket.accuracy]));
    this.tiles.arrange(this.best ? (a, b) => (accuracy.get(b) ?? -1) - (accuracy.get(a) ?? -1) || a - b : undefined);
  }

  // ── showing ───────────────────────────────────────────────────────────────────────────────────────────────────

  get target() {
    return mean(this.data.dense) - this.margin / 1000;
  }

  /** Once a frame, however much is heard. */
  soon() {
    this.later ??= requestAnimationFrame(() => ((this.later = null), this.show()));
  }

  won = ({ accuracy }) => accuracy >= this.target - 1e-9;

  /** What is told at the present margin. */
  get facts() {
    const draws = this.tickets.length;
    const wins = this.tickets.filter(this.won).length;
    const [low, high] = wilson(wins, draws).map((share) => inPercent(share, 1));
    return {
      wins, draws, low, high, margin: (this.margin / 10).toFixed(1), rate: inPercent(wins / (draws || 1), 1),
      target: inPercent(this.target), dense: inPercent(mean(this.data.dense)), seeds: this.data.dense.length,
    };
  }

  /** Everything at the present margin. */
  show() {
    const { words } = this.data;
    for (const ticket of this.tickets) judge(this.tiles.known.get(ticket.number), ticket, this.target, words);
    this.mark();
    this.draw();
    const { facts } = this;
    const { draws, wins, low, high } = facts;
    this.find(".tally").textContent = fill(draws ? words.tally : words.none, facts);
    this.find(".rate").textContent = draws ? fill(words.rate, facts) : "";
    this.find(".target").textContent = fill(words.target, facts);
    this.find(".value").textContent = fill(words.margin_value, facts);
    this.slider.setAttribute("aria-valuetext", fill(words.margin_value, facts));
    Object.assign(this.find(".view").dataset, { wins, draws, low, high });
    this.progress();
    clearTimeout(this.speaking); // once the hand rests: announcing every step would drown a listener
    this.speaking = setTimeout(() => (this.find(".summary").textContent = fill(words.summary, facts)), 300);
  }

  progress() {
    const { job, words, note } = this.data;
    const mine = job ? this.tickets.filter(({ number }) => job.numbers.includes(number)) : [];
    const told = job ? progressOf(this.drawing.state, mine.length, job.numbers.length, mine.filter(this.won).length, words) : note ?? "";
    write(this.find(".progress"), told);
  }

  /** The ticket under the pointer, else the one in hand. */
  get shown() {
    const number = this.peek ?? this.chosen;
    return this.tickets.find((ticket) => ticket.number === number) ?? (this.tiles.known.has(number) ? { number } : this.tickets[0]);
  }

  draw() {
    this.showHand();
    const plot = this.find(".plot");
    if (!plot.clientWidth) return;
    const { dense, found, bin, words, styles } = this.data;
    const alt = `${words.plot} ${fill(words.summary, this.facts)}`;
    const newest = this.tickets.find(({ number }) => number === this.newest);
    const held = this.shown;
    const spots = [];
    if (newest) spots.push({ kind: "newest", accuracy: newest.accuracy, label: fill(words.newest_mark, { value: inPercent(newest.accuracy) }) });
    if (held?.accuracy !== undefined && held.number !== this.newest) spots.push({ kind: "held", accuracy: held.accuracy, label: fill(words.held_mark, held) });
    drawHistogram(plot, { tickets: this.tickets.map(({ accuracy }) => accuracy), target: this.target, dense, found, bin, spots, words, styles, alt });
  }

  showHand() {
    const chosen = this.shown;
    if (!chosen) return;
    const growth = this.drawing.curves.get(chosen.number);
    const growing = growth?.grown(this.data.steps.length);
    const shown = growing ? { number: chosen.number, curve: growing } : { ...chosen, curve: chosen.curve ?? growth?.losses };
    showHand(this.find(".hand"), shown, this.paths.get(chosen.number), this.target, this.data);
    if (growing) this.growth ??= requestAnimationFrame(() => ((this.growth = null), this.showHand()));
  }

  mark() {
    this.tiles.mark(this.chosen, this.newest);
    for (const [name, on] of [["drawn", !this.best], ["best", this.best]]) this.find(`.${name}`).setAttribute("aria-pressed", on);
  }

  // ── hands ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Show a ticket as long as the pointer rests on it. */
  look(card) {
    const number = card ? +card.dataset.ticket : null;
    if (number === this.peek) return;
    this.peek = number;
    this.frame ??= requestAnimationFrame(() => ((this.frame = null), this.draw()));
  }

  sort(best) {
    this.best = best;
    this.arrange();
    this.mark();
    this.find(".cards").scrollTop = 0;
  }

  /** Take a ticket into the hand; Python hears of a live one when it is trained. */
  hold(number) {
    this.chosen = number;
    this.mark();
    this.draw();
  }

  take(number) {
    this.hold(number);
    this.report("ticket", number);
  }

  open(card) {
    if (!card || card.classList.contains("awaited")) return;
    card.focus();
    this.take(+card.dataset.ticket);
  }

  /** Arrow keys, Home and End move the focus; Enter and Space open, as buttons do by themselves. */
  step(event) {
    const next = this.tiles.step(this.root.activeElement, event.key);
    if (!next) return;
    event.preventDefault();
    for (const card of this.tiles.known.values()) card.tabIndex = card === next ? 0 : -1;
    next.focus();
  }

  /** Left and right anywhere on the page: the ticket before, the next; Python hears of it once the hand rests. */
  walk(event) {
    const card = this.tiles.step(this.tiles.known.get(this.shown?.number), { ArrowRight: "ArrowRight", ArrowLeft: "ArrowLeft" }[event.key]);
    if (!card || card.classList.contains("awaited")) return;
    event.preventDefault();
    this.hold(+card.dataset.ticket);
    this.tiles.show(this.chosen);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.report("ticket", this.chosen), REST_MS);
  }

  // ── live ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The reader has pressed; the places stir before the server answers. */
  expect(count) {
    if (this.data.job) return;
    this.tiles.stir(count);
    this.find(".progress").textContent = fill(this.data.words.training, { done: 0, all: count });
    clearTimeout(this.expecting);
    this.expecting = setTimeout(() => (this.tiles.stir(0), this.progress()), EXPECT_MS);
  }

  arrive(ticket) {
    const card = this.tiles.known.get(ticket.number);
    if (!card || this.tickets.some(({ number }) => number === ticket.number)) return;
    this.tickets.push(ticket);
    this.newest = ticket.number;
    card.classList.add(this.won(ticket) ? "lucky" : "fresh");
    this.soon();
  }

  /** Tickets that were drawn before come to the wall like those that are drawn now. */
  replay(numbers) {
    const wanted = new Set(numbers);
    const stored = this.tickets.filter(({ number }) => wanted.has(number));
    this.tickets = this.tickets.filter(({ number }) => !wanted.has(number));
    if (stored.length === 1) {
      this.drawing.relive(stored[0]); // trained before the page could listen: its curve grows all the same
      this.take(numbers[0]);
    }
    this.tiles.show(numbers.at(-1));
    this.drawing.add(stored);
  }

  over(state) {
    const { job } = this.data;
    if (state === "done" && job?.numbers.length === 1) this.take(job.numbers[0]);
    this.tell(state);
  }

  close() {
    this.drawing.close();
    for (const stop of this.deaf) stop();
    clearTimeout(this.expecting);
    clearTimeout(this.resting);
    this.watch.disconnect();
    clearTimeout(this.speaking);
    for (const frame of [this.frame, this.later, this.growth]) cancelAnimationFrame(frame);
  }
}

export default function (component) {
  return mount(component, Wall);
}
