"""Chapter 3 in a real browser: the film of rounds under hand and keys, lives of edges, a guessed fault, both themes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.figures import palette
from pages.text.faults import SNIPPETS
from tests.browser.film import button, player, ready, rests_at, rows
from tests.browser.looking import eventually, nobody_is_shut_out, opened, overheard

LAST = 3 * 20 + 1  # where the film of twenty rounds ends


@pytest.fixture
def url(app_url: str) -> str:
    return f"{app_url}/pruning"


def at(page: Page) -> float:
    return float(player(page).get_attribute("data-at") or "nan")


def picture(page: Page) -> str:
    """Net and histograms as drawn at this moment."""
    return "".join(str(player(page).locator(name).evaluate("canvas => canvas.toDataURL()"))
                   for name in ("canvas.edges", ".bars canvas", ".curve canvas"))


def took(page: Page, control: str, stop: int) -> float:
    """Milliseconds from a press on this control until the film has come to `stop`, by the page's own clock."""
    return float(player(page).evaluate("""(player, [control, stop]) => new Promise((told) => {
      const began = performance.now();
      const look = () => player.dataset.at >= stop && told(performance.now() - began);
      new MutationObserver(look).observe(player, { attributes: true });
      player.querySelector(control).click();
    })""", [control, stop]))


def test_next_round_plays_a_round_and_tells_python_once_and_a_clicked_edge_tells_its_life(
    browser: Browser, url: str
) -> None:
    with overheard(browser, url) as (page, sent):
        ready(page)
        rests_at(page, 9)
        expect(rows(page)).to_have_count(3)
        before = len(sent)
        button(page, "Next round").click()
        expect(rows(page)).to_have_count(4)  # told as soon as the round's training has begun
        assert len(sent) == before, "the browser spoke to the server during the film"
        rests_at(page, 12)
        page.wait_for_url(re.compile("round=4"))
        expect(page.get_by_text(re.compile("^Round 3 trained"))).to_be_visible()
        assert len(sent) == before + 1
        a_rest_looks_the_same_whatever_the_way_there(browser, url, page)
        click_an_edge(page)
        the_edge_tells_its_life(page)


def a_rest_looks_the_same_whatever_the_way_there(browser: Browser, url: str, page: Page) -> None:
    for name, stop in (("One step back", 11), ("One step back", 10), ("One step on", 11)):
        button(page, name).click()
        rests_at(page, stop)
    with opened(browser, f"{url}?round=3&stage=2") as other:
        ready(other)
        rests_at(other, 11)
        assert picture(page) == picture(other)


def click_an_edge(page: Page) -> None:
    canvas = player(page).locator("canvas.edges")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    for height in (0.35, 0.45, 0.55, 0.65):
        canvas.click(position={"x": box["width"] * 0.72, "y": box["height"] * height})
        if "edge=" in eventually(page, lambda: page.url, lambda url: "edge=" in url, 1_000):
            return
    raise AssertionError("no edge was told of")


def the_edge_tells_its_life(page: Page) -> None:
    place = player(page).locator(".card .lines div").first.inner_text()
    source, target = (int(number) for number in re.findall(r"(\d+)(?= →|$)", place))
    expect(player(page).locator(".card")).to_contain_text(re.compile(r"pruned after round|outlives all rounds"))
    player(page).get_by_role("link", name="Its whole life").click()
    told = page.get_by_text(re.compile(r"starts from θ"))
    expect(told).to_be_in_viewport()
    expect(told).to_contain_text(re.compile(rf"unit {source}\b.*(unit|digit) {target}\b"))


def test_any_earlier_round_can_be_revisited_the_start_forgets_and_plays_five_in_five_seconds(page: Page) -> None:
    player(page).get_by_role("button", name="Go to round 1", exact=True).click()
    rests_at(page, 4)
    page.wait_for_url(re.compile(r"round=1&stage=1|stage=1&round=1"))
    expect(rows(page)).to_have_count(3)  # what was seen stays
    expect(player(page)).to_have_attribute("data-kept", "889")
    player(page).locator(".chart .target").nth(2).click()
    rests_at(page, 7)
    button(page, "Back to the start").click()
    rests_at(page, 0)
    expect(rows(page)).to_have_count(0)
    expect(button(page, "One step back")).to_be_disabled()
    expect(page.get_by_text("Nothing has been trained yet")).to_be_visible()
    five_rounds_play_in_under_five_seconds_and_pause_at_a_rest(page)


def five_rounds_play_in_under_five_seconds_and_pause_at_a_rest(page: Page) -> None:
    assert took(page, ".play", 15) < 5_000
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()
    stopped = at(page)
    assert stopped == int(stopped)
    page.wait_for_timeout(600)
    assert at(page) == stopped


def test_the_keyboard_does_everything_needs_no_focus_hunt_and_leaves_other_controls_alone(page: Page) -> None:
    for key, stop in (("ArrowRight", 10), ("n", 12), ("ArrowLeft", 11)):
        page.keyboard.press(key)  # nothing has the focus: this is the page's only player
        rests_at(page, stop)
    button(page, "Next round").focus()
    for key, stop in (("ArrowRight", 12), ("ArrowLeft", 11), ("End", LAST), ("ArrowLeft", LAST - 1), ("Home", 0)):
        page.keyboard.press(key)
        rests_at(page, stop)
    page.keyboard.press("Enter")
    rests_at(page, 3)
    page.keyboard.press("p")
    expect(button(page, "Pause")).to_be_visible()
    page.keyboard.press("p")
    expect(button(page, "Play")).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    rests_at(page, LAST - 1)
    the_end_is_an_end(page)
    page.keyboard.press("Home")
    rests_at(page, 0)
    page.get_by_role("radio", name="Small net").focus()
    page.keyboard.press("ArrowRight")  # moves among the nets, as in any group of radio buttons
    expect(page.get_by_role("radio", name="LeNet-300-100")).to_be_focused()
    page.evaluate("new Promise((after) => requestAnimationFrame(() => requestAnimationFrame(after)))")
    assert at(page) == 0  # in two frames a film would have gone on


def the_end_is_an_end(page: Page) -> None:
    button(page, "Train the last ticket").click()
    rests_at(page, LAST)
    expect(rows(page)).to_have_count(21)
    expect(button(page, "All rounds played")).to_be_disabled()
    button(page, "Play").click()  # from the end it begins again
    assert 0 < eventually(page, lambda: at(page), lambda now: 0 < now < LAST) < LAST
    button(page, "Pause").click()


def test_the_large_number_is_the_ticket_s_and_says_of_what_and_the_film_lights_the_digit(page: Page) -> None:
    """The digit at first values and after a training; in between nothing is said of weights that were not measured."""
    rests_at(page, 9)
    before = player(page).locator(".now").inner_text()
    expect(player(page).locator(".of")).to_contain_text("of the test digits: round 2")
    expect(player(page)).to_have_attribute("data-reads", re.compile(r"^\d$"))
    button(page, "One step on").click()
    expect(player(page).locator(".of")).to_contain_text("of the validation digits")  # while it learns
    rests_at(page, 10)
    expect(player(page).locator(".of")).to_contain_text("of the test digits: round 3")
    assert player(page).locator(".now").inner_text() != before
    cells = rows(page).last.locator("td").all_inner_texts()
    assert player(page).locator(".now").inner_text() in cells  # what the table says of that round
    player(page).locator(".reset").click()
    rests_at(page, 0)
    expect(player(page)).to_have_attribute("data-reads", re.compile(r"^\d$"))
    slow_motion_is_slow(page)
    rests_at(page, 1)
    expect(player(page)).to_have_attribute("data-reads", "7")


def slow_motion_is_slow(page: Page) -> None:
    """From the start over the first training."""
    slow = button(page, "Slow motion")
    slow.click()
    expect(slow).to_have_attribute("aria-pressed", "true")
    assert took(page, ".step", 1) > 2_000  # ms; a training takes 0.9 s, slowed four times as long
    slow.click()
    expect(slow).to_have_attribute("aria-pressed", "false")


def test_nobody_is_shut_out_of_a_guess_and_a_film_that_without_motion_shows_rests_alone(
    browser: Browser, url: str
) -> None:
    with opened(browser, f"{url}?depth=Maths&round=6&stage=1&snippet=2", still=True) as page:
        ready(page)
        a_guess_reveals_the_fault(page)
        page.locator(".st-key-bet-breaks-skip button").click()
        page.get_by_text("The paper's network, LeNet-300-100").wait_for()
        only_rests_are_shown(page)
        the_five_steps_play_their_part(page)
        page.keyboard.press("End")
        button(page, "Go to round 6").click()
        rests_at(page, 19)
        nobody_is_shut_out(page)
        another_background_undoes_no_press_and_gets_its_own_colours(page)


def a_guess_reveals_the_fault(page: Page) -> None:
    snippet = SNIPPETS[1]  # the address of the first leaves its box folded
    page.get_by_text("Spot the fault: seven short programs").wait_for()
    expect(page.get_by_text(f"{snippet.name}.", exact=False)).to_have_count(0)
    page.get_by_text(snippet.options[snippet.answer][0], exact=True).click()
    expect(page.get_by_text("The one-line cure:")).to_be_visible()
    expect(page.get_by_text("So this fault")).to_be_visible()


def another_background_undoes_no_press_and_gets_its_own_colours(page: Page) -> None:
    """Python hears of a theme with the next word of the player's: both come at once."""
    button(page, "Next round").click()
    page.wait_for_url(re.compile("round=7"))
    dark = palette.PALETTES["green-red-dark"]["kept"].colour
    expect(player(page).locator("figure.chart polyline")).to_have_attribute("stroke", dark)
    rests_at(page, 21)


def only_rests_are_shown(page: Page) -> None:
    page.evaluate("""() => {
      window.seen = new Set();
      const look = (root) => root.querySelector('.player') ?? [...root.querySelectorAll('*')].map(
        (part) => part.shadowRoot && look(part.shadowRoot)).find(Boolean);
      const player = look(document);
      new MutationObserver(() => window.seen.add(player.dataset.at)).observe(player, {attributes: true});
    }""")
    button(page, "Next round").click()
    rests_at(page, 21)
    seen = set(page.evaluate("() => [...window.seen]"))
    assert "21.00" in seen and seen <= {"19.00", "20.00", "21.00"}


def the_five_steps_play_their_part(page: Page) -> None:
    for name, stop in (("2 Train", 22), ("3 Prune", 23), ("4 Rewind", 24), ("5 Repeat", 27), ("1 Draw θ₀", 0)):
        button(page, name).click()
        rests_at(page, stop)
        current = player(page).locator("[aria-current=step]")
        expect(current).to_have_count(1)
        if stop > 0 and stop % 3 == 0:  # at rest on θ₀ again: what comes is the next round
            expect(current).to_contain_text("Repeat")
    expect(current).to_contain_text("Draw θ₀")
