// What units say to the digit: discs that fill, and ten bars at the outputs.

import { top } from "../../shared/js/forward.js";
import { chartText, growth } from "../../shared/js/type.js";

export const BARS = 136; // pixels beside the outputs, for a text of 12.5 px
export const FOOT = 62; // below them, where the net stands upright

/** said: of every layer after the input (see shared/js/forward.js); right: did the net read it right, null for a drawing. */
export function drawLit(context, model, geometry, said, rung, theme) {
  context.clearRect(0, 0, geometry.width, geometry.height);
  if (!said) return;
  model.layers.slice(1).forEach((layer, i) => {
    const { x, y } = geometry.places[i + 1];
    const most = Math.max(1e-9, ...said[i]);
    for (let unit = 0; unit < x.length; unit++) {
      if (layer.dies[unit] <= rung && i < said.length - 1) continue; // dead: drawn hollow below
      drawDisc(context, x[unit], y[unit], geometry.radius, said[i][layer.units[unit]] / most, theme);
    }
  });
  drawBars(context, geometry, said.at(-1), theme);
}

function drawDisc(context, x, y, radius, light, theme) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = theme.background;
  context.fill();
  context.globalAlpha = Math.max(0, light);
  context.fillStyle = theme.text;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.25;
  context.strokeStyle = theme.text;
  context.stroke();
}

/** Ten bars and the share of the largest. */
function drawBars(context, geometry, shares, theme) {
  const { x, y } = geometry.places.at(-1);
  const best = top(shares);
  const gap = x.length > 1 ? Math.abs(geometry.upright ? x[1] - x[0] : y[1] - y[0]) : 30;
  const thick = Math.min(14 * growth(), 0.62 * gap);
  context.font = `600 ${0.9 * chartText()}px ${theme.font}`;
  context.textBaseline = "middle";
  for (let unit = 0; unit < x.length; unit++) {
    const first = unit === best;
    context.fillStyle = theme.text;
    context.globalAlpha = first ? 1 : 0.45;
    if (geometry.upright) {
      const floor = geometry.height - 4;
      const tall = shares[unit] * 30;
      context.fillRect(x[unit] - thick / 2, floor - tall, thick, Math.max(1, tall));
    } else {
      const left = x[unit] + geometry.radius + 24 * growth();
      const room = geometry.width - left - 40 * growth();
      context.fillRect(left, y[unit] - thick / 2, Math.max(1, shares[unit] * room), thick);
      context.textAlign = "left";
      if (first || shares[unit] > 0.095) context.fillText(`${Math.round(100 * shares[unit])}%`, left + shares[unit] * room + 5, y[unit] + 1);
    }
  }
  context.globalAlpha = 1;
}
