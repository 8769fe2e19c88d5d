"""Results as files to take home. Each is made when it is asked for, not on every rerun: Streamlit takes a function."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from lth_core.results import codec
from lth_core.results.result import Result
from pages.figures import in_words


def downloads(results: Sequence[Result], name: str, key: str) -> None:
    """One button a table (CSV), one for Spec, manifest and tables (JSON), one for the arrays (safetensors).

    Of several runs the tables stand one below the other with a column `seed`, and arrays are named `seed3/…`.
    """
    for table in results[0].tables:
        st.download_button(f"{table}.csv", partial(csv, results, table), f"{name}-{table}.csv", "text/csv",
                           key=f"{key}.csv.{table}", on_click="ignore")
    st.download_button("result.json", partial(as_json, results), f"{name}.json", "application/json",
                       key=f"{key}.json", on_click="ignore")
    if results[0].arrays:
        st.download_button("arrays.safetensors", partial(arrays, results), f"{name}.safetensors",
                           "application/octet-stream", key=f"{key}.arrays", on_click="ignore")


def csv(results: Sequence[Result], table: str) -> str:
    """A table of one run, or of several with their seeds in front."""
    tables = [dict(result.tables[table]) for result in results]
    rows = [len(next(iter(columns.values()), ())) for columns in tables]
    if len(results) > 1:
        tables = [columns if "seed" in columns else {"seed": np.full(count, result.spec.seed), **columns}
                  for columns, count, result in zip(tables, rows, results, strict=True)]
    names = dict.fromkeys(name for columns in tables for name in columns)
    parts = list(zip(tables, rows, strict=True))
    return in_words.columns_csv({name: [value for columns, count in parts
                                        for value in columns.get(name, [None] * count)] for name in names})


def as_json(results: Sequence[Result]) -> str:
    """Spec, manifest and tables of one run, or a list of them; not-a-number becomes null."""
    told = [
        {"spec": result.spec.to_dict(), "run": dict(result.manifest),
         "tables": {name: {column: _plain(values) for column, values in table.items()}
                    for name, table in result.tables.items()}}
        for result in results
    ]
    return json.dumps(told if len(told) > 1 else told[0])


def arrays(results: Sequence[Result]) -> bytes:
    """safetensors bytes of all arrays."""
    if len(results) == 1:
        return codec.pack_arrays(results[0].arrays)
    return codec.pack_arrays({f"seed{result.spec.seed}/{name}": array for result in results
                              for name, array in result.arrays.items()})


def _plain(values: np.ndarray) -> list[object]:
    return [None if isinstance(value, float) and not np.isfinite(value) else value for value in values.tolist()]
