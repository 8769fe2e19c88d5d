"""How long and how hard to read the pages are, as a browser shows them: `make words`, a report and no gate.

For every page and depth: words of the main area, screens of 900 px at 1440×900, Flesch–Kincaid grade (US school years),
and how many sentences are long. Below that the longest sentences of all. Folded boxes do not count: a reader does not
see them. `make words ARGS="paradox hypothesis"` looks at these pages alone.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from pages.text.chapters import BESIDE, CHAPTERS
from pages.widgets.depth import DEPTHS
from tests.browser.chromium import find_chromium
from tests.browser.conftest import FLAGS
from tests.browser.looking import DESKTOP, opened, settle
from tests.browser.serving import serve_app

SCREEN = 900  # CSS pixels
LONG = 28  # words: a sentence of more is one to look at
LISTED = 25
# No file has come and nothing has moved for 900 ms and ten frames, however slow the machine; after 2.5 s it is enough.
QUIET = """() => new Promise((quiet) => {
  const began = performance.now();
  let [last, frames] = [began, 0];
  const stir = (entries) => entries.length && ([last, frames] = [performance.now(), 0]);
  const watch = new PerformanceObserver((list) => stir(list.getEntries()));
  watch.observe({ entryTypes: ["resource", "layout-shift"] });
  const look = (at) => {
    stir(watch.takeRecords());
    frames++;
    if ((frames > 10 && at - last >= 900) || at - began >= 2_500) (watch.disconnect(), quiet());
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""
MEASURE = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  const text = [...main.querySelectorAll("[data-testid=stMarkdownContainer] :is(p, li)")]
    .filter((part) => part.checkVisibility() && !part.closest("button, label") && !part.querySelector("li, p"))
    .map((part) => {
      const copy = part.cloneNode(true);
      copy.querySelectorAll(".stMarkdownBadge, .katex").forEach((badge) => badge.remove());
      return copy.textContent;
    });
  const tall = document.querySelector("[data-testid=stMainBlockContainer]").getBoundingClientRect().height;
  return { words: main.innerText.split(/\\s+/).filter(Boolean).length, tall, text };
}"""


@dataclass(frozen=True)
class Read:
    """What one page at one depth is. grade: Flesch–Kincaid."""

    page: str
    depth: str
    words: int
    screens: float
    grade: float
    sentences: tuple[str, ...]


def sentences(paragraph: str) -> list[str]:
    """A paragraph's sentences; a full stop within a number or an address ends none.

    >>> sentences("One is 0.5 points. Two follow: really? Yes.")
    ['One is 0.5 points.', 'Two follow: really?', 'Yes.']
    """
    flat = re.sub(r"\s+", " ", paragraph.replace("et al. ", "et al ")).strip()
    return [one for one in re.split(r"(?<=[.!?])\s+(?=[A-Z“*0-9])", flat) if one]


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end: within a few percent of a dictionary over a page. (`textstat`
    would count too, but installs a folder `tests`, which hides ours.)

    >>> [syllables(word) for word in ("weights", "trained", "network", "accuracy", "table", "these")]
    [1, 1, 2, 4, 2, 1]
    """
    heard = re.sub(r"(?<=[^aeiouy])e$|(?<=[^aeiouytd])ed$|(?<=[^aeiouylszxc])es$", "", word.lower())
    heard = word.lower() if re.search(r"[^aeiouy]le$", word.lower()) else heard
    return max(1, len(re.findall(r"[aeiouyà-ÿ]+", heard)))


def grade(told: Sequence[str]) -> float:
    """The Flesch–Kincaid grade of sentences: 0.39 words a sentence + 11.8 syllables a word − 15.59; 0 for none.

    >>> round(grade(["The cat sat on the mat.", "It was a nice day and everyone was happy."]), 1)
    1.5
    """
    words = [word for one in told for word in re.findall(r"[A-Za-zÀ-ÿ’'-]+", one)]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(told) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def read(browser: Browser, url: str, page: str, depth: str) -> Read:
    """Open a page and read it."""
    with opened(browser, f"{url}/{page}?depth={depth}" if page else url, size=DESKTOP, still=True) as tab:
        at_rest(tab, page)
        return measured(tab, page, depth)


def at_rest(tab: Page, page: str) -> None:
    """Wait until this page has come to its end, with what comes late."""
    tab.locator("h1").first.wait_for(timeout=60_000)
    if page in {chapter.slug for chapter in CHAPTERS}:
        tab.get_by_text("Two questions before you go").wait_for(timeout=60_000)
    settle(tab)
    tab.evaluate(QUIET)  # widgets fetch their nets, figures their scripts


def measured(tab: Page, page: str, depth: str) -> Read:
    """What the page in this tab is."""
    seen = tab.evaluate(MEASURE)
    told = tuple(one for paragraph in seen["text"] for one in sentences(paragraph) if len(one.split()) > 2)
    return Read(page or "home", depth, seen["words"], seen["tall"] / SCREEN, grade(told), told)


def report(pages: list[Read]) -> str:
    """The table, and the longest sentences."""
    lines = [f"{'page':16}{'depth':8}{'words':>7}{'screens':>9}{'grade':>7}{'long':>6}"]
    for one in pages:
        long = sum(len(sentence.split()) > LONG for sentence in one.sentences)
        lines.append(f"{one.page:16}{one.depth:8}{one.words:7,}{one.screens:9.1f}{one.grade:7.1f}{long:6}")
    found = {sentence: one.page for one in pages for sentence in one.sentences}
    longest = sorted(found, key=lambda sentence: -len(sentence.split()))[:LISTED]
    lines += ["", "The longest sentences:"]
    lines += [f"{len(sentence.split()):4} {found[sentence]}: {sentence}" for sentence in longest]
    return "\n".join(lines)


def main(asked: list[str]) -> None:
    """Read the pages and print the report. asked: their addresses, else all."""
    deep = [chapter.slug for chapter in CHAPTERS]
    every = [("", "How"), *((slug, depth) for slug in deep for depth in DEPTHS), *((one.slug, "How") for one in BESIDE)]
    wanted = [(page, depth) for page, depth in every if not asked or (page or "home") in asked]
    if not wanted:
        sys.exit(f"no page of that name: choose among {', '.join(dict.fromkeys(page or 'home' for page, _ in every))}")
    with tempfile.TemporaryDirectory() as store, serve_app(Path(store)) as url, sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        print(report([read(browser, url, page, depth) for page, depth in wanted]))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
