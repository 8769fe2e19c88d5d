// Symbols are buttons: hover, focus and tap all do the same, so no reader is left out.

import { ready } from "../../shared/js/mount.js";

export default function ({ parentElement, data }) {
  const statement = parentElement.querySelector(".statement");
  const meaning = parentElement.querySelector(".meaning");
  const show = (symbol) => {
    for (const other of statement.querySelectorAll("button")) other.classList.toggle("shown", other.textContent === symbol);
    const name = Object.assign(document.createElement("b"), { textContent: symbol });
    meaning.replaceChildren(name, ` ${data.meanings[symbol]}`);
  };
  meaning.textContent = data.hint;
  statement.replaceChildren(...data.parts.map((part) => {
    if (!(part in data.meanings)) return document.createTextNode(part);
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: part, title: data.meanings[part] });
    for (const event of ["pointerenter", "focus", "click"]) button.addEventListener(event, () => show(part));
    return button;
  }));
  if (data.chosen) show(data.chosen);
  ready(parentElement);
}
