// What a canvas needs before one can draw on it: the theme's colours, and pixels as fine as the screen's.


/** The theme's neutral colours, read afresh at each repaint since a reader can switch theme at any time. */
export function themeOf(element) {
  const style = getComputedStyle(element);
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const text = read("--st-text-color", "#1d2129");
  const background = read("--st-background-color", "#ffffff");
  return { text, background, font: read("--st-font", "sans-serif"), dark: lightness(background) < 0.5 };
}

let swatch = null; // one pixel, kept: asking for a context takes longer than reading it

/** 0 for black to 1 for white, whatever way the colour is written. */
function lightness(colour) {
  swatch ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  swatch.fillStyle = colour;
  swatch.fillRect(0, 0, 1, 1);
  const [red, green, blue] = swatch.getImageData(0, 0, 1, 1).data;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** Fit a canvas to its CSS box at the screen's resolution; returns its context in CSS pixels. */
export function fit(canvas, width, height) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2); // beyond 2 no eye gains and memory quadruples
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
