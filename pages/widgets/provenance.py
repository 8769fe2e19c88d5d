"""Where a recorded number comes from: seeds, machine, date, exact config, and the command that makes it again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lth_core.once import once
from lth_core.results.result import Result
from pages.live.pace import duration
from pages.records import recorded
from pages.widgets import files


def provenance(results: Sequence[Result], command: str, key: str = "", inside: bool = False) -> None:
    """A badge that says *recorded*, opening onto everything needed to check or repeat the runs.

    key: offers the runs as files too, under this key. inside: it stands in a menu, where it folds out below its label.
    """
    machine, python, config, keys = _told(tuple(results))
    box = st.expander if inside else st.popover
    label, unread = badge(results)
    with box(label, icon=":material/verified:"):
        if unread:
            st.caption(unread)
        st.markdown(machine)
        st.markdown("Make them again:")
        st.code(command, language="bash", wrap_lines=True)
        st.markdown("The same in Python:")
        st.code(python, language="python", wrap_lines=True)
        st.markdown("Config of the first seed:")
        st.code(config, language="json", wrap_lines=True)
        st.markdown(keys)
        if key:
            st.markdown("The numbers:")
            with st.container(horizontal=True):
                files.downloads(results, f"{results[0].spec.experiment}-{results[0].key[:8]}", key)


def badge(results: Sequence[Result]) -> tuple[str, str]:
    """What the badge says, and what became of seeds that are recorded and cannot be read: empty when there are none."""
    seeds, unread = len({result.spec.seed for result in results}), recorded.unread(results)
    if not unread:
        return f"Recorded · {_counted(seeds)}", ""
    return (f"Recorded · {seeds} of {_counted(seeds + unread)} readable",
            f"The record of {_counted(unread)} is missing or damaged: figures here are of the other {seeds}. "
            "Get it back with `git checkout assets/atlas`.")


def _card(card: Mapping[str, Any]) -> str:
    """The graphics card that took the steps, if one did."""
    if not card:
        return ""
    rounded = ", products of factors rounded to ten binary places" if card.get("rounded_products") else ""
    return f" The steps were taken by a graphics card, {card['name']} (CUDA {card['cuda']}){rounded}."


def _counted(seeds: int) -> str:
    return f"{seeds} seed{'' if seeds == 1 else 's'}"


@once(256)
def _told(results: tuple[Result, ...]) -> tuple[str, str, str, str]:
    """Who computed it and how long, the code, the config and the keys."""
    first, seeds = results[0], sorted({result.spec.seed for result in results})
    manifest, machine = first.manifest, first.manifest.get("machine", {})
    seconds = sum(float(result.manifest.get("seconds", 0)) for result in results)
    plural = "seeds" if len(seeds) > 1 else "seed"
    # The shipped records got their vectors afterwards, by their day (decision 013); later ones list the flags too.
    width, sure = str(machine.get("vectors", "unknown")).upper(), "flags" in machine
    wide = f"{width} vectors{'' if sure else ' (by its date)'}"
    versions = ", ".join(f"{name} {version}" for name, version in manifest.get("versions", {}).items())
    return (
        f"Trained by `lth_core` on {str(manifest.get('created', ''))[:10]}, {plural} "
        f"{', '.join(map(str, seeds))}, {duration(seconds)} of computing in all.\n\n"
        f"{machine.get('processor', 'unknown processor')}, {machine.get('cores', '?')} cores, "
        f"{wide}; {versions}.{_card(manifest.get('card', {}))}",
        f"from lth_core.engine import run\nfrom lth_core.spec import Spec\n\n"
        f"result = run(Spec.from_json({first.spec.to_json()!r}))",
        json.dumps(first.spec.to_dict(), indent=2),
        "Content keys: " + ", ".join(f"`{result.key}`" for result in results),
    )
