// The bet of blind mode: a select a letter, reveal, skip; afterwards the score and another shuffle.

import { element } from "../../shared/js/dom.js";
import { fill } from "../../shared/js/text.js";
import { LETTERS } from "./blind.js";

/** Ask for the bet in `form`; `reveal(sentence)` is called when it is placed or skipped. */
export function askBet(form, order, conditions, words, reveal) {
  if (order.length < 2) return form.replaceChildren(element("p", { textContent: words.few }));
  const known = conditions.filter(({ key }) => order.includes(key));
  const bets = order.map((_, i) => {
    const choices = known.map(({ key, name }) => element("option", { value: key, textContent: name }));
    const select = element("select", { name: LETTERS[i] }, element("option", { value: "", textContent: words.choose }), ...choices);
    return element("label", {}, fill(words.is, { letter: LETTERS[i] }), select);
  });
  const skip = element("button", { type: "button", className: "skip", textContent: words.skip });
  skip.addEventListener("click", () => reveal(words.skipped));
  form.replaceChildren(element("p", { textContent: words.ask }), ...bets, element("button", { type: "submit", textContent: words.reveal }), skip);
  form.onsubmit = (event) => {
    event.preventDefault();
    reveal(words.score);
  };
}

/** What the letters stood for, in words. sentence: "{right} of {all} … {told}". */
export function verdictOf(sentence, right, order, conditions, words) {
  const told = order.map((key, i) => fill(words.told, { letter: LETTERS[i], name: conditions.find((one) => one.key === key).name })).join(", ");
  return fill(sentence, { right, all: order.length, told });
}
