// What is heard of a run becomes lines; and how fast a curve may grow on screen.

import { nextPoint, upTo } from "../../pages/widgets/ablation/js/lines.js";
import { Run } from "../../pages/widgets/shared/js/run.js";
import { Growth, reachOf } from "../../pages/widgets/ticket_wall/js/hand.js";
import { same, test, truly } from "./check.js";

const plan = { stage: "train", x: "step", lines: [{ name: "val", measure: "accuracy", condition: "ticket" }] };
const point = (round, step, accuracy, parts = {}) => ({ stage: "train", condition: "ticket", round, step, measures: { accuracy }, ...parts });
const heard = (...points) => {
  const run = new Run(plan);
  run.hear({ points, share: 0.5, eta: 3 });
  return run.lines().map(({ x, y, faint }) => [x, y, faint]);
};

test("a line a round, earlier ones faint", () => {
  same(heard(point(0, 0, 0.1), point(0, 10, 0.5), point(1, 0, 0.2)), [[[0, 10], [0.1, 0.5], true], [[0], [0.2], false]]);
});

test("what is said again after a checkpoint replaces what was said", () => {
  same(heard(point(0, 0, 0.1), point(0, 10, 0.5), point(0, 20, 0.6), point(0, 10, 0.4)), [[[0, 10], [0.1, 0.4], false]]);
  same(heard(point(0, 0, 0.1), point(1, 0, 0.2), point(0, 10, 0.5)), [[[0, 10], [0.1, 0.5], false]]);
});

test("where lines go from right to left every point stays, and what is said again replaces what came after", () => {
  const run = new Run({ ...plan, x: "density" });
  const at = (density, accuracy) => ({ ...point(0, 0, accuracy), measures: { accuracy, density } });
  const drawn = (...points) => (run.hear({ points, share: 0.5, eta: 0 }), run.lines()[0]);
  same(drawn(at(0.5, 0.9), at(0.2, 0.8), at(0.1, 0.7)).x, [0.5, 0.2, 0.1]);
  const again = drawn(at(0.2, 0.85));
  same([again.x, again.y], [[0.5, 0.2], [0.9, 0.85]]);
});

test("a point climbs while its net trains, until the finished one takes its place", () => {
  const run = new Run({ stage: "cell", meanwhile: "train", x: "density", lines: [{ name: "net", measure: "test", meanwhile: "validation", condition: "net" }] });
  const at = (stage, density, measures) => ({ stage, condition: "net", round: 3, step: 0, measures: { density, ...measures } });
  const drawn = (...points) => (run.hear({ points, share: 0.5, eta: 0 }), run.lines().map(({ x, y }) => [x, y]));
  same(drawn(at("cell", 0.5, { test: 0.9 }), at("train", 0.2, { validation: 0.1 }), at("train", 0.2, { validation: 0.6 })), [[[0.5, 0.2], [0.9, 0.6]]]);
  same(drawn(at("cell", 0.2, { test: 0.8, validation: 0.7 })), [[[0.5, 0.2], [0.9, 0.8]]]);
});

test("other conditions, stages and missing measures draw nothing", () => {
  same(heard(point(0, 0, 0.1, { condition: "random" }), point(0, 5, 0.1, { stage: "prune" }), point(0, 10, null)), []);
});

test("an axis of one over a measure", () => {
  const run = new Run({ ...plan, x: "1/density" });
  run.hear({ points: [{ ...point(2, 100, 0.9), measures: { accuracy: 0.9, density: 0.25 } }], share: 1, eta: 0 });
  same(run.lines()[0].x, [4]);
});

test("the state is a trouble as long as there is one, then the job's", () => {
  const run = new Run(plan);
  same([run.state, run.over], ["starting", null]);
  run.hear({ status: { state: "queued", share: 0 } });
  run.hear({ trouble: "full" });
  same(run.state, "full");
  run.hear({ status: { state: "done", share: 1 } });
  same([run.state, run.over, run.share], ["done", "done", 1]);
});

test("a live line is shown up to a step, and the next point is known", () => {
  const line = { x: [0, 5, 9], y: [1, 2, 3] };
  same(upTo(line, 5).y, [1, 2]);
  same([nextPoint([line, { x: [7] }], 5), nextPoint([line], 9)], [7, null]);
});

test("a curve that comes in one message grows in several pictures", () => {
  const growth = new Growth();
  for (let i = 0; i < 20; i++) growth.add(i, 1 / (i + 1));
  growth.add(25, 9); // after a gap: not drawn
  growth.began -= 10_000; // long ago
  const lengths = [growth.grown(20), growth.grown(20)].map((curve) => curve?.length);
  same(growth.losses.length, 20);
  truly(matchMedia("(prefers-reduced-motion: reduce)").matches || (lengths[0] === 3 && lengths[1] === 6), "three points a picture");
});

test("the reach of all tickets at each point", () => {
  same(reachOf([1, 5, 3, 2], 2), [[1, 3], [2, 5]]);
});
