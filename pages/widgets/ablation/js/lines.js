// Which lines stand on the chart: recorded means with their bands, and the live run in front of them.


export const SWEEP = 350; // ms in which a live run is drawn from left to right at most as fast: curves that jump teach nothing
const COLUMN = { accuracy: "validation_accuracy", error: "validation_accuracy", loss: "validation_loss" };
export const stored = (measure) => (measure === "loss" ? "loss" : "accuracy");

/** Axes of a measure: fixed, so that dragging the density moves curves and not the ruler. */
export function axes(data, measure) {
  const x = { title: data.words.axis_step, unit: "", log: data.log, percent: false, error: false, range: [data.log ? 5 : 0, data.steps] };
  const accuracy = { title: data.words.axis_accuracy, unit: "", log: false, percent: true };
  const y = {
    accuracy: { ...accuracy, error: false, range: [0, 1] },
    error: { ...accuracy, title: data.words.axis_stretched, error: true, range: [0.5, 0.99] },
    loss: { title: data.words.axis_loss, unit: "nats", log: true, percent: false, error: false, range: [0.04, 3] },
  }[measure];
  return { x, y, marks: [], lines: [] };
}

/** Points of a live line up to step `until`. */
export function upTo(line, until) {
  const count = line.x.filter((x) => x <= until).length;
  return { ...line, x: line.x.slice(0, count), y: line.y.slice(0, count) };
}

/** The first step after `until` at which one of these lines has a point; null when none has come yet. */
export function nextPoint(lines, until) {
  const later = lines.map((line) => line.x.find((x) => x > until)).filter((x) => x !== undefined);
  return later.length ? Math.min(...later) : null;
}

/** The curves of a run that is going on or over: condition → {x, y} of this measure. */
export function liveCurves(live, run, measure) {
  if (!live) return {};
  if (live.finished) return Object.fromEntries(Object.entries(live.finished.curves).map(([name, curve]) => [name, curve[stored(measure)]]));
  const found = {};
  for (const line of run?.lines() ?? []) if (line.measure === COLUMN[measure]) found[line.condition] = { x: line.x, y: line.y };
  return found;
}

/** What the run machinery should collect: both measures of every condition. */
export const planOf = (conditions) => ({
  stage: "train", x: "step",
  lines: conditions.flatMap(({ key }) => ["validation_accuracy", "validation_loss"].map((measure) => ({ name: key, measure, condition: key }))),
});
