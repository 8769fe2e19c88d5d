// One event stream a page, however many charts it has: browsers allow six connections to a server in all.
//
// Three things can go wrong, and each has its answer. The line breaks: the browser reconnects by itself. The server is
// full or not well (503 and its kin): knock again after a while, longer each time and never all at once. It does not know
// this page any more (404 and its kin, or another start of the server): load the page, whose address has its state.

const FIRST_MS = 2_000; // before the first new attempt
const LONGEST_MS = 60_000;
const STALE = 5; // refusals of a page that the server does not know, before the page starts over
const ONCE_MS = 20_000; // a page starts over at most once in this time: never in circles
const STARTED_OVER = "lottery.startedOver";

/** How long to wait before attempt `attempt` (1, 2, …), in ms: at least the `after` seconds that the server asked for, and
 * then a while that doubles and is spread by `chance` (0 to 1), so that those refused together do not come back together. */
export function pause(attempt, after = 0, chance = Math.random()) {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return 1000 * after + most * (0.5 + 0.5 * chance);
}

/** What an answer to a knock means: "open", "full" or "lost" (try again later), or "stale" (this page is not known). */
export function meaning(status) {
  if (status >= 200 && status < 300) return "open";
  if (status === 503 || status === 429) return "full";
  return status === 0 || status >= 500 ? "lost" : "stale";
}

/** The answer's status, 0 for none, and the seconds that the server asks to wait. */
async function knock(url) {
  try {
    const answer = await fetch(url, { method: "HEAD", cache: "no-store" });
    return { status: answer.status, after: Number(answer.headers.get("Retry-After")) || 0 };
  } catch {
    return { status: 0, after: 0 };
  }
}

/** Load the page anew, or return how long, in ms, that has to wait since the last time. */
function startOver() {
  const early = Number(sessionStorage.getItem(STARTED_OVER)) + ONCE_MS - Date.now();
  if (early > 0) return Math.min(early, ONCE_MS); // never longer, whatever became of the clock
  sessionStorage.setItem(STARTED_OVER, String(Date.now()));
  location.reload();
  return 0;
}

export class Stream {
  /** tools: what a test replaces: `source(url)`, `knock(url)`, `wait(act, ms)` and `startOver()`. */
  constructor(tools = {}) {
    this.tools = { source: (url) => new EventSource(url), knock, wait: (act, ms) => setTimeout(act, ms), startOver, ...tools };
    this.watchers = new Map(); // job → Set of callbacks
    this.drawing = new Set(); // those of them that want pictures of the net in training
    this.seen = new Map(); // job → [server start, number] of its last event
    this.viewer = this.path = this.start = this.source = this.later = null;
    this.attempts = 0; // in vain, since it last was open
    this.stale = 0;
  }

  /** Call `hear(message)` for every event of `job` from its beginning; returns the way to stop.
   * A message is the server's, or {trouble: "lost" | "full"} while there is none. draws: with pictures of the net in training. */
  watch(job, url, hear, draws = false) {
    if (draws) this.drawing.add(hear);
    if (!this.watchers.has(job)) this.watchers.set(job, new Set());
    this.watchers.get(job).add(hear);
    this.seen.delete(job); // a newcomer needs the whole story; charts drop what they know
    this.viewer = new URL(url, location.origin).searchParams.get("viewer");
    this.path = url.split("?")[0];
    this.reopen();
    return () => {
      this.watchers.get(job)?.delete(hear);
      this.drawing.delete(hear);
      if (!this.watchers.get(job)?.size) this.watchers.delete(job);
      this.reopen();
    };
  }

  reopen() {
    clearTimeout(this.later);
    this.later = this.tools.wait(() => this.open(), 0); // several charts mounting at once share one opening
  }

  get url() {
    return `${this.path}?${new URLSearchParams([...[...this.watchers.keys()].map((job) => ["key", job]), ["viewer", this.viewer], ...(this.drawing.size ? [["draw", "1"]] : [])])}`;
  }

  open() {
    this.source?.close();
    this.source = null;
    if (!this.watchers.size) return;
    const source = (this.source = this.tools.source(this.url));
    source.onmessage = (event) => this.hear(event);
    source.onopen = () => (this.attempts = this.stale = 0);
    source.onerror = () => {
      if (source !== this.source) return;
      this.tell({ trouble: "lost" });
      if (source.readyState === EventSource.CLOSED) this.ask(source); // else the browser reconnects by itself
    };
  }

  /** After a refusal, whose reason no EventSource tells: knock, and do what the answer means. */
  async ask(source, waited = false) {
    const { status, after } = await this.tools.knock(this.url);
    if (source !== this.source) return; // opened anew meanwhile, for more jobs or for fewer
    const answer = meaning(status);
    if (answer === "stale" && ++this.stale > STALE) return this.startOver();
    if (answer === "full") this.tell({ trouble: "full" });
    if (answer === "open" && waited) return this.open(); // there is room now
    this.attempts = answer === "stale" ? 1 : this.attempts + 1;
    const again = answer === "open" || answer === "stale" ? () => this.open() : () => this.ask(source, true);
    this.later = this.tools.wait(again, pause(this.attempts, after));
  }

  tell(message) {
    for (const hears of this.watchers.values()) for (const hear of hears) hear(message);
  }

  startOver() {
    this.source?.close();
    const early = this.tools.startOver();
    if (!early) return;
    this.tell({ trouble: "lost" });
    this.later = this.tools.wait(() => this.startOver(), early); // two restarts in a row: the page comes back all the same
  }

  hear(event) {
    const message = JSON.parse(event.data);
    const [start, number] = event.lastEventId.split(".");
    this.start ??= start;
    if (start !== this.start) return this.startOver();
    const last = this.seen.get(message.key);
    if (last && last[0] === start && Number(number) <= last[1]) return;
    this.seen.set(message.key, [start, Number(number)]);
    for (const hear of this.watchers.get(message.key) ?? []) hear(message);
  }
}

/** The page's only one, whichever component came first. */
export const stream = (globalThis.lotteryStream ??= new Stream());
