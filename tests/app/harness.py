"""Pages in Streamlit's own test harness: opening them as a link does, and reading what they say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


def words(app: AppTest) -> str:
    """All prose of the page."""
    return "\n".join(item.value for item in [*app.title, *app.header, *app.markdown, *app.caption, *app.info])


def in_a_process_of_its_own(code: str, **environment: str) -> None:
    """Run `code`, in which `visit(file)` gives the page."""
    visit = (
        "import sys\nfrom streamlit.testing.v1 import AppTest\n"
        "def visit(file):\n"
        "    app = AppTest.from_file('app.py', default_timeout=90).run()\n"
        "    return app.switch_page(file).run()\n"
    )
    subprocess.run([sys.executable, "-c", visit + code], cwd=ROOT, env={**os.environ, **environment}, check=True)
