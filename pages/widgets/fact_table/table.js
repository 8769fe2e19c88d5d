// Words into a table; nothing here is ever HTML from outside.

const TONES = { green: "var(--st-green-color, #00785a)", orange: "var(--st-orange-color, #b26a00)", red: "var(--st-red-color, #b04a00)", gray: "var(--quiet)" };

function made(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

function cell(name, head, text, { colours, tones }) {
  const node = made(name, name === "th" ? { scope: "row" } : {});
  node.dataset.head = head;
  const last = text.split(" · ").at(-1);
  const tone = tones[last] ?? (head === "Verdict" ? colours[last] ?? "gray" : null);
  if (!tone) node.textContent = text;
  else {
    const chip = made("span", { className: last in tones ? "verdict tile" : "verdict", textContent: text });
    chip.style.setProperty("--tone", TONES[tone]);
    node.append(chip);
  }
  return node;
}

export default function ({ parentElement, data }) {
  const { rows, caption } = data;
  const heads = Object.keys(rows[0]);
  const body = rows.map((row) => made("tr", {}, ...heads.map((head, i) => cell(i ? "td" : "th", head, row[head], data))));
  const top = made("thead", {}, made("tr", {}, ...heads.map((head) => made("th", { scope: "col", textContent: head }))));
  parentElement.querySelector(".facts").replaceChildren(made("table", {}, made("caption", { textContent: caption }), top, made("tbody", {}, ...body)));
}
