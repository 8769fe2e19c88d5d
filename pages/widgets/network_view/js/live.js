// A net that trains while it is drawn: its edges move as the weights do, then they fall rung by rung.

import { drawnLayers } from "../../shared/js/forward.js";
import { Living } from "../../shared/js/living.js";
import { Run } from "../../shared/js/run.js";
import { stream } from "../../shared/js/stream.js";
import { growth } from "../../shared/js/type.js";
import { addEdge } from "./network.js";

const WIDTHS = 12; // classes of line width, one stroke each

export class LiveNet {
  /** model: of the net before its training. plan: which points become which line. changed(): a picture or a point came. */
  constructor(model, { job, url, plan }, changed, over) {
    this.model = model;
    this.job = job;
    this.over = over;
    this.changed = changed;
    this.told = false;
    this.run = new Run(plan);
    // Pictures have the weights in the order of the followed ones, the model by size of its own.
    this.order = new Uint32Array(model.place.length);
    model.place.forEach((place, edge) => (this.order[place] = edge));
    this.living = new Living(this.order.map((edge) => model.layer[edge]), changed);
    this.living.start(Float32Array.from(this.order, (edge) => model.weight[edge]));
    this.leave = url ? stream.watch(job, url, (message) => this.hear(message), true) : () => {};
  }

  hear(message) {
    this.living.hear(message);
    this.run.hear(message);
    this.changed();
    if (!this.run.over || this.told) return;
    this.told = true;
    this.leave();
    this.over(this.run.over);
  }

  /** The rung that the run has measured last; −1 while it trains. */
  get rung() {
    return this.run.point?.stage === "rung" ? this.run.point.round : -1;
  }

  /** The largest weight that is pruned at that rung. */
  get cut() {
    return this.rung < 0 ? 0 : this.run.point.measures.threshold;
  }

  /** Matrices of a net that is drawn whole, as they are on screen; null for a sample or before the first picture. */
  get layers() {
    const biases = this.living.picture?.biases;
    if (!biases || this.model.rank.length !== this.model.total) return null;
    const values = new Float32Array(this.order.length);
    const { cut } = this;
    this.order.forEach((edge, place) => (values[edge] = Math.abs(this.living.values[place]) > cut ? this.living.values[place] : 0));
    return drawnLayers(this.model, values, biases.map((bias) => Float32Array.from(bias)));
  }

  draw(context, geometry) {
    const { model, order, cut } = this;
    const { values } = this.living;
    const heaviest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
    const paths = Array.from({ length: WIDTHS }, () => new Path2D());
    const gone = new Path2D();
    for (let place = 0; place < values.length; place++) {
      const size = Math.abs(values[place]);
      const path = size <= cut && cut > 0 ? gone : paths[Math.min(WIDTHS - 1, Math.floor((WIDTHS * size) / heaviest))];
      addEdge(path, model, geometry, order[place]);
    }
    context.clearRect(0, 0, geometry.width, geometry.height);
    const { kept, pruned } = model.styles;
    context.setLineDash([2, 4]);
    Object.assign(context, { strokeStyle: pruned.colour, lineWidth: 0.8, globalAlpha: pruned.opacity });
    context.stroke(gone);
    context.setLineDash([]);
    context.strokeStyle = kept.colour;
    paths.forEach((path, i) => {
      const share = (i + 0.5) / WIDTHS;
      Object.assign(context, { lineWidth: (0.6 + 2.6 * share) * growth(), globalAlpha: Math.min(1, 0.38 + 1.2 * share) });
      context.stroke(path);
    });
    context.globalAlpha = 1;
  }

  close() {
    this.leave();
    this.living.close();
  }
}
