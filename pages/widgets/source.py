"""The engine's own source on the page, read as text: what is shown is what runs, and torch stays outside."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

import streamlit as st

from pages.widgets import code

ROOT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=64)
def text(path: str, name: str) -> str:
    """The definition of `name` in the file `path` of this project. Raises KeyError when there is none."""
    whole = (ROOT / path).read_text(encoding="utf-8")
    for node in ast.parse(whole).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
            return ast.get_source_segment(whole, node) or ""
    raise KeyError(f"{path} defines no {name}")


def show(path: str, *names: str) -> None:
    """Print these definitions, with the file they come from."""
    code.python("\n\n\n".join(text(path, name) for name in names))
    st.caption(f"{path}, as it runs behind this page.")  # as code it would be faded green: too little contrast
