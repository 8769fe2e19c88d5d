"""What Python and the browser draw alike: `js/constants.js`, written from the Python side by

    python -m pages.widgets.shared.constants

A file and not part of a component's data, so that modules can import it; a test holds it equal to what this says.
"""

from __future__ import annotations

import json
from pathlib import Path

from pages.figures import palette, scales

FILE = Path(__file__).with_name("js") / "constants.js"


def source() -> str:
    """The text of the JavaScript module."""
    values = {
        "DASHES": ("dash of a role → what an SVG line takes", palette.DASHES),
        "ERROR_TICKS": ("of an axis that pulls accuracies near 100% apart", scales.ERROR_TICKS),
        "PERFECT": ("nothing measured on 10,000 images lies closer to 100% than one mistake", scales.PERFECT),
    }
    lines = [f"export const {name} = {json.dumps(value)}; // {why}" for name, (why, value) in values.items()]
    head = "// Written by pages/widgets/shared/constants.py from what Python draws with; a test holds the two equal."
    return "\n".join([head, "", *lines, ""])


if __name__ == "__main__":
    FILE.write_text(source(), encoding="utf-8")
