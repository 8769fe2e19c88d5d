// To a presenter's window on another device, through the server: every press is told, and once a second one listens.

const PACE_MS = 1000;

export class Wire {
  /** url: of this talk; null where the server has no routes. hear(place): somebody else has turned. */
  constructor(url, hear) {
    this.url = url;
    this.hear = hear;
    this.turn = 0; // how many turns of this talk are known here
    this.told = 0; // presses of this window
    this.telling = 0; // of which so many are under way
    this.waiting = url ? setInterval(() => this.listen(), PACE_MS) : null;
  }

  async tell({ beat, step }) {
    this.told++;
    this.telling++;
    const answer = await this.ask({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ beat, step }) });
    this.telling--;
    if (answer) this.turn = Math.max(this.turn, answer.turn);
  }

  async listen() {
    const { told } = this;
    const said = document.hidden ? null : await this.ask({});
    if (!said || this.telling || told !== this.told) return; // a press of this window's own is newer
    if (said.turn === this.turn) return; // a server that has begun anew counts from the start
    this.turn = said.turn;
    this.hear({ beat: said.beat, step: said.step });
  }

  /** Null when there is nothing, or no line: the next second asks again. */
  async ask(how) {
    if (!this.url) return null;
    try {
      const answer = await fetch(this.url, how);
      return answer.status === 200 ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  close() {
    clearInterval(this.waiting);
  }
}
