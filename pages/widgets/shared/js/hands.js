// What hands do to a chart.

/** Drag anywhere on `plot`: `move(event)` at the press and as long as it lasts, `end()` when it is over. */
export function onDrag(plot, move, end) {
  let dragging = false;
  plot.addEventListener("pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    dragging = true;
    move(event);
  });
  plot.addEventListener("pointermove", (event) => dragging && move(event));
  for (const name of ["pointerup", "pointercancel"]) {
    plot.addEventListener(name, () => {
      if (dragging) end();
      dragging = false;
    });
  }
}
