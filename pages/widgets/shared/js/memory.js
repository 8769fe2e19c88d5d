// What the reader left a view at. Python has said where to begin; from then on the reader's hand counts, and Python hears of
// it once the hand rests, and only what it does not know: an answer to every frame would arrive after the next one.

const REST_MS = 250; // after the last key or frame

export class Memory {
  constructor(rest = REST_MS) {
    this.rest = rest;
    this.known = null;
    this.timer = null;
  }

  /** Python knows that the view is at `state`. */
  knows(state) {
    this.known = JSON.stringify(state);
  }

  /** Call `act` once nothing has moved for a while. */
  soon(act) {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, this.rest);
  }

  /** `send` the state to Python, unless it knows. */
  tell(state, send) {
    const now = JSON.stringify(state);
    if (now === this.known) return;
    this.known = now;
    send(state);
  }

  close() {
    clearTimeout(this.timer);
  }
}

/** What a widget's `update` begins with: whom to tell, and, of new data, what they are and where Python is. The view is
 * Python's at first, and the reader's from then on. True when the data are new. */
export function takes(widget, { data, setStateValue }) {
  widget.report = (view) => setStateValue("view", view);
  if (data === widget.data) return false;
  widget.data = data;
  widget.view ??= { ...data.view };
  widget.memory.knows(widget.view);
  return true;
}
