// Three columns of buttons; the lines follow wherever the layout puts them. Pointing at a node, or reaching it with the
// Tab key, lights its lines up; pressing it tells Python, which says what is chosen.

import { ready } from "../../shared/js/mount.js";

export default function ({ parentElement, data, setTriggerValue }) {
  const view = parentElement.querySelector(".view");
  const { columns, edges, claims, chosen, heart, words } = data;
  const chapters = columns.chapter.map(({ name }) => name);
  const neighbours = (name) => name === heart ? new Set(chapters.filter((other) => other !== heart)) : new Set(edges.flatMap(([a, b]) => (a === name ? [b] : b === name ? [a] : [])));
  const drawn = JSON.stringify([columns, edges, words]);
  if (view.drawn !== drawn) {
    view.drawn = drawn;
    view.setAttribute("aria-label", data.alt);
    view.querySelector(".columns").replaceChildren(...Object.entries(columns).map(([side, nodes]) => column(side, nodes)));
    view.size?.disconnect();
    view.size = new ResizeObserver(() => view.lines());
    view.size.observe(view);
  }
  view.chosen = chosen;
  view.pick = (name) => setTriggerValue("picked", name);
  view.light = light;
  view.lines = lines;
  for (const button of buttons()) button.setAttribute("aria-pressed", button.dataset.name === chosen);
  ready(parentElement);
  lines();

  function buttons() {
    return [...view.querySelectorAll("button")];
  }

  function column(side, nodes) {
    const part = (tag, content, className = "") => Object.assign(document.createElement(tag), { textContent: content, className });
    const box = part("div", "", side);
    const list = document.createElement("ul");
    for (const node of nodes) {
      const button = Object.assign(document.createElement("button"), { type: "button", title: node.title });
      button.dataset.name = node.name;
      button.classList.toggle("heart", node.name === heart);
      button.append(node.short ?? node.name);
      if (node.short) button.append(part("span", "", "claims"));
      if (node.year) button.append(" ", part("span", node.year, "year"));
      if (node.lab) button.append(part("span", " ●", "lab"));
      const seen = [node.short ?? node.name, node.year].filter(Boolean).join(" "); // who says what they see reaches it
      const told = (chapter) => [chapter, ...(claims[node.name]?.[chapter] ?? [])].join(" ");
      const touched = [...neighbours(node.name)].map(told).join(", ");
      const label = [seen, node.short && node.name, node.lab && words.lab, node.title, touched && `${words.touches} ${touched}`];
      button.setAttribute("aria-label", label.filter(Boolean).join(", "));
      for (const event of ["pointerenter", "focus"]) button.addEventListener(event, () => view.light(node.name));
      for (const event of ["pointerleave", "blur"]) button.addEventListener(event, () => view.light(view.chosen));
      button.addEventListener("click", () => view.pick(view.chosen === node.name ? "" : node.name));
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
    }
    box.append(part("h2", words[side]), list);
    return box;
  }

  function light(name) {
    const known = buttons().some((button) => button.dataset.name === name);
    const near = known ? neighbours(name).add(name) : new Set();
    view.classList.toggle("some", known);
    for (const button of buttons()) {
      button.classList.toggle("lit", near.has(button.dataset.name));
      const told = button.querySelector(".claims");
      if (told) told.textContent = (claims[name]?.[button.dataset.name] ?? []).join(" ");
    }
    for (const path of view.querySelectorAll("path")) path.classList.toggle("lit", known && path.ends.includes(name));
  }

  function lines() {
    const origin = view.getBoundingClientRect();
    const boxes = Object.fromEntries(buttons().map((button) => [button.dataset.name, button.getBoundingClientRect()]));
    const paths = edges.map((ends) => {
      const [left, right] = ends.map((name) => boxes[name]).sort((a, b) => a.left - b.left);
      const [x1, x2] = [left.right - origin.left, right.left - origin.left];
      const [y1, y2] = [left, right].map((box) => box.top + box.height / 2 - origin.top);
      const middle = (x1 + x2) / 2;
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`);
      return Object.assign(path, { ends });
    });
    view.querySelector("svg").replaceChildren(...paths);
    light(parentElement.activeElement?.dataset.name ?? view.chosen);
  }

  return () => view.size?.disconnect();
}
