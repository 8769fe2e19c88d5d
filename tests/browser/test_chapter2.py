"""Chapter 2 in a real browser: the wall under hand and keyboard, live draws, symbols, both themes and sizes."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lth_core.measures import wilson
from tests.browser.looking import arrived, nobody_is_shut_out, opened, settle

PATIENCE = 120_000  # ms: a first live draw starts worker processes
LONGEST = "(card) => card.getAnimations().reduce((most, one) => Math.max(most, one.effect.getTiming().duration), 0)"
STROKE = "(card) => getComputedStyle(card.querySelector('path')).stroke"
FRAME = "(card) => getComputedStyle(card).borderColor"


@pytest.fixture
def url(app_url: str) -> str:
    return f"{app_url}/hypothesis"


def ready(page: Page) -> Page:
    return arrived(page, PATIENCE, wall(page))


def wall(page: Page) -> Locator:
    return page.locator(".view[data-draws]")


def cards(page: Page) -> Locator:
    return wall(page).locator(".card")


def numbers(page: Page) -> tuple[int, int]:
    """(winners, draws) as the wall counts them."""
    return int(wall(page).get_attribute("data-wins") or -1), int(wall(page).get_attribute("data-draws") or -1)


def test_the_wall_counts_as_python_does_marks_losers_and_winners_and_sorts(page: Page) -> None:
    wins, draws = numbers(page)
    assert draws == cards(page).count() == 200
    assert wall(page).locator(".card.won").count() == wins
    python_counts_alike(page)
    expect(wall(page).locator(".histogram svg[role=img]")).to_have_attribute(
        "aria-label", re.compile(f"{wins} of 200 tickets reach"))
    losing_is_not_pruned(page)
    a_winner_has_its_moment_and_none_where_nothing_may_move(page)
    best_first_sorts_and_back(page)
    another_share_is_another_wall(page)


def python_counts_alike(page: Page) -> None:
    """The text beside the wall, which Python writes, and the wall say the same."""
    wins, draws = numbers(page)
    expect(page.get_by_text(re.compile(f"{wins} of {draws} random tickets win"))).to_be_visible()
    low, high = (f"{100 * bound:.1f}" for bound in wilson(wins, draws))
    expect(wall(page).locator(".rate")).to_contain_text(f"interval {low}–{high}%")


def losing_is_not_pruned(page: Page) -> None:
    """A loser's kept edges are green like all kept edges; what tells it is a grey frame and a cross."""
    loser, winner = wall(page).locator(".card:not(.won)").first, wall(page).locator(".card.won").first
    assert loser.evaluate(STROKE) == winner.evaluate(STROKE) == "rgb(0, 158, 115)"
    assert winner.evaluate(FRAME) == "rgb(0, 158, 115)" != loser.evaluate(FRAME)
    assert loser.locator("i").text_content() == "✕" and winner.locator("i").text_content() == "✓"
    bars = {bar.get_attribute("fill") for bar in wall(page).locator(".histogram rect.losing").all()}
    assert bars == {"#6B7280"}


def a_winner_has_its_moment_and_none_where_nothing_may_move(page: Page) -> None:
    for motion, least, most in (("reduce", 0, 0), ("no-preference", 0.3, 1.0)):
        page.emulate_media(reduced_motion=motion)
        cards(page).first.evaluate("(card) => card.classList.add('lucky')")
        assert least <= cards(page).first.evaluate(LONGEST) / 1000 <= most


def best_first_sorts_and_back(page: Page) -> None:
    page.get_by_role("button", name="Best first").click()
    scores = [float(text) for text in cards(page).locator(".score b").all_text_contents()]
    assert scores == sorted(scores, reverse=True)
    expect(page.get_by_role("button", name="Best first")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="As drawn").click()
    assert [card.get_attribute("data-ticket") for card in cards(page).all()[:3]] == ["0", "1", "2"]


def another_share_is_another_wall(page: Page) -> None:
    page.get_by_role("radio", name="16", exact=True).click()
    expect(page.get_by_text(re.compile(r"At 16% kept, 0 of 200 random tickets win"))).to_be_visible()
    expect(wall(page)).to_have_count(1)  # the old one is gone
    assert numbers(page) == (0, 200)
    assert "kept=16" in page.url


def test_colours_come_with_the_link_and_so_does_the_margin_which_when_dragged_recolours_at_once(
    browser: Browser, url: str
) -> None:
    with opened(browser, f"{url}?margin=40&colours=Blue+and+orange") as page:
        ready(page)
        blue_and_orange_go_with_the_switch(page)
        python_counts_alike(page)
        before, _ = numbers(page)
        slider = wall(page).get_by_role("slider")
        slider.evaluate("(input) => { input.value = 25; input.dispatchEvent(new Event('input', { bubbles: true })) }")
        expect(wall(page)).not_to_have_attribute("data-wins", str(before))
        assert "margin=40" in page.url, "Python is told once, on release"
        slider.evaluate("(input) => input.dispatchEvent(new Event('change', { bubbles: true }))")
        page.wait_for_url(re.compile("margin=25"))
        wins, _ = numbers(page)
        python_counts_alike(page)
        reached = f"{wins} of 200 tickets reach the target"
        expect(wall(page).locator(".summary")).to_contain_text(reached)
        expect(wall(page).locator(".plot svg")).to_have_attribute("aria-label", re.compile(reached))


def blue_and_orange_go_with_the_switch(page: Page) -> None:
    expect(page.get_by_text("look for the blue ones")).to_be_visible()
    assert "#0072B2" in str(wall(page).get_attribute("style"))
    page.get_by_role("button", name="Colours").click()
    page.get_by_role("radio", name="Green and red").click()
    expect(page.get_by_text("look for the green ones")).to_be_visible()
    expect(wall(page)).to_have_attribute("style", re.compile("#009E73"))
    assert "colours" not in page.url
    page.keyboard.press("Escape")


def test_keys_and_a_press_on_a_card_open_tickets(page: Page) -> None:
    draw_is_few_tabs_away_the_wall_is_one_stop_and_arrows_walk_without_a_focus_hunt(page)
    a_card_opens_its_ticket(page)


def draw_is_few_tabs_away_the_wall_is_one_stop_and_arrows_walk_without_a_focus_hunt(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(wall(page).locator(".card[aria-current=true]")).to_have_attribute("data-ticket", "2")
    page.wait_for_url(re.compile("ticket=2"))
    page.get_by_role("button", name="Colours").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Draw one")).to_be_focused()
    assert wall(page).locator(".card[tabindex='0']").count() == 1
    wall(page).locator(".card[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ticket 4, drawn")).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.press("Space")
    expect(page.get_by_text("Ticket 199, drawn")).to_be_visible()


def a_card_opens_its_ticket(page: Page) -> None:
    cards(page).nth(12).click()
    expect(page.get_by_text("Ticket 12, drawn")).to_be_visible()
    page.wait_for_url(re.compile("ticket=12"))
    expect(wall(page).locator(".card[aria-current=true]")).to_have_attribute("data-ticket", "12")
    hand = wall(page).locator(".hand")
    expect(hand.locator("h2")).to_contain_text(re.compile(r"Ticket 12: \d\d\.\d\d%"))
    expect(hand.locator(".facts")).to_contain_text("of 20 hidden units dead")
    assert str(hand.locator(".own").first.get_attribute("d")).count("L") == 11, "twelve points of its learning curve"
    hand.get_by_role("link").click()
    expect(page.get_by_text("Ticket 12, drawn")).to_be_in_viewport()
    expect(cards(page).nth(12)).to_have_attribute("aria-label", re.compile(r"Ticket 12: \d\d\.\d\d%, (wins|loses)"))


def test_tickets_are_drawn_live_whose_learning_curves_grow(page: Page) -> None:
    a_drawn_tickets_learning_curve_grows(page)
    back_to_the_recorded_tickets(page)
    tickets_are_drawn_live_and_survive_a_reload(page)
    back_to_the_recorded_tickets(page)


def back_to_the_recorded_tickets(page: Page) -> None:
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Back to the recorded tickets").click()
    expect(wall(page)).to_have_attribute("data-draws", "200")


def a_drawn_tickets_learning_curve_grows(page: Page) -> None:
    curve, lengths = wall(page).locator(".hand .curve"), "(curve) => [...curve.seen]"
    curve.evaluate("""(curve) => new MutationObserver(() => {
      const own = curve.querySelector('.own');
      (curve.seen ??= new Set()).add(own ? own.getAttribute('d').split('L').length : 0);
    }).observe(curve, { childList: true })""")
    for drawn in range(201, 206):  # on a busy machine a browser may sleep through the third of a second that it takes
        page.get_by_role("button", name="Draw one").click()
        expect(wall(page)).to_have_attribute("data-draws", str(drawn), timeout=PATIENCE)
        page.wait_for_url(re.compile(f"ticket={drawn - 1}"))
        settle(page)
        if len(curve.evaluate(lengths)) > 2:
            return
    raise AssertionError(f"the curve never grew before it was complete: {curve.evaluate(lengths)}")


def tickets_are_drawn_live_and_survive_a_reload(page: Page) -> None:
    page.get_by_role("button", name="Draw one").click()
    expect(wall(page)).to_have_attribute("data-draws", "201", timeout=PATIENCE)
    page.wait_for_url(re.compile("ticket=200"))  # what was just drawn is in the hand
    expect(wall(page).locator(".hand h2")).to_contain_text("Ticket 200: ")
    expect(page.get_by_text("Ticket 200, drawn")).to_be_visible()
    expect(cards(page).nth(200)).to_have_attribute("aria-label", re.compile("Ticket 200: .*drawn just now"))
    expect(page.get_by_text(re.compile(r"of 201 random tickets win \(1 of them drawn just now\)"))).to_be_visible()
    page.get_by_role("button", name="Draw 50").click()
    page.wait_for_url(re.compile(r"drawn=1\.50"))
    page.reload()  # in mid-run
    ready(page)
    expect(wall(page)).to_have_attribute("data-draws", "251", timeout=PATIENCE)
    expect(page.get_by_text(re.compile(r"of 251 random tickets win \(51 of them drawn just now\)"))).to_be_visible()
    assert cards(page).count() == 251 and wall(page).locator(".awaited").count() == 0


PLACES = """(cards) => cards.slice(0, 200).map((card) => {
  const { x, y } = card.getBoundingClientRect();
  return [x, y];
})"""
# How many places stir as soon as a key is pressed, before any answer of the server.
COUNT_AT_PRESS = """(view) => document.addEventListener("keydown", () => {
  window.stirring = view.querySelectorAll(".coming").length;
}, { capture: true })"""


def test_fifty_are_drawn_in_view_and_a_stopped_draw_keeps_what_was_drawn(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?seed=1") as page:
        ready(page)
        fifty_places_stir_at_the_press_and_are_drawn_in_view_and_no_tile_moves(page)
        a_stopped_draw_keeps_what_was_drawn(page)


def fifty_places_stir_at_the_press_and_are_drawn_in_view_and_no_tile_moves(page: Page) -> None:
    before = cards(page).evaluate_all(PLACES)
    wall(page).evaluate(COUNT_AT_PRESS)
    page.keyboard.press("f")
    assert page.evaluate("stirring") == 50
    page.get_by_role("button", name="Stop drawing").wait_for()
    expect(cards(page)).to_have_count(250)
    assert cards(page).evaluate_all(PLACES) == before
    expect(wall(page).locator(".card.newest")).to_be_in_viewport(timeout=PATIENCE)
    expect(wall(page).locator(".histogram .spot.newest")).to_be_in_viewport()
    expect(wall(page)).to_have_attribute("data-draws", "250", timeout=PATIENCE)
    expect(wall(page).locator(".tally")).to_have_text(re.compile("of 250 tickets win"))
    assert cards(page).evaluate_all(PLACES) == before
    expect(cards(page).nth(249)).to_be_in_viewport()
    newest = wall(page).locator(".card.newest")
    score = str(newest.get_attribute("aria-label")).split(": ")[1].split("%")[0]
    expect(wall(page).locator(".spot.newest text")).to_have_text(f"newest {score}%")


# From within the page: fifty tickets take a second, and a click from outside half of one. "late" when all were drawn.
STOPS_AFTER = """([view, least]) => {
  const named = (name) => [...document.querySelectorAll("button")].find((one) => one.textContent.includes(name));
  const [draws, stop] = [+view.dataset.draws, named("Stop drawing")];
  if (draws > least && stop) return (stop.click(), "stopped");
  return draws >= least + 47 && named("Draw 50") ? "late" : null;
}"""


def a_stopped_draw_keeps_what_was_drawn(page: Page) -> None:
    """225, 250 and then 200, under “what was drawn is kept”, is how it was."""
    for least in (253, 303, 353, 403):  # a busy machine may miss the second that fifty take
        page.get_by_role("button", name="Draw 50").click()
        view = wall(page).element_handle()
        if page.wait_for_function(STOPS_AFTER, arg=[view, least]).json_value() == "stopped":
            break
    seen = [numbers(page)[1]]
    page.get_by_role("button", name="Draw 50").wait_for()
    seen.append(numbers(page)[1])
    settle(page)
    seen.append(numbers(page)[1])
    assert seen == sorted(seen) and seen[0] > least, f"tickets went away: {seen}"
    expect(page.get_by_text(re.compile(f"of {seen[-1]} random tickets win"))).to_be_visible()
    batches = parse_qs(urlparse(page.url).query)["drawn"][0].split(".")
    assert sum(map(int, batches)) == seen[-1] - 200


def test_every_symbol_explains_itself_no_barriers_and_nothing_sticks_out(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?depth=Maths") as page:
        ready(page)
        every_symbol_explains_itself_to_pointer_and_keyboard(page)
        page.get_by_role("button", name="Skip, just show me").click()
        page.get_by_text("not a law of nature").wait_for()
        nobody_is_shut_out(page)


def every_symbol_explains_itself_to_pointer_and_keyboard(page: Page) -> None:
    statement = page.locator(".statement")
    meaning = page.locator(".meaning")
    said = set()
    for symbol in statement.get_by_role("button").all():
        symbol.hover()
        said.add(meaning.inner_text())
    assert len(said) == statement.get_by_role("button").count() == 9
    statement.get_by_role("button", name="a′ ≥ a").focus()
    page.keyboard.press("Shift+Tab")
    expect(meaning).to_contain_text("j′ ≤ j")
