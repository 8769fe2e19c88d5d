// Words into a table; nothing here is ever HTML from outside.

import { element } from "../../shared/js/dom.js";
import { ready } from "../../shared/js/mount.js";

const TONES = { green: "var(--st-green-color, #00785a)", orange: "var(--st-orange-color, #b26a00)", red: "var(--st-red-color, #b04a00)", gray: "var(--quiet)" };

function cell(name, head, text, { colours, tones }) {
  const node = element(name, name === "th" ? { scope: "row" } : {});
  node.dataset.head = head;
  const last = text.split(" · ").at(-1);
  const tone = tones[last] ?? (head === "Verdict" ? colours[last] ?? "gray" : null);
  if (!tone) node.textContent = text;
  else {
    const claim = /^C(\d+) · /.exec(text)?.[1]; // it leads to the claim's row of the ledger
    const chip = claim
      ? element("a", { className: "verdict visit", textContent: text, href: `ledger?claim=${claim}` })
      : element("span", { className: last in tones ? "verdict tile" : "verdict", textContent: text });
    chip.style.setProperty("--tone", TONES[tone]);
    node.append(chip);
  }
  return node;
}

export default function ({ parentElement, data }) {
  const { rows, caption } = data;
  const heads = Object.keys(rows[0]);
  const body = rows.map((row) => element("tr", {}, ...heads.map((head, i) => cell(i ? "td" : "th", head, row[head], data))));
  const top = element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col", textContent: head }))));
  parentElement.querySelector(".facts").replaceChildren(element("table", {}, element("caption", { textContent: caption }), top, element("tbody", {}, ...body)));
  ready(parentElement);
}
