// What Streamlit's page leaves to be done, set up before Streamlit starts: an address that stays as the reader left it,
// anchors that hold while figures above them still grow, keys that scroll before anything was clicked, and a paper as
// wide as the window.

(() => {
  // ── the address ─────────────────────────────────────────────────────────────────────────────────────────────────
  // Streamlit adds an entry to the history for every parameter that it writes, and one more, without parameters, when
  // the reader goes to another page. Back would lead there. Here an entry is a page, and it keeps what it was left at.

  let leaving = false; // a link to another page was pressed, and its page is not there yet

  /** What Streamlit wants to write, with the anchor that it forgets. */
  const whole = (url) => {
    const to = new URL(url, document.baseURI);
    if (to.pathname === location.pathname && !to.hash) to.hash = location.hash;
    return to;
  };
  const PLACES = { lecture: ["beat", "1"], lab: ["method", ""] }; // each beat of a talk and each lab is an entry of its own
  /** The place within its page that an address shows; undefined where a page is one place. */
  const placeOf = ({ pathname, search }) => {
    const [parameter, first] = PLACES[pathname.split("/").at(-1)] ?? [];
    return parameter && (new URLSearchParams(search).get(parameter) ?? first);
  };
  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  history.replaceState = (state, title, url) => replace(state, title, url == null ? url : whole(url));
  history.pushState = (state, title, url) => {
    const to = whole(url ?? location.href);
    if (to.pathname !== location.pathname) {
      leaving = false;
      push(state, title, to);
    } else if (placeOf(to) !== placeOf(location)) push(state, title, to);
    else if (!leaving) replace(state, title, to);
  };

  /** The link under an event, also within a component. */
  const linkOf = (event) => event.composedPath().find((node) => node instanceof HTMLAnchorElement && node.href);
  const press = (event) => {
    const link = linkOf(event);
    const plain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link?.target === "_blank");
    leaving = Boolean(link) && plain && link.origin === location.origin && link.pathname !== location.pathname;
  };
  addEventListener("click", press, { capture: true });
  for (const name of ["pointerdown", "keydown", "popstate"]) addEventListener(name, () => (leaving = false), { capture: true });

  // ── anchors ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const STILL_MS = 5000; // so long nothing has moved: all is drawn
  const MOST_MS = 60_000; // figures come one by one; a busy machine takes its time
  const LOOK_MS = 80;
  const NEAR = 2; // CSS pixels
  let holding = 0;

  const release = () => clearInterval(holding);

  /** Keep the heading with this id at the top, until all is drawn or the reader moves. */
  function hold(id) {
    release();
    if (!id) return;
    const began = performance.now();
    let [last, tall, moved] = [null, 0, began];
    holding = setInterval(() => {
      const now = performance.now();
      const heading = document.getElementById(id);
      if (now - began > MOST_MS || (heading && now - moved > STILL_MS)) return release();
      if (!heading) return void (moved = now);
      const { top } = heading.getBoundingClientRect();
      // A page that is still short lets no late heading reach the top: it is tried again as the page grows.
      const height = document.querySelector("[data-testid=stMain]")?.scrollHeight ?? 0;
      if (last !== null && Math.abs(top - last) <= NEAR && height === tall) return;
      heading.scrollIntoView();
      tall = height;
      last = heading.getBoundingClientRect().top;
      moved = now;
    }, LOOK_MS);
  }

  for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) addEventListener(name, release, { capture: true, passive: true });
  /** Where a section of this page stands now, when it has moved: see pages/address/moved.py. */
  const moved = (anchor) => {
    const told = document.querySelector("meta[name=moved]")?.getAttribute("content") ?? "{}";
    return JSON.parse(told)[location.pathname.split("/").at(-1)]?.[anchor];
  };
  const asked = () => {
    const anchor = decodeURIComponent(location.hash.slice(1));
    const to = moved(anchor);
    if (to) location.replace(to);
    else hold(anchor);
  };
  addEventListener("hashchange", asked);
  asked();
  addEventListener("lottery:anchor", (event) => hold(/** @type {CustomEvent} */ (event).detail));

  // ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────────
  // The page scrolls within a box that has no focus at first, so that keys would go nowhere.

  const STEP = 40; // CSS pixels an arrow key scrolls
  const PAGE = 0.9; // of the height
  const SCROLLS = {
    PageDown: (box) => PAGE * box.clientHeight, PageUp: (box) => -PAGE * box.clientHeight,
    ArrowDown: () => STEP, ArrowUp: () => -STEP, Home: (box) => -box.scrollHeight, End: (box) => box.scrollHeight,
  };

  addEventListener("keydown", (event) => {
    const box = document.querySelector("[data-testid=stMain]");
    const at = /** @type {Element} */ (event.composedPath()[0]);
    const idle = at === document.body || at === document.documentElement || at.closest?.("header a, [data-testid=stTopNavLink]");
    if (!box || !idle || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
    const space = event.key === " " && !at.closest?.("a, button");
    const far = space ? SCROLLS[event.shiftKey ? "PageUp" : "PageDown"](box) : SCROLLS[event.key]?.(box);
    if (far === undefined) return;
    event.preventDefault();
    box.scrollBy({ top: far, behavior: "instant" });
  });

  // ── paper ───────────────────────────────────────────────────────────────────────────────────────────────────────
  // Pictures are drawn for the window's width, and a print waits for nobody to draw them anew: on narrower paper they
  // would be cut. So the paper is as wide as the window, and the printer shrinks it to its own.

  const TALL = Math.SQRT2; // of the width, as A4 is
  const paper = new CSSStyleSheet();
  document.adoptedStyleSheets.push(paper);
  const fit = () => {
    const [wide, high] = [innerWidth, innerHeight];
    paper.replaceSync(`@page { size: ${wide}px ${Math.round(wide * TALL)}px; margin: 0 } @media print { :root { --window: ${high}px } }`);
  };
  addEventListener("resize", fit);
  fit();
})();
