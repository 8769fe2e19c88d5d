// A question on the phone: a number, a choice, or a curve; then what was true, what the room said, and how near one was.

import { element, write } from "../../widgets/shared/js/dom.js";
import { fill } from "../../widgets/shared/js/text.js";
import { Pad } from "./curve.js";
import { dots } from "./dots.js";
import { WORDS } from "./words.js";

const TIE = 1e-9;

/** A value with its unit. */
export const withUnit = (value, unit) => `${Number(Number(value).toPrecision(4))}${unit && unit !== "%" ? ` ${unit}` : unit}`.replace("-", "−");

/** How many of the room's numbers lay further from the truth than this one. */
export function fewer(values, own, truth) {
  const off = Math.abs(own - truth);
  return values.filter((value) => Math.abs(value - truth) > off + TIE).length;
}

/** Mean distance of a drawn curve from the truth, at the truth's places. points: [x, y] from left to right. */
export function meanOff(points, truth) {
  const height = (x) => {
    const after = points.findIndex(([place]) => place >= x);
    if (after <= 0) return points[after < 0 ? points.length - 1 : 0][1];
    const [[x0, y0], [x1, y1]] = [points[after - 1], points[after]];
    return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
  };
  return truth.reduce((sum, [x, y]) => sum + Math.abs(height(x) - y), 0) / truth.length;
}

const KINDS = { number: askNumber, choice: askChoice, curve: askCurve };

export class Bet {
  constructor(phone) {
    this.phone = phone;
    this.question = phone.room.question;
    this.told = element("p", { className: "told" });
    this.told.setAttribute("role", "status");
    const asked = element("h1", { textContent: this.question.text });
    this.body = element("div", { className: `body ${this.question.kind}` });
    this.nodes = [asked, this.body, this.told];
    if (!phone.room.revealed) this.control = KINDS[this.question.kind](this);
  }

  /** Send an answer. */
  async answer(value) {
    this.tell(await this.phone.say("answer", { key: this.question.key, value }));
  }

  tell(said) {
    if (said) write(this.told, said);
    else this.update(this.phone.room, this.phone.mine);
  }

  update(room, mine) {
    const own = mine.of === this.question.key ? mine.answer : null; // what comes first may still be of the question before
    if (room.revealed) return this.reveal(room, own);
    this.control.show(own);
    if (own !== null) write(this.told, this.said(own));
  }

  said(answer) {
    return this.question.kind === "number" ? fill(WORDS.placed, { said: withUnit(answer, this.question.unit) }) : WORDS.chosen;
  }

  reveal(room, own) {
    const { question } = room;
    const parts = { number: numberOut, choice: choiceOut, curve: curveOut }[question.kind](question, room.crowd, own);
    const [picture, ...sentences] = parts;
    this.body.replaceChildren(...[picture].flat().filter(Boolean), ...sentences.map((text) => element("p", { textContent: text })));
    write(this.told, question.truth?.told ?? "");
  }
}

// ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────────

function askNumber(bet) {
  const { least, most, step, unit, text } = bet.question;
  const slider = element("input", { type: "range" });
  for (const [name, value] of Object.entries({ min: least, max: most, step, "aria-label": text })) slider.setAttribute(name, value);
  slider.value = String((least + most) / 2);
  const out = element("output", { className: "value" });
  const button = element("button", { type: "button", className: "main", textContent: WORDS.place });
  const say = () => {
    write(out, withUnit(slider.value, unit));
    slider.setAttribute("aria-valuetext", withUnit(slider.value, unit));
  };
  let placed = null;
  slider.addEventListener("input", say);
  button.addEventListener("click", () => bet.answer(Number(slider.value)));
  const ends = element("div", { className: "ends" }, element("span", { textContent: withUnit(least, unit) }), element("span", { textContent: withUnit(most, unit) }));
  bet.body.append(out, slider, ends, button);
  say();
  return {
    show(answer) {
      if (answer === null || answer === placed) return;
      placed = answer;
      slider.value = String(answer);
      write(button, WORDS.change);
      say();
    },
  };
}

function askChoice(bet) {
  const buttons = bet.question.options.map((option, place) => {
    const button = element("button", { type: "button", className: "option", textContent: option });
    button.addEventListener("click", () => bet.answer(place));
    return button;
  });
  bet.body.append(...buttons);
  return { show: (answer) => buttons.forEach((button, place) => button.setAttribute("aria-pressed", String(place === answer))) };
}

function askCurve(bet) {
  const pad = new Pad(bet.question);
  const button = element("button", { type: "button", className: "main", textContent: WORDS.place });
  button.addEventListener("click", () => (pad.points ? bet.answer(pad.points) : write(bet.told, WORDS.curve_empty)));
  bet.body.append(element("p", { textContent: WORDS.draw_curve }), pad.node, button);
  let first = true;
  return {
    show(answer) {
      if (answer === null) return;
      if (first) pad.take(answer);
      first = false;
      write(button, WORDS.change);
    },
  };
}

// ── the answer is out: a picture, then sentences ───────────────────────────────────────────────────────────────

function numberOut(question, crowd, own) {
  const truth = question.truth?.value;
  const picture = dots(question, crowd.values, own, truth);
  if (own === null) return [picture, WORDS.none];
  const said = fill(WORDS.said, { said: withUnit(own, question.unit) });
  if (truth === undefined || crowd.values.length < 2) return [picture, said];
  return [picture, said, fill(WORDS.nearer, { fewer: fewer(crowd.values, own, truth), others: crowd.values.length - 1 })];
}

function choiceOut(question, crowd, own) {
  const truth = question.truth?.value;
  const all = crowd.counts.reduce((sum, one) => sum + one, 0);
  const rows = question.options.map((option, place) => {
    const row = element("div", { className: `row${place === truth ? " true" : ""}${place === own ? " own" : ""}` },
      element("b", { textContent: `${place === truth ? "✓ " : ""}${option}` }),
      element("span", { className: "votes", textContent: fill(WORDS.votes, { count: crowd.counts[place], all }) }),
      element("small", { textContent: question.reasons?.[place] ?? "" }));
    row.style.setProperty("--share", String(all ? crowd.counts[place] / all : 0));
    return row;
  });
  if (own === null) return [rows, WORDS.none];
  if (truth === undefined) return [rows, fill(WORDS.opinion, { count: crowd.counts[own], all })];
  return [rows, own === truth ? WORDS.right : WORDS.wrong];
}

function curveOut(question, _, own) {
  const truth = question.truth?.value;
  const pad = new Pad(question, false);
  if (own !== null) pad.take(own);
  if (truth) pad.mark(truth);
  if (own === null) return [pad.node, WORDS.none];
  return truth ? [pad.node, fill(WORDS.curve_off, { off: withUnit(meanOff(own, truth), question.unit) })] : [pad.node];
}
