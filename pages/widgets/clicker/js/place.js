// Where a talk is: {beat, step}, beats from 1, steps within a beat from 0. Pure, so that it can be tested.

/** One press on; the last picture is followed by itself. presses: of every beat, how many pictures it has. */
export function after({ beat, step }, presses) {
  if (step + 1 < presses[beat - 1]) return { beat, step: step + 1 };
  return beat < presses.length ? { beat: beat + 1, step: 0 } : { beat, step };
}

/** One press back: of an earlier beat the last picture. */
export function before({ beat, step }, presses) {
  if (step > 0) return { beat, step: step - 1 };
  return beat > 1 ? { beat: beat - 1, step: presses[beat - 2] - 1 } : { beat: 1, step: 0 };
}

/** Within the talk, whatever was asked for. */
export function held({ beat, step }, presses) {
  const at = Math.max(1, Math.min(presses.length, beat));
  return { beat: at, step: Math.max(0, Math.min(presses[at - 1] - 1, step)) };
}

export const equal = (one, other) => one?.beat === other?.beat && one?.step === other?.step;

/** Minutes and seconds: 754 seconds are 12:34. */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
