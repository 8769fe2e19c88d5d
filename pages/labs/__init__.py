"""The labs, one a file: LABS, related works, named as in the one list of them (LAB_RUNS of lth_core/catalogue/labs.py);
FURTHER, experiments that belong to chapter 6."""

from __future__ import annotations

from importlib import import_module

from lth_core.catalogue import LAB_RUNS
from pages.labs.base import Lab

LABS: tuple[Lab, ...] = tuple(import_module(f"pages.labs.{method.replace('-', '_')}").LAB for method in LAB_RUNS)
FURTHER: tuple[Lab, ...] = tuple(import_module(f"pages.labs.{name}").LAB for name in (
    "cause", "clothes", "neurons", "travel", "directions"))
ALL = (*LABS, *FURTHER)


def at(method: str) -> Lab:
    """The lab whose page is `/lab?method=…`. Raises StopIteration for a method without one: addresses are checked."""
    return next(lab for lab in ALL if lab.method == method)
