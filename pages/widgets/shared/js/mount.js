// A widget's life on the page: made once at its place, told of every change, closed when the page drops it.

import { fetchParts, here, unpack } from "./packed.js";

/** What a component's module hands Streamlit. Widget: made with the component's root once its data is there; `update` hears of every mount, of new
 * data and of a change of theme, `close` ends what it began. Returns what Streamlit calls at unmount. */
export function mount(component, Widget) {
  const root = component.parentElement;
  const show = () => {
    const widget = (root.widget ??= new Widget(root));
    widget.update({ ...component, data: unpack(root, component.data) });
    ready(root);
  };
  root.latest = component;
  const wanted = () => root.latest === component; // nothing newer has been asked for meanwhile
  if (here(component.data)) show();
  else fetchParts(component.data, wanted).then(() => wanted() && show());
  return () => {
    root.latest = null;
    root.widget?.close();
    delete root.widget;
  };
}

/** Show a component, and on the stage of a talk without what only a reader needs (`:host([data-lecture])`): before its module has run it has no words, and what they push aside would be seen to jump (see base.css). */
export function ready(root) {
  root.host?.toggleAttribute("data-lecture", getComputedStyle(root.host).getPropertyValue("--lecture").trim() === "1");
  root.host?.setAttribute("data-ready", String(Math.round(performance.now()))); // when: a test reads how long a press takes
}
