// The board's line to its room. Not an EventSource: the presenter's token travels in a header, never in an address.

import { pause, stream } from "../../shared/js/stream.js";

const TOKEN = "X-Room-Token";

/** Whole messages of an event stream out of its text so far: [[name, data], …] and what is left over. */
export function messages(text) {
  const parts = text.split("\n\n");
  const left = parts.pop();
  const told = parts.map((part) => [/^event: (.*)$/m.exec(part)?.[1], /^data: (.*)$/m.exec(part)?.[1]]);
  return [told.filter(([name, data]) => name && data), left];
}

export class Line {
  /** at: address of the room's desk, "…/room/C3D4F/desk/". hear(name, data): a message; "lost" and "open" too. */
  constructor(at, token, hear) {
    this.at = at;
    this.token = token;
    this.hear = hear;
    this.attempts = 0; // in vain, since it last was open
    this.ended = false;
    this.stop = new AbortController();
    this.run();
  }

  async run() {
    while (!this.ended) {
      await this.listen().catch(() => {});
      if (this.ended) return;
      this.hear("lost");
      await new Promise((go) => setTimeout(go, pause(++this.attempts)));
    }
  }

  async listen() {
    const answer = await fetch(`${this.at}events`, { headers: { [TOKEN]: this.token }, signal: this.stop.signal, cache: "no-store" });
    if (answer.status === 410) return this.hear("closed");
    if (answer.status === 403 || answer.status === 404) stream.startOver(); // another start of the server: the page's address has its state
    if (!answer.ok) return;
    this.attempts = 0;
    this.hear("open");
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; ; ) {
      const { value, done } = await reader.read();
      if (done) return;
      const [told, left] = messages(text + value);
      text = left;
      for (const [name, data] of told) this.hear(name, JSON.parse(data));
    }
  }

  /** Do something: a deed of the desk. Resolves to what went wrong, "" for nothing. */
  async do(deed) {
    try {
      const answer = await fetch(this.at + deed, { method: "POST", headers: { [TOKEN]: this.token, "Content-Type": "application/json" }, body: "{}" });
      return answer.ok ? "" : (await answer.json()).error;
    } catch {
      return String(deed);
    }
  }

  /** All answers as a file. */
  async csv() {
    const answer = await fetch(`${this.at}csv`, { headers: { [TOKEN]: this.token } });
    return answer.ok ? answer.blob() : null;
  }

  close() {
    this.ended = true;
    this.stop.abort();
  }
}
