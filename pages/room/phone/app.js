// A phone in the room: asks for the code, then shows what is on and sends what its owner does.

import { element, write } from "../../widgets/shared/js/dom.js";
import { fill } from "../../widgets/shared/js/text.js";
import { send } from "./ask.js";
import { Bet } from "./bet.js";
import { Line } from "./line.js";
import { Deal } from "./deal.js";
import { Race } from "./race.js";
import { WORDS } from "./words.js";

const SIGNS = /^[CDFGHJKMNPQRTVWXY34679]{5}$/; // as in pages/room/code.py
const KNOCK_MS = 1_500; // between two attempts to send what could not be sent
const find = (selector) => document.querySelector(selector);

class Phone {
  constructor(code) {
    this.code = code;
    this.room = this.mine = this.view = null;
    this.unsent = new Map(); // deed → the last message of its kind that did not arrive
    this.hand = find(".hand");
    this.hand.addEventListener("click", () => this.raise());
    this.line = new Line(code, {
      room: (state) => ((this.room = state), this.show()),
      mine: (state) => this.know(state),
      open: () => (write(find(".line"), ""), this.resend()),
      lost: (why) => write(find(".line"), why || WORDS.lost_line),
      over: (status, why) => this.end(status, why),
    });
  }

  /** What only this phone is told. */
  know(state) {
    this.mine = state;
    write(find(".who"), fill(WORDS.you, state));
    find(".dot").style.setProperty("--hue", state.hue);
    find("footer").hidden = false;
    this.hand.setAttribute("aria-pressed", String(state.hand));
    write(this.hand, state.hand ? WORDS.hand_up : WORDS.hand);
    if (this.room) this.show();
  }

  /** One view for each thing that is on; it is kept as long as that is on, with what its owner was about to say. */
  show() {
    const { activity, question, revealed } = this.room;
    const now = `${activity} ${question?.key ?? ""} ${Boolean(revealed)} ${this.mine?.runs ?? ""}`;
    if (now !== this.now) {
      this.now = now;
      const View = { bet: Bet, draw: Deal, race: Race }[activity] ?? Waiting;
      this.view = new View(this);
      find("main").replaceChildren(...this.view.nodes);
    }
    this.view.update(this.room, this.mine);
  }

  /** Send, and send again until it arrives; a later message of the same kind replaces one that did not. Resolves to a
   * sentence when the server refuses. */
  async say(deed, message) {
    this.unsent.set(deed, message);
    const { status, told, after } = await send(this.code, deed, message);
    if (this.unsent.get(deed) !== message) return ""; // overtaken
    if (status === 0 || status === 401 || status === 429 || status >= 500) {
      setTimeout(() => this.resend(), KNOCK_MS + 1000 * after);
      return WORDS.unsent;
    }
    this.unsent.delete(deed);
    if (status !== 200) return told.error ?? WORDS.unsent;
    this.know(told);
    return "";
  }

  resend() {
    for (const [deed, message] of this.unsent) this.say(deed, message).then((said) => this.view?.tell(said));
  }

  raise() {
    this.say("hand", { up: this.hand.getAttribute("aria-pressed") !== "true" });
  }

  end(status, why) {
    find("footer").hidden = true;
    write(find(".line"), "");
    if (status !== 410) return askCode(why);
    find("main").replaceChildren(element("h1", { textContent: WORDS.closed }), element("p", { textContent: WORDS.closed_hint }));
  }
}

class Waiting {
  nodes = [element("h1", { textContent: WORDS.wait }), element("p", { textContent: WORDS.wait_hint })];
  update() {}
  tell() {}
}

/** A form for the code. why: what was wrong with the last one. */
function askCode(why = "") {
  const field = element("input", { id: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: false, maxLength: 9, required: true });
  const told = element("p", { className: "told", textContent: why });
  told.setAttribute("role", "alert");
  const form = element("form", { noValidate: true },
    element("h1", {}, element("label", { htmlFor: "code", textContent: WORDS.code })),
    element("p", { textContent: WORDS.code_hint }), field, told,
    element("button", { className: "main", textContent: WORDS.enter }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = field.value.toUpperCase().replace(/[\s-]/g, "");
    if (!SIGNS.test(code)) return write(told, WORDS.code_wrong);
    history.replaceState(null, "", new URL(`../${code}`, import.meta.url));
    find("main").replaceChildren();
    new Phone(code);
  });
  find("main").replaceChildren(form);
  field.focus();
}

export default function () {
  const code = decodeURIComponent(location.pathname.split("/room/")[1] ?? "").toUpperCase().replace(/[\s-]/g, "");
  if (SIGNS.test(code)) new Phone(code);
  else askCode(code ? WORDS.code_wrong : "");
}
