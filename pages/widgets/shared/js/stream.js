// One event stream a page, however many charts it has: browsers allow six connections to a server in all.

class Stream {
  constructor() {
    this.watchers = new Map(); // job → Set of callbacks
    this.seen = new Map(); // job → [server start, number] of its last event
  }

  /** Call `hear(message)` for every event of `job` from its beginning; returns the way to stop. */
  watch(job, url, hear) {
    if (!this.watchers.has(job)) this.watchers.set(job, new Set());
    this.watchers.get(job).add(hear);
    this.seen.delete(job); // a newcomer needs the whole story; charts drop what they know
    this.viewer = new URL(url, location.origin).searchParams.get("viewer");
    this.path = url.split("?")[0];
    this.reopen();
    return () => {
      this.watchers.get(job)?.delete(hear);
      if (!this.watchers.get(job)?.size) this.watchers.delete(job);
      this.reopen();
    };
  }

  reopen() {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.open(), 0); // several charts mounting at once share one opening
  }

  open() {
    this.source?.close();
    this.source = null;
    if (!this.watchers.size) return;
    const query = new URLSearchParams([...[...this.watchers.keys()].map((job) => ["key", job]), ["viewer", this.viewer]]);
    const source = (this.source = new EventSource(`${this.path}?${query}`));
    source.onmessage = (event) => this.hear(event);
    source.onopen = () => (this.refusals = 0);
    source.onerror = () => {
      if (source !== this.source) return;
      for (const hears of this.watchers.values()) for (const hear of hears) hear({ lost: true });
      if (source.readyState !== EventSource.CLOSED) return; // the browser reconnects by itself, except after a refusal
      this.refusals = (this.refusals ?? 0) + 1;
      if (this.refusals > PATIENCE) this.startOver();
      else this.later = setTimeout(() => this.open(), 2000);
    };
  }

  /** The server has started anew and knows nothing of this page's session: load the page, whose address has its state. */
  startOver() {
    this.source?.close();
    if (Date.now() - Number(sessionStorage.getItem(startedOver)) < 20_000) return; // never in circles
    sessionStorage.setItem(startedOver, Date.now());
    location.reload();
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

const PATIENCE = 5; // refusals, two seconds apart, before the page starts over
const startedOver = "lottery.startedOver";

export const stream = (globalThis.lotteryStream ??= new Stream());
