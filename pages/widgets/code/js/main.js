// A program on the page: its pieces in their colours, and a button that copies it.

import { element, write } from "../../shared/js/dom.js";
import { mount } from "../../shared/js/mount.js";

class Code {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.find(".copy").addEventListener("click", () => this.copy());
  }

  update({ data }) {
    this.data = data;
    const pieces = data.spans.map(([kind, text]) => (kind ? element("span", { textContent: text, style: `color: ${data.inks[kind]}` }) : text));
    this.find("code").replaceChildren(...pieces);
    this.find("pre").setAttribute("aria-label", data.words.program);
    write(this.find(".copy"), data.words.copy);
  }

  async copy() {
    const { spans, words } = this.data;
    await navigator.clipboard.writeText(spans.map(([, text]) => text).join(""));
    for (const place of [".copy", ".spoken"]) this.find(place).textContent = words.copied;
    setTimeout(() => [".copy", ".spoken"].forEach((place, i) => (this.find(place).textContent = i ? "" : words.copy)), 2_000);
  }

  close() {}
}

export default function (component) {
  return mount(component, Code);
}
