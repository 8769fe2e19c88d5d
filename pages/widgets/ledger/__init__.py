"""The ledger's table and the card of one claim. Plain HTML, so that it can be searched, printed and read aloud."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from lth_core import said
from lth_core.ledger import Row
from lth_core.ledger.rules import VERDICTS
from lth_core.once import once
from pages.widgets import chip

_CSS = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
HEADS = ("Claim", "Popular figure", "Paper", "Measured here", "Verdict", "Why")


def counts(rows: Sequence[Row]) -> str:
    """How many claims came to which verdict, in a sentence."""
    number = Counter(row.outcome.verdict for row in rows)
    told = " · ".join(f"**{number[word]}** {word}" for word in VERDICTS if number[word])
    return f"Of {len(rows)}: {told}."


def table(rows: tuple[Row, ...], whole: bool = False) -> None:
    """The rows as a table. whole: with rules and commands in the open, for paper."""
    st.html(f"<style>{_CSS}</style>{_table(rows, whole)}")


@once(64)
def _table(rows: tuple[Row, ...], whole: bool) -> str:
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    body = "".join(_row(row, whole) for row in rows)
    return (f'<div class="ledger"><table><caption>Claims, figures, measurements and verdicts</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>")


def _row(row: Row, whole: bool) -> str:
    plain = {name: escape(str(value)) for name, value in row.plain().items()}
    seeds = f"{said.seeds(row.outcome.seeds)}. " if row.outcome.seeds else ""
    under = f"<small>{seeds}{plain['protocol']}</small>" if row.outcome.specs else ""
    cells = (
        f"<b>{plain['claim']}</b> {plain['statement']}<br>"
        f"<a href=\"{plain['figure'].removeprefix('/')}\">See the figure<span> of {plain['claim']}</span></a>",
        plain["popular"], plain["paper"], plain["measured"] + under,
        f"<span class=\"verdict {chip.VERDICTS[row.outcome.verdict]}\">{plain['verdict']}</span>",
        plain["why"] + _more(plain, whole),
    )
    first, *others = (f'data-head="{head}">{cell}' for head, cell in zip(HEADS, cells, strict=True))
    return (f'<tr id="{plain["claim"].lower()}"><th scope="row" {first}</th>'
            + "".join(f"<td {cell}</td>" for cell in others) + "</tr>")


def _more(plain: dict[str, str], whole: bool) -> str:
    """Rule and commands, folded away unless `whole`."""
    rule = f"<p><b>Rule, {plain['rule']}.</b> {plain['rule_sentence']}</p>" if plain["rule"] else ""
    commands = "".join(f"<code>{plain[name]}</code>" for name in ("verify", "record") if plain[name])
    if not rule and not commands:
        return ""
    again = f"<p><b>Run it again:</b> {commands}</p>" if commands else ""
    if whole:
        return rule + again
    return f"<details><summary>Rule and re-run<span> of {plain['claim']}</span></summary>{rule}{again}</details>"


def one(row: Row) -> None:
    """The card of one claim: everything that the ledger knows of it."""
    claim, found, plain = row.claim, row.outcome, row.plain()
    st.markdown(f"**C{claim.number} · {claim.statement}** {chip.verdict(found.verdict)}")
    st.markdown(f"Popular figure: {claim.popular}. Paper: {plain['paper']}.")
    st.markdown(f"Measured here: {found.ours}." + (f" {chip.measured(found.seeds)} {found.protocol}."
                                                    if found.specs else ""))
    st.markdown(found.why)
    if found.rule:
        st.markdown(f"**Rule, {found.rule.name}.** {found.rule.sentence}")
    anchor = f"#{claim.anchor}" if claim.anchor else ""
    st.markdown(f"[See the figure]({claim.page}{anchor})")
    if row.verify:
        st.markdown("Train its first run again and compare; record all of its runs anew:")
        st.code(f"{row.verify}\n{row.rerun}".strip(), language="bash", wrap_lines=True)
        with st.expander("Config of the first run"):
            st.code(plain["config"], language="json", wrap_lines=True)
