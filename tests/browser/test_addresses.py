"""Addresses in a real browser: Back restores them as they were left, anchors hold, keys scroll; on every page."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.address import moved
from pages.teaching.task import Task, to_link
from pages.text.chapters import CHAPTERS
from tests.app.test_addresses import ALL
from tests.browser.looking import arrived, eventually, opened, rest, settle
from tests.browser.serving import ROOT

PATIENCE = 60_000  # ms

# A link a page, with every parameter that it has, none at its default. Those that would start a run are in UNUSED.
LINKS = {
    "paradox": "net=Small+net&seed=2&sparsity=60",
    "hypothesis": "kept=64&width=40&margin=20&ticket=5",
    "pruning": "net=LeNet-300-100&seed=1&schedule=One-shot&rounds=10&round=5&stage=1&p=30&n=10&edge=563"
               "&at=9&action=Kill+it&snippet=2&six=3.6.-8.2.4.-6",
    "initialisation": "protocol=50%2C000+steps&level=12&measure=loss&show=ticket.reinit&goal=97%25&layer=fc2&wire=5"
                      "&ask=Which+weights%3F&blind=1",
    "evidence": "protocol=One+epoch&round=8&y=Early+stop&step=800&axis=Linear&lines=Every+seed&first=2&last=16",
    "limits": "net=LeNet-300-100&k=10&round=5&seed=2",
    "explorer": "net=784-20-10&lr=0.004&steps=400&rounds=5&seed=3&batch=100&rate=30&rewind=10&scope=Whole+net"
                "&cuts=One-shot&criterion=Random&decay=Stepped&optimiser=SGD&momentum=0.5&answering=1.2%25+left",
    "connections": "show=SNIP&size=21%25",
}
# Parameters that start a training, or that need one which a fresh server does not have.
LIVE = {"source", "new", "rerun", "drawn", "grown", "now", "raced", "race-seed", "compared", "played", "view",
        "data"}
SCROLLED = ("paradox", "limits")  # by keys: one frame and one listener, so that two chapters and home are enough
ANCHORS = {"evidence": "#findings", "connections": "#unknown"}  # of these links
COMMON = f"depth=Gist&colours=Blue+and+orange&task={to_link(Task('What do you see?'))}"


BELOW = """(id) => document.getElementById(id).getBoundingClientRect().top
  - document.querySelector('[data-testid=stHeader]').getBoundingClientRect().bottom"""


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def there(page: Page) -> None:
    """The page is drawn, and has written what it wanted to write into its address."""
    arrived(page, PATIENCE)
    page.wait_for_timeout(300)
    settle(page)


def go(page: Page, slug: str) -> None:
    """Go to another chapter, within the visit."""
    name = next(chapter.short for chapter in CHAPTERS if chapter.slug == slug)
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_url(re.compile(f"/{slug}"))
    arrived(page, PATIENCE)


def leave(page: Page) -> None:
    """Go to a page that is drawn at once, within the visit."""
    page.get_by_role("link", name="Proof", exact=True).first.click()
    page.get_by_role("heading", name="The proof", level=1).wait_for(timeout=PATIENCE)
    settle(page)


def assert_keys_scroll(page: Page) -> None:
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    places = [page.evaluate(scrolled)]
    for key in ("PageDown", "Space", "PageUp", "Shift+Space"):
        page.keyboard.press(key)
        page.wait_for_timeout(150)
        places.append(page.evaluate(scrolled))
    assert places[0] == 0 < places[1] and places[2] >= places[1] > places[4], places


def test_every_parameter_is_walked() -> None:
    walked = {name for link in (*LINKS.values(), COMMON) for name in parse_qs(link)}
    assert not (walked & LIVE)
    assert set(ALL) - walked - LIVE == set(), "a new parameter belongs into LINKS, or into LIVE with a reason"


@pytest.mark.parametrize("slug", LINKS)
def test_back_from_another_page_restores_the_address(browser: Browser, app_url: str, slug: str) -> None:
    link, anchor = f"{LINKS[slug]}&{COMMON}", ANCHORS.get(slug, "")
    with opened(browser, f"{app_url}/{slug}?{link}{anchor}") as page:
        there(page)
        if anchor:
            assert_the_anchor_is_reached(page, anchor.removeprefix("#"))
        left = asked(page)
        assert left == parse_qs(link), "opening a link changes its address"
        if slug in SCROLLED:
            assert_keys_scroll(page)
        if slug == "limits":
            go(page, "evidence")  # which has parameters of the same names
        else:
            leave(page)
        page.go_back()
        page.wait_for_url(re.compile(f"/{slug}"))
        there(page)
        assert eventually(page, lambda: asked(page), left.__eq__) == left


def test_what_the_hand_left_is_what_back_shows_and_an_entry_is_a_page(browser: Browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/limits") as page:
        arrived(page, PATIENCE)
        go(page, "evidence")
        slider = page.get_by_role("slider", name="Share of weights left")
        for level in (4, 7, 12):
            slider.fill(str(level))
            page.wait_for_url(re.compile(f"round={level}"), timeout=PATIENCE)
        page.get_by_role("radio", name="One epoch").click(force=True)
        page.wait_for_url(re.compile("protocol=One"), timeout=PATIENCE)
        there(page)
        left = asked(page)
        go(page, "connections")
        page.go_back()
        page.wait_for_url(re.compile("/evidence"))
        there(page)
        assert eventually(page, lambda: asked(page), left.__eq__) == left
        expect(page.locator(".reader[data-drawn]")).to_have_attribute("data-level", "12")
        page.go_back()  # one step leads to the page before, not through every place of the slider
        page.wait_for_url(re.compile("/limits"))
        there(page)
        assert asked(page) == {}


def test_a_default_does_not_drop_an_anchor(browser: Browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/limits?depth=How#siblings") as page:
        there(page)
        assert_the_anchor_is_reached(page, "siblings")
        assert "depth=" not in page.url


def assert_the_anchor_is_reached(page: Page, anchor: str) -> None:
    rest(page)  # figures above it have grown by now
    top = eventually(page, lambda: page.evaluate(BELOW, anchor), lambda top: -1 <= top <= 90)
    assert -1 <= top <= 90, f"the heading stands {top} px below the navigation"
    assert urlparse(page.url).fragment == anchor


def test_every_old_anchor_leads_to_a_heading_that_is_there() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "pages").rglob("*.py"))
    headings = {to.partition("#")[2] for found in moved.ANCHORS.values() for to in found.values()} - {""}
    assert {name for name in headings if f'anchor="{name}"' not in written} == set()


# Further down its own page, to another page with a parameter, and to a heading of another page.
@pytest.mark.parametrize(("slug", "anchor"), [("paradox", "large"), ("limits", "landscape"),
                                              ("connections", "glossary")])
def test_an_old_anchor_leads_to_where_its_section_stands_now(
    browser: Browser, app_url: str, slug: str, anchor: str
) -> None:
    to, _, heading = moved.ANCHORS[slug][anchor].partition("#")
    with opened(browser, f"{app_url}/{slug}#{anchor}") as page:
        page.wait_for_url(re.compile(re.escape(f"/{to}")), timeout=PATIENCE)
        page.locator(f"#{heading}" if heading else "h1").wait_for(timeout=PATIENCE)
