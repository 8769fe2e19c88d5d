// What the view says in words: how far a live run is, and what the net reads.

import { write } from "../../shared/js/dom.js";
import { count, fill, percent } from "../../shared/js/text.js";
import { sparsityOf } from "./data.js";

/** Where a live run stands: a headline and what goes with it. */
export function tellLive({ run, rung, living }, model, words) {
  const { point, status, state } = run;
  if (state === "queued") return [words.waiting, fill(words.queued, { position: status.position })];
  if (rung >= 0) return [`${sparsityOf(model, rung)}%`, fill(words.climbing, { kept: count(point.measures.kept), total: count(model.total) })];
  const now = living.picture ?? (point?.stage === "train" ? point : null); // pictures come more often than points
  if (now) {
    const read = point?.measures.validation_accuracy;
    const known = { step: count(now.step), steps: count(now.steps), accuracy: read == null ? "…" : percent(read) };
    return [words.live, fill(words.training, known)];
  }
  return [words.live, words[state] ?? words.starting];
}

/** What the net reads, whether it is right, and up to where it would say so. rung: null where there is no ladder yet. */
export function tellAnswer(box, answer, said, rung, words) {
  if (!said) {
    box.dataset.says = "";
    return tell(box, [["says", answer.trouble ? words.no_net : ""], ["until", ""]]);
  }
  const { digit, right, sure } = answer.telling(said);
  const sign = right === null ? "" : right ? " ✓" : " ✕";
  box.classList.toggle("wrong", right === false);
  box.dataset.says = digit;
  const holds = rung === null ? null : answer.holds;
  const until = rung === null ? "" : holds === null ? words.never : fill(words.holds, { sparsity: sparsityOf(answer.model, holds) });
  tell(box, [["says", `${fill(words.reads, { digit, sure })}${sign}`], ["until", right === false ? fill(words.it_is, { label: answer.digit.label }) : until]]);
}

function tell(box, parts) {
  for (const [name, text] of parts) write(box.querySelector(`.${name}`), text);
}
