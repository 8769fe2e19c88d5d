// The slider that runs by itself, from where it is to the end.

import { calm, PAUSE_SIGN, PLAY_SIGN } from "../../shared/js/dom.js";

const PLAY_MS = 9000; // from nothing to everything: slow enough to see the cliff come
const JOURNEY_MS = 4000; // from one place that a page names to another

export class Play {
  /** button: toggles it. move(rung): called each frame. rest(): it has come to the end, or was stopped by the button. */
  constructor(button, words, move, rest) {
    this.button = button;
    this.words = words;
    this.move = move;
    this.rest = rest;
    this.playing = null;
    this.label(false);
  }

  toggle(from, last) {
    if (this.playing) return this.stop(), this.rest();
    this.run(from >= last ? 0 : from, last, PLAY_MS / last);
  }

  /** From one rung to another by itself. pace: milliseconds a rung. */
  run(start, last, pace = JOURNEY_MS / (last - start)) {
    this.stop();
    const began = performance.now();
    const still = calm();
    const tick = (now) => {
      const passed = start + Math.max(0, now - began) / pace;
      const rung = still ? start + 10 * Math.floor((passed - start) / 10) : passed; // in ten still pictures, not a film
      this.move(Math.min(last, rung));
      if (passed < last) this.playing = requestAnimationFrame(tick);
      else this.stop(), this.rest();
    };
    this.playing = requestAnimationFrame(tick);
    this.label(true);
  }

  stop() {
    if (!this.playing) return;
    cancelAnimationFrame(this.playing);
    this.playing = null;
    this.label(false);
  }

  label(on) {
    this.button.setAttribute("aria-label", on ? this.words.pause : this.words.play);
    this.button.querySelector("path").setAttribute("d", on ? PAUSE_SIGN : PLAY_SIGN);
  }
}
