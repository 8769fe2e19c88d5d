// The wall's tiles: as large as possible, in places that they keep.

import { paceOf } from "../../pages/widgets/ticket_wall/js/draw.js";
import { fitted } from "../../pages/widgets/ticket_wall/js/tiles.js";
import { reading } from "../../pages/widgets/ablation/js/readings.js";
import { same, test, truly } from "./check.js";

test("tiles fit into their room, and are as large as they can be", () => {
  for (const [width, height] of [[800, 600], [1200, 800], [2000, 700]]) {
    const { columns, high } = fitted(250, width, height);
    const rows = Math.ceil(250 / columns);
    truly(rows * (high + 4) - 4 <= height + 1e-6, `that ${rows} rows of ${high} px fit into ${height}`);
    truly((width + 4) / columns - 4 >= 40, "that a finger finds a tile");
  }
});

test("where they cannot all fit, tiles stay large enough for a finger and the wall scrolls", () => {
  const { columns, high } = fitted(250, 360, 240);
  same(columns, 8);
  truly(high >= 26, "that a tile is high enough");
});

test("values of two steps are not laid side by side: a live line that has not come so far has none", () => {
  const chart = { x: { range: [0, 917] }, y: { percent: true } };
  const live = { live: true, x: [0, 100, 200], y: [0.1, 0.8, 0.9] };
  same(reading(live, 900, chart, { not_yet: "not yet" }), "not yet");
  same(reading(live, 100, chart, { not_yet: "not yet" }), "80.00%");
  same(reading({ ...live, live: false }, 900, chart, { not_yet: "not yet" }), "90.00%");
});

test("tickets that came together are on the wall within an eighth of a second, single ones at the eye's pace", () => {
  same(paceOf(0), 28);
  same(paceOf(1), 28);
  truly([8, 17, 50].every((waiting) => waiting * paceOf(waiting) <= 121));
});
