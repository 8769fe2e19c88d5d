// One training of the room's race: whose it is, and how it went.

import { element, picture, svg, write } from "../../widgets/shared/js/dom.js";
import { fill, percent } from "../../widgets/shared/js/text.js";
import { WORDS } from "./words.js";

const CHART = { width: 300, height: 160, edge: 6 };

export class Race {
  constructor({ mine }) {
    this.runs = mine.runs; // "reinit.3.1": lane, seed, draw
    const [lane] = this.runs?.split(".") ?? [];
    this.head = element("h1", { textContent: lane ? fill(WORDS.race, { lane: WORDS[`race_${lane}`] }) : WORDS.wait });
    this.told = element("p");
    this.told.setAttribute("role", "status");
    this.body = element("div", { className: `ticket lane-${lane ?? "none"}` });
    this.nodes = [this.head, this.told, this.body];
  }

  tell() {}

  update(room, { runs, lap }) {
    if (!runs) return write(this.told, WORDS.race_late);
    if (!lap) return write(this.told, fill(WORDS.racing, room));
    write(this.told, fill(WORDS.race_own, { end: percent(lap.end, 2), seed: runs.split(".")[1] }));
    const means = Object.entries(room.means).map(([lane, mean]) => fill(WORDS.race_mean, { lane: WORDS[`race_${lane}`], mean: percent(mean) }));
    this.body.replaceChildren(curve(lap.curve), element("p", { textContent: fill(WORDS.race_means, { means: means.join(", ") }) }));
  }
}

/** Accuracies step by step, from nothing right to all right. */
function curve(points) {
  const { width, height, edge } = CHART;
  const last = points.at(-1)[0] || 1;
  const at = ([step, share]) => `${edge + (step / last) * (width - 2 * edge)},${height - edge - share * (height - 2 * edge)}`;
  const label = fill(WORDS.race_curve, { first: percent(points[0][1]), last: percent(points.at(-1)[1]) });
  const root = picture(width, height, label, { class: "learning" });
  svg(root, "line", { class: "floor", x1: edge, x2: width - edge, y1: height - edge, y2: height - edge });
  svg(root, "polyline", { points: points.map(at).join(" ") });
  return element("figure", {}, root, element("figcaption", { textContent: label }));
}
