// The player: one film, every panel moved in the same frame, Python told once on rest.

import { svg } from "../../shared/js/dom.js";
import { unpack } from "../../shared/js/packed.js";
import { fit, themeOf } from "../../shared/js/paper.js";
import { count, digits, fill, percent } from "../../shared/js/text.js";
import { drawUnits, layout } from "../../network_view/js/network.js";
import { Film, layerName, momentOf, PLAY_MS, readRun, roundOf, rowAfter, scaleFor, stageOf, STAGES, valuesAt } from "./film.js";
import { drawLedger, fillTable, tableHead } from "./ledger.js";
import { LiveRound } from "./live.js";
import { drawBars, drawCurve, measureBars } from "./panels.js";
import { drawEdges, drawFollowed, edgeAt, edgeCard } from "./stage.js";

class Player {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.film = new Film((at) => this.show(at), (at) => this.settle(at));
    this.furthest = 0; // how much of the run the reader has seen: the table never tells more
    this.chosen = -1; // place of the followed edge among the drawn ones
    this.move = null;
    this.live = null; // the next round, while it is trained
    this.listen();
    this.watch = new ResizeObserver(() => this.run && this.build());
    this.watch.observe(this.find(".player"));
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data, setStateValue, setTriggerValue }) {
    this.tell = () => setStateValue("position", { ...this.position(), move: this.move });
    this.ask = () => setTriggerValue("more", this.run.rounds + 1);
    this.over = (state) => setTriggerValue("over", state);
    this.stop = () => setTriggerValue("stop", true);
    const grown = data !== this.data && this.load(data);
    this.follow();
    const { move, round, stage, edge } = data.position;
    if (move !== this.move) {
      this.move = move;
      this.film.stop();
      this.film.at = Math.min(this.run.end, STAGES * round + stage);
      this.furthest = Math.max(this.furthest, this.film.at);
      this.chosen = this.run.edge.indexOf(edge);
      this.reported = JSON.stringify(this.position());
    }
    this.built = null;
    this.build();
    if (!data.live) this.asking = null;
    if (grown && this.film.at === grown) ({ play: () => this.toggle(), step: () => this.step() }[this.asked] ?? (() => this.nextRound()))();
  }

  /** Another run, or the same with rounds more: then the film stays where it is, and the former end is returned. */
  load(data) {
    const { data: before, film } = this;
    const [same, longer] = [before?.start === data.start, data.paths.length - (before?.paths.length ?? 0)];
    this.data = data;
    this.words = data.words;
    if (same && !longer) return null;
    const [at, furthest, end] = same && longer > 0 ? [film.at, this.furthest, this.run.end] : [0, 0, null];
    film.stop();
    this.run = readRun(data);
    this.run.floor = scaleFor(Math.min(...this.run.rows.map((row) => row.accuracy)) - 0.1)[0]; // curves begin lower
    this.measures = measureBars(this.run);
    [film.at, this.furthest] = [at, furthest];
    this.label();
    return end;
  }

  /** Hear the training of the next round, as long as it goes on. */
  follow() {
    const { live } = this.data;
    if (live?.job !== this.live?.job) {
      this.leave?.();
      this.live = live ? new LiveRound(live) : null;
      this.leave = this.live?.watch(live.url, (message) => this.hear(message));
      if (this.live) this.trainedLive = this.live;
    }
    for (const text of live?.events ?? []) this.hear(JSON.parse(text));
  }

  hear(message) {
    const { live } = this;
    if (!live) return;
    live.run.hear(message);
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      if (this.film.moving) return;
      const moment = momentOf(this.run, this.film.at); // the net itself does not move meanwhile
      this.showCurve(moment);
      this.showSteps(moment);
    });
    if (!live.run.over || live.told) return;
    live.told = true;
    this.over(live.run.over);
  }

  /** Where the film rests, as Python counts: the round, its stage, the followed edge. */
  position() {
    const at = Math.round(this.film.at);
    const round = at === STAGES * (this.run.rounds + 1) ? this.run.rounds + 1 : roundOf(this.run, at); // an open end rests at the next round's start
    return { round, stage: at - STAGES * round, edge: this.chosen < 0 ? -1 : this.run.edge[this.chosen] };
  }

  // ── building ──────────────────────────────────────────────────────────────────────────────────────────────────

  label() {
    const { words, run } = this;
    for (const name of ["back", "step", "reset"]) {
      this.find(`.${name}`).setAttribute("aria-label", words[name]);
      this.find(`.${name}`).title = words[name];
    }
    this.find(".slow").textContent = words.slow;
    this.find(".cancel").textContent = words.cancel;
    this.find(".cancel").hidden = !run.open;
    this.find(".player").dataset.rounds = run.rounds;
    this.find(".keys").textContent = words.keys;
    this.find(".transport").setAttribute("aria-label", words.steps);
    this.find(".curve h2").textContent = words.curve;
    this.find(".curve figcaption").textContent = fill(words.curve_hint, { hue: run.hue });
    this.find(".bars h2").textContent = words.bars;
    this.find(".bars canvas").style.height = `${Math.max(300, 72 * (run.layers.length - 1))}px`; // deep nets have many
    this.find(".ledger h2").textContent = words.ledger;
    this.find(".chart figcaption").textContent = words.chart_hint;
    this.find(".rows").setAttribute("aria-label", words.table);
    this.find(".sampled").textContent = run.sampled;
    this.find(".net .hint").textContent = words.hint;
    const ghost = { ...run.styles.pruned, faint: true };
    const key = [["kept", run.styles.kept], ["pruned", run.styles.pruned], ["ghost", ghost]];
    this.find(".key").replaceChildren(...key.flatMap(([name, style]) => [keySample(style, name), `${words[name]} `]));
    const steps = [1, 2, 3, 4, 5].map((number) => this.stepButton(number));
    this.stepButtons = steps.map((item) => item.firstChild);
    const loop = Object.assign(document.createElement("li"), { className: "loop" });
    loop.setAttribute("aria-hidden", "true");
    this.find(".steps").replaceChildren(...steps, loop);
    tableHead(this.find("thead"), run, words);
    this.find("tbody").replaceChildren();
  }

  stepButton(number) {
    const item = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.append(Object.assign(document.createElement("b"), { textContent: number }), ` ${this.words[`step${number}`]}`);
    button.addEventListener("click", () => this.goToStep(number));
    item.append(button);
    return item;
  }

  /** Lay everything out for the present size and theme; nothing to do if neither changed. */
  build() {
    const box = this.find(".stage").getBoundingClientRect();
    const theme = themeOf(this.find(".stage"));
    const built = [box.width, box.height, window.devicePixelRatio, JSON.stringify(theme)].join();
    if (built === this.built || !box.width) return;
    Object.assign(this, { built, theme });
    this.geometry = layout(this.run, box.width, box.height);
    this.edges = fit(this.find(".edges"), box.width, box.height);
    this.units = fit(this.find(".units"), box.width, box.height);
    for (const name of ["curve", "bars"]) {
      const canvas = this.find(`.${name} canvas`);
      this[name] = { width: canvas.clientWidth, height: canvas.clientHeight, context: fit(canvas, canvas.clientWidth, canvas.clientHeight) };
    }
    this.placeLoop();
    this.shownUnits = this.shownLedger = null;
    this.show(this.film.at);
    this.describe();
  }

  /** The way back from the fifth step to the second, where all stand in one row. */
  placeLoop() {
    const [, second, , , fifth] = this.stepButtons.map((button) => button.parentElement);
    const loop = this.find(".loop");
    loop.hidden = second.offsetTop !== fifth.offsetTop;
    const middle = (item) => item.offsetLeft + item.offsetWidth / 2;
    Object.assign(loop.style, { left: `${middle(second)}px`, width: `${middle(fifth) - middle(second)}px` });
  }

  // ── showing ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Every part at this moment, in one go. */
  show(at) {
    const { run, theme, words, geometry } = this;
    this.furthest = Math.max(this.furthest, at);
    if (!geometry) return;
    const moment = momentOf(run, at);
    const values = valuesAt(run, moment);
    drawEdges(this.edges, run, geometry, moment, values);
    if (this.chosen >= 0) drawFollowed(this.edges, run, geometry, this.chosen, Number.isNaN(values[this.chosen]), theme);
    this.showCurve(moment);
    drawBars(this.bars.context, run, moment, values, this.measures, theme, words, this.bars.width, this.bars.height);
    if (this.shownUnits !== moment.round) {
      drawUnits(this.units, run, geometry, moment.round, theme);
      this.shownUnits = moment.round;
    }
    this.showCard(values, moment);
    this.showLedger(moment);
    this.showSteps(moment);
    this.values = values;
    this.find(".player").dataset.at = at.toFixed(2);
    this.frames = (this.frames ?? 0) + 1;
    this.find(".edges").frames = this.frames; // read by tests
  }

  showCurve(moment) {
    const { context, width, height } = this.curve;
    drawCurve(context, this.run, moment, this.theme, this.words, width, height, this.liveCurve(moment));
  }

  /** The curve that is, or just was, trained at the press: it stays whole until the film has come to its end. */
  liveCurve(moment) {
    const { live, trainedLive, run } = this;
    if (live) return this.film.at >= run.end ? live.curve : null;
    return trainedLive?.round === moment.round && moment.trained < 1 && trainedLive.run.over === "done" ? trainedLive.curve : null;
  }

  showCard(values, moment) {
    const card = this.find(".card");
    card.hidden = this.chosen < 0;
    if (this.chosen < 0) return;
    const lines = edgeCard(this.run, this.chosen, values[this.chosen], moment, this.words);
    const said = lines.join("\n");
    if (said === this.said) return; // a live region that says the same again would be read again
    this.said = said;
    card.querySelector(".lines").replaceChildren(...lines.map((text) => Object.assign(document.createElement("div"), { textContent: text })));
    card.querySelector("a").textContent = this.words.life;
    card.querySelector("a").hidden = !this.words.life;
  }

  showLedger(moment) {
    const trained = Math.min(this.run.rounds + 1, Math.floor((this.furthest + STAGES - 1) / STAGES));
    const present = moment.trained >= 1 ? moment.round : -1;
    const shown = `${trained} ${present}`;
    if (shown === this.shownLedger) return;
    this.shownLedger = shown;
    const go = (round) => this.goToRound(round);
    fillTable(this.find("tbody"), this.run, this.words, trained, present, go);
    drawLedger(this.find(".chart .plot"), this.run, this.words, trained, present, go);
    if (this.film.moving) this.find(".rows").scrollTop = this.find(".rows").scrollHeight;
  }

  showSteps(moment) {
    const current = this.currentStep(moment);
    this.stepButtons.forEach((button, i) => {
      if (i + 1 === current) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      const done = i + 1 === current && moment.time > 0 ? moment.time - Math.ceil(moment.time) + 1 : 0;
      button.style.setProperty("--done", done.toFixed(3));
    });
    this.find(".loop").classList.toggle("going", current === 5);
    const told = this.telling(moment, current);
    if (told !== this.find(".telling").textContent) this.find(".telling").textContent = told;
    const { run, words } = this;
    const end = this.film.at >= run.end;
    const over = end && (!run.open || this.live !== null);
    const next = this.find(".next");
    const label = run.open ? (over ? words.training_now : words.next) : over ? words.done : this.film.at >= STAGES * run.rounds ? words.finish : words.next;
    if (next.textContent !== label) next.textContent = label;
    for (const name of ["next", "step"]) this.rule(name, over);
    for (const name of ["back", "reset"]) this.rule(name, this.film.at <= 0);
    this.find(".cancel").disabled = !this.live;
    this.showPlay();
  }

  /** A button that has nothing to do says so, but keeps the focus: the arrow keys must go on working. */
  rule(name, idle) {
    this.find(`.${name}`).setAttribute("aria-disabled", idle);
  }

  currentStep({ at, time }) {
    if (at === 0) return 1;
    if (time === STAGES && this.live) return 2;
    if (time === 0 || time === STAGES) return 5;
    return time <= 1 ? 2 : time <= 2 ? 3 : 4;
  }

  telling(moment, step) {
    const { run, words } = this;
    const row = run.rows[moment.round];
    const next = rowAfter(run, moment.round) ?? row;
    if (this.live && moment.at >= run.end) {
      const [said, known] = this.live.saying;
      return fill(words[said], { ...known, kept: count(next.kept) });
    }
    if (run.open && moment.at >= run.end) return fill(words.tell5, { round: run.rounds + 1, kept: count(next.kept), total: count(run.total) });
    const facts = {
      round: moment.round, total: count(run.total), kept: count(row.kept), next: count(next.kept),
      going: count(row.kept - next.kept), steps: count(run.steps[run.points - 1]),
    };
    return fill(moment.at >= run.end ? words.tell_end : words[`tell${step}`], facts);
  }

  showPlay() {
    const on = this.playing && this.film.moving;
    const play = this.find(".play");
    if (play.dataset.on === String(on)) return;
    play.dataset.on = String(on);
    play.querySelector("span").textContent = on ? this.words.pause : this.words.play;
    play.querySelector("path").setAttribute("d", on ? "M3 2h4v12H3zM9 2h4v12H9z" : "M4 2l10 6-10 6z");
  }

  // ── resting ───────────────────────────────────────────────────────────────────────────────────────────────────

  settle() {
    const onward = this.playing && this.run.open && this.film.at >= this.run.end;
    this.playing = false;
    this.show(this.film.at);
    this.describe();
    const position = JSON.stringify(this.position());
    if (position !== this.reported) {
      this.reported = position;
      this.tell();
    }
    if (onward) this.more("play");
  }

  /** Ask for the round after the last, once; asked: how the film goes on when it has come. */
  more(asked) {
    if (this.live || this.asking === this.run.rounds) return;
    this.asked = asked;
    this.asking = this.run.rounds; // until it has come or failed
    this.ask();
  }

  /** Words for those who listen, once the film rests: announcing every frame would drown them. */
  describe() {
    const { run, words, film } = this;
    const moment = momentOf(run, film.at);
    const step = this.currentStep(moment);
    const row = run.rows[moment.round];
    const next = rowAfter(run, moment.round);
    const gone = moment.time >= 2 && next;
    const facts = { name: run.name, total: count(run.total), kept: count(gone ? next.kept : row.kept), stage: words[`stage${moment.time === STAGES ? 0 : stageOf(run, film.at)}`], doomed: "" };
    this.find(".edges").setAttribute("aria-label", fill(words.network, facts));
    this.find(".player").dataset.kept = gone ? next.kept : row.kept;
    const curve = run.curves[moment.round];
    const learned = moment.trained >= 1;
    this.find(".curve canvas").setAttribute("aria-label", learned ? fill(words.curve_text, { round: moment.round, first: percent(curve.find((value) => value !== null) ?? 0), last: percent(curve[curve.length - 1] ?? 0) }) : words.curve_none);
    const cuts = run.cuts[moment.round];
    const told = moment.doomed && cuts ? cuts.map((cut, layer) => fill(words.bars_cut, { layer: layerName(layer), going: row.layers[layer] - next.layers[layer], cut: digits(cut) })).join("; ") : "";
    this.find(".bars canvas").setAttribute("aria-label", fill(words.bars_text, { cuts: told }));
    const last = moment.trained >= 1 ? moment.round : moment.round - 1;
    const result = last < 0 ? "" : fill(words.result, { round: last, accuracy: percent(run.rows[last].accuracy), left: percent(run.rows[last].density) });
    this.find(".summary").textContent = fill(words.summary, { told: this.telling(moment, step), result });
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
    this.find(".player").addEventListener("keydown", (event) => this.key(event));
    this.find(".edges").addEventListener("pointerdown", (event) => this.choose(event));
  }

  key(event) {
    if (event.target.closest(".rows") || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { ArrowRight: () => this.step(), ArrowLeft: () => this.back(), Home: () => this.reset(), End: () => this.jump(this.run.end), p: () => this.toggle() }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  nextRound() {
    this.playing = false;
    if (this.film.at >= this.run.end && this.run.open) return this.more("next");
    this.film.run(Math.min(this.run.end, STAGES * (Math.floor(this.film.at / STAGES) + 1)));
  }

  step() {
    this.playing = false;
    if (this.film.at >= this.run.end && this.run.open) return this.more("step");
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
    if (this.film.at >= this.run.end && this.run.open) return this.more("play");
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

  choose(event) {
    const box = this.find(".edges").getBoundingClientRect();
    const reach = event.pointerType === "mouse" ? 8 : 22;
    this.chosen = edgeAt(this.run, this.geometry, this.values, event.clientX - box.left, event.clientY - box.top, reach);
    this.show(this.film.at);
    if (!this.film.moving) this.settle();
  }

  close() {
    this.leave?.();
    cancelAnimationFrame(this.drawing);
    this.film.stop();
    this.watch.disconnect();
  }
}

/** A sample of an edge for the drawing's key. */
function keySample(style, name) {
  const root = svg(null, "svg", { viewBox: "0 0 26 10", width: 26, height: 10, "aria-hidden": "true" });
  const dash = name === "pruned" ? "5 3" : "";
  const look = { kept: [3, 1], pruned: [2, 1], ghost: [1, 0.3] }[name];
  svg(root, "line", { x1: 0, x2: 26, y1: 5, y2: 5, stroke: style.colour, "stroke-width": look[0], "stroke-opacity": look[1], "stroke-dasharray": dash });
  return root;
}

export default function (component) {
  const root = component.parentElement;
  const player = (root.player ??= new Player(root));
  player.update({ ...component, data: unpack(player, component.data) });
  return () => {
    player.close();
    delete root.player;
  };
}
