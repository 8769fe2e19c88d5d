"""The labs of related work, one a file, named as in the one list of them: LAB_RUNS of lth_core/catalogue/labs.py."""

from __future__ import annotations

from importlib import import_module

from lth_core.catalogue import LAB_RUNS
from pages.labs.base import Lab

LABS: tuple[Lab, ...] = tuple(import_module(f"pages.labs.{method.replace('-', '_')}").LAB for method in LAB_RUNS)


def at(method: str) -> Lab:
    """The lab whose page is `/lab?method=…`. Raises StopIteration for a method without one: addresses are checked."""
    return next(lab for lab in LABS if lab.method == method)
