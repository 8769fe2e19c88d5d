// The rewind slider: one step k for all nets and charts, moved in a frame on a drag; Python told when the hand rests.

import { element, picture, svg } from "../../shared/js/dom.js";
import { frameBox } from "../../shared/js/frame.js";
import { onDrag } from "../../shared/js/hands.js";
import { Memory } from "../../shared/js/memory.js";
import { unpack } from "../../shared/js/packed.js";
import { fill, grouped } from "../../shared/js/text.js";
import { dotted } from "../../curve_reader/js/readings.js";
import { drawErrors, drawHills, drawWay } from "./panels.js";
import { errorRange, HILL_FLOOR, lineRange, nearestStep, placed, stepPlace } from "./place.js";

class Rewind {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.data = this.view = null;
    this.memory = new Memory();
    this.section = this.find(".rewind");
    this.slider = this.find(".slider");
    this.slider.addEventListener("input", () => this.go(this.data.nets[0].steps[Number(this.slider.value)]));
    this.find(".switches").addEventListener("submit", (event) => event.preventDefault());
    this.size = new ResizeObserver(() => this.data && this.draw());
    this.size.observe(this.find(".nets"));
  }

  /** Called by Streamlit at mount, on new data and on a change of theme. */
  update({ data, setStateValue }) {
    this.report = (view) => setStateValue("view", view);
    if (data !== this.data) {
      this.data = data;
      this.view ??= { ...data.view };
      this.memory.knows(this.view);
      this.build();
    }
    this.draw();
  }

  /** Controls and empty panels. */
  build() {
    const { data, view } = this;
    const { words, nets } = data;
    const [lead] = nets;
    this.find("legend").textContent = words.rounds;
    this.find(".choices").replaceChildren(...Object.entries(lead.rounds).map(([round, { density }]) => {
      const input = element("input", { type: "radio", name: "round", value: round, checked: Number(round) === view.round });
      input.addEventListener("change", () => { view.round = Number(round); this.draw(); });
      return element("label", {}, input, `${(100 * density).toFixed(1)}%`);
    }));
    this.find(".steering span").textContent = words.slider;
    this.slider.max = lead.steps.length - 1;
    this.find(".hint").textContent = words.hint;
    this.panels = nets.map((net) => this.panelOf(net));
    this.find(".nets").replaceChildren(...this.panels.map(({ node }) => node));
  }

  /** One column: heading, read-outs, three charts. */
  panelOf(net) {
    const { words } = this.data;
    const head = element("p", { className: "here" }, element("b"), element("span"));
    const table = element("div", { className: "table" });
    const plots = ["error", "hill", "line"].map((kind) => {
      const plot = element("div", { className: `plot ${kind}` });
      if (kind !== "line") this.listen(plot);
      return [kind, plot];
    });
    const charts = plots.map(([kind, plot]) => element("figure", {}, element("figcaption", { textContent: words[kind] }), plot));
    const node = element("div", { className: "net" }, element("h3", { textContent: net.name }), head, table, ...charts);
    node.dataset.net = net.key;
    return { net, node, head, table, plots: Object.fromEntries(plots) };
  }

  listen(plot) {
    const drag = (event) => {
      const { left, right } = frameBox();
      const share = (event.clientX - plot.getBoundingClientRect().left - left) / (plot.clientWidth - left - right);
      this.go(10 ** (Math.min(1, Math.max(0, share)) * stepPlace(this.last())) - 1);
    };
    onDrag(plot, (event) => {
      this.dragging = true;
      drag(event);
    }, () => {
      this.dragging = false;
      this.go(this.view.step);
    });
  }

  last() {
    return Math.max(...this.data.nets.map(({ budget }) => budget));
  }

  // ── drawing ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Everything, for the present size and density. */
  draw() {
    const { data, view } = this;
    const round = String(view.round);
    const [errors, way] = [errorRange(data.nets), lineRange(data.nets)];
    for (const panel of this.panels) {
      const { net, plots } = panel;
      panel.place = {};
      for (const { kind, ys, draw } of [
        { kind: "error", ys: errors, draw: drawErrors },
        { kind: "hill", ys: [HILL_FLOOR, 1], draw: drawHills },
      ]) {
        const { clientWidth: width, clientHeight: height } = plots[kind];
        if (!width) return;
        const place = (panel.place[kind] = placed(true, this.last(), ys, width, height));
        const root = picture(width, height);
        draw(root, net, data, place, width, height, round);
        const moving = picture(width, height, "", { class: "moving" });
        svg(moving, "line", { class: "cursor", y1: frameBox().top, y2: height - frameBox().bottom });
        plots[kind].replaceChildren(root, moving);
      }
      panel.way = way;
      panel.cells = this.tableOf(panel, round);
    }
    this.show();
    this.section.dataset.drawn = Number(this.section.dataset.drawn ?? 0) + 1;
  }

  /** Read-outs that are the legend as well; returns the cells that follow the hand. */
  tableOf({ net, table }, round) {
    const { words, styles } = this.data;
    const { others } = net.rounds[round];
    const row = (role, name, wrong, against) => element("tr", {}, element("th", { scope: "row" }, dotted(styles[role]), name), element("td", {}, wrong), element("td", {}, against));
    const cells = { wrong: element("b"), against: element("b"), verdict: element("small"), whole: element("b"), mask: element("b") };
    const head = [words.way, words.wrong, words.against].map((text) => element("th", { scope: "col", textContent: text }));
    const rows = [
      row("kept", words.ticket, cells.wrong, element("span", {}, cells.against, cells.verdict)),
      ...others.map((one) => row(one.role, one.name, element("b", { textContent: one.wrong }), element("span", {}, element("b", { textContent: one.against }), element("small", { textContent: one.verdict })))),
    ];
    const hills = element("p", { className: "hills" }, `${words.siblings}: ${fill(words.mask, { share: `${(100 * net.sibling).toFixed(1)}%` })} `, cells.mask, ` · ${words.whole} `, cells.whole);
    table.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)), hills);
    return cells;
  }

  /** Cursors, the siblings' line and all read-outs at the present step, in one go. */
  show() {
    const { data, view } = this;
    const { words } = data;
    const [lead] = data.nets;
    view.step = lead.steps[nearestStep(lead.steps, view.step)];
    const spoken = [];
    for (const panel of this.panels) {
      const { net, plots, cells, head } = panel;
      const at = nearestStep(net.steps, view.step);
      const step = net.steps[at];
      for (const kind of ["error", "hill"]) plots[kind].querySelector(".cursor")?.setAttribute("transform", `translate(${panel.place[kind].x(step)},0)`);
      const ticket = net.rounds[view.round].ticket[at];
      const n = ticket.each.length;
      head.firstChild.textContent = fill(words.step, { step: grouped.format(step) });
      const share = `${Number(((100 * step) / net.budget).toPrecision(2))}%`;
      head.lastChild.textContent = fill(words.of, { budget: grouped.format(net.budget), share, left: fill(words.mask, { share: `${(100 * net.rounds[view.round].density).toFixed(1)}%` }), seeds: n === 1 ? words.seed : fill(words.seeds, { n }) });
      cells.wrong.textContent = ticket.wrong || words.none;
      cells.against.textContent = ticket.against;
      cells.verdict.textContent = ticket.verdict;
      cells.mask.textContent = net.hills[6][at].told || words.none;
      cells.whole.textContent = net.hills[0][at].told || words.none;
      this.way(panel, at);
      spoken.push(fill(words.summary, { net: net.name, step: head.firstChild.textContent, of: head.lastChild.textContent, values: [ticket.wrong, ticket.against, ticket.verdict].filter(Boolean).join(", ") || words.none }));
    }
    const place = lead.steps.indexOf(view.step);
    if (Number(this.slider.value) !== place) this.slider.value = place;
    Object.assign(this.section.dataset, { step: view.step, round: view.round });
    this.memory.soon(() => this.rest(spoken.join(" ")));
  }

  way(panel, at) {
    const plot = panel.plots.line;
    const { clientWidth: width, clientHeight: height } = plot;
    const root = picture(width, height);
    drawWay(root, panel.net, at, this.data, placed(false, 1, panel.way, width, height), width, height);
    plot.replaceChildren(root);
  }

  /** Words for those who listen and the report to Python, once the hand rests. */
  rest(spoken) {
    if (this.dragging) return;
    this.slider.setAttribute("aria-valuetext", fill(this.data.words.step, { step: grouped.format(this.view.step) }));
    this.find(".summary").textContent = spoken;
    this.memory.tell({ ...this.view }, this.report);
  }

  /** Wish for a step; drawn at the next frame, so that a fast hand never queues up work. */
  go(step) {
    this.view.step = step;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.show();
    });
  }

  close() {
    this.memory.close();
    cancelAnimationFrame(this.frame);
    this.size.disconnect();
  }
}

export default function (component) {
  const root = component.parentElement;
  const rewind = (root.rewind ??= new Rewind(root));
  rewind.update({ ...component, data: unpack(rewind, component.data) });
  return () => {
    rewind.close();
    delete root.rewind;
  };
}
