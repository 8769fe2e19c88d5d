// Names beside a chart's lines do not run into one another, whatever size a screen's text has.

import { clearest } from "../../pages/widgets/chart/js/labels.js";
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

test("a label stands where the least of the curves runs through its words, first where it was wished, and on no other label", () => {
  const box = (left, top) => ({ left, top, right: left + 40, bottom: top + 10 });
  const [above, below, far] = [box(0, 0), box(0, 20), box(100, 0)];
  const across = (y) => [[-10, y], [150, y]];
  same(clearest([above, below, far], [], []), above);
  same(clearest([above, below, far], [across(5)], []), below);
  same(clearest([above, below, far], [across(5), across(25)], []), above);
  same(clearest([above, below, far], [[[20, -50], [20, 50]]], []), far);
  same(clearest([above, below], [across(25)], [box(30, 5)]), below);
  same(clearest([above], [across(5)], [above]), above);
});

test("a curve crosses a box with a corner of it, between its points too, and one that passes by does not", () => {
  const [box, free] = [{ left: 10, top: 10, right: 20, bottom: 20 }, { left: 90, top: 90, right: 99, bottom: 99 }];
  const crossed = (...curve) => clearest([box, free], [curve], []) === free;
  truly(crossed([0, 22], [22, 0]) && crossed([15, 15]) && crossed([0, 15], [30, 15]), "crossed");
  truly(!crossed([0, 8], [30, 8]) && !crossed([0, 19], [19, 30]) && !crossed([15, 0], [15, 9]), "passed by");
});
