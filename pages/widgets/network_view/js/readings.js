// Words and numbers beside the drawing.

import { picture, svg } from "../../shared/js/dom.js";
import { nearest } from "../../shared/js/frame.js";
import { fill, percent } from "../../shared/js/text.js";
import { sparsityOf } from "./data.js";
import { swatch } from "./plot.js";

export function lineOf(text) {
  const line = document.createElement("div");
  line.textContent = text;
  return line;
}

/** One row a line of the chart: its sample, its name, its value at this rung. */
export function buildReadings(parent, model) {
  const { lines } = model.accuracy;
  const values = lines.map(() => Object.assign(document.createElement("b"), { className: "value" }));
  const rows = lines.map((line, i) => {
    const row = document.createElement("span");
    row.className = "row";
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: line.name });
    row.append(swatch(model.styles[line.role]), name, values[i]);
    return row;
  });
  parent.replaceChildren(...rows);
  const at = (line, rung) => line.y[nearest(line, rung / (model.rungs - 1))];
  return {
    move(rung) {
      lines.forEach((line, i) => (values[i].textContent = percent(at(line, rung))));
      Object.assign(parent.dataset, { sparsity: sparsityOf(model, rung), kept: model.kept[rung], pruned: model.total - model.kept[rung] });
    },
    text: (rung) => lines.map((line) => `${line.name} ${percent(at(line, rung))}`).join(", "),
  };
}

/** The same while the net trains: each line's latest value, beside the recorded mean at the same place. */
export function liveReadings(parent, model, plan, words) {
  const values = plan.lines.map(() => document.createElement("b"));
  parent.replaceChildren(...plan.lines.map((line, i) => {
    values[i].className = "value";
    const row = document.createElement("span");
    row.className = "row";
    row.append(swatch(model.styles[line.role]), Object.assign(document.createElement("span"), { className: "name", textContent: line.name }), values[i]);
    return row;
  }));
  return {
    move(rung, lines = []) {
      plan.lines.forEach((line, i) => {
        const now = lines.find((live) => live.measure === line.measure)?.y.at(-1);
        const recorded = model.accuracy.lines[i].y[nearest(model.accuracy.lines[i], rung / (model.rungs - 1))];
        values[i].textContent = now == null ? "…" : percent(now);
        values[i].title = fill(words.recorded_here, { recorded: percent(recorded) });
      });
    },
    text: () => "",
  };
}

/** A sample of an edge for the drawing's key. */
export function swatchEdge(style, role) {
  const root = picture(26, 10);
  const dash = role === "kept" ? "" : "2 4";
  svg(root, "line", { x1: 0, x2: 26, y1: 5, y2: 5, stroke: style.colour, "stroke-width": role === "kept" ? 3 : 1.5, "stroke-dasharray": dash });
  return root;
}
