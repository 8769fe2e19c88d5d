// The player: one film, every panel moved in the same frame, Python told once on rest.

import { pageKeys } from "../../shared/js/keys.js";
import { top } from "../../shared/js/forward.js";
import { Memory } from "../../shared/js/memory.js";
import { mount } from "../../shared/js/mount.js";
import { fill, percent } from "../../shared/js/text.js";
import { Reader } from "./answer.js";
import { Film, momentOf, PLAY_MS, readRun, roundOf, scaleFor, STAGES, valuesAt } from "./film.js";
import { LiveRound } from "./live.js";
import { Screen } from "./screen.js";

class Player {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.film = new Film((at) => this.show(at), () => this.settle());
    this.screen = new Screen(root, this);
    this.memory = new Memory();
    this.run = this.data = this.words = null;
    this.furthest = 0; // how much of the run the reader has seen: the table never tells more
    this.chosen = -1; // place of the followed edge among the drawn ones
    this.playing = false;
    this.move = null;
    this.reader = null; // where a digit can run through the net
    this.live = null; // the next round, while it is trained
    this.trainedLive = null; // the last that was
    this.asking = this.asked = null; // for which round more, and how the film goes on when it has come
    this.listen();
    this.watch = new ResizeObserver(() => this.run && this.screen.build());
    this.watch.observe(this.find(".player"));
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data, setStateValue, setTriggerValue }) {
    this.tell = (position) => setStateValue("position", { ...position, move: this.move });
    this.ask = () => setTriggerValue("more", this.run.rounds + 1);
    this.over = (state) => setTriggerValue("over", state);
    this.stop = () => setTriggerValue("stop", true);
    const grown = data === this.data ? null : this.load(data);
    this.follow();
    const { move, round, stage, edge } = data.position;
    if (move !== this.move) {
      this.move = move;
      this.film.stop();
      this.film.at = Math.min(this.run.end, STAGES * round + stage);
      this.furthest = Math.max(this.furthest, this.film.at);
      this.chosen = this.run.edge.indexOf(edge);
      this.memory.knows(this.position());
      this.goal = data.position.from ? this.film.at : null;
      if (this.goal !== null) this.film.at = this.furthest = STAGES * data.position.from.round + data.position.from.stage;
    }
    this.screen.built = null;
    this.screen.build();
    if (this.goal != null) this.film.run(this.goal, PLAY_MS);
    this.goal = null;
    if (!data.live) this.asking = null;
    if (grown !== null && this.film.at === grown) ({ play: () => this.toggle(), step: () => this.step() }[this.asked] ?? (() => this.nextRound()))();
  }

  /** Another run, or the same with rounds more: then the film stays where it is, and the former end is returned. */
  load(data) {
    const { data: before, film } = this;
    const [same, longer] = [before?.start === data.start, data.paths.length - (before?.paths.length ?? 0)];
    const told = same && data.paths.at(-1) === before.paths.at(-1); // the same weights
    this.data = data;
    this.words = data.words;
    if (told && !longer) {
      Object.assign(this.run, { styles: data.styles, hue: data.hue }); // other colours, or the same on another background
      this.screen.label();
      return null;
    }
    const [at, furthest, end] = same && longer >= 0 ? [film.at, this.furthest, longer ? this.run.end : null] : [0, 0, null];
    film.stop();
    this.run = { ...readRun(data), closed: data.closed };
    this.run.floor = scaleFor(Math.min(...this.run.rows.map((row) => row.accuracy)) - 0.1)[0]; // curves begin lower
    this.reader = this.run.digits ? new Reader(this.run) : null;
    [film.at, this.furthest] = [at, furthest];
    this.screen.label();
    return end;
  }

  // ── the next round, while it is trained ───────────────────────────────────────────────────────────────────────

  /** Hear the training of the next round, as long as it goes on. */
  follow() {
    const { live } = this.data;
    if (live?.job !== this.live?.job || live?.paused !== this.live?.paused) {
      this.leave?.();
      this.live = live ? new LiveRound(live, () => this.film.moving || this.screen.showLiving()) : null;
      this.live?.begin(this.run.layer, valuesAt(this.run, momentOf(this.run, this.run.end)));
      this.leave = this.live?.watch(live.url, (message) => this.hear(message));
      if (this.live) this.trainedLive = this.live;
    }
    for (const text of live?.events ?? []) this.hear(JSON.parse(text));
  }

  hear(message) {
    const { live } = this;
    if (!live) return;
    live.hear(message);
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      if (this.film.moving) return;
      const moment = momentOf(this.run, this.film.at);
      this.screen.showCurve(moment);
      this.screen.showReading(moment);
      this.screen.showSteps(moment);
    });
    if (!live.run.over || live.told || live.paused) return;
    live.told = true;
    this.over(live.run.over);
  }

  /** The curve that is, or just was, trained at the press: it stays whole until the film has come to its end. */
  liveCurve(moment) {
    const { live, trainedLive, run } = this;
    if (live) return this.film.at >= run.end ? live.curve : null;
    return trainedLive?.round === moment.round && moment.trained < 1 && trainedLive.run.over === "done" ? trainedLive.curve : null;
  }

  /** Ask for the round after the last, once; asked: how the film goes on when it has come. */
  more(asked) {
    if (this.live || this.run.closed || this.asking === this.run.rounds) return;
    this.asked = asked;
    this.asking = this.run.rounds; // until it has come or failed
    this.ask();
  }

  // ── showing and resting ───────────────────────────────────────────────────────────────────────────────────────

  show(at) {
    this.furthest = Math.max(this.furthest, at);
    this.screen.show(at);
  }

  /** Where the film rests, as Python counts: the round, its stage, the followed edge. */
  position() {
    const at = Math.round(this.film.at);
    const round = at === STAGES * (this.run.rounds + 1) ? this.run.rounds + 1 : roundOf(this.run, at); // an open end rests at the next round's start
    return { round, stage: at - STAGES * round, edge: this.chosen < 0 ? -1 : this.run.edge[this.chosen] };
  }

  settle() {
    const onward = this.playing && this.atOpenEnd;
    this.playing = false;
    this.show(this.film.at);
    this.screen.describe();
    this.memory.tell(this.position(), this.tell);
    if (onward) this.more("play");
  }

  // ── hands ─────────────────────────────────────────────────────────────────────────────────────────────────────

  listen() {
    const on = (name, act) => this.find(`.${name}`).addEventListener("click", act);
    on("next", () => this.nextRound());
    on("play", () => this.toggle());
    on("back", () => this.back());
    on("step", () => this.step());
    on("reset", () => this.reset());
    on("slow", () => this.setSlow(!this.film.slow));
    on("cancel", () => this.stop());
    on("close", () => this.choose(-1));
    on("another", () => (this.reader.next(), this.screen.repaint()));
    this.find(".player").addEventListener("keydown", (event) => this.key(event));
    this.deaf = pageKeys((event) => this.pageKey(event));
    this.find(".edges").addEventListener("pointerdown", (event) => this.choose(this.screen.edgeUnder(event)));
  }

  /** What a key does here; nothing for most. */
  act(key) {
    const home = { Home: () => this.reset(), End: () => this.jump(this.run.end) };
    return { ArrowRight: () => this.step(), ArrowLeft: () => this.back(), p: () => this.toggle(), n: () => this.nextRound(), ...home }[key];
  }

  key(event) {
    if (event.target.closest(".rows") || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.act(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** A key that nothing else on the page wants: the page's only player obeys it. Home and End scroll, as ever. */
  pageKey(event) {
    if (!this.run || ["Home", "End"].includes(event.key)) return;
    this.key(event);
  }

  /** What the drawn net makes of the digit, in words; nothing where it is not known. */
  get readsText() {
    const said = this.reader?.at(momentOf(this.run, this.film.at), this.screen.values);
    if (!said) return "";
    const digit = top(said.at(-1));
    return fill(this.words.reads, { label: this.reader.digit.label, digit, sure: percent(said.at(-1)[digit], 0) });
  }

  get atEnd() {
    return this.film.at >= this.run.end;
  }

  /** At the end of a run that can grow? */
  get atOpenEnd() {
    return this.run.open && this.atEnd;
  }

  nextRound() {
    this.playing = false;
    if (this.atOpenEnd) return this.more("next");
    this.film.run(Math.min(this.run.end, STAGES * (Math.floor(this.film.at / STAGES) + 1)));
  }

  step() {
    this.playing = false;
    if (this.atOpenEnd) return this.more("step");
    this.film.run(Math.min(this.run.end, Math.floor(this.film.at) + 1));
  }

  back() {
    this.jump(Math.max(0, Math.ceil(this.film.at) - 1));
  }

  reset() {
    this.furthest = 0;
    this.jump(0);
  }

  toggle() {
    if (this.playing && this.film.moving) {
      this.jump(Math.min(this.run.end, Math.ceil(this.film.at))); // to the next whole state: what rests can be linked to
      return;
    }
    if (this.atOpenEnd) return this.more("play");
    if (this.film.at >= this.run.end) this.reset();
    this.playing = true;
    this.film.run(this.run.end, PLAY_MS);
  }

  /** To a rest, at once. */
  jump(at) {
    this.film.cut(at);
    this.settle();
  }

  goToRound(round) {
    this.jump(STAGES * round + 1);
  }

  /** A step of the diagram: play that stage of this round, or jump to its start if the film is past it. */
  goToStep(number) {
    const start = STAGES * roundOf(this.run, this.film.at);
    if (number === 1) return this.jump(0);
    if (number === 5) return this.nextRound();
    const end = Math.min(this.run.end, start + number - 1);
    if (this.film.at >= end) this.film.cut(Math.max(0, end - 1));
    this.playing = false;
    this.film.run(end);
  }

  setSlow(slow) {
    this.film.slow = slow;
    this.find(".slow").setAttribute("aria-pressed", slow);
  }

  /** Follow this drawn edge, −1 for none. */
  choose(edge) {
    this.chosen = edge;
    this.show(this.film.at);
    if (!this.film.moving) this.settle();
  }

  close() {
    this.deaf();
    this.leave?.();
    cancelAnimationFrame(this.drawing);
    this.film.stop();
    this.watch.disconnect();
  }
}

export default function (component) {
  return mount(component, Player);
}
