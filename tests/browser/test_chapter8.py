"""Chapter 8 in a real browser: the map by mouse and keyboard, links, a live lab, and nobody shut out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pages.figures.concept_map import graph
from pages.text.chapters import CHAPTERS
from pages.text.references import NUMBERS
from pages.text.works import BY_NAME, WORKS
from tests.browser.looking import DESKTOP, PHONE, arrived, nobody_is_shut_out, opened, rest

PATIENCE = 45_000
MAIN = 8  # works in the tables; all of them stand on the map
NET = graph(WORKS, CHAPTERS)


@pytest.fixture(scope="module")
def url(app_url: str) -> str:
    return f"{app_url}/connections"


def ready(page: Page) -> Page:
    expect(the_map(page).locator("path")).to_have_count(NET.number_of_edges(), timeout=PATIENCE)
    return arrived(page, PATIENCE)


def the_map(page: Page) -> Locator:
    return page.locator(".view:has(.columns)")


def node(page: Page, name: str) -> Locator:
    return the_map(page).locator(f'button[data-name="{name}"]')


def rows(page: Page) -> Locator:
    return page.locator("[class*='st-key-work-']")


def test_the_map_answers_a_press_a_pointer_and_keys(page: Page) -> None:
    a_press_shows_a_work_and_a_second_one_all_again(page)
    lines_end_at_their_nodes_and_pointer_and_keyboard_light_them(page)


def a_press_shows_a_work_and_a_second_one_all_again(page: Page) -> None:
    expect(rows(page)).to_have_count(MAIN, timeout=PATIENCE)
    node(page, "SNIP").click()
    expect(node(page, "SNIP")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Touches the claims C38")).to_be_in_viewport(timeout=PATIENCE)  # beside the map
    assert re.search(r"[?&]show=SNIP\b", page.url)
    expect(rows(page)).to_have_count(MAIN)
    node(page, "SNIP").click()
    expect(page.get_by_text("Touches the claims C38")).to_be_hidden(timeout=PATIENCE)
    assert "show=" not in page.url


def lines_end_at_their_nodes_and_pointer_and_keyboard_light_them(page: Page) -> None:
    for width, height in (DESKTOP, PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        rest(page)
        assert_a_line_ends_at_its_nodes(page)
    middle = node(page, "Frankle & Carbin")
    middle.hover()
    assert_every_chapter_is_lit(page)
    page.mouse.move(0, 0)
    node(page, "Optimal Brain Damage").focus()
    lit = the_map(page).locator("path.lit")
    expect(lit).to_have_count(len(BY_NAME["Optimal Brain Damage"].chapters))
    page.keyboard.press("Tab")
    expect(node(page, "Optimal Brain Surgeon")).to_be_focused()
    expect(lit).to_have_count(len(BY_NAME["Optimal Brain Surgeon"].chapters))
    node(page, "Chapter 6").focus()
    expect(lit).to_have_count(NET.degree["Chapter 6"])
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(NET.degree["Chapter 6"], timeout=PATIENCE)
    page.wait_for_url(re.compile(r"show=Chapter(\+|%20)6"))
    middle.click()
    expect(page.get_by_role("heading", name="The lottery ticket hypothesis")).to_be_in_viewport(timeout=PATIENCE)
    page.wait_for_url(re.compile("show=Frankle"))


def assert_every_chapter_is_lit(page: Page) -> None:
    for chapter in CHAPTERS:
        expect(node(page, f"Chapter {chapter.number}")).to_have_class(re.compile(r"\blit\b"))
        expect(node(page, f"Chapter {chapter.number}")).to_contain_text(chapter.short)


def assert_a_line_ends_at_its_nodes(page: Page) -> None:
    left, right = node(page, "LoRA, adapters, BitFit").bounding_box(), node(page, "Chapter 8").bounding_box()
    frame = the_map(page).bounding_box()
    assert left and right and frame
    ends = the_map(page).locator("path").evaluate_all("""paths => paths
      .filter((path) => path.ends.includes("LoRA, adapters, BitFit"))
      .map((path) => [path.getPointAtLength(0), path.getPointAtLength(path.getTotalLength())]
        .map(({x, y}) => [x, y]))""")
    (start, stop), = ends
    assert start[0] + frame["x"] == pytest.approx(right["x"] + right["width"], abs=1.5)
    assert stop[0] + frame["x"] == pytest.approx(left["x"], abs=1.5)
    assert stop[1] + frame["y"] == pytest.approx(left["y"] + left["height"] / 2, abs=1.5)


def test_words_citations_and_chapters_explain_themselves_and_keep_the_visit(browser: Browser, url: str) -> None:
    with opened(browser, url, has_touch=True) as page:
        ready(page)
        card, sheet = page.locator("aside.card"), page.get_by_role("dialog", name="What the keyboard can do")
        word = page.get_by_role("link", name="parameter-efficient fine-tuning").first
        word.hover()
        expect(card).to_contain_text("freeze a pretrained model, train little beside it.")
        card.hover()  # the pointer may go there
        expect(card).to_be_visible()
        page.keyboard.press("Escape")
        expect(card).to_be_hidden()
        page.locator("h1").hover()
        cited = page.get_by_role("link", name=f"[{NUMBERS['snip']}]").first
        page.keyboard.press("Tab")
        cited.focus()
        expect(card).to_contain_text("SNIP: Single-shot Network Pruning")
        page.keyboard.press("?")
        expect(sheet).to_contain_text("on the map: from work to work")
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        word.tap()  # the first tap of a finger tells, the link in the card leads on
        expect(card).to_be_visible()
        assert page.url.endswith("/connections")
        card.get_by_role("link", name="Glossary").tap()
        page.wait_for_url("**/sources")
        expect(page.get_by_role("heading", name="Glossary")).to_be_in_viewport(timeout=PATIENCE)
        page.get_by_role("link", name="7 Explorer").click()
        page.wait_for_url("**/explorer")
        page.get_by_role("heading", name="The explorer").wait_for()
        expect(page.locator("[title='8 · Connections']")).to_have_css("opacity", "0.5")  # the same visit: been there


def test_a_link_opens_a_work_and_its_row_leads_to_the_lab(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?show=Edge-Popup") as page:
        ready(page)
        expect(rows(page)).to_have_count(MAIN)
        expect(node(page, "Edge-Popup")).to_have_attribute("aria-pressed", "true")
        page.locator(".st-key-story").get_by_role("link", name="Try it in the lab").click()
        expect(page.get_by_role("heading", name="Edge-Popup", level=1)).to_be_visible()


def test_nobody_is_shut_out(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?depth=Maths&show=Chapter+8") as page:
        nobody_is_shut_out(ready(page))
