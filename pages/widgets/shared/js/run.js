// What is known of one live run: its status, its latest point, and its points sorted into lines.

export class Run {
  constructor(plan) {
    this.plan = plan;
    this.status = null;
    this.trouble = null; // "lost" or "full" while the server does not answer
    this.point = null;
    this.share = 0;
    this.eta = null;
    this.curves = plan.lines.map(() => new Map()); // line → round → {x: [], y: []}
  }

  hear(message) {
    this.trouble = message.trouble ?? null;
    if (message.status) {
      this.status = message.status;
      this.share = Math.max(this.share, message.status.share);
    }
    if (!message.points) return;
    this.share = message.share;
    this.eta = message.eta;
    if (this.status) this.status.viewers = message.viewers;
    for (const point of message.points) this.add(point);
  }

  add(point) {
    if (point.stage !== "prune") this.point = point;
    const { stage, meanwhile } = this.plan;
    if (point.stage !== stage && point.stage !== meanwhile) return;
    const x = this.place(point);
    this.plan.lines.forEach((line, i) => {
      const y = point.measures[point.stage === stage ? line.measure : line.meanwhile];
      if (x == null || y == null || (line.condition && line.condition !== point.condition)) return;
      const round = this.plan.x === "step" ? point.round : 0;
      const rounds = this.curves[i];
      // A run that went on from its checkpoint repeats a little: what it says again replaces what it said.
      for (const later of [...rounds.keys()]) if (later > round) rounds.delete(later);
      if (!rounds.has(round)) rounds.set(round, { x: [], y: [] });
      const curve = rounds.get(round);
      const again = this.plan.x === "step" ? curve.x.findIndex((known) => known >= x) : curve.x.indexOf(x);
      if (again >= 0) curve.x.length = curve.y.length = again; // also a training's own points, one above the other
      curve.x.push(x);
      curve.y.push(y);
    });
  }

  /** Where the point stands on the x axis: an attribute, a measure, or one over a measure. */
  place({ measures, ...point }) {
    const { x } = this.plan;
    if (x.startsWith("1/")) return 1 / measures[x.slice(2)] || null;
    return x in point ? point[x] : measures[x];
  }

  /** Lines as the static chart has them: {name, role, x, y, live, faint}. */
  lines() {
    return this.plan.lines.flatMap((line, i) => {
      const rounds = [...this.curves[i]].sort((a, b) => a[0] - b[0]);
      return rounds.map(([, curve], j) => ({ ...line, ...curve, live: true, faint: j < rounds.length - 1 }));
    });
  }

  /** What goes on, as a key of the words: a trouble, or the job's state. */
  get state() {
    return this.trouble ?? this.status?.state ?? "starting";
  }

  get over() {
    return ["done", "failed", "cancelled"].includes(this.status?.state) ? this.status.state : null;
  }
}
