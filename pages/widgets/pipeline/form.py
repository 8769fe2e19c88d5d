"""The knobs as controls, and their place in the address.

Not bound by Streamlit: a starting point turns many knobs at once, which a bound widget with a default answers with a
warning. The address is followed whenever it differs from what was written there last.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.address import knobs, url
from pages.address.knobs import KNOBS, OWN, Knob, Value, Values
from pages.widgets.pipeline import own_images

WIDTH, WIDE = 130, 264  # of a control: two stand side by side on a phone, and beside the player; names need the row


def parameters(prefix: str = "") -> tuple[url.Choice | url.Whole | url.Real, ...]:
    """What `url.check` has to look at."""
    return tuple(knob.named(prefix) for knob in knobs.ALL)


def load(prefix: str, values: Mapping[str, Value]) -> None:
    """Turn the knobs of a configuration to `values`; for callbacks."""
    for name, value in values.items():
        st.session_state[_key(prefix, name)] = value


def values(prefix: str) -> Values:
    """Where the knobs stand, before they are drawn: as the reader left them, or as the address says."""
    return {knob.name: st.session_state.get(_key(prefix, knob.name), _asked(knob, prefix)) for knob in knobs.ALL}


def form(prefix: str) -> Values:
    """Draw the knobs of one configuration and return where they stand."""
    written: dict[str, Value] = st.session_state.setdefault(f"knobs.{prefix}", {})
    for knob in knobs.ALL:
        asked, key = _asked(knob, prefix), _key(prefix, knob.name)
        if key not in st.session_state or asked != written.get(knob.name, asked):
            st.session_state[key] = asked
    _settle(prefix)
    found: Values = {}
    for title, group in KNOBS.items():
        st.markdown(f"**{title}**")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xxsmall"):
            for knob in group:
                idle = knob.name == "momentum" and st.session_state[_key(prefix, "optimiser")] != "SGD"
                found[knob.name] = _control(knob, prefix, idle)
        if found["data"] == OWN and group is KNOBS["The net"]:
            own_images.own_images(prefix)
    for knob in knobs.ALL:
        url.put(knob.named(prefix), found[knob.name])
        written[knob.name] = found[knob.name]
    return found


def _settle(prefix: str) -> None:
    """Turn back what other knobs limit; `gave_way` says so as long as all stand as they stand then."""
    stand = values(prefix)
    found, said = knobs.settled(stand, own_images.chosen() if stand["data"] == OWN else None)
    if said:
        load(prefix, found)
        st.session_state[f"knobs.{prefix}.said"] = (found, said)


def gave_way(prefix: str) -> list[str]:
    """Which knobs were turned back, and why."""
    stand, said = st.session_state.get(f"knobs.{prefix}.said", (None, []))
    return list(said) if stand == values(prefix) else []


def _key(prefix: str, name: str) -> str:
    return f"knob-{prefix}{name}"


def _asked(knob: Knob, prefix: str) -> Value:
    """What the address says, already checked."""
    parameter = knob.named(prefix)
    if isinstance(parameter, url.Choice):
        return url.word(parameter)
    return url.whole(parameter) if isinstance(parameter, url.Whole) else url.real(parameter)


def _control(knob: Knob, prefix: str, idle: bool) -> Value:
    parameter, key = knob.parameter, _key(prefix, knob.name)
    if isinstance(parameter, url.Choice):
        return st.selectbox(knob.label, parameter.words, key=key, help=knob.help,
                            width=WIDE if knob.name == "net" else WIDTH)
    if isinstance(parameter, url.Whole):
        return int(st.number_input(knob.label, parameter.least, parameter.most, step=int(knob.step), key=key,
                                   help=knob.help, width=WIDTH, disabled=idle))
    number = st.number_input(knob.label, parameter.least, parameter.most, step=knob.step, format="%g", key=key,
                             help=knob.help, width=WIDTH, disabled=idle)
    return float(f"{number:.6g}")  # what the address can say: 0.1 + 0.2 is 0.3
