// Labels beside the ends of lines do not run into one another.

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
