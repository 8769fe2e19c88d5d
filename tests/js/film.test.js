// The round player's film: what is true at each moment, and how far a click carries it.

import { Film, momentOf, percents, placesOf, PLAY_MS, roundOf, rowAfter, scaleFor, stageOf, valuesAt } from "../../pages/widgets/round_player/js/film.js";
import { nextLabel, overAt, reading, stepOf, telling } from "../../pages/widgets/round_player/js/telling.js";
import { close, same, test } from "./check.js";

/** Four edges in three rounds: the first dies after round 0, the second after round 1, two live. */
function run(parts = {}) {
  const died = Uint8Array.from([1, 2, 0, 0]);
  const made = {
    rounds: 2, points: 2, scale: 0.5, rewind: 0, died, steps: [0, 100], total: 4, open: false, end: 7,
    paths: [Int16Array.from([2, 4, 6, 8, 4, 8, 12, 16]), Int16Array.from([4, 6, 8, 8, 10, 12]), Int16Array.from([6, 8, 14, 16])],
    rows: [4, 3, 2].map((kept) => ({ kept })), ...parts,
  };
  return { ...made, place: [0, 1, 2].map((round) => placesOf(made, round)) };
}

test("three stages a round; the last round is only trained", () => {
  const film = run();
  same([0, 0.5, 1, 2.9, 3, 6, 7].map((at) => roundOf(film, at)), [0, 0, 0, 0, 1, 2, 2]);
  same([0, 0.5, 1, 2.9, 3, 6, 7].map((at) => stageOf(film, at)), [0, 0, 1, 2, 0, 0, 1]);
});

test("a moment knows how far training, pruning and rewinding are", () => {
  const told = (at) => Object.entries(momentOf(run(), at)).filter(([name]) => ["trained", "pruning", "rewinding", "doomed"].includes(name)).map(([, value]) => value);
  same(told(3), [0, 0, 0, false]);
  same(told(3.5), [0.5, 0, 0, false]);
  same(told(4.25), [1, 0.25, 0, true]);
  same(told(5.5), [1, 1, 0.5, true]);
});

test("the dead have no column, and the living keep their order", () => {
  same(run().place.map((place) => [...place]), [[0, 1, 2, 3], [-1, 0, 1, 2], [-1, -1, 0, 1]]);
});

test("values lie on the straight line between measured points, and go back when rewound", () => {
  const at = (time) => [...valuesAt(run(), momentOf(run(), time))].map((value) => (Number.isNaN(value) ? null : value));
  same(at(0), [1, 2, 3, 4]);
  same(at(0.5), [1.5, 3, 4.5, 6]);
  same(at(1), [2, 4, 6, 8]);
  same(at(4), [null, 4, 5, 6]);
  same(at(6), [null, null, 3, 4]);
});

test("an accuracy axis begins where the curves do", () => {
  for (const [least, low, pace] of [[0.97, 0.95, 0.05], [0.5, 0.4, 0.2], [0.005, 0, 0.2]]) {
    close(scaleFor(least)[0], low);
    close(scaleFor(least)[1], pace);
  }
  same(percents(0.85, 0.05).map(([, label]) => label), ["100", "95", "90", "85"]);
});

test("the round after the last is the one asked for, if any", () => {
  same(rowAfter(run(), 0), { kept: 3 });
  same(rowAfter(run({ next: { kept: 1 } }), 2), { kept: 1 });
  same(rowAfter(run(), 2), undefined);
});

test("a slow browser skips pictures, never time", () => {
  const film = new Film(() => {}, () => {});
  film.target = 7;
  film.advance(100, [100, 100, 200]);
  close(film.at, 1);
  film.advance(200, [100, 100, 200]); // over the whole pruning and half of the rewinding
  close(film.at, 2.5);
  film.slow = true;
  film.advance(400, [100, 100, 200]);
  close(film.at, 3);
  film.advance(1e6, [100, 100, 200]);
  same(film.at, 7);
});

test("played on, fifteen rounds take less than fourteen seconds", () => {
  const film = new Film(() => {}, () => {});
  film.target = 45;
  film.advance(14_000, PLAY_MS);
  same(film.at, 45);
});

test("a cut shows the moment once and stops what ran", () => {
  const shown = [];
  const film = new Film((at) => shown.push(at), () => {});
  film.run(3);
  film.cut(2);
  same([shown, film.moving, film.at], [[2], false, 2]);
});

test("steps of the diagram", () => {
  const step = (at, live = null) => stepOf(momentOf(run({ open: true, end: 9 }), at), live);
  same([0, 0.5, 1, 1.5, 2.5, 3, 3.5].map((at) => step(at)), [1, 2, 2, 3, 4, 5, 2]);
  same([step(9), step(9, { saying: {} })], [5, 2]);
});

test("what is said at the end of a run, and while more of it is trained", () => {
  const words = { tell_end: "over at {round}", tell5: "next is {round} of {kept}", tell_live: "{round} trains", tell1: "first values" };
  same(telling(run(), words, momentOf(run(), 7), null), "over at 2");
  const open = run({ open: true, end: 9, next: { kept: 1 } });
  same(telling(open, words, momentOf(open, 9), null), "next is 3 of 1");
  same(telling(open, words, momentOf(open, 9), { saying: { say: "tell_live", known: { round: 3 } } }), "3 trains");
  const bare = run({ open: true, bare: true, end: 0, next: { kept: 4 } });
  same(telling(bare, words, momentOf(bare, 0), null), "first values"); // nothing is trained: no ticket was the last
});

test("the large number says what it is of", () => {
  const words = { learning: "after {step}", untrained: "nothing", scored: "round {round}, {left}, {against}", scored_whole: "whole, {round}" };
  const rows = [[1, 0.925], [0.6, 0.9], [0.4, 0.7]].map(([density, accuracy]) => ({ density, accuracy, kept: 4 }));
  const film = run({ rows, curves: [[0.1, 0.92], [0.12, 0.91], [0.13, 0.7]] });
  const read = (at, live = null) => Object.values(reading(film, words, momentOf(film, at), live)).join(": ");
  same(read(0), "–: nothing");
  same(read(0.5), "10.0%: after 0"); // the last that was measured, nothing between
  same(read(1), "92.5%: whole, 0");
  same(read(3), "92.5%: whole, 0"); // rewound: what the round before came to
  same(read(4), "90.0%: round 1, 60.0%, −2.5");
  same(read(7, { x: [10, 20], y: [0.5, 0.6] }), "60.0%: after 20");
});

test("the button that goes on", () => {
  const words = { next: "next", finish: "finish", done: "done", training_now: "training" };
  same([0, 6, 7].map((at) => nextLabel(run(), words, at, null)), ["next", "finish", "done"]);
  const open = run({ open: true, end: 9 });
  same([nextLabel(open, words, 9, null), nextLabel(open, words, 9, { job: "a" })], ["next", "training"]);
  same([overAt(run(), 7, null), overAt(open, 9, null), overAt(open, 9, { job: "a" })], [true, false, true]);
  same(overAt(run({ open: true, end: 9, closed: true }), 9, null), true); // the page asks, not this button
});
