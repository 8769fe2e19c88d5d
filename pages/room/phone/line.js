// The line to the room: comes in, listens, and comes back by itself after sleep, a tunnel or a restart of the server.

import { at, send } from "./ask.js";

const FIRST_MS = 500;
const LONGEST_MS = 15_000;
const SILENCE_MS = 25_000; // the server says something every ten seconds
const FINAL = new Set([404, 409, 410]); // no such room, full, closed: trying again is no use

/** How long to wait before attempt 1, 2, …, in ms: doubled each time and spread by chance, so that a whole hall that lost its
 * server does not come back in one moment. after: seconds that the server asked for. */
export function pause(attempt, after = 0, chance = Math.random()) {
  return 1000 * after + Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1)) * (0.5 + chance);
}

export class Line {
  /** hear: {room, mine, open, lost, over}: what to call with the room's state, this phone's, and how the line is. */
  constructor(code, hear) {
    this.code = code;
    this.hear = hear;
    this.source = this.later = null;
    this.attempts = 0;
    this.ended = false;
    addEventListener("online", () => this.now());
    addEventListener("offline", () => this.lose());
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
    setInterval(() => this.look(), SILENCE_MS / 5);
    this.open();
  }

  /** Come in and listen. */
  async open() {
    const { status, told, after } = await send(this.code, "join");
    if (FINAL.has(status)) return this.end(status, told.error);
    if (status !== 200) return this.again(after, status ? told.error : "");
    this.hear.mine(told);
    const source = (this.source = new EventSource(at(this.code, "events")));
    this.heard = Date.now();
    const listen = (name, act) => source.addEventListener(name, (event) => {
      this.heard = Date.now();
      act(JSON.parse(event.data));
    });
    source.onopen = () => ((this.attempts = 0), this.hear.open());
    source.onerror = () => source === this.source && this.lose();
    listen("room", (state) => this.hear.room(state));
    listen("mine", (state) => this.hear.mine(state));
    listen("beat", () => {});
    listen("closed", () => this.end(410));
  }

  /** The line broke: try again in a while. */
  lose(after = 0, why = "") {
    if (this.ended) return;
    this.source?.close();
    this.source = null;
    this.again(after, why);
  }

  again(after, why) {
    this.hear.lost(why);
    clearTimeout(this.later);
    this.later = setTimeout(() => this.open(), pause(++this.attempts, after));
  }

  /** Try now. */
  now() {
    if (this.ended || this.source) return;
    clearTimeout(this.later);
    this.attempts = 0;
    this.open();
  }

  /** After sleep the line may look open and be dead. */
  look() {
    if (this.source && Date.now() - this.heard > SILENCE_MS) this.lose();
    else if (!document.hidden && !this.source && this.attempts > 3) this.now();
  }

  end(status, why = "") {
    this.ended = true;
    this.source?.close();
    clearTimeout(this.later);
    this.hear.over(status, why);
  }
}
