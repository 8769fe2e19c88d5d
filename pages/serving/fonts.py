"""The headings' typeface, two small files of our own: see `assets/fonts`. `page.css` asks for them."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route

from pages.address.base import base

FOLDER = Path(__file__).resolve().parents[2] / "assets/fonts"
KEPT = {"cache-control": "public, max-age=31536000, immutable"}  # letters do not change under the same name


def routes() -> list[BaseRoute]:
    """What `st.App(routes=…)` takes."""
    return [Route(f"{base()}/fonts/{file.name}",
                  lambda _, file=file: FileResponse(file, headers=KEPT, media_type="font/woff2"))
            for file in sorted(FOLDER.glob("*.woff2"))]
