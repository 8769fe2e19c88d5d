// What hands do to a chart.

/**
 * Drag anywhere on `plot`: `move(event)` at the press and as long as it lasts, `end()` when it is over.
 *
 * A finger may only want to scroll: it counts once it moves along the chart, or is lifted where it came down.
 */
export function onDrag(plot, move, end) {
  let pressed = null; // where a finger came down, until it is known what it wants
  let dragging = false;
  const begin = (event) => {
    dragging = true;
    pressed = null;
    move(event);
  };
  plot.addEventListener("pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    if (event.pointerType === "touch") pressed = event;
    else begin(event);
  });
  plot.addEventListener("pointermove", (event) => {
    if (dragging) move(event);
    else if (pressed && along(plot, pressed, event)) begin(event);
  });
  plot.addEventListener("pointerup", (event) => {
    if (pressed) begin(event); // a tap
    if (dragging) end();
    dragging = false;
  });
  plot.addEventListener("pointercancel", () => { // the page scrolls
    if (dragging) end();
    pressed = null;
    dragging = false;
  });
}

/** Does the finger move as the chart is read, rather than as the page scrolls? */
function along(plot, from, to) {
  const [x, y] = [Math.abs(to.clientX - from.clientX), Math.abs(to.clientY - from.clientY)];
  return x > y || (y > 0 && getComputedStyle(plot).touchAction === "none");
}
