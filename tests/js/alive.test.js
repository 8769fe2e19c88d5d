// The player's net while a round trains: what is drawn, what was cut and when.

import { LiveRound } from "../../pages/widgets/round_player/js/live.js";
import { close, same, test } from "./check.js";

const whole = (numbers) => btoa(String.fromCharCode(...new Uint8Array(Int16Array.from(numbers).buffer)));
const picture = (weights, alive) => ({ picture: { condition: "ticket", round: 1, step: 5, weights: whole(weights), scales: [0.5, 1], alive: btoa(String.fromCharCode(alive)) } });

test("a cut turns red as soon as a picture lacks it, and what was dead before stays a ghost", () => {
  const live = new LiveRound({ job: "a", first: 1, round: 1, paused: false }, () => {});
  live.begin([0, 0, 1], Float32Array.from([1, Number.NaN, 2]));
  same(live.lives, false);
  live.hear(picture([2, 0, 4], 0b101));
  same([live.lives, live.count], [true, 2]);
  same([live.since(0), live.since(1), live.since(2)], [-1, 1, -1]);
  live.hear(picture([0, 0, 4], 0b100));
  close(live.since(0), 0, 0.2);
  same([...live.living.goal], [0, 0, 4]);
  same(Number.isNaN(live.values[0]), true);
  live.living.close();
});

test("what is said meanwhile counts rounds by their trainings", () => {
  const live = new LiveRound({ job: "a", first: 0, round: 1, paused: false }, () => {});
  same(live.saying, { say: "tell_starting", known: { round: 0 } });
  live.hear({ points: [{ stage: "train", round: 1, condition: "ticket", step: 5, steps: 10, measures: { validation_accuracy: 0.5 } }], share: 0.5 });
  same(live.saying, { say: "tell_live", known: { round: 1, step: "5", steps: "10" } });
  same(new LiveRound({ job: "a", first: 0, round: 1, paused: true }, () => {}).saying.say, "tell_paused");
});
