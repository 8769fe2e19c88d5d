// Words and numbers.

import { againstOf, readingOf } from "../../pages/widgets/curve_reader/js/readings.js";
import { count, digits, fill, minus, percent, precise } from "../../pages/widgets/shared/js/text.js";
import { same, test } from "./check.js";

test("templates take what they know and leave nothing of what they do not", () => {
  same(fill("{a} of {b}{c}", { a: 0, b: "ten" }), "0 of ten");
});

test("numbers as readers see them", () => {
  same([count(266200), digits(0.012345), percent(0.98765), percent(0.5, 0), minus("-3 to -1")], ["266,200", "0.0123", "98.8%", "50%", "−3 to −1"]);
  same([precise(0.99951), precise(0.12, 3), precise(null)], ["99.95%", "12%", ""]);
});

const share = { percent: true };
const line = { y: [0.98, null], low: [0.975, null], high: [0.985, null] };

test("a reading with its half width, or none", () => {
  same([readingOf(share, line, 0), readingOf(share, line, 1), readingOf({ percent: false }, { y: [1234.6] }, 0)], ["98.00 ± 0.50%", null, "1,235"]);
});

test("a difference from the dense net, in points or in percent of its steps", () => {
  const words = { points: "points", percent: "%" };
  same(againstOf(share, [0.003, -0.001, 0.007], words), ["+0.30 points", "[−0.10, +0.70]"]);
  same(againstOf({ percent: false }, [-0.25, null, null], words), ["−25 %", ""]);
  same(againstOf(share, null, words), ["", ""]);
});
