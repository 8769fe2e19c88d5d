// Which key means what to a talk, and when a control that has the focus keeps it.

const MEANS = {
  PageDown: "on", ArrowRight: "on", " ": "on", PageUp: "back", ArrowLeft: "back", Home: "first", End: "last",
  b: "dark", ".": "dark", w: "white", ",": "white", f: "full", n: "presenter", r: "room", "?": "help", Enter: "jump",
};
const ALWAYS = ["PageDown", "PageUp"]; // what every clicker sends: nothing on the stage takes these
// A control that was focused on purpose keeps the keys that it has a use for, until Escape.
const CONTROL = "input, select, textarea, [contenteditable], [role=slider], canvas[tabindex], [tabindex='0'][role=region], [tabindex='0'][role=group]";
const PRESSED = "button, a, summary";

/** What `key`, pressed on `target`, means to the talk; "" for nothing. A digit means itself. */
export function meaning(key, target) {
  const at = (what) => target?.matches?.(what);
  if (ALWAYS.includes(key)) return MEANS[key];
  if (at(CONTROL)) return key === "Escape" ? "release" : "";
  if (at(PRESSED) && (key === " " || key === "Enter")) return "";
  return MEANS[key] ?? MEANS[key.toLowerCase()] ?? (/^[0-9]$/.test(key) ? key : "");
}
