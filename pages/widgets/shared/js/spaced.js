// Labels do not run into one another: beside the ends of lines, and at the heads of upright ones.

/** Centres of labels from `low` down to `high`, in pixels: pushed away from their wanted places as their heights ask. */
export function spaced(wanted, heights, low, high) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const places = [...wanted];
  let free = low;
  for (const i of order) {
    places[i] = Math.max(places[i], free + heights[i] / 2);
    free = places[i] + heights[i] / 2;
  }
  let end = high;
  for (const i of order.reverse()) {
    places[i] = Math.min(places[i], end - heights[i] / 2);
    end = places[i] - heights[i] / 2;
  }
  return places;
}

/** How many lines each label stands below the top, the first ones highest. labels: {from, to, lines}, from and to in pixels. */
export function stepped(labels) {
  /** @type {{from: number, to: number, top: number, end: number}[]} */
  const placed = [];
  return labels.map(({ from, to, lines }) => {
    let top = 0;
    const struck = () => placed.find((other) => from < other.to && other.from < to && top < other.end && other.top < top + lines);
    for (let other = struck(); other; other = struck()) top = other.end;
    placed.push({ from, to, top, end: top + lines });
    return top;
  });
}
