"""From the address of any page to a beat: what "Add this to a talk" takes along."""

from __future__ import annotations

from collections.abc import Mapping

from pages.scenes import SCENES
from pages.talks.beat import Beat
from pages.text.chapters import at

# The experiment of a chapter is a scene; every other page is shown as it is.
SCENE_OF = {"paradox": "network", "hypothesis": "wall", "pruning": "player", "initialisation": "race",
            "evidence": "curve", "limits": "rewind"}
START = {"pruning": {"round": "3"}, "initialisation": {"level": "10"}}  # where a page begins and its scene does not


def beat_of(slug: str, asked: Mapping[str, str], anchor: str = "") -> Beat:
    """The beat that shows the page at `slug` with the parameters `asked`; with an anchor the page itself, scrolled
    there.

    >>> beat_of("limits", {"k": "10", "depth": "Maths"}).state
    {'k': '10'}
    >>> dict(beat_of("paradox", {}, "capacity").state)
    {'page': 'paradox', 'anchor': 'capacity'}
    """
    page = at(slug)
    sentence = page.question if page else ""
    if slug in SCENE_OF and not anchor:
        scene = SCENES[SCENE_OF[slug]]
        return Beat(scene.name, sentence, scene.held(START.get(slug, {}) | _live(slug, asked) | dict(asked)))
    scene = SCENES["page"]
    query = "&".join(f"{name}={word}" for name, word in asked.items())
    given = {"page": slug or "home", "query": query, "anchor": anchor}
    return Beat(scene.name, sentence, {name: word for name, word in scene.held(given).items() if word})


def _live(slug: str, asked: Mapping[str, str]) -> dict[str, str]:
    """What was trained on the page is trained on the stage too."""
    if slug == "hypothesis" and (drawn := asked.get("drawn")):
        counts = [int(part) for part in drawn.split(".") if part.isascii() and part.isdigit()]
        return {"live": str(min(100, sum(counts)))}
    if slug == "initialisation" and asked.get("now", "0") != "0":
        return {"live": "yes", "level": asked["now"], "show": asked.get("raced", "ticket.reinit.random")}
    return {}
