// The wall: a margin that recolours everything in the browser, cards that open, tickets that arrive while they train.

import { decode, unpack } from "../../shared/js/packed.js";
import { stream } from "../../shared/js/stream.js";
import { fill } from "../../shared/js/text.js";
import { inPercent, mean, wilson } from "./basics.js";
import { judge, makeCard, pathOf, skeleton } from "./cards.js";
import { Growth, reachOf, showHand } from "./hand.js";
import { drawHistogram, histogramKey } from "./histogram.js";

class Wall {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.cards = this.find(".cards");
    this.slider = this.find(".margin");
    this.best = false;
    this.listen();
    this.watch = new ResizeObserver(() => this.data && this.draw());
    this.watch.observe(this.find(".plot"));
    this.watch.observe(this.find(".hand .curve"));
    this.curves = new Map(); // ticket → what was heard of its learning curve while it trained
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data, setStateValue, setTriggerValue }) {
    this.report = setStateValue;
    this.tell = (state) => setTriggerValue("over", state);
    if (data !== this.data) {
      const moved = this.data && this.data.margin === data.margin && this.data.ticket === data.ticket;
      if (!moved) [this.margin, this.chosen] = [data.margin, data.ticket];
      const fresh = moved ? data.numbers.filter((number) => !this.byNumber.has(number)) : [];
      this.data = data;
      const losses = decode(data.losses, Float32Array);
      const points = data.steps.length;
      data.reach = reachOf(losses, points);
      this.tickets = data.numbers.map((number, i) => ({
        number, accuracy: data.accuracy[i], live: data.live[i], dead: data.dead[i], pixels: data.pixels[i],
        curve: [...losses.subarray(points * i, points * (i + 1))],
      }));
      this.label();
      this.build();
      if (fresh.length === 1) this.take(fresh[0]); // drawn before and found in the store
      this.follow(data.job);
    }
    this.show();
  }

  // ── building ──────────────────────────────────────────────────────────────────────────────────────────────────

  label() {
    const { data, slider } = this;
    const { words, styles } = data;
    slider.value = this.margin;
    this.find(".slide .name").textContent = words.margin;
    this.find(".wall h2").textContent = words.wall;
    this.find(".drawn").textContent = words.as_drawn;
    this.find(".best").textContent = words.best_first;
    this.cards.setAttribute("aria-label", words.wall);
    this.lines = skeleton(data.layers);
    this.find(".hint").textContent = fill(words.wall_hint, { places: this.lines.length, total: data.total.toLocaleString("en-GB") });
    this.find(".key").replaceChildren(...histogramKey(styles, words));
    this.find(".view").style.setProperty("--wins", styles.kept.colour);
    this.find(".view").style.setProperty("--loses", styles.random.colour);
    this.find(".view").style.setProperty("--learns", styles.training.colour);
  }

  build() {
    const bits = decode(this.data.sketches, Uint8Array);
    this.paths = new Map(this.tickets.map(({ number }, i) => [number, pathOf(this.lines, bits, i)]));
    this.byNumber = new Map([...this.paths].map(([number, path]) => [number, makeCard(number, path)]));
    this.arrange();
  }

  arrange() {
    const known = new Map(this.tickets.map((ticket) => [ticket.number, ticket]));
    const cards = [...this.byNumber].map(([number, card]) => ({ number, card, live: 1, accuracy: -1, ...known.get(number) }));
    // As drawn, with those drawn just now in front: the reader asked for them and should see them arrive.
    const order = (a, b) => (this.best ? b.accuracy - a.accuracy : b.live - a.live) || a.number - b.number;
    this.cards.replaceChildren(...cards.sort(order).map(({ card }) => card));
  }

  // ── showing ───────────────────────────────────────────────────────────────────────────────────────────────────

  get target() {
    return mean(this.data.dense) - this.margin / 1000;
  }

  /** Everything at the present margin. */
  show() {
    const { words } = this.data;
    for (const ticket of this.tickets) judge(this.byNumber.get(ticket.number), ticket, this.target, words);
    this.mark();
    this.draw();
    const draws = this.tickets.length;
    const wins = this.tickets.filter(({ accuracy }) => accuracy >= this.target - 1e-9).length;
    const [low, high] = wilson(wins, draws).map((share) => inPercent(share, 1));
    const margin = (this.margin / 10).toFixed(1);
    const facts = {
      wins, draws, low, high, margin, rate: inPercent(wins / (draws || 1), 1), target: inPercent(this.target),
      dense: inPercent(mean(this.data.dense)), seeds: this.data.dense.length,
    };
    this.find(".tally").textContent = fill(draws ? words.tally : words.none, facts);
    this.find(".rate").textContent = draws ? fill(words.rate, facts) : "";
    this.find(".target").textContent = fill(words.target, facts);
    this.find(".value").textContent = fill(words.margin_value, facts);
    this.slider.setAttribute("aria-valuetext", fill(words.margin_value, facts));
    Object.assign(this.find(".view").dataset, { wins, draws, low, high });
    clearTimeout(this.speaking); // once the hand rests: announcing every step would drown a listener
    this.speaking = setTimeout(() => (this.find(".summary").textContent = fill(words.summary, facts)), 300);
  }

  draw() {
    this.showHand();
    const plot = this.find(".plot");
    if (!plot.clientWidth) return;
    const { dense, found, bin, words, styles, alt } = this.data;
    drawHistogram(plot, { tickets: this.tickets.map(({ accuracy }) => accuracy), target: this.target, dense, found, bin, words, styles, alt });
  }

  /** Take a ticket into the hand; Python hears of a live one when it is trained. */
  hold(number) {
    this.chosen = number;
    this.mark();
    this.showHand();
  }

  take(number) {
    this.hold(number);
    this.report("ticket", number);
  }

  showHand() {
    const chosen = this.tickets.find(({ number }) => number === this.chosen) ?? (this.byNumber.has(this.chosen) ? { number: this.chosen } : this.tickets[0]);
    if (!chosen) return;
    const growth = this.curves.get(chosen.number);
    const growing = growth?.grown(this.data.steps.length);
    const shown = growing ? { number: chosen.number, curve: growing } : { ...chosen, curve: chosen.curve ?? growth?.losses };
    showHand(this.find(".hand"), shown, this.paths.get(chosen.number), this.target, this.data);
    if (growing) this.growth ??= requestAnimationFrame(() => ((this.growth = null), this.showHand()));
  }

  mark() {
    const known = this.byNumber.has(this.chosen);
    const entry = known ? this.byNumber.get(this.chosen) : this.cards.firstElementChild;
    for (const card of this.byNumber.values()) {
      const open = known && card === entry;
      card.tabIndex = card === entry ? 0 : -1; // one stop for the whole wall; arrows move within
      open ? card.setAttribute("aria-current", "true") : card.removeAttribute("aria-current");
    }
    for (const [name, on] of [["drawn", !this.best], ["best", this.best]]) this.find(`.${name}`).setAttribute("aria-pressed", on);
  }

  // ── hands ─────────────────────────────────────────────────────────────────────────────────────────────────────

  listen() {
    this.slider.addEventListener("input", () => {
      this.margin = +this.slider.value;
      this.frame ??= requestAnimationFrame(() => ((this.frame = null), this.show()));
    });
    this.slider.addEventListener("change", () => this.report("margin", this.margin));
    this.cards.addEventListener("click", (event) => this.open(event.target.closest(".card")));
    this.cards.addEventListener("keydown", (event) => this.step(event));
    this.find(".drawn").addEventListener("click", () => this.sort(false));
    this.find(".best").addEventListener("click", () => this.sort(true));
  }

  sort(best) {
    this.best = best;
    this.arrange();
    this.mark();
    this.cards.scrollTop = 0;
  }

  open(card) {
    if (!card || card.classList.contains("awaited")) return;
    card.focus();
    this.take(+card.dataset.ticket);
  }

  /** Arrow keys, Home and End move the focus; Enter and Space open, as buttons do by themselves. */
  step(event) {
    const cards = [...this.cards.children];
    const across = getComputedStyle(this.cards).gridTemplateColumns.split(" ").length;
    const at = cards.indexOf(this.root.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + across, ArrowUp: at - across, Home: 0, End: cards.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = cards[Math.max(0, Math.min(cards.length - 1, to))];
    for (const card of cards) card.tabIndex = card === next ? 0 : -1;
    next.focus();
  }

  // ── live ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Hear the run that draws tickets just now: empty cards first, which fill as their trainings finish. */
  follow(job) {
    if (job?.key === this.job && job) return this.await(job);
    this.leave?.();
    this.leave = null;
    this.job = job?.key;
    this.find(".progress").textContent = "";
    if (!job) return;
    this.await(job);
    if (job.url) this.leave = stream.watch(job.key, job.url, (message) => this.hear(message));
    for (const text of job.url ? [] : job.events) this.hear(JSON.parse(text));
  }

  await(job) {
    const bits = decode(job.sketches, Uint8Array);
    job.numbers.forEach((number, i) => {
      if (this.byNumber.has(number)) return;
      this.paths.set(number, pathOf(this.lines, bits, i));
      this.byNumber.set(number, makeCard(number, this.paths.get(number)));
    });
    if (job.numbers.length === 1) this.hold(job.numbers[0]); // it goes into the hand, where its curve grows
    this.arrange();
    for (const text of job.url ? [] : job.events) this.hear(JSON.parse(text));
  }

  hear(message) {
    const { words, job } = this.data;
    if (!job) return;
    for (const point of message.points ?? []) if (point.condition === "draw") (point.stage === "train" ? this.learn(point) : this.arrive(point.measures));
    const state = message.trouble ?? message.status?.state;
    const done = job.numbers.filter((number) => this.tickets.some((ticket) => ticket.number === number)).length;
    const line = ["lost", "full", "queued"].includes(state) ? words[state] : fill(words.training, { done, all: job.numbers.length });
    this.find(".progress").textContent = line;
    if (["done", "failed", "cancelled"].includes(state) && this.told !== job.key) {
      this.told = job.key;
      if (state === "done" && job.numbers.length === 1) this.take(job.numbers[0]);
      this.tell(state);
    }
    this.later ??= requestAnimationFrame(() => ((this.later = null), this.show()));
  }

  /** A point of a ticket's learning curve; a run that went on from its checkpoint says some of them again. */
  learn({ step, measures: { draw, batch_loss: loss } }) {
    if (!this.curves.has(draw)) this.curves.set(draw, new Growth());
    this.curves.get(draw).add(this.data.steps.indexOf(step), loss);
  }

  arrive({ draw, test_accuracy: accuracy, dead_units: dead, live_inputs: pixels }) {
    const card = this.byNumber.get(draw);
    if (!card || this.tickets.some(({ number }) => number === draw)) return;
    this.tickets.push({ number: draw, accuracy, live: 1, dead, pixels });
    card.classList.add("fresh");
  }

  close() {
    this.leave?.();
    this.watch.disconnect();
    clearTimeout(this.speaking);
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.later);
    cancelAnimationFrame(this.growth);
  }
}

export default function (component) {
  const root = component.parentElement;
  const wall = (root.wall ??= new Wall(root));
  wall.update({ ...component, data: unpack(wall, component.data) });
  return () => {
    wall.close();
    delete root.wall;
  };
}
