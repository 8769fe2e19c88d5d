"""Pages in Streamlit's own test harness: opening them as a link does, and reading what they say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
HOME = "pages/home.py"


def open_page(file: str, **query: str) -> AppTest:
    """The page in `file`, after one visit of its link. Fails when it raises."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90).run()
    if file != HOME:
        app.switch_page(file)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
    assert not app.exception, app.exception
    return app


def headline(app: AppTest) -> str:
    """The page's only heading of the first level, which the band writes as HTML."""
    found = [match for item in app.get("html") for match in re.findall(r"<h1>(.*?)</h1>", item.proto.body)]
    assert len(found) == 1, found
    return unescape(found[0])


def words(app: AppTest) -> str:
    """All prose of the page."""
    return "\n".join(item.value for item in [*app.header, *app.markdown, *app.caption, *app.info])


def tables(app: AppTest) -> list[list[dict[str, str]]]:
    """The rows of every fact table of the page."""
    return [json.loads(item.proto.json)["rows"] for item in app.get("bidi_component")
            if item.proto.component_name == "lottery.fact_table"]


def players(app: AppTest) -> list[dict[str, Any]]:
    """What every round player of the page was given."""
    return [json.loads(item.proto.json) for item in app.get("bidi_component")
            if item.proto.component_name == "lottery.round_player"]


def charts(app: AppTest) -> list[dict[str, Any]]:
    """What every recorded chart of the page was given (`pages.figures.drawing`)."""
    return [json.loads(json.loads(item.proto.json)["packed"]) for item in app.get("bidi_component")
            if item.proto.component_name == "lottery.chart"]


def programs(app: AppTest) -> list[str]:
    """Every program of the page as it stands there."""
    ours = ["".join(text for _, text in json.loads(item.proto.json)["spans"]) for item in app.get("bidi_component")
            if item.proto.component_name == "lottery.code"]
    return [*ours, *(block.value for block in app.code)]


def everything(app: AppTest) -> str:
    """All prose, and the cells of the fact tables."""
    return "\n".join([words(app), *(cell for rows in tables(app) for row in rows for cell in row.values())])


def address(app: AppTest) -> dict[str, str]:
    """The parameters of the address: a link's own come as text, those that the page wrote as lists."""
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


def labels(app: AppTest) -> list[str]:
    """What stands on the buttons."""
    return [button.label for button in app.button]


def in_a_process_of_its_own(code: str, **environment: str) -> None:
    """Run `code`, in which `visit(file)` gives the page."""
    visit = (
        "import sys\nfrom functools import cache\nfrom streamlit.testing.v1 import AppTest\n"
        "from streamlit.components.v2 import manifest_scanner\n"
        "manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)\n"
        "app = AppTest.from_file('app.py', default_timeout=90).run()\n"
        "def visit(file):\n"
        "    return app.switch_page(file).run()\n"
    )
    subprocess.run([sys.executable, "-c", visit + code], cwd=ROOT, env={**os.environ, **environment}, check=True)
