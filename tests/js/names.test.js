// Names beside a chart's lines do not run into one another, whatever size a screen's text has.

import { spaced, stepped } from "../../pages/widgets/shared/js/spaced.js";
import { same, test, truly } from "./check.js";

test("names with room keep their places; those without move just far enough, and none leaves the chart", () => {
  same(spaced([50, 10, 90], [20, 20, 20], 0, 100), [50, 10, 90]);
  same(spaced([50, 52], [20, 40], 0, 200), [50, 80]);
  same(spaced([95, 96, 97], [20, 20, 20], 0, 100), [50, 70, 90]);
  same(spaced([-5], [20], 0, 100), [10]);
  const many = spaced([10, 10, 10, 10], [15, 15, 15, 15], 0, 60);
  truly(many.every((y, i) => y >= 7.5 && y <= 52.5 && (!i || many[i] - many[i - 1] >= 15)), "room for all");
});

test("the labels of upright lines stand side by side where there is room, and one below the other where there is none", () => {
  const label = (from, to, lines = 1) => ({ from, to, lines });
  same(stepped([label(0, 50), label(50, 90), label(200, 250)]), [0, 0, 0]);
  same(stepped([label(0, 50), label(40, 90), label(80, 130)]), [0, 1, 0]);
  same(stepped([label(0, 50, 2), label(40, 90), label(30, 60)]), [0, 2, 3]);
});
