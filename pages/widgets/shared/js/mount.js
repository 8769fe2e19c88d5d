// A widget's life on the page: made once at its place, told of every change, closed when the page drops it.

import { unpack } from "./packed.js";

/** What a component's module hands Streamlit. Widget: made with the component's root; `update` hears of every mount, of new
 * data and of a change of theme, `close` ends what it began. Returns what Streamlit calls at unmount. */
export function mount(component, Widget) {
  const root = component.parentElement;
  const widget = (root.widget ??= new Widget(root));
  widget.update({ ...component, data: unpack(widget, component.data) });
  ready(root);
  return () => {
    widget.close();
    delete root.widget;
  };
}

/** Show a component, and on the stage of a talk without what only a reader needs (`:host([data-lecture])`): before its module has run it has no words, and what they push aside would be seen to jump (see base.css). */
export function ready(root) {
  root.host?.toggleAttribute("data-lecture", getComputedStyle(root.host).getPropertyValue("--lecture").trim() === "1");
  root.host?.setAttribute("data-ready", String(Math.round(performance.now()))); // when: a test reads how long a press takes
}
