"""Evidence chips: every number says where it comes from."""

from __future__ import annotations

from lth_core import said
from lth_core.ledger import rules
from pages.records import judged
from pages.text.references import named


def measured(seeds: int) -> str:
    """A chip in Markdown: measured by our engine, over so many seeds."""
    return f":green-badge[measured here · {said.seeds(seeds)}]"


def cited(work: str, place: str) -> str:
    """A chip in Markdown: taken from a paper, with the place to look it up. work: one or more, with semicolons between;
    those of the reference list lead there."""
    return f":blue-badge[{'; '.join(map(named, work.split('; ')))} · {place}]"


def popular() -> str:
    """A chip in Markdown: often repeated, and not what we or the paper measure."""
    return ":orange-badge[popular figure · not reproduced]"


VERDICTS = {rules.CONFIRMED: "green", rules.PARTLY: "orange", rules.FAILED: "red",
            rules.COMPATIBLE: "gray", rules.OPEN: "gray", rules.UNTESTED: "gray"}


def claim(number: int, verdict: str) -> str:
    """A chip in Markdown: a claim and what became of it; it leads to the claim's row of the ledger. Raises KeyError for
    a word that is no verdict.

    >>> claim(23, "partly")
    ':orange-badge[[C23 · partly](ledger?claim=23 "C23 in the ledger")]'
    """
    return f':{VERDICTS[verdict]}-badge[[C{number} · {verdict}](ledger?claim={number} "C{number} in the ledger")]'


def ledger(number: int) -> str:
    """A chip in Markdown: a claim that is discussed here, with the verdict of its row. Raises StopIteration for a
    number that is no claim's."""
    return claim(number, judged.row(number).outcome.verdict)


def verdict(text: str) -> str:
    """A text that ends with a verdict as a chip: "C17 · partly". Raises KeyError when it ends with none.

    >>> verdict("partly")
    ':orange-badge[partly]'
    """
    return f":{VERDICTS[text.rpartition(' · ')[2]]}-badge[{text}]"
