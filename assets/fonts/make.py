"""Make the small typefaces anew from those of the installed Streamlit: `pip install fonttools brotli`, then
`python assets/fonts/make.py`. Needed when an icon is used that `icons.txt` does not name (a test says so).
"""

from __future__ import annotations

import re
from pathlib import Path

import streamlit
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE, PROJECT = Path(__file__).parent, Path(__file__).parents[2]
STATIC = Path(streamlit.__file__).parent / "static/static"
# Letters: Latin with its accents, Greek, punctuation, raised and lowered digits, arrows, mathematics, shapes.
LETTERS = ((0x20, 0x17F), (0x2B0, 0x2FF), (0x300, 0x304), (0x370, 0x3FF), (0x2000, 0x209F), (0x20AC, 0x20AC),
           (0x1D2C, 0x1D6A), (0x2100, 0x22FF), (0x25A0, 0x25FF), (0x2713, 0x2718),
           (0x27E8, 0x27E9))
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "sups", "subs", "pnum", "tnum", "lnum"]
WEIGHTS = (300, 700)  # what pages and Streamlit ask for
NAME = re.compile(r"""["'`:/]([a-z0-9_]{2,})["'`]|:material/([a-z0-9_]+)""")
# Scripts with words of their own in quotes and no icons.
WITHOUT = ("Plotly", "DeckGl", "Syntax", "elk", "ECharts", "GraphViz", "chunk-", "cytoscape", "Diagram", "embed.",
           "katex", "swimlanes", "cose", "wavesurfer", "mermaid")


def text(style: str, name: str) -> None:
    """The text face under a name of its own, as its licence asks."""
    font = TTFont(next(STATIC.glob(f"media/SourceSansVF-{style}.*.woff2")))
    _subset(font, unicodes=[code for first, last in LETTERS for code in range(first, last + 1)], features=FEATURES)
    font = instantiateVariableFont(font, {"wght": WEIGHTS})
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16, 25):
            record.string = "TicketSans" if record.nameID in (6, 25) else "Ticket Sans"
    font.save(HERE / name)


def icons(name: str) -> None:
    """The icons that our pages name, and every one whose name stands in quotes in Streamlit's scripts."""
    font = TTFont(next(STATIC.glob("media/MaterialSymbols-Rounded.*.woff2")))
    drawn = _ligatures(font)
    kept = sorted(named() & set(drawn))
    letters = sorted({ord(letter) for icon in kept for letter in icon} | {0x20})
    # Without closure: with it, every word that these letters spell would stay.
    _subset(font, unicodes=letters, glyphs=[drawn[icon] for icon in kept], features=["rlig"], closure=False)
    font.save(HERE / name)
    (HERE / "icons.txt").write_text("\n".join(kept) + "\n", encoding="utf-8")


def named() -> set[str]:
    """Words that may name an icon."""
    ours = [*PROJECT.glob("pages/**/*.py"), PROJECT / "app.py"]
    theirs = [path for path in STATIC.glob("js/*.js") if not any(word in path.name for word in WITHOUT)]
    found = (NAME.findall(path.read_text(encoding="utf-8")) for path in theirs)
    pages = (re.findall(r"(:)material/([a-z0-9_]+)", path.read_text(encoding="utf-8")) for path in ours)
    return {icon or word for group in (*found, *pages) for word, icon in group}


def _ligatures(font: TTFont) -> dict[str, str]:
    """An icon's name → its glyph."""
    letter = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    found = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in (getattr(part, "ExtSubTable", part) for part in lookup.SubTable):
            for first, ligatures in table.ligatures.items():
                for one in ligatures:
                    found["".join(letter[glyph] for glyph in (first, *one.Component))] = one.LigGlyph
    return found


def _subset(font: TTFont, features: list[str], closure: bool = True, **kept: list[int] | list[str]) -> None:
    options = Options(layout_features=features, layout_closure=closure, hinting=False, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(**kept)
    subsetter.subset(font)
    font.flavor = "woff2"


if __name__ == "__main__":
    text("Upright", "ticket-sans-roman.woff2")
    text("Italic", "ticket-sans-italic.woff2")
    icons("ticket-icons.woff2")
