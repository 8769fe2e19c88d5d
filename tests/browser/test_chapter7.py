"""Chapter 7 in a real browser: a turned knob trained live, its ticket taken home and compared, digits drawn by every
hand, both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import safetensors.numpy
from playwright.sync_api import Browser, Locator, Page, expect

from tests.app.test_uploads import folders
from tests.browser.looking import arrived, barriers, nobody_is_shut_out, opened, overflow, settle

PATIENCE = 120_000  # ms: a first live run starts worker processes and compiles its kernels
QUICK = "steps=200&rounds=3&rate=30"  # a second of training on the small net


@pytest.fixture
def url(app_url: str) -> str:
    return f"{app_url}/explorer"


def ready(page: Page) -> Page:
    return arrived(page, PATIENCE)


def player(page: Page) -> Locator:
    return page.locator(".player[data-at]")


def pad(page: Page) -> Locator:
    return page.locator("section.view[data-said]")


def edges(page: Page) -> str:
    return str(player(page).locator("canvas.edges").evaluate("canvas => canvas.toDataURL()"))


def said(page: Page) -> list[str]:
    return str(pad(page).get_attribute("data-said")).split(",")


def test_a_turned_knob_is_trained_played_taken_home_and_compared(browser: Browser, url: str, tmp_path: Path) -> None:
    with opened(browser, f"{url}?{QUICK}") as page:
        ready(page)
        page.get_by_text(": 4 trainings").wait_for()  # the estimate, before the click
        expect(page.get_by_text("Not trained yet.")).to_be_visible()
        page.locator(".st-key-knob-seed input").fill("7")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("seed=7"))
        settle(page)
        expect(player(page)).to_have_attribute("data-rounds", "0")  # the net stays, as it begins
        page.get_by_role("button", name="Train it now").click()
        expect(player(page).locator("tbody tr")).to_have_count(4, timeout=PATIENCE)
        page.get_by_text("Take this ticket home · round 3").click()
        with page.expect_download() as trained:
            page.get_by_role("button", name="trained", exact=True).click()
        trained.value.save_as(tmp_path / "ticket.safetensors")
        net = safetensors.numpy.load_file(tmp_path / "ticket.safetensors")
        alive = sum(int((value != 0).sum()) for name, value in net.items() if name.endswith("weight"))
        assert net["fc1.weight"].shape == (16, 49) and alive == int(player(page).get_attribute("data-kept") or 0)
        page.keyboard.press("Escape")

        page.locator(".st-key-bet-race-skip button").click()
        page.get_by_role("button", name="Train the three side by side").click()
        page.get_by_text("Side by side in round 3").first.wait_for(timeout=PATIENCE)
        expect(page.get_by_role("button", name="Your comparison")).to_have_attribute("aria-pressed", "true")
        expect(pad(page).locator(".facts").nth(1)).to_contain_text(f"{alive} weights")
        page.wait_for_url(re.compile("compared=3-7"))
        address = page.url
        with opened(browser, address) as second:  # whoever opens the link sees the same run, from the store
            ready(second)
            expect(player(second)).to_have_attribute("data-kept", str(alive))
            expect(second.get_by_role("button", name="Train it now")).to_have_count(0)
            second.get_by_text("Side by side in round 3").first.wait_for()  # and the comparison, with no bet before it


def test_own_pictures_are_brought_trained_and_taken_back(browser: Browser, url: str) -> None:
    pictures = folders()
    with opened(browser, f"{url}?data=Own images&steps=50&rounds=2&batch=20", size=(390, 844)) as page:
        ready(page)
        files = page.locator("input[type=file]")
        files.set_input_files({"name": "pets.zip", "mimeType": "application/zip", "buffer": pictures[:900]})
        page.get_by_text("The zip is damaged or cut short: pack it anew.").wait_for()
        files.set_input_files({"name": "pets.zip", "mimeType": "application/zip", "buffer": pictures})
        page.get_by_text("cat · 50 + 10").wait_for()
        settle(page)
        assert overflow(page) == 0 and barriers(page) == []
        page.get_by_role("button", name="Train it now").click()
        expect(player(page).locator("tbody tr")).to_have_count(3, timeout=PATIENCE)
        page.get_by_role("button", name="Remove them").click()
        page.get_by_text("Own images are of one visit alone").wait_for()
        page.get_by_text("Shown meanwhile: a recorded run.").wait_for()


def test_a_long_run_lives_in_the_player_can_be_paused_and_goes_on(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?net=LeNet-300-100&steps=4000&rounds=10&seed=8") as page:
        ready(page)
        before = edges(page)
        page.get_by_role("button", name="Train it now").click()
        expect(player(page).locator(".telling")).to_contain_text("here and now", timeout=PATIENCE)
        page.wait_for_function("(shown) => +shown.dataset.lives > 3", arg=player(page).element_handle())
        assert edges(page) != before  # the drawn net moves while it learns
        page.reload()  # the same browser is not somebody else who watches
        page.get_by_role("button", name="Pause").click()
        page.get_by_text("Paused. What is trained so far is kept").wait_for()
        expect(player(page).locator(".telling")).to_contain_text("Paused in round")
        expect(player(page).locator(".now")).to_contain_text("%")  # so are its curve and what it has come to
        expect(page.get_by_text("Not trained yet")).to_have_count(0)
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Pause").click()


def test_mouse_finger_and_pen_draw_and_four_nets_answer_at_once(browser: Browser, url: str) -> None:
    with opened(browser, url, has_touch=True) as page:
        ready(page)
        canvas = pad(page).locator("canvas.pad")
        canvas.scroll_into_view_if_needed()
        expect(pad(page).locator(".verdict")).to_contain_text("They disagree")  # it opens on a test digit
        box = canvas.bounding_box()
        assert box is not None
        left, top, size = box["x"], box["y"], box["width"] / 280  # the pad is as large as the screen allows
        page.mouse.move(left + 85 * size, top + 70 * size)
        page.mouse.down()
        for x, y in ((200, 70), (165, 150), (130, 235)):
            page.mouse.move(left + x * size, top + y * size, steps=8)
        page.mouse.up()
        expect(pad(page).locator(".verdict")).to_contain_text("7")
        assert said(page)[:2] == ["7", "7"]  # the dense net and its ticket read a plain seven
        ink = canvas.evaluate("pad => pad.toDataURL()")
        pad(page).get_by_role("button", name="Clear").click()
        assert said(page) == [""] * 4 and canvas.evaluate("pad => pad.toDataURL()") != ink
        for kind in ("touch", "pen"):
            canvas.evaluate(
                """(pad, kind) => {
                  const box = pad.getBoundingClientRect();
                  const size = box.width / 280;
                  const send = (name, x, y) => pad.dispatchEvent(new PointerEvent(name, {
                    pointerId: 1, pointerType: kind, bubbles: true,
                    clientX: box.left + x * size, clientY: box.top + y * size}));
                  pad.setPointerCapture = () => {};
                  send("pointerdown", 140, 40);
                  for (let y = 50; y <= 240; y += 10) send("pointermove", 140, y);
                  send("pointerup", 140, 240);
                }""", kind)
            expect(pad(page).locator(".verdict")).to_contain_text("1")
            assert said(page)[:2] == ["1", "1"]
            pad(page).get_by_role("button", name="Clear").click()
        touch = canvas.evaluate("pad => getComputedStyle(pad).touchAction")
        assert touch == "none"  # a finger draws, it does not scroll


def test_the_tray_answers_by_keyboard_as_the_engine_does(page: Page) -> None:
    from pages.figures.digits import disagreement
    from pages.widgets.digit_pad import _panels

    for place, panel in enumerate(_panels()):
        button = page.get_by_role("button", name=panel.name)
        button.focus()
        page.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-pressed", "true")
        expected = disagreement(panel).answers.T.tolist()
        for number, answers in enumerate(expected[:4]):
            digit = pad(page).locator(".digits button").nth(number)
            digit.focus()
            page.keyboard.press("Space")
            expect(digit).to_have_attribute("aria-pressed", "true")
            assert said(page) == [str(answer) for answer in answers], (place, number)
    page.wait_for_url(re.compile("answering=1.2"))


def test_challenges_turn_the_knobs_and_two_runs_stand_side_by_side(page: Page) -> None:
    page.locator(".st-key-challenge-repair").get_by_role("button", name="Show me one").click()
    expect(page.get_by_text("send the survivors back to step 100, not to the start")).to_be_visible()  # in words
    page.locator(".st-key-solve-repair button").click()
    page.get_by_text("A against B").first.wait_for()
    expect(page.get_by_text("Challenge solved")).to_be_visible()
    expect(page.locator("#levers")).to_be_in_viewport()  # the turned knobs, thousands of pixels above the card
    page.get_by_text("B has Rewind to step k 100 instead of 0.").wait_for()
    expect(page.locator(".st-key-challenge-repair")).to_contain_text("solved")
    page.wait_for_url(re.compile("b-rewind=100"))
    page.get_by_role("radio", name="B", exact=True).click()
    page.wait_for_url(re.compile("played=B"))
    settle(page)  # until then A's player stands beside B's
    player(page).get_by_role("button", name="One step back", exact=True).click()
    expect(player(page).locator(".telling")).to_contain_text("as they were after 100 steps")


def test_nobody_is_shut_out(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?depth=Maths&seed=1") as page:
        ready(page)
        player(page).wait_for()
        pad(page).wait_for()
        nobody_is_shut_out(page)
    with opened(browser, f"{url}?view=Two, side by side&rounds=9") as page:
        ready(page)
        page.get_by_text("Not trained yet").first.wait_for()
        nobody_is_shut_out(page, ".st-key-bench")
