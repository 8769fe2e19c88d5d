// The two small pictures: weights by size with the moving cut, and the pixels the net still reads.

import { drawAxes, svgPen } from "../../shared/js/axes.js";
import { picture, svg } from "../../shared/js/dom.js";
import { fit } from "../../shared/js/paper.js";
import { between } from "../../shared/js/scale.js";
import { count, digits, fill } from "../../shared/js/text.js";
import { chartText, grown } from "../../shared/js/type.js";

const MARGINS = { height: 150, left: 6, right: 6, top: 18, bottom: 36, drop: 16 };

/** Histogram of |w|: one shape in the colour of the kept, and again in that of the pruned, clipped at the cut. */
export function drawHistogram(parent, model, words, width) {
  const box = grown(MARGINS);
  const { height, left, right, top, bottom } = box;
  const root = picture(width, height, words.histogram); // `describe` says more
  const most = Math.max(...model.counts);
  const limit = model.bounds[model.bounds.length - 1];
  const x = between(0, limit, left, width - right);
  const floor = height - bottom;
  const bars = Array.from(model.counts, (bar, i) => {
    const tall = (bar / most) * (floor - top);
    return `M${x(model.bounds[i]) + 0.5},${floor}v${-tall}H${x(model.bounds[i + 1]) - 0.5}v${tall}z`;
  }).join("");
  const id = "below-the-cut";
  const clip = svg(svg(root, "clipPath", { id }), "rect", { x: 0, y: 0, width: 0, height });
  svg(root, "path", { d: bars, fill: model.styles.kept.colour });
  const below = svg(root, "g", { "clip-path": `url(#${id})` });
  svg(below, "rect", { x: 0, y: 0, width, height: floor, class: "paper" });
  svg(below, "path", { d: bars, fill: model.styles.pruned.colour, "fill-opacity": 0.55 });
  const ticks = ["start", "middle", "end"].map((anchor, i) => [(i * limit) / 2, digits((i * limit) / 2), anchor]);
  drawAxes(svgPen(root), box, width, height, { x: { at: x, ticks, title: "|w|" }, base: true });
  const cut = svg(root, "line", { class: "cut", y1: top - 4, y2: floor, stroke: model.styles.pruned.colour });
  const label = svg(root, "text", { class: "tick", y: 0.88 * chartText() });
  parent.replaceChildren(root);
  return {
    move(rung) {
      const threshold = model.threshold[rung];
      const at = x(threshold);
      clip.setAttribute("width", rung ? at : 0);
      cut.setAttribute("transform", `translate(${at},0)`);
      label.setAttribute("x", at);
      label.setAttribute("text-anchor", at < width / 3 ? "start" : at > (2 * width) / 3 ? "end" : "middle");
      label.textContent = rung ? fill(words.threshold, { threshold: digits(threshold) }) : words.nothing_cut;
    },
    describe(rung) {
      const text = fill(words.histogram_text, { total: count(model.total), threshold: digits(model.threshold[rung]) });
      root.setAttribute("aria-label", text);
    },
  };
}

/** Input pixels by surviving connections: the fuller the green the more; a red cross where none is left. */
export function drawPixels(canvas, caption, model, words, side, theme) {
  const [rows, columns] = model.layers[0].grid;
  const inputs = model.layers[0].of;
  const context = fit(canvas, side, side);
  const cell = side / Math.max(rows, columns);
  const { kept, pruned } = model.styles;
  Object.assign(context, { font: `${0.95 * chartText()}px ${theme.font}`, textAlign: "center", textBaseline: "middle" });
  caption.replaceChildren(...pixelLegend(model, words));
  const blindText = caption.querySelector(".blind");
  const mostText = caption.querySelector(".most");
  const at = (rung) => model.pixels.subarray(rung * inputs, (rung + 1) * inputs);
  const blind = (rung) => at(rung).reduce((sum, left) => sum + (left === 0), 0);
  return {
    move(rung) {
      context.clearRect(0, 0, side, side);
      const most = at(rung).reduce((a, b) => Math.max(a, b), 1); // the scale follows, so that the pattern stays visible
      const crosses = new Path2D();
      at(rung).forEach((left, pixel) => {
        const x = (pixel % columns) * cell;
        const y = Math.floor(pixel / columns) * cell;
        if (left === 0) return addCross(crosses, x, y, cell);
        context.globalAlpha = 0.1 + (0.9 * left) / most;
        context.fillStyle = kept.colour;
        context.fillRect(x + 0.5, y + 0.5, cell - 1, cell - 1);
        if (cell >= 24) writeCount(context, left, x + cell / 2, y + cell / 2, left / most, theme);
      });
      context.globalAlpha = 0.8;
      context.strokeStyle = pruned.colour;
      context.lineWidth = cell >= 24 ? 1.5 : 0.9;
      context.stroke(crosses);
      mostText.textContent = most;
      blindText.textContent = fill(words.blind, { blind: blind(rung), pixels: inputs });
    },
    describe: (rung) => canvas.setAttribute("aria-label", fill(words.pixels_text, { blind: blind(rung), pixels: inputs })),
  };
}

function addCross(path, x, y, cell) {
  const inset = cell * 0.3;
  path.moveTo(x + inset, y + inset);
  path.lineTo(x + cell - inset, y + cell - inset);
  path.moveTo(x + cell - inset, y + inset);
  path.lineTo(x + inset, y + cell - inset);
}

function writeCount(context, number, x, y, share, theme) {
  context.globalAlpha = 1;
  context.fillStyle = share > 0.6 && !theme.dark ? "#000" : theme.text;
  context.fillText(number, x, y + 0.5);
}

function pixelLegend(model, words) {
  const scale = document.createElement("span");
  scale.className = "scale";
  scale.style.setProperty("--full", model.styles.kept.colour);
  const [low, high, legend, blind] = ["1", "", words.pixels_legend, ""].map((text) => {
    const part = document.createElement("span");
    part.textContent = text;
    return part;
  });
  high.className = "most";
  blind.className = "blind";
  return [low, scale, high, legend, blind];
}
