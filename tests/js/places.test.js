// Where values lie: scales, ticks, frames, and the places of the widgets' own axes.

import { placeOf } from "../../pages/widgets/curve_reader/js/place.js";
import { deathOf, sparsityOf } from "../../pages/widgets/network_view/js/data.js";
import { toSegment } from "../../pages/widgets/network_view/js/hover.js";
import { chartBox, nearestStep, placed, walkTop } from "../../pages/widgets/rewind_slider/js/place.js";
import { canvasPen, drawAxes, svgPen } from "../../pages/widgets/shared/js/axes.js";
import { ERROR_TICKS } from "../../pages/widgets/shared/js/constants.js";
import { picture } from "../../pages/widgets/shared/js/dom.js";
import { frameBox, nearest, placing, pointsOf } from "../../pages/widgets/shared/js/frame.js";
import { between, extent, say, sayTick, ticksOf, titleOf } from "../../pages/widgets/shared/js/scale.js";
import { accuracyTicks } from "../../pages/widgets/ticket_wall/js/histogram.js";
import { wilson } from "../../pages/widgets/ticket_wall/js/basics.js";
import { close, same, test, truly } from "./check.js";

const share = { title: "accuracy", unit: "", percent: true };
const plain = { title: "step", unit: "", percent: false };

test("a straight line between two ends, also where they are one", () => {
  same([0, 5, 10].map(between(0, 10, 100, 0)), [100, 50, 0]);
  same(between(3, 3, 20, 90)(3), 20);
});

test("linear ticks are round, and stay within the ends", () => {
  same(ticksOf(plain, 0, 4585), [0, 1000, 2000, 3000, 4000]);
  same(ticksOf(share, 0.9, 1).map((tick) => sayTick(share, tick)), ["90", "92", "94", "96", "98", "100"]);
});

test("logarithmic ticks: 1, 2, 5, and decades alone where they are many", () => {
  same(ticksOf({ log: true }, 0.02, 0.3).map((tick) => Number(tick.toPrecision(3))), [0.02, 0.05, 0.1, 0.2]);
  same(ticksOf({ log: true }, 1, 1e5), [1, 10, 100, 1000, 10000, 100000]);
});

test("ticks of an error axis are Python's", () => {
  same(ticksOf({ error: true }, 0, 1), ERROR_TICKS);
  same(ticksOf({ error: true }, 0.5, 0.99), [0.5, 0.8, 0.9, 0.95, 0.98, 0.99]);
});

test("values and titles in words", () => {
  same([say(share, 0.98768), say(plain, 12345), say({ unit: "nats" }, 1.25)], ["98.77%", "12,345", "1.25 nats"]);
  same([titleOf(share), titleOf(plain), titleOf({ title: "loss", unit: "nats" })], ["accuracy (%)", "step", "loss (nats)"]);
});

test("an axis gives its values a little air, but no share beyond 0 and 1", () => {
  const [low, high] = extent([0.5, null, 0.99, NaN], share);
  truly(low < 0.5 && low > 0.45 && high === 1, "0.47 to 1");
  same(extent([null], share), null);
  same(extent([10, 100], { log: true }), [9, 110.00000000000001]);
});

const chart = { x: { ...plain, range: [0, 100] }, y: { ...share, range: [0, 1] }, marks: [], lines: [] };

test("a frame puts the ends at its edges, and reads places back", () => {
  const place = placing(chart, [], null, 400, 300);
  same([place.x(0), place.x(100)], [frameBox().left, 400 - frameBox().right]);
  same([place.y(0), place.y(1)], [300 - frameBox().bottom, frameBox().top]);
  close(place.valueAt(place.x(37)), 37);
});

test("zoomed in, the heights are those of what is inside", () => {
  const line = { x: [0, 50, 100], y: [0.1, 0.9, 0.92] };
  const { ys } = placing({ ...chart, y: share }, [line], [40, 100], 400, 300);
  truly(ys[0] > 0.89 && ys[1] < 0.93, `${ys} fits 0.9 to 0.92`);
});

test("an error axis pulls the best apart", () => {
  const { y } = placing({ ...chart, y: { ...share, error: true, range: [0.5, 0.999] } }, [], null, 400, 300);
  close(y(0.9) - y(0.99), y(0.99) - y(0.999), 1e-6);
});

test("what was not measured is passed over", () => {
  same(pointsOf([1, 2, 3], [4, null, 6], { x: (v) => v, y: (v) => v }), "1.0,4.0 3.0,6.0");
  same(nearest({ x: [0, 10, 100] }, 40), 1);
});

test("axes are the same in an SVG and on a canvas: labels, titles, rules", () => {
  const told = [];
  const pen = { rule: (kind) => told.push(kind), write: (kind, ...[, , , text, turned]) => told.push(`${kind} ${text}${turned ? " turned" : ""}`) };
  const axes = { x: { at: (v) => v, ticks: [[0, "0"], [9, "9", "end"]], title: "step" }, y: { at: (v) => v, ticks: [[1, "100"]], title: "share" } };
  drawAxes(pen, frameBox(), 200, 100, axes);
  same(told, ["grid", "tick 100", "tick 0", "tick 9", "title step", "title share turned"]);
  const root = picture(200, 100, "what it shows");
  drawAxes(svgPen(root), frameBox(), 200, 100, axes);
  same([...root.children].map((child) => child.textContent), ["", "100", "0", "9", "step", "share"]);
  same([root.getAttribute("role"), root.getAttribute("aria-label")], ["img", "what it shows"]);
  const context = document.createElement("canvas").getContext("2d");
  drawAxes(canvasPen(context, { text: "#ff0000", font: "sans-serif" }), frameBox(), 200, 100, { ...axes, base: true });
  truly(context.getImageData(0, 0, 200, 100).data.some((value, i) => i % 4 === 0 && value > 100), "something red is drawn");
  same(context.globalAlpha, 1);
});

test("the curve reader's axis falls, and finds the nearest level", () => {
  const data = { density: [1, 0.8, 0.64, 0.512] };
  const view = { first: 0, last: 3, linear: true };
  const place = placeOf({ x: share, y: { ...share, range: null }, lines: [{ x: [0.512, 1], y: [0.9, 0.95] }], marks: [] }, data, view, 400, 300);
  truly(place.x(1) < place.x(0.8) && place.x(0.8) < place.x(0.512), "few weights stand on the right");
  same([place.levelAt(place.x(0.64) + 3), place.levelAt(-50), place.levelAt(900)], [2, 0, 3]);
});

test("each rewind step has a tick of its own, at equal distances; errors are held at the edges", () => {
  const steps = [0, 1, 10, 100];
  const place = placed(steps, [0.01, 1], 400, 300);
  close(place.x(1) - place.x(0), place.x(3) - place.x(2), 1e-9);
  same([place.at(place.x(2) + 5), place.at(-99), place.at(999)], [2, 0, 3]);
  same([place.y(5), place.y(1e-9)], [chartBox().top, 300 - chartBox().bottom]);
  same([nearestStep(steps, 4), nearestStep(steps, 80)], [2, 3]);
});

test("the walk between siblings has an axis also before anything is known", () => {
  same(walkTop({ hills: { 0: [{ lines: [] }] } }), 1);
  close(walkTop({ hills: { 6: [{ lines: [[0.1, 0.4, 0.1]] }] } }), 0.42, 1e-9);
});

test("the edge's death is the first rung at which it is gone", () => {
  const model = { rungs: 5, gone: [0, 2, 2, 3, 4] };
  same([0, 1, 2, 3].map((edge) => deathOf(model, edge)), [1, 1, 3, 4]);
  same([sparsityOf(model, 1), sparsityOf({ rungs: 1001 }, 123)], [25, 12.3]);
});

test("the distance to an edge, also beyond its ends", () => {
  same([toSegment(5, 3, 0, 0, 10, 0), toSegment(13, 4, 0, 0, 10, 0)], [3, 5]);
});

test("ticks of accuracies keep their distance", () => {
  same(accuracyTicks(0.9, 1, 500).map(([, label]) => label), ["90", "91", "92", "93", "94", "95", "96", "97", "98", "99", "100"]);
  truly(accuracyTicks(0.9, 1, 200).length < 7, "fewer in less room");
});

test("Wilson's interval of none, all and some", () => {
  same(wilson(0, 0), [0, 1]);
  close(wilson(0, 50)[1], 0.0713, 1e-4);
  close(wilson(50, 50)[0], 0.9287, 1e-4);
});
