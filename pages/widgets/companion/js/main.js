// One listener for the whole page: links are the page's own, and come and go with its reruns.

import { keyRow } from "../../shared/js/keys.js";
import { mount } from "../../shared/js/mount.js";

const CARDED = "[data-testid=stMarkdownContainer] a[title], [data-testid=stMarkdownContainer] a[data-told]";
/** The window, with where a link wanted to arrive on the page that is loaded next.
 * @type {Window & { lotteryAnchor?: { slug: string, query: string, anchor: string } }} */
const site = window;

const GAP = 8; // CSS pixels between a word and its card
const LINGER = 250; // ms in which the pointer may travel from the word to the card
const LINKS = "[data-testid=stMarkdownContainer] a[href], [data-testid=stHtml] a[href], a.visit"; // `visit`: inside a widget
const TYPING = "input:not([type=range], [type=radio], [type=checkbox]), textarea, select, [contenteditable=true]";

class Companion {
  constructor(root) {
    this.root = root;
    this.find = (what) => root.querySelector(what);
    this.card = this.find(".card");
    this.sheet = this.find("dialog");
    this.find(".open").addEventListener("click", () => this.sheet.showModal());
    this.find(".add").addEventListener("click", () => (this.sheet.close(), this.add(decodeURIComponent(location.hash.slice(1)))));
    this.find(".task").addEventListener("click", () => (this.sheet.close(), this.ask(true)));
    this.find(".close").addEventListener("click", () => this.sheet.close());
    this.sheet.addEventListener("click", (event) => event.target === this.sheet && this.sheet.close());
    this.card.addEventListener("pointerenter", () => clearTimeout(this.leaving));
    this.card.addEventListener("pointerleave", () => this.leave());
    this.find(".more").addEventListener("click", (event) => this.follow(event, this.word));
    const heard = {
      pointerover: (event) => event.pointerType !== "touch" && this.point(carded(event)),
      pointerout: (event) => carded(event) && this.leave(),
      pointerdown: (event) => this.down(event),
      focusin: (event) => carded(event)?.matches(":focus-visible") && this.show(carded(event)),
      focusout: (event) => carded(event) && this.leave(),
      click: (event) => this.click(event),
      keydown: (event) => this.key(event),
      scroll: () => this.word && this.place(),
    };
    this.heard = Object.entries(heard);
    for (const [name, react] of this.heard) document.addEventListener(name, react, { capture: true });
  }

  update({ data, setTriggerValue }) {
    const { words } = (this.data = data);
    this.go = (slug) => setTriggerValue("went", slug);
    this.add = (anchor) => setTriggerValue("added", anchor);
    this.ask = (asked) => setTriggerValue("tasked", asked);
    Object.assign(this.find(".task"), { textContent: words.task, title: words.task_help, hidden: !data.tasks });
    Object.assign(this.find(".add"), { textContent: words.add, title: words.add_help, hidden: ["lecture", "receipt"].includes(data.slug) });
    this.find(".open").textContent = words.open;
    this.find(".close").textContent = words.close;
    this.find("h2").textContent = words.title;
    this.find("tbody").replaceChildren(...data.keys.map(keyRow));
    const { lotteryAnchor: wanted } = site;
    if (wanted?.slug === data.slug) this.arrive(wanted.anchor);
  }

  // ── cards ───────────────────────────────────────────────────────────────────────────────────────────────────────

  point(link) {
    if (!link) return;
    clearTimeout(this.leaving);
    this.show(link, true);
  }

  /** pointed: by a mouse or pen; a screen reader still wants the title of what has the focus. */
  show(link, pointed = false) {
    clearTimeout(this.leaving);
    if (this.word === link) return;
    this.hide();
    this.word = link;
    const [first, ...more] = (link.title || link.dataset.told).split(": ");
    if (pointed && link.title) [link.dataset.told, link.title] = [link.title, ""]; // or the browser's tooltip covers the card
    const { anchor } = target(link) ?? {};
    this.find(".text").replaceChildren(...card(first, more.join(": "), anchor === "references"));
    this.find(".more").hidden = !this.data.words[anchor];
    Object.assign(this.find(".more"), { textContent: this.data.words[anchor] ?? "", href: link.href });
    this.card.showPopover();
    this.place();
  }

  /** Below its word, or above where there is no room; with a word that is scrolled away it goes. */
  place() {
    const word = this.word.getClientRects()[0] ?? this.word.getBoundingClientRect();
    if (word.bottom < 0 || word.top > window.innerHeight) return this.hide();
    const { width, height } = this.card.getBoundingClientRect();
    const left = Math.max(GAP, Math.min(word.left, window.innerWidth - width - GAP));
    const above = word.bottom + GAP + height > window.innerHeight && word.top > height + GAP;
    Object.assign(this.card.style, { left: `${left}px`, top: `${above ? word.top - height - GAP : word.bottom + GAP}px` });
  }

  leave() {
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => this.hide(), LINGER);
  }

  hide() {
    clearTimeout(this.leaving);
    if (this.word) {
      this.word.title ||= this.word.dataset.told;
      delete this.word.dataset.told;
    }
    this.word = null;
    if (this.card.matches(":popover-open")) this.card.hidePopover();
  }

  // ── links ───────────────────────────────────────────────────────────────────────────────────────────────────────

  down(event) {
    this.finger = event.pointerType === "touch";
    if (this.word && !event.composedPath().includes(this.card) && carded(event) !== this.word) this.hide();
  }

  click(event) {
    const link = event.composedPath()[0].closest?.(LINKS);
    if (!link) return;
    if (this.finger && carded(event) && this.word !== link) { // the first tap tells, the second goes
      event.preventDefault();
      event.stopPropagation();
      this.show(link);
    } else this.follow(event, link);
  }

  /** To another page of ours within this visit; every other link, and every click with a modifier, is the browser's. */
  follow(event, link) {
    const to = target(link);
    if (!to || !this.data.pages.includes(to.slug) || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.hide();
    if (to.slug === this.data.slug && (!to.query || to.query === location.search)) this.arrive(to.anchor);
    else {
      site.lotteryAnchor = to;
      this.go(to.slug + to.query);
    }
  }

  arrive(anchor) {
    delete site.lotteryAnchor;
    if (anchor) dispatchEvent(new CustomEvent("lottery:anchor", { detail: anchor })); // heard by pages/address/page.js
  }

  // ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────────

  key(event) {
    if (event.key === "Escape" && this.word) this.hide();
    if (event.key !== "?" || event.composedPath()[0].matches?.(TYPING)) return;
    event.preventDefault();
    if (this.sheet.open) this.sheet.close();
    else this.sheet.showModal();
  }

  close() {
    for (const [name, react] of this.heard) document.removeEventListener(name, react, { capture: true });
    this.hide();
  }
}

/** Two parts of a card: a word before its meaning, the title of a work before who wrote it. */
function card(first, second, turned) {
  const [lead, rest] = turned ? [`${second}. `, `${first}.`] : [`${first}: `, second];
  return [Object.assign(document.createElement("b"), { textContent: second ? lead : "" }), second ? rest : first];
}

const carded = (event) => event.target.closest?.(CARDED);

/** Which page of this site a link leads to, and where on it; null for other sites. */
function target(link) {
  const url = new URL(link.href, document.baseURI);
  if (url.origin !== location.origin) return null;
  return { slug: url.pathname.split("/").at(-1) || "home", query: url.search, anchor: url.hash.slice(1) };
}

export default function (component) {
  return mount(component, Companion);
}
