// A draw that goes on: what is heard of it, and tickets that come to the wall one after another.

import { calm } from "../../shared/js/dom.js";
import { stream } from "../../shared/js/stream.js";
import { fill } from "../../shared/js/text.js";
import { Growth } from "./hand.js";

const PACE_MS = 28; // between two tickets at most: they are trained in groups, and the eye should see each arrive
const GROUP_MS = 120; // in which those that came together are all on the wall: half as long as the next group takes
const FRAME_MS = 40; // between two pictures: the training needs the processor more than every one of sixty a second
const HURRY_MS = 400; // what a slow browser may catch up with at once
const OVER = ["done", "failed", "cancelled"];

/** Milliseconds to the next ticket while so many wait for the wall. */
export const paceOf = (waiting) => Math.min(PACE_MS, GROUP_MS / Math.max(1, waiting));

/** The line that tells how far a draw is. */
export function progressOf(state, done, all, won, words) {
  if (["lost", "full", "queued", "stopping"].includes(state)) return words[state];
  return fill(words.training, { done, all }) + (won ? fill(won === 1 ? words.winner : words.winners, { won }) : "");
}

/** A ticket as the wall has it, from what was measured of it. */
const ticketOf = ({ draw, test_accuracy: accuracy, dead_units: dead, live_inputs: pixels }) => ({ number: draw, accuracy, live: 1, dead, pixels });

export class Drawing {
  /** reactions: `arrived(ticket)`, `learned(number)` and `over(state)`. */
  constructor(reactions) {
    this.reactions = reactions;
    this.curves = new Map(); // ticket → what was heard of its learning curve while it trained
    this.heard = new Map(); // ticket → what was measured of it
    this.queue = [];
  }

  /** Hear this job, or nothing. steps: of a learning curve's points. */
  follow(job, steps) {
    this.steps = steps;
    if (job?.key !== this.job?.key) {
      this.leave?.();
      this.leave = null;
      this.state = "running";
      this.told = false;
      this.job = job;
      if (job?.url) this.leave = stream.watch(job.key, job.url, (message) => this.hear(message));
    }
    this.job = job;
    for (const text of job && !job.url ? job.events : []) this.hear(JSON.parse(text));
  }

  hear(message) {
    if (!this.job) return;
    for (const point of message.points ?? []) {
      if (point.condition !== "draw") continue;
      if (point.stage === "train") this.learn(point);
      else this.queue.push(ticketOf(point.measures));
    }
    this.state = message.trouble ?? message.status?.state ?? (this.state === "stopping" ? "stopping" : "running");
    this.pump();
  }

  /** Let the learning curve of a trained ticket grow on screen, as if it were heard now. */
  relive({ number, curve }) {
    if (!curve || this.curves.has(number)) return;
    this.curves.set(number, new Growth());
    curve.forEach((loss, at) => this.curves.get(number).add(at, loss));
  }

  /** A point of a ticket's learning curve; a run that went on from its checkpoint says some of them again. */
  learn({ step, measures: { draw, batch_loss: loss } }) {
    if (!this.curves.has(draw)) this.curves.set(draw, new Growth());
    this.curves.get(draw).add(this.steps.indexOf(step), loss);
    this.reactions.learned(draw);
  }

  /** Tickets that come to the wall too. */
  add(tickets) {
    this.queue.push(...tickets);
    this.pump();
  }

  /** The tickets that are due come to the wall; after the last one the page hears how it ended. */
  pump() {
    if (this.timer) return;
    const now = performance.now();
    if (!this.queue.length) [this.next, this.pace] = [now, PACE_MS];
    this.pace = Math.min(this.pace ?? PACE_MS, paceOf(this.queue.length)); // the quickest until all are there
    this.next = Math.max(this.next ?? now, now - HURRY_MS); // a slow browser shows several at once
    for (; this.queue.length && (this.next <= now || calm() || document.hidden); this.next += this.pace) {
      const ticket = this.queue.shift();
      if (this.heard.has(ticket.number)) continue;
      this.heard.set(ticket.number, ticket);
      this.reactions.arrived(ticket);
    }
    this.reactions.learned(null);
    if (this.queue.length) this.timer = setTimeout(() => ((this.timer = null), this.pump()), Math.max(FRAME_MS, this.pace));
    else if (this.job && OVER.includes(this.state) && !this.told) {
      this.told = true;
      this.reactions.over(this.state);
    }
  }

  close() {
    this.leave?.();
    clearTimeout(this.timer);
  }
}
