// Everything on screen at one moment of the film. The player owns the state; the screen only looks at it.

import { drawLit } from "../../network_view/js/lit.js";
import { drawUnits, layout } from "../../network_view/js/network.js";
import { element, PAUSE_SIGN, picture, PLAY_SIGN, svg, write } from "../../shared/js/dom.js";
import { top } from "../../shared/js/forward.js";
import { fit, themeOf } from "../../shared/js/paper.js";
import { fill } from "../../shared/js/text.js";
import { momentOf, STAGES, valuesAt } from "./film.js";
import { drawLedger, fillTable, tableHead } from "./ledger.js";
import { drawBars, drawCurve, measureBars } from "./panels.js";
import { drawEdges, drawFollowed, drawLiving, edgeAt, edgeCard, Pictures } from "./stage.js";
import { described, nextLabel, overAt, reading, stepOf, telling } from "./telling.js";

export class Screen {
  /** player: see main.js; its run, words, film, chosen, live and furthest are read at every moment. */
  constructor(root, player) {
    this.player = player;
    this.find = (selector) => root.querySelector(selector);
    this.frames = 0; // read by tests
    this.built = this.theme = this.geometry = null;
    this.edges = this.units = this.lit = this.curve = this.bars = this.pictures = null; // where is drawn
    this.measures = this.values = this.stepButtons = null;
    this.said = this.shownUnits = this.shownLedger = null; // what stands there already
  }

  // ── building ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Words and tables of another run. */
  label() {
    const { words, run } = this.player;
    this.measures = measureBars(run);
    const texts = {
      ".slow": words.slow, ".cancel": words.cancel, ".keys": words.keys, ".bars h2": words.bars, ".ledger h2": words.ledger,
      ".curve figcaption": fill(words.curve_hint, { hue: run.hue }), ".sampled": run.sampled, ".net .hint": words.hint,
    };
    for (const [where, text] of Object.entries(texts)) this.find(where).textContent = text;
    for (const name of ["back", "step", "reset"]) {
      this.find(`.${name}`).setAttribute("aria-label", words[name]);
      this.find(`.${name}`).title = words[name];
    }
    this.find(".cancel").hidden = !run.open || run.closed;
    this.find(".another").hidden = !run.digits;
    this.find(".another").textContent = words.another;
    this.find(".player").dataset.rounds = run.rounds;
    this.find(".transport").setAttribute("aria-label", words.steps);
    this.find(".rows").setAttribute("aria-label", words.table);
    this.find(".bars canvas").style.height = `${Math.max(300, 72 * (run.layers.length - 1))}px`; // deep nets have many
    const ghost = { ...run.styles.pruned, faint: true };
    const key = [["kept", run.styles.kept], ["pruned", run.styles.pruned], ["ghost", ghost]];
    this.find(".key").replaceChildren(...key.flatMap(([name, style]) => [keySample(style, name), `${words[name]} `]));
    this.stepButtons = [1, 2, 3, 4, 5].map((number) => this.stepButton(number));
    this.find(".steps").replaceChildren(...this.stepButtons.map((button) => element("li", {}, button)));
    this.find(".close").setAttribute("aria-label", words.close);
    tableHead(this.find("thead"), run, words);
    this.find("tbody").replaceChildren();
  }

  stepButton(number) {
    const button = element("button", { type: "button" }, element("b", { textContent: number }), " ", element("span", { textContent: this.player.words[`step${number}`] }));
    button.setAttribute("aria-label", `${number} ${this.player.words[`step${number}`]}`);
    button.addEventListener("click", () => this.player.goToStep(number));
    return button;
  }

  /** Lay everything out for the present size and theme; nothing to do if neither changed. */
  build() {
    const { run, film } = this.player;
    const box = this.find(".stage").getBoundingClientRect();
    const theme = themeOf(this.find(".stage"));
    const built = [box.width, box.height, window.devicePixelRatio, JSON.stringify(theme)].join();
    if (built === this.built || !box.width) return;
    Object.assign(this, { built, theme });
    this.geometry = layout(run, box.width, box.height, Boolean(run.digits));
    this.pictures = new Pictures(this.geometry);
    this.edges = fit(this.find(".edges"), box.width, box.height);
    this.units = fit(this.find(".units"), box.width, box.height);
    this.lit = fit(this.find(".lit"), box.width, box.height);
    for (const name of ["curve", "bars"]) {
      const canvas = this.find(`.${name} canvas`);
      this[name] = { width: canvas.clientWidth, height: canvas.clientHeight, context: fit(canvas, canvas.clientWidth, canvas.clientHeight) };
    }
    this.shownUnits = this.shownLedger = null;
    this.show(film.at);
    this.describe();
  }

  // ── showing ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Every part at this moment, in one go. */
  show(at) {
    const { theme, geometry } = this;
    const { run, words, chosen } = this.player;
    if (!geometry) return;
    const moment = momentOf(run, at);
    const values = (this.values = valuesAt(run, moment));
    drawEdges(this.edges, run, geometry, moment, values, this.pictures);
    if (chosen >= 0) drawFollowed(this.edges, run, geometry, chosen, Number.isNaN(values[chosen]), theme);
    this.showLiving();
    this.showCurve(moment);
    drawBars(this.bars.context, run, moment, values, this.measures, theme, words, this.bars.width, this.bars.height);
    if (this.shownUnits !== moment.round) {
      drawUnits(this.units, run, geometry, moment.round, theme);
      this.shownUnits = moment.round;
    }
    this.showLit(this.player.reader?.at(moment, values), moment.round);
    this.showCard(moment);
    this.showReading(moment);
    this.showLedger(moment);
    this.showSteps(moment);
    this.find(".player").dataset.at = at.toFixed(2);
    this.find(".edges").frames = ++this.frames;
  }

  /** Units and outputs in the light of the digit; dark where it is not known what they say. */
  showLit(said, round) {
    const { run, reader } = this.player;
    if (!reader) return;
    drawLit(this.lit, run, this.geometry, said, round, this.theme);
    this.find(".player").dataset.reads = said ? top(said.at(-1)) : "";
  }

  /** Another digit in the input layer. */
  repaint() {
    this.shownUnits = null;
    this.show(this.player.film.at);
    this.describe();
  }

  /** The net in training, once its first weights have come; the film stands meanwhile where the reader left it. */
  showLiving() {
    const { run, live, chosen, atEnd } = this.player;
    if (!live?.lives || !atEnd || !this.geometry) return;
    this.values = live.values;
    drawLiving(this.edges, run, this.geometry, live);
    if (chosen >= 0) drawFollowed(this.edges, run, this.geometry, chosen, Number.isNaN(this.values[chosen]), this.theme);
    const { biases, round } = live.living.picture;
    if (biases) this.showLit(this.player.reader?.of(live.living.goal, biases), Math.min(run.rounds, round));
    this.find(".player").dataset.lives = live.living.pictures;
  }

  showCurve(moment) {
    const { context, width, height } = this.curve;
    const { run, words } = this.player;
    drawCurve(context, run, moment, this.theme, words, width, height, this.player.liveCurve(moment));
  }

  /** The one large number: what the round has come to. */
  showReading(moment) {
    const { run, words } = this.player;
    const { value, of } = reading(run, words, moment, this.player.liveCurve(moment));
    write(this.find(".now"), value);
    write(this.find(".of"), of);
  }

  showCard(moment) {
    const { run, words, chosen } = this.player;
    const card = this.find(".card");
    card.hidden = chosen < 0;
    if (chosen < 0) return;
    const lines = edgeCard(run, chosen, this.values[chosen], moment, words);
    const said = lines.join("\n");
    if (said === this.said) return; // a live region that says the same again would be read again
    this.said = said;
    card.querySelector(".lines").replaceChildren(...lines.map((text) => element("div", { textContent: text })));
    card.querySelector("a").textContent = words.life;
    card.querySelector("a").hidden = !words.life;
  }

  showLedger(moment) {
    const { run, words, furthest, film } = this.player;
    const trained = Math.min(run.rounds + 1, Math.floor((furthest + STAGES - 1) / STAGES));
    const present = moment.trained >= 1 ? moment.round : -1;
    const shown = `${trained} ${present}`;
    if (shown === this.shownLedger) return;
    this.shownLedger = shown;
    const go = (round) => this.player.goToRound(round);
    fillTable(this.find("tbody"), run, words, trained, present, go);
    drawLedger(this.find(".chart .plot"), run, words, trained, present, go, film.moving);
    if (film.moving) this.find(".rows").scrollTop = this.find(".rows").scrollHeight;
  }

  showSteps(moment) {
    const { run, words, live, film } = this.player;
    const current = stepOf(moment, live);
    this.stepButtons.forEach((button, i) => {
      if (i + 1 === current) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      const done = i + 1 === current && moment.time > 0 ? moment.time - Math.ceil(moment.time) + 1 : 0;
      button.style.setProperty("--done", done.toFixed(3));
    });
    write(this.find(".telling"), telling(run, words, moment, live));
    write(this.find(".next"), nextLabel(run, words, film.at, live));
    for (const name of ["next", "step"]) this.rule(name, overAt(run, film.at, live));
    for (const name of ["back", "reset"]) this.rule(name, film.at <= 0);
    this.find(".cancel").disabled = !live;
    this.showPlay();
  }

  /** A button that has nothing to do says so, but keeps the focus: the arrow keys must go on working. */
  rule(name, idle) {
    this.find(`.${name}`).setAttribute("aria-disabled", idle);
  }

  showPlay() {
    const { playing, film, words } = this.player;
    const on = playing && film.moving;
    const play = this.find(".play");
    if (play.dataset.on === String(on)) return;
    play.dataset.on = String(on);
    play.querySelector("span").textContent = on ? words.pause : words.play;
    play.setAttribute("aria-label", on ? words.pause : words.play); // on a phone the word is not shown
    play.querySelector("path").setAttribute("d", on ? PAUSE_SIGN : PLAY_SIGN);
  }

  /** Words for those who listen, once the film rests: announcing every frame would drown them. */
  describe() {
    const { run, words, live, film } = this.player;
    const { kept, network, curve, bars, summary } = described(run, words, momentOf(run, film.at), live);
    this.find(".edges").setAttribute("aria-label", network);
    this.find(".player").dataset.kept = kept;
    this.find(".curve canvas").setAttribute("aria-label", curve);
    this.find(".bars canvas").setAttribute("aria-label", bars);
    this.find(".summary").textContent = [summary, this.player.readsText].filter(Boolean).join(" ");
  }

  /** The drawn edge under a pointer; −1 for none. */
  edgeUnder(event) {
    const box = this.find(".edges").getBoundingClientRect();
    const reach = event.pointerType === "mouse" ? 8 : 22;
    return edgeAt(this.player.run, this.geometry, this.values, event.clientX - box.left, event.clientY - box.top, reach);
  }
}

/** A sample of an edge for the drawing's key. */
function keySample(style, name) {
  const root = picture(26, 10);
  const dash = { kept: "", pruned: "5 3", ghost: "4 3" }[name];
  const look = { kept: [3, 1], pruned: [2, 1], ghost: [1, 0.6] }[name];
  svg(root, "line", { x1: 0, x2: 26, y1: 5, y2: 5, stroke: style.colour, "stroke-width": look[0], "stroke-opacity": look[1], "stroke-dasharray": dash });
  return root;
}
