// The live chart's legend: one x for all lines, or no value.

import { abreast, valueAt } from "../../pages/widgets/live_chart/js/reading.js";
import { same, test } from "./check.js";

const across = (x) => 400 * x;
const recorded = { x: [0.08, 0.5, 1], y: [0.97, 0.95, 0.1] };

test("lines are read where the slowest of the run has come to", () => {
  same(abreast([{ x: [1, 0.8, 0.6] }, { x: [1, 0.8] }]), 0.8);
  same(abreast([{ x: [] }]), null);
});

test("a line without a point there has no value, rather than one of another place", () => {
  same(valueAt(recorded, 0.5, across), 0.95);
  same(valueAt(recorded, 0.3, across), null);
  same(valueAt({ x: [], y: [] }, 0.3, across), null);
});
