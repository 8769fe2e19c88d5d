// The message from Python as typed arrays, and the small helpers every part uses.

const SVG = "http://www.w3.org/2000/svg";
const DASHES = { solid: [], dash: [5, 3], dot: [1.5, 2.5], dashdot: [6, 3, 1.5, 3], longdash: [9, 4] };

/** Little-endian base64 → typed array of class `Kind`. */
function decode(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Kind(bytes.buffer);
}

/** Everything the parts draw. `gone[k]`: how many of the drawn edges, sorted by rank, are pruned at rung k. */
function readModel(data) {
  const model = {
    ...data,
    layers: data.layers.map(readLayer),
    source: decode(data.source, Uint16Array),
    target: decode(data.target, Uint16Array),
    layer: decode(data.layer, Uint8Array),
    weight: decode(data.weight, Float32Array),
    rank: decode(data.rank, Uint32Array),
    kept: decode(data.kept, Uint32Array),
    threshold: decode(data.threshold, Float32Array),
    counts: decode(data.histogram.counts, Uint32Array),
    bounds: decode(data.histogram.edges, Float32Array),
    pixels: decode(data.pixels, Uint16Array),
  };
  model.rungs = model.kept.length;
  model.gone = goneByRung(model);
  model.heaviest = model.weight.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) || 1;
  return model;
}

function readLayer(layer) {
  const image = layer.image && decode(layer.image, Float32Array);
  return { ...layer, units: decode(layer.units, Uint16Array), dies: decode(layer.dies, Uint16Array), image };
}

function goneByRung({ kept, rank, total }) {
  const gone = new Uint32Array(kept.length);
  for (let rung = 0, edge = 0; rung < kept.length; rung++) {
    while (edge < rank.length && rank[edge] < total - kept[rung]) edge++;
    gone[rung] = edge;
  }
  return gone;
}

/** First rung at which the drawn edge is pruned. */
function deathOf(model, edge) {
  let low = 0;
  let high = model.rungs - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (model.gone[middle] > edge) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** `{name}` in a template replaced from `values`. */
const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const grouped = new Intl.NumberFormat("en-GB"); // made once: making one takes longer than a frame allows
const count = (number) => grouped.format(number);
const percent = (share) => (100 * share).toFixed(1) + "%";
const digits = (number) => Number(number).toPrecision(3);

/** Sparsity of a rung in percent, without needless decimals. */
const sparsityOf = (model, rung) => +((100 * rung) / (model.rungs - 1)).toFixed(1);

/** An SVG element with attributes, appended to `parent`. */
function svg(parent, name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent?.append(element);
  return element;
}

/** The theme's neutral colours, read afresh at each repaint since a reader can switch theme at any time. */
function themeOf(element) {
  const style = getComputedStyle(element);
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const text = read("--st-text-color", "#1d2129");
  const background = read("--st-background-color", "#ffffff");
  return { text, background, font: read("--st-font", "sans-serif"), dark: lightness(background) < 0.5 };
}

/** 0 for black to 1 for white, whatever way the colour is written. */
function lightness(colour) {
  const context = (lightness.context ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** Fit a canvas to its CSS box at the screen's resolution; returns its context in CSS pixels. */
function fit(canvas, width, height) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2); // beyond 2 no eye gains and memory quadruples
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
