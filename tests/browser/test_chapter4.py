"""Chapter 4 in a real browser: the ablation under hand and keyboard, blind mode, live runs, both themes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lth_core.spec import CONDITIONS
from pages.figures.runs import KINDS, THREE
from pages.widgets.ablation.deal import dealt
from tests.browser.looking import arrived, eventually, nobody_is_shut_out, opened, overheard, settle

PATIENCE = 90_000  # ms: a first live run starts worker processes and compiles its kernels


@pytest.fixture
def url(app_url: str) -> str:
    return f"{app_url}/initialisation"


def ready(page: Page) -> Page:
    return arrived(page, PATIENCE, widget(page))


def widget(page: Page) -> Locator:
    return page.locator(".ablation[data-level]")


def density(page: Page) -> Locator:
    return widget(page).get_by_role("slider", name="Weights left")


def rows(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in widget(page).locator("tbody th").all_inner_texts()]


def curves(page: Page) -> str:
    return "".join(str(line.get_attribute("points")) for line in widget(page).locator(".plot polyline").all())


def test_keys_and_a_drag_move_the_density_and_blind_mode_keeps_score(browser: Browser, url: str) -> None:
    with overheard(browser, url) as (page, sent):
        ready(page)
        keys_move_the_density_without_a_focus_hunt_and_the_slider_and_the_chart_with_it(page)
        dragging_moves_the_curves_and_tells_python_once_on_release(page, sent)
        density(page).fill("10")
        expect(widget(page)).to_have_attribute("data-level", "10")
        blind_mode_hides_names_takes_bets_and_keeps_score(page)


def keys_move_the_density_without_a_focus_hunt_and_the_slider_and_the_chart_with_it(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(widget(page)).to_have_attribute("data-level", "12")
    page.wait_for_url(re.compile("level=12"))
    page.get_by_role("button", name="Colours").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Train them now")).to_be_focused()
    density(page).focus()
    page.keyboard.press("ArrowLeft")
    expect(widget(page)).to_have_attribute("data-level", "11")
    page.wait_for_url(re.compile("level=11"))
    expect(density(page)).to_have_attribute("aria-valuetext", re.compile("8.68% left · [0-9,]+ weights · round 11"))
    widget(page).locator(".plot").focus()
    for step in (917, 900):  # from the end backwards
        page.keyboard.press("ArrowLeft")
        expect(widget(page).locator("thead")).to_contain_text(f"at step {step}")
    page.keyboard.press("Escape")
    expect(widget(page).locator("thead")).to_contain_text("test accuracy")


def dragging_moves_the_curves_and_tells_python_once_on_release(page: Page, sent: list[object]) -> None:
    settle(page)
    box = density(page).bounding_box()
    assert box
    before, drawn = len(sent), {curves(page)}
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2)
    page.mouse.down()
    for share in (0.5, 0.6, 0.7, 0.8):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
        drawn.add(eventually(page, lambda: curves(page), lambda now: now not in drawn))
    assert len(drawn) == 5 and len(sent) == before, "the browser spoke to the server during the drag"
    page.mouse.up()
    page.wait_for_url(re.compile("level=1[89]|level=20"))
    settle(page)
    assert len(sent) == before + 1


def blind_mode_hides_names_takes_bets_and_keeps_score(page: Page) -> None:
    widget(page).get_by_role("button", name="Blind mode").click()
    expect(widget(page)).to_have_attribute("data-blind", "true")
    assert rows(page) == ["dense net", "Curve A", "Curve B", "Curve C"]
    page.get_by_text("keeps quiet about who is who").wait_for()
    assert widget(page).locator(".shown b").all_text_contents() == [""] * 11, "the switches told who is who"
    starts = {re.split("[ ,]", str(line.get_attribute("points")))[0] for line in
              widget(page).locator(".plot g polyline").all()}
    assert len(starts) == 1, "hidden curves begin together, after step 0, where the masks alone tell them apart"
    first = float(starts.pop())
    colours = {line.get_attribute("stroke") for line in widget(page).locator(".plot g polyline").all()}
    assert len(colours) == 2  # the dense net's, and one for all who are hidden
    values = dict(zip("ABC", widget(page).locator("tbody td b").all_inner_texts()[1:], strict=True))
    ranked = sorted(values, key=lambda one: -float(values[one].split()[0].rstrip("%")))
    for letter, place in zip(ranked, range(1, 4), strict=True):
        widget(page).get_by_label(f"Curve {letter} is").select_option(index=place)  # ticket, reinit, random: by rank
    widget(page).get_by_role("button", name="Place the bet and reveal").click()
    expect(widget(page).locator(".verdict")).to_contain_text("You had 3 of 3 right")
    expect(page.get_by_text("keeps quiet about who is who")).to_have_count(0)
    page.get_by_text("the winning ticket reads").wait_for()
    shown = widget(page).locator(".plot g polyline").last.get_attribute("points")
    assert float(re.split("[ ,]", str(shown))[0]) < first, "step 0 is back"
    assert sorted(rows(page)) == ["dense net", "random reinit", "random structure", "winning ticket"]
    widget(page).get_by_role("button", name="Shuffle again").click()
    expect(widget(page)).to_have_attribute("data-blind", "true")
    widget(page).get_by_role("button", name="Skip, just show me").click()
    expect(widget(page).locator(".verdict")).to_contain_text("It was:")
    widget(page).get_by_role("button", name="Blind mode").click()
    page.wait_for_url(lambda url: "blind" not in url)
    expect(widget(page).locator(".guess")).to_be_hidden()


def test_measures_and_conditions_are_switched_in_the_browser_and_kept_in_the_address(page: Page) -> None:
    first = curves(page)
    titles = widget(page).locator(".plot .title")
    expect(titles.last).to_have_text("validation accuracy, stretched towards 100% (%)")  # it said “Error”
    for name, word in (("Accuracy", "accuracy"), ("Loss", "loss")):
        widget(page).get_by_role("radio", name=name, exact=True).check(force=True)
        expect(widget(page)).to_have_attribute("data-measure", word)
        expect(titles.last).to_have_text(re.compile(f"^validation {word}"))
        assert curves(page) != first
    page.wait_for_url(re.compile("measure=loss"))
    widget(page).get_by_text("8 more conditions").click()
    widget(page).get_by_role("checkbox", name="no training at all").check(force=True)
    widget(page).get_by_role("checkbox", name="random reinit").uncheck(force=True)
    expect(widget(page).locator("tbody tr")).to_have_count(4)
    assert rows(page) == ["dense net", "winning ticket", "random structure", "no training at all"]
    page.wait_for_url(re.compile("show=ticket.random.supermask"))
    page.reload()
    ready(page)
    assert rows(page) == ["dense net", "winning ticket", "random structure", "no training at all"]
    expect(widget(page)).to_have_attribute("data-measure", "loss")


def test_a_live_run_races_through_a_reload_and_is_told_in_a_second_tab_under_its_own_density(
    browser: Browser, url: str
) -> None:
    with opened(browser, f"{url}?level=15&seed=1&show=ticket.reinit.random.frozen") as page:
        ready(page)
        page.get_by_role("button", name="Train them now").click()
        page.get_by_role("button", name=re.compile("Cancel|Leave")).wait_for()
        page.reload()  # in mid-run
        ready(page)
        expect(widget(page)).to_have_attribute("data-live", "4", timeout=PATIENCE)
        told = the_race_as_told(page)
        with opened(browser, page.url) as second:
            ready(second)
            assert the_race_as_told(second) == told
            another_density_is_not_told_of_it(second)
            second.get_by_role("button", name="More").click()
            second.get_by_role("button", name="Back to the recorded seeds").click()
            second.wait_for_url(lambda address: "now=" not in address)
            expect(widget(second)).to_have_attribute("data-live", "0")


def the_race_as_told(page: Page) -> str:
    """The chart's table, once the race of four has ended."""
    assert rows(page)[0] == "dense net"
    page.get_by_text("Just now, seed 1, 3.6% left").wait_for()
    expect(widget(page)).to_have_attribute("data-points", "60")  # four conditions, fifteen looks
    page.wait_for_url(re.compile("now=15"))
    table = widget(page).locator("tbody")
    expect(table.locator("tr").nth(1)).to_contain_text("just now")
    return table.inner_text()


def another_density_is_not_told_of_it(page: Page) -> None:
    """“3.4% left” stood under 5.7%."""
    density(page).fill("13")
    page.wait_for_url(re.compile("level=13"))
    settle(page)
    expect(page.get_by_text("Just now, seed 1")).to_have_count(0)
    expect(widget(page)).to_have_attribute("data-live", "0")
    expect(widget(page).locator(".hint")).to_contain_text("The live run is at 3.58%")


def test_a_press_is_answered_before_the_server_does_and_its_run_can_be_cancelled(browser: Browser, url: str) -> None:
    every = ".".join(CONDITIONS)
    with opened(browser, f"{url}?level=1&seed=2&show={every}") as page:
        ready(page)
        widget(page).evaluate("""(section) => document.addEventListener("keydown", () => {
          const [where, status] = [section.querySelector(".where"), section.querySelector(".status")];
          window.told = [where.textContent, status.style.visibility];
        }, { capture: true })""")
        page.keyboard.press("t")
        assert page.evaluate("told") == ["Starting …", ""]
        page.get_by_role("button", name=re.compile("Cancel|Leave")).click()
        page.get_by_role("button", name="Train them now").wait_for()
        expect(widget(page)).to_have_attribute("data-live", "0")


def test_nobody_is_shut_out_of_a_blind_link_which_fixes_its_letters(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?depth=Maths&level=20&blind=1") as page:
        ready(page)
        page.locator(".st-key-bet-opens-skip button").click()
        page.get_by_text("So the order is right, and the numbers are not.").wait_for()
        nobody_is_shut_out(page)
        widget(page).get_by_role("button", name="Skip, just show me").click()
        names = [KINDS[condition].name for condition in dealt(THREE, 1)]
        expect(widget(page).locator(".verdict")).to_contain_text(re.compile(".*".join(names)))
        widget(page).get_by_role("button", name="Blind mode").click()
        expect(widget(page)).to_have_attribute("data-blind", "false")
        nobody_is_shut_out(page, ".st-key-stage")
