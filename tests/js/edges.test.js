// Kept and pruned are told apart without their colours: what is pruned is never drawn as a whole line.

import { Edges } from "../../pages/widgets/network_view/js/network.js";
import { drawEdges, drawLiving } from "../../pages/widgets/round_player/js/stage.js";
import { same, test, truly } from "./check.js";

/** A context that notes, of every stroke, its colour and whether it is dashed. */
function noting() {
  let dash = [];
  const strokes = [];
  const quiet = () => {};
  return {
    strokes, setLineDash: (wanted) => (dash = wanted), stroke() { strokes.push([this.strokeStyle, dash.length > 0]); },
    beginPath: quiet, moveTo: quiet, lineTo: quiet, clearRect: quiet, drawImage: quiet,
  };
}

const styles = { kept: { colour: "green", opacity: 1 }, pruned: { colour: "red", opacity: 0.4 } };
const line = (count) => ({ x: new Float32Array(count), y: Float32Array.from({ length: count }, (_, i) => i) });
const geometry = { width: 20, height: 20, places: [line(2), line(2)] };
const net = { layer: [0, 0, 0], source: [0, 1, 1], target: [0, 0, 1] };

function apart(strokes) {
  same([...new Set(strokes.filter(([colour]) => colour === "green").map(([, dashed]) => dashed))], [false]);
  same([...new Set(strokes.filter(([colour]) => colour === "red").map(([, dashed]) => dashed))], [true]);
}

test("the slider's net draws what is pruned in dots", () => {
  const model = { ...net, rungs: 4, weight: [1, 2, 3], heaviest: 3, gone: [0, 1, 2, 3] };
  const edges = new Edges(model, geometry, styles);
  const context = noting();
  edges.draw(context, 2);
  apart(context.strokes);
});

test("the player's ghosts are dotted, and those that go now are dashed", () => {
  const run = { ...net, start: "a", styles, died: [1, 2, 0], alive: [3, 2, 1], large: [1], values: null };
  const context = noting();
  const pictures = { of: (_name, _key, paint) => { const on = noting(); paint(on); context.strokes.push(...on.strokes); return {}; } };
  const moment = { round: 1, time: 1.5, doomed: true, pruning: 0.5, rewinding: 0 };
  drawEdges(context, run, geometry, moment, [Number.NaN, 0.5, 1], pictures);
  apart(context.strokes);
});

test("a net in training draws what was cut in dots", () => {
  const run = { ...net, styles, large: [1] };
  const live = { since: (edge) => (edge === 0 ? 0.5 : -1), values: [Number.NaN, 0.5, 1], large: [1], count: 2 };
  const context = noting();
  drawLiving(context, run, geometry, live);
  truly(context.strokes.length === 3, "three lines");
  apart(context.strokes);
});
