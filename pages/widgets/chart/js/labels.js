// Where a label stands so that few curves cross its words. Boxes are {left, top, right, bottom} in pixels of the picture,
// curves lists of [x, y].

/** Of some boxes the first in which the least of the curves runs, and none that is taken as long as another is free. */
export function clearest(boxes, curves, taken) {
  const within = (box) => curves.reduce((sum, curve) => curve.reduce((run, point, i) => run + piece(curve[Math.max(0, i - 1)], point, box), sum), 0);
  const costs = boxes.map((box) => (taken.some((other) => overlap(box, other)) ? 1e9 : 0) + within(box));
  return boxes[costs.indexOf(Math.min(...costs))];
}

const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** How much of a straight piece lies in the box, and a pixel for a touch: it is cut at each edge (Liang & Barsky 1984). */
function piece([x1, y1], [x2, y2], { left, top, right, bottom }) {
  let [from, to] = [0, 1];
  for (const [run, room] of [[x1 - x2, x1 - left], [x2 - x1, right - x1], [y1 - y2, y1 - top], [y2 - y1, bottom - y1]]) {
    if (run === 0 && room < 0) return 0;
    if (run < 0) from = Math.max(from, room / run);
    if (run > 0) to = Math.min(to, room / run);
  }
  return from <= to ? 1 + (to - from) * Math.hypot(x2 - x1, y2 - y1) : 0;
}
