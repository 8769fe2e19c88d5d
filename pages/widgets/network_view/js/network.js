// The network: where its units stand, and its edges at every rung.

import { fit } from "../../shared/js/paper.js";
import { count } from "../../shared/js/text.js";
import { chartText, growth } from "../../shared/js/type.js";
import { BARS, FOOT } from "./lit.js";

/** Positions in CSS pixels: one {x, y} pair of arrays a layer; inputs form their image, other layers a line. answers: is
 * there to be room for what the outputs say? */
export function layout(model, width, height, answers = false) {
  const upright = width < 520; // on a phone the signal flows downwards, so that layers get the full width
  const [length, breadth] = upright ? [height, width] : [width, height];
  const head = 30 * growth(); // room for the layers' names
  const side = model.layers[0].grid ? Math.min(breadth - head - 14, length * (upright ? 0.36 : 0.34)) : 0;
  const first = upright ? head : 10;
  const foot = upright ? (answers ? FOOT : 34) : answers ? BARS : 36;
  const last = length - foot * growth();
  const start = first + side;
  const deep = model.layers.length - 1;
  const places = model.layers.map((layer, depth) => {
    if (depth === 0 && layer.grid) return gridPlaces(layer, side, upright ? (width - side) / 2 : first, upright ? first : head + (height - head - side) / 2);
    const along = model.layers[0].grid ? start + ((last - start) * (depth - 0.12)) / (deep - 0.12) : first + ((last - first) * depth) / deep;
    return linePlaces(layer.units.length, along, breadth, upright ? 10 : head, upright);
  });
  return { places, upright, width, height, cell: side / (model.layers[0].grid?.[1] ?? 1), radius: radiusFor(places, upright) };
}

function gridPlaces(layer, side, left, top) {
  const [rows, columns] = layer.grid;
  const cell = side / Math.max(rows, columns);
  return {
    x: Float32Array.from(layer.units, (unit) => left + ((unit % columns) + 0.5) * cell),
    y: Float32Array.from(layer.units, (unit) => top + (Math.floor(unit / columns) + 0.5) * cell),
  };
}

function linePlaces(units, along, breadth, head, upright) {
  const room = breadth - head - 12;
  const gap = Math.min(46 * growth(), room / units);
  const across = Float32Array.from({ length: units }, (_, i) => head + room / 2 + (i - (units - 1) / 2) * gap);
  const fixed = new Float32Array(units).fill(along);
  return upright ? { x: across, y: fixed } : { x: fixed, y: across };
}

function radiusFor(places, upright) {
  const gaps = places.slice(1).map(({ x, y }) => (x.length > 1 ? Math.abs((upright ? x : y)[1] - (upright ? x : y)[0]) : 40));
  return Math.max(1.5, Math.min(8 * growth(), Math.min(...gaps) * 0.36));
}

/** Add the line of an edge to a path, or to a context's. net: the `layer`, `source` and `target` of every edge. */
export function addEdge(path, { layer, source, target }, { places }, edge) {
  const a = places[layer[edge]];
  const b = places[layer[edge] + 1];
  path.moveTo(a.x[source[edge]], a.y[source[edge]]);
  path.lineTo(b.x[target[edge]], b.y[target[edge]]);
}

const DASH = [2, 4]; // what is pruned: told from the kept in greyscale too

/**
 * Edges at every rung, exact and fast: the picture of a rung is a stored picture of the nearest round rung plus the
 * few edges that lie between. Pruned edges lie below, kept ones above, the heaviest on top.
 */
export class Edges {
  constructor(model, geometry, styles) {
    this.model = model;
    this.geometry = geometry;
    this.styles = styles;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const bytes = geometry.width * geometry.height * ratio * ratio * 4;
    // Round rungs are 5, 10 or 20 apart, so that the stored pictures stay within about 80 MB.
    this.step = [5, 10].find((step) => bytes * 2 * (100 / step + 1) < 80e6) ?? 20;
    this.top = Math.ceil((model.rungs - 1) / this.step) * this.step;
    this.bins = Array.from({ length: model.rungs }, (_, rung) => (rung ? this.path(model.gone[rung - 1], model.gone[rung]) : null));
    this.stored = { kept: new Map(), pruned: new Map() };
  }

  path(from, to) {
    const { weight, heaviest } = this.model;
    const path = new Path2D();
    let sum = 0;
    for (let edge = from; edge < to; edge++) {
      addEdge(path, this.model, this.geometry, edge);
      sum += Math.abs(weight[edge]);
    }
    return { path, share: to > from ? sum / (to - from) / heaviest : 0 }; // all of a bin are nearly equal in size
  }

  /** Stroke the edges that die at rungs `from` … `to`, as kept or as pruned. */
  stroke(context, role, from, to) {
    const style = this.styles[role];
    context.strokeStyle = style.colour;
    for (let rung = from; rung <= Math.min(to, this.model.rungs - 1); rung++) {
      const { path, share } = this.bins[rung];
      context.lineWidth = (role === "kept" ? 0.6 + 2.6 * share : 0.7) * growth();
      context.globalAlpha = role === "kept" ? Math.min(1, 0.38 + 1.2 * share) : style.opacity;
      context.stroke(path);
    }
    context.globalAlpha = 1;
  }

  /** The stored picture of a round rung: bins after it for `kept`, bins up to it for `pruned`. Built from its neighbour. */
  picture(role, level) {
    const store = this.stored[role];
    if (store.has(level)) return store.get(level);
    const canvas = document.createElement("canvas");
    const context = fit(canvas, this.geometry.width, this.geometry.height);
    if (role === "kept" && level < this.top) {
      this.stroke(context, role, level + 1, level + this.step);
      this.place(context, this.picture(role, level + this.step));
    } else if (role === "pruned" && level > 0) {
      this.place(context, this.picture(role, level - this.step));
      context.setLineDash(DASH);
      this.stroke(context, role, level - this.step + 1, level);
    }
    store.set(level, canvas);
    return canvas;
  }

  place(context, picture) {
    context.drawImage(picture, 0, 0, this.geometry.width, this.geometry.height);
  }

  draw(context, rung) {
    const below = Math.floor(rung / this.step) * this.step;
    const above = Math.ceil(rung / this.step) * this.step;
    context.clearRect(0, 0, this.geometry.width, this.geometry.height);
    this.place(context, this.picture("pruned", below));
    context.setLineDash(DASH);
    this.stroke(context, "pruned", below + 1, rung);
    context.setLineDash([]);
    this.stroke(context, "kept", rung + 1, above);
    this.place(context, this.picture("kept", above));
  }

  /** Build one missing picture; false when all are there. Called while the browser idles. */
  prepare() {
    for (let level = 0; level <= this.top; level += this.step) {
      for (const role of ["kept", "pruned"]) {
        if (!this.stored[role].has(level)) return Boolean(this.picture(role, level));
      }
    }
    return false;
  }
}

/** Units and layer names over the edges. Dead units are hollow and faint. */
export function drawUnits(context, model, geometry, rung, theme) {
  context.clearRect(0, 0, geometry.width, geometry.height);
  model.layers.forEach((layer, depth) => {
    const { x, y } = geometry.places[depth];
    const isImage = depth === 0 && layer.grid;
    if (isImage) drawPlate(context, x, y, geometry.cell, theme);
    for (let unit = 0; unit < x.length; unit++) {
      const dead = layer.dies[unit] <= rung;
      if (isImage) drawPixel(context, x[unit], y[unit], geometry.cell, layer.image?.[layer.units[unit]] ?? 0, dead, theme);
      else drawUnit(context, x[unit], y[unit], geometry.radius, dead, theme);
      if (depth === model.layers.length - 1) labelOutput(context, x[unit], y[unit], layer.units[unit], geometry, dead, theme);
    }
    nameLayer(context, layer, geometry, depth, theme);
  });
}

/** A veil behind the image: the edges under it stay visible but no longer cut it to pieces. */
function drawPlate(context, x, y, cell, theme) {
  const [left, top] = [Math.min(...x) - cell / 2, Math.min(...y) - cell / 2];
  context.globalAlpha = 0.75;
  context.fillStyle = theme.background;
  context.fillRect(left, top, Math.max(...x) + cell / 2 - left, Math.max(...y) + cell / 2 - top);
  context.globalAlpha = 1;
}

function drawPixel(context, x, y, cell, value, dead, theme) {
  const side = Math.max(1.5, cell * (dead ? 0.42 : 0.86));
  context.fillStyle = theme.background;
  context.fillRect(x - side / 2, y - side / 2, side, side);
  context.globalAlpha = (0.12 + 0.88 * value) * (dead ? 0.5 : 1);
  context.fillStyle = theme.text;
  context.fillRect(x - side / 2, y - side / 2, side, side);
  context.globalAlpha = 1;
}

function drawUnit(context, x, y, radius, dead, theme) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = dead ? theme.background : theme.text;
  context.fill();
  context.globalAlpha = dead ? 0.4 : 1;
  context.lineWidth = 1.5;
  context.strokeStyle = dead ? theme.text : theme.background;
  context.stroke();
  context.globalAlpha = 1;
}

function labelOutput(context, x, y, unit, geometry, dead, theme) {
  context.font = `600 ${1.1 * chartText()}px ${theme.font}`;
  context.fillStyle = theme.text;
  context.globalAlpha = dead ? 0.45 : 1;
  context.textAlign = geometry.upright ? "center" : "left";
  context.textBaseline = "middle";
  if (geometry.upright) context.fillText(unit, x, y + geometry.radius + 12 * growth());
  else context.fillText(unit, x + geometry.radius + 8, y);
  context.globalAlpha = 1;
}

function nameLayer(context, layer, geometry, depth, theme) {
  const { x, y } = geometry.places[depth];
  const shown = layer.units.length;
  const size = layer.grid ? layer.grid.join(" × ") : shown === layer.of ? shown : `${shown} / ${count(layer.of)}`;
  context.font = `${chartText()}px ${theme.font}`;
  const label = labelFor(context, layer, geometry, depth, `${layer.name} · ${size}`);
  context.fillStyle = theme.text;
  context.textBaseline = "middle";
  context.textAlign = "center";
  const half = context.measureText(label).width / 2 + 2;
  const middle = geometry.upright ? half : (Math.min(...x) + Math.max(...x)) / 2;
  const level = geometry.upright ? Math.min(...y) - geometry.radius - 14 : 12;
  const x0 = Math.max(half, Math.min(geometry.width - half, middle));
  context.lineWidth = 5;
  context.strokeStyle = theme.background; // a halo, since edges pass behind the name
  context.strokeText(label, x0, Math.max(10, level));
  context.fillText(label, x0, Math.max(10, level));
}

/** A layer's whole label; in a deep net, whose layers stand too close for that, its name, and after the first hidden layer
 * its number alone. */
function labelFor(context, layer, { places, upright }, depth, label) {
  const room = upright || depth === 0 || places.length < 3 ? Infinity : places.at(-1).x[0] - places.at(-2).x[0];
  if (context.measureText(label).width < room) return label;
  return depth === 1 || depth === places.length - 1 ? layer.name : layer.name.replace(/^\D+/, "");
}

/** How many of the drawn units lie on no path at this rung. */
export function deadUnits(model, rung) {
  return model.layers.reduce((sum, layer) => sum + layer.dies.reduce((dead, dies) => dead + (dies <= rung), 0), 0);
}
