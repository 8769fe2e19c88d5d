// Columns of text into a table.

import { element } from "../../shared/js/dom.js";
import { mount } from "../../shared/js/mount.js";

class NumberTable {
  constructor(root) {
    this.box = root.querySelector(".numbers");
  }

  update({ data: { heads, columns, words, wide, label } }) {
    const side = (i) => (words[i] ? "word" : "");
    const top = element("tr", {}, ...heads.map((head, i) => element("th", { scope: "col", textContent: head, className: side(i) })));
    const row = (_, at) => element("tr", {}, ...columns.map((column, i) => element("td", { textContent: column[at], className: side(i) })));
    this.box.setAttribute("aria-label", label);
    this.box.style.width = `${wide}px`;
    this.box.replaceChildren(element("table", {}, element("thead", {}, top), element("tbody", {}, ...columns[0].map(row))));
  }

  close() {}
}

export default function (component) {
  return mount(component, NumberTable);
}
