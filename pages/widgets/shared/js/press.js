// A press on one of Streamlit's buttons, seen before the server has answered: something may move at once.

const TYPED = "input:not([type=range], [type=radio], [type=checkbox]), textarea, select, [contenteditable=true]";

/**
 * Call `react(press)` when one of these buttons is clicked, or its key pressed. Returns the way to stop.
 * @param {() => {at: string, key: string}[]} presses where each stands, as a CSS selector of a box around it, and its key
 * @param {(press: any) => void} react
 */
export function onPress(presses, react) {
  const click = (event) => {
    const path = event.composedPath().filter((node) => node instanceof Element);
    const hit = presses().find(({ at }) => path.some((node) => node.matches(`${at} button:not(:disabled)`)));
    if (hit) react(hit);
  };
  const key = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.composedPath()[0].matches?.(TYPED)) return;
    const hit = presses().find((press) => press.key.toLowerCase() === event.key.toLowerCase());
    if (hit && document.querySelector(`${hit.at} button:not(:disabled)`)) react(hit);
  };
  document.addEventListener("click", click, { capture: true });
  document.addEventListener("keydown", key, { capture: true });
  return () => {
    document.removeEventListener("click", click, { capture: true });
    document.removeEventListener("keydown", key, { capture: true });
  };
}
