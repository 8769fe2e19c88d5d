"""A run to take home: the ticket for PyTorch, curves as Parquet, the configuration as TOML."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core import graphs, reproduce
from lth_core.experiments.lottery import read as finals
from lth_core.nets.layers import weight_count
from lth_core.nets.params import initial
from lth_core.results import codec
from lth_core.results.result import Result
from lth_core.results.weights import Missing
from pages.figures import anatomy, graph_svg
from pages.widgets import colours, files

WHOLE = 2_000  # weights: as many as can be told apart in one picture


def take_ticket(result: Result, level: int, key: str) -> None:
    """Downloads of the ticket of round `level` and of the whole run, each made when it is asked for."""
    spec, name = result.spec, f"ticket-round{level}-{result.key[:8]}"
    with st.popover(f"Take this ticket home · round {level}", icon=":material/confirmation_number:"):
        st.markdown("The ticket as a PyTorch state dict: pruned weights are zero, so the mask comes with it.")
        with st.container(horizontal=True):
            for label, after in (("before training", False), ("trained", True)):
                file = f"{name}{'-trained' if after else ''}.safetensors"
                lacks = _lacks(result, level, after)
                st.download_button(label, partial(finals.ticket_file, result, level, after), file,
                                   "application/octet-stream", key=f"{key}-{after}", on_click="ignore",
                                   icon=":material/download:", disabled=bool(lacks), help=lacks or None)
            st.download_button("about it (JSON)", partial(finals.ticket_json, result, level), f"{name}.json",
                               "application/json", key=f"{key}-about", on_click="ignore", icon=":material/download:")
            drawn = f"round {level} of {'-'.join(map(str, spec.net.sizes))}"
            st.download_button("its graph (SVG)", partial(_graph, result, level, drawn, colours.chosen()),
                               f"{name}.svg", "image/svg+xml", key=f"{key}-graph", on_click="ignore",
                               icon=":material/hub:")
        st.code(finals.loading(spec, f"{name}.safetensors"), language="python", wrap_lines=True)
        st.markdown("The whole run: its numbers, and how to make it again.")
        with st.container(horizontal=True):
            for table in ("cells", "curves"):
                st.download_button(f"{table} (CSV)", partial(files.csv, (result,), table),
                                   f"{result.key[:8]}-{table}.csv", "text/csv", key=f"{key}-{table}-csv",
                                   on_click="ignore", icon=":material/download:")
                st.download_button(f"{table} (Parquet)", partial(codec.pack_table, table, result.tables[table]),
                                   f"{result.key[:8]}-{table}.parquet", "application/vnd.apache.parquet",
                                   key=f"{key}-{table}", on_click="ignore", icon=":material/download:")
            st.download_button("config (TOML)", partial(reproduce.toml, spec), f"{result.key[:8]}.toml",
                               "application/toml", key=f"{key}-toml", on_click="ignore", icon=":material/download:")
        if (line := reproduce.command(spec)) is not None:
            st.code(line, language="bash", wrap_lines=True)
        st.code(reproduce.python(spec), language="python", wrap_lines=True)


def _graph(result: Result, level: int, name: str, palette: str) -> str:
    """The ticket's graph, of a large net a part of it; edges as wide as their θ₀ is large."""
    net, seed, mask = result.spec.net, result.spec.seed, finals.mask_of(result, level)
    if weight_count(net) > WHOLE:
        return anatomy.picture(net, mask, seed, name, palette)[0]
    table = graphs.edges(initial(net, seed), mask)
    return graph_svg.svg(graphs.graph(table, graphs.sizes(mask)), name, 920, 760, palette)


def _lacks(result: Result, level: int, after: bool) -> str:
    """Why a file cannot be made; empty when it can."""
    try:
        finals.trained(result, level) if after else finals.start(result, level)
    except Missing as error:
        return f"{error}."[:1].upper() + f"{error}."[1:]
    return ""
