// Keys for a widget that is the only one of its kind on the page: they work without a focus hunt, where nothing else wants them.

const listeners = new Set();
// What has a use of its own for keys: there the page's are silent. Links and plain buttons only know Enter and Space.
const BUSY = "input, select, textarea, [contenteditable], [role=radio], [role=tab], [role=slider], [role=listbox], [role=option], [role=combobox], [role=menu], [role=dialog] *, summary, canvas[tabindex], [tabindex='0'][role=region]";

function spread(event) {
  const [target] = event.composedPath();
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || listeners.size !== 1) return;
  if (target instanceof Element && target.matches(BUSY)) return;
  for (const listen of listeners) listen(event);
}

/** Hear keys pressed anywhere on the page, as long as nobody else asked for them. Returns the way to stop. */
export function pageKeys(listen) {
  if (!listeners.size) document.addEventListener("keydown", spread);
  listeners.add(listen);
  return () => {
    listeners.delete(listen);
    if (!listeners.size) document.removeEventListener("keydown", spread);
  };
}

/** One line of a table of keys: which, and what they do. */
export function keyRow([keys, does]) {
  const line = document.createElement("tr");
  line.append(...[keys, does].map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  return line;
}
