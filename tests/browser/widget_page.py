"""A page with nothing but the network view: freshly initialised nets, and their one true curve: weight mass kept.

`?net=small` draws 1,096 edges, `large` 5,040, `sampled` 1,800 of LeNet-300-100's 266,200. `&lit=yes` lets a test digit
run through a net of which all is drawn.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import streamlit as st

from lth_core.nets.drawn import followed, units
from lth_core.nets.params import initial, weight_names
from lth_core.spec import Net
from pages.figures.chart import Axis, Chart, Line
from pages.widgets.network_view import SliderData, network_view, slider_data

NETS = {"small": (49, 16, 12, 10), "large": (49, 60, 30, 10), "sampled": (784, 300, 100, 10)}


def mass(weights: dict[str, np.ndarray]) -> Chart:
    """Share of Σ|w| that survives each sparsity, for the smallest first and the largest first."""
    sizes = np.sort(np.abs(np.concatenate([matrix.ravel() for matrix in weights.values()])))
    x = np.linspace(0, 1, 101)
    cuts = np.floor(x * sizes.size + 0.5).astype(int)
    lines = [
        Line(name, role, x, np.array([order[cut:].sum() / sizes.sum() for cut in cuts]))
        for name, role, order in (("smallest first", "kept", sizes), ("largest first", "random", sizes[::-1]))
    ]
    axis = Axis("weight mass kept", percent=True, range=(0, 1))
    sparsity = Axis("sparsity", percent=True)
    return Chart("Weight mass against sparsity", "The small weights carry little.", sparsity, axis, tuple(lines))


@st.cache_resource
def ladder(name: str, seed: int, lit: bool) -> SliderData:
    net = Net(sizes=NETS[name])
    start = initial(net, seed)
    weights = {layer: start[layer] for layer in weight_names(net)}
    side = int(net.sizes[0] ** 0.5)
    drawn, edges = (units(net), followed(net)) if name == "sampled" else (None, None)
    biases = [start[layer.replace("weight", "bias")] for layer in weights] if lit else []
    return slider_data(name, weights, mass(weights), grid=(side, side), drawn=drawn, edges=edges, biases=biases)


st.set_page_config(page_title="Network view", layout="wide")
st.title("Network view")
st.button("Set to 20", on_click=lambda: st.session_state.update(rung=20))
seed = st.radio("Seed", [0, 1], horizontal=True)
name = st.query_params.get("net", "small")
st.session_state.setdefault("rung", 50)
shown = ladder(name, seed, "lit" in st.query_params)
st.session_state.rung = network_view(shown, key="view", sparsity=st.session_state.rung)
st.markdown(f"Python knows: {st.session_state.rung}")
