// The figure to take home: on white, with its legend, caption, config and citation inside.

const PAPER = { width: 760, height: 420, letters: 112, line: 17 };
const PRINT = `text{font-family:'Source Sans 3','Source Sans Pro',Helvetica,Arial,sans-serif;font-size:12.5px;fill:#3c424c}
.heading{font-size:17px;font-weight:600;fill:#171a21}.grid{stroke:#808080;stroke-opacity:.25}.mark{stroke:#5a6270;stroke-dasharray:6 4}
.anchor{fill:#fff;stroke-width:2}.caption{font-size:12px}`;

/** Words broken into lines of at most `most` letters. */
function wrapped(text, most) {
  return text.split(" ").reduce((lines, word) => {
    if (`${lines.at(-1)} ${word}`.length > most) lines.push(word);
    else lines.push(`${lines.pop()} ${word}`.trim());
    return lines;
  }, [""]);
}

/** The chart as a standalone SVG document. */
function printable(chart, data, view) {
  const { width, height, line, letters } = PAPER;
  const anchors = anchorsOf(chart, data);
  const bands = view.each ? [data.words.each + "."] : [];
  const caption = [`${chart.takeaway[0].toUpperCase()}${chart.takeaway.slice(1)}.`, chart.source, ...bands,
    ...(anchors ? [anchors] : []), `Seeds ${data.seed_numbers.join(", ")}. ${data.citation}`];
  const lines = caption.flatMap((text) => wrapped(text, letters));
  const full = height + 66 + lines.length * line;
  const root = svg(null, "svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${full}`, width, height: full });
  svg(root, "title", {}, chart.title);
  svg(root, "desc", {}, chart.alt);
  svg(root, "metadata", {}, `${data.words.config}: ${data.config}`);
  svg(root, "style", {}, PRINT);
  svg(root, "rect", { width, height: full, fill: "#fff" });
  svg(root, "text", { class: "heading", x: 14, y: 26 }, chart.title);
  const plot = svg(root, "g", { transform: "translate(0,34)" });
  drawCurves(plot, chart, data, view, placeOf(chart, data, view, width, height), width, height);
  let x = 58;
  for (const one of chart.lines) {
    const style = data.styles[one.role];
    svg(root, "line", { x1: x, x2: x + 28, y1: height + 48, y2: height + 48, stroke: style.colour, "stroke-width": style.width, "stroke-dasharray": DASHES[style.dash] });
    svg(root, "text", { x: x + 34, y: height + 52 }, one.name);
    x += 34 + one.name.length * 6.6 + 22;
  }
  lines.forEach((text, i) => svg(root, "text", { class: "caption", x: 14, y: height + 78 + i * line }, text));
  return new XMLSerializer().serializeToString(root);
}

/** Mean, interval and every seed of the drawn lines, one row a level; shares as shares. */
function asCsv(chart, data) {
  const quote = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = chart.lines;
  const head = ["weights left", "weights", ...lines.flatMap((line) => [line.name, ...(line.low ? [`${line.name} 95 % low`, `${line.name} 95 % high`] : []), ...(line.seeds ?? []).map((_, i) => `${line.name} seed ${data.seed_numbers[i] ?? i}`)])];
  const rows = data.density.map((share, level) => {
    const at = lines[0].x.length - 1 - level;
    return [share, data.kept[level], ...lines.flatMap((line) => [line.y[at], ...(line.low ? [line.low[at], line.high[at]] : []), ...(line.seeds ?? []).map((seed) => seed[at])])];
  });
  return [head, ...rows].map((row) => row.map((value) => quote(String(value ?? ""))).join(",")).join("\r\n") + "\r\n";
}

function save(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** PNG at three times the size of the SVG: 300 dots an inch in a column of 7.6 inches. */
async function asPng(text) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await picture.decode();
  const canvas = element("canvas", { width: picture.width * 3, height: picture.height * 3 });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** The browser's own print of the SVG, where a reader chooses "save as PDF": vectors stay vectors. */
function print(text) {
  const frame = element("iframe", { title: "print" });
  frame.style.cssText = "position:fixed;width:0;height:0;border:0";
  document.body.append(frame);
  frame.contentDocument.body.innerHTML = `<style>@page{margin:15mm}svg{width:100%;height:auto}</style>${text}`;
  frame.contentWindow.onafterprint = () => frame.remove();
  frame.contentWindow.print();
}

async function take(kind, chart, data, view) {
  const name = chart.title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  if (kind === "CSV") return save(new Blob([asCsv(chart, data)], { type: "text/csv" }), `${name}.csv`);
  const text = printable(chart, data, view);
  if (kind === "SVG") return save(new Blob([text], { type: "image/svg+xml" }), `${name}.svg`);
  if (kind === "PNG") return save(await asPng(text), `${name}.png`);
  return print(text);
}
