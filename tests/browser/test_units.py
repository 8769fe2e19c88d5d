"""The browser code's logic, module by module: tests/js/*.test.js, each test a case of its own, in the real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from pages.widgets.shared.modules import WIDGETS, bundle

ROOT = Path(__file__).resolve().parents[2]
SITE = "http://units.test"  # answered by `_answer`; nothing goes over a network
FILES = sorted((ROOT / "tests/js").glob("*.test.js"))
MAINS = sorted(WIDGETS.glob("*/js/main.js"))
_TEST = re.compile(r'^test\("([^"]+)"', re.MULTILINE)
CASES = [(path, name) for path in FILES for name in _TEST.findall(path.read_text(encoding="utf-8"))]
_RUN = """async ([file, name]) => {
  await import(file);
  const { tests } = await import("/tests/js/check.js");
  try { await tests.get(name)(); } catch (error) { return String(error.stack ?? error); }
}"""
_NAMES = """async (file) => {
  await import(file);
  return [...(await import("/tests/js/check.js")).tests.keys()];
}"""
_DEFAULT = """async (text) => {
  const module = await import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  return typeof module.default;
}"""


def _answer(route: Route) -> None:
    path = ROOT / unquote(urlsplit(route.request.url).path).lstrip("/")
    if path.suffix == ".js" and path.is_file():
        route.fulfill(body=path.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
    elif path == ROOT:
        route.fulfill(body="<!doctype html><title>Unit tests</title>", content_type="text/html")
    else:
        route.fulfill(status=404)


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> Iterator[dict[Path, Page]]:
    """A tab for each test file, opened when it is first asked for."""
    context = browser.new_context()
    context.route(f"{SITE}/**", _answer)

    class Tabs(dict[Path, Page]):
        def __missing__(self, path: Path) -> Page:
            self[path] = context.new_page()
            self[path].goto(f"{SITE}/")
            return self[path]

    yield Tabs()
    context.close()


def _served(path: Path) -> str:
    return "/" + path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(("path", "name"), CASES, ids=[f"{path.stem}: {name}" for path, name in CASES])
def test_unit(tabs: dict[Path, Page], path: Path, name: str) -> None:
    complaint = tabs[path].evaluate(_RUN, [_served(path), name])
    assert complaint is None, complaint


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_no_test_is_overlooked(tabs: dict[Path, Page], path: Path) -> None:
    """Names are read from the text, so that each test is a case: the file itself must know the same."""
    assert tabs[path].evaluate(_NAMES, _served(path)) == [name for file, name in CASES if file == path]


@pytest.mark.parametrize("main", MAINS, ids=[path.parts[-3] for path in MAINS])
def test_what_streamlit_gets_is_a_module_with_its_function(tabs: dict[Path, Page], main: Path) -> None:
    assert tabs[main].evaluate(_DEFAULT, bundle(main)) == "function"
