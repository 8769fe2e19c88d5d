"""The map of chapter 8: works before and after the hypothesis, and the chapters they touch, as a networkx graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from lth_core.once import once
from pages.text.chapters import CHAPTERS, Chapter
from pages.text.works import TOLD, WORKS, Work

if TYPE_CHECKING:
    import networkx as nx

BEFORE, CHAPTER, AFTER = "before", "chapter", "after"
HEART = "Frankle & Carbin"  # in the middle of the map, among the chapters that tell of their paper


def label(chapter: Chapter) -> str:
    """A chapter's name on the map and in the address."""
    return f"Chapter {chapter.number}"


def graph(works: Iterable[Work], chapters: Sequence[Chapter]) -> nx.Graph:
    """Works and chapters as nodes, with `side` (before, chapter or after), `year` and `title`; an edge from each work
    to each chapter it touches, with those `claims` of the work that are told there. Raises ValueError for a chapter
    that does not exist.

    >>> from pages.text.chapters import CHAPTERS
    >>> from pages.text.works import BY_NAME
    >>> sorted(graph([BY_NAME["SNIP"]], CHAPTERS)["SNIP"])
    ['Chapter 3', 'Chapter 8']
    """
    import networkx as nx  # 0.2 s, which a page that only imports this module does not pay

    net = nx.Graph()
    named = {chapter.number: label(chapter) for chapter in chapters}
    net.add_nodes_from((label(chapter), {"side": CHAPTER, "title": chapter.title, "short": chapter.short})
                       for chapter in chapters)
    for work in works:
        if unknown := {*work.chapters} - named.keys():
            raise ValueError(f"{work.name} touches chapters that do not exist: {sorted(unknown)}")
        net.add_node(work.name, side=BEFORE if work.before else AFTER, year=work.year, title=work.authors,
                     lab=bool(work.lab))
        for number in work.chapters:
            net.add_edge(work.name, named[number], claims=[one for one in work.claims if TOLD[one][0] == number])
    return net


def chosen(works: Sequence[Work], shown: str) -> tuple[Work, ...]:
    """The works that belong to `shown`: a work's name, a chapter's label, or anything else for all.

    >>> from pages.text.works import WORKS
    >>> [work.name for work in chosen(WORKS, "Chapter 2")]
    ['Strong lottery tickets', 'Random pruning']
    """
    number = int(shown.removeprefix("Chapter ")) if shown.startswith("Chapter ") else 0
    fits = tuple(work for work in works if work.name == shown or number in work.chapters)
    return fits or tuple(works)


def alt(net: nx.Graph) -> str:
    """The map in a sentence: how many works on each side, and which chapter is touched most."""
    side = dict(net.nodes(data="side"))
    count = [list(side.values()).count(which) for which in (BEFORE, AFTER)]
    busiest = max((node for node in net if side[node] == CHAPTER), key=lambda node: net.degree[node])
    return (f"{count[0]} works from before the hypothesis and {count[1]} from after it, each joined to the chapters it "
            f"touches; most lines, {net.degree[busiest]}, lead to {busiest.lower()}.")


def payload(net: nx.Graph) -> dict[str, Any]:
    """The graph as JSON for the browser: columns of nodes in their order, with HEART in the middle, edges as pairs of
    names, and the claims that a work touches in each of its chapters."""
    columns: dict[str, list[dict[str, Any]]] = {BEFORE: [], CHAPTER: [], AFTER: []}
    for name, node in net.nodes(data=True):
        told = {key: node[key] for key in ("year", "title", "lab", "short") if key in node}
        columns[node["side"]].append({"name": name, **told})
    middle = columns[CHAPTER]
    middle.insert(len(middle) // 2, {"name": HEART, "year": 2019, "title": "The lottery ticket hypothesis"})
    claims: dict[str, dict[str, list[str]]] = {}
    for *ends, told in net.edges(data="claims"):
        work, chapter = sorted(ends, key=lambda node: net.nodes[node]["side"] == CHAPTER)
        claims.setdefault(work, {})[chapter] = [f"C{number}" for number in told]
    return {"columns": columns, "edges": [list(edge) for edge in net.edges], "claims": claims, "heart": HEART,
            "alt": alt(net)}


@once(1)
def picture() -> dict[str, Any]:
    """The map of all works and chapters: it depends on nothing but the code."""
    return payload(graph(WORKS, CHAPTERS))
