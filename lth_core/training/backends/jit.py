"""Kinds of compiled functions: entries, which Python calls, and the parts that entries are made of.

Parts are inlined, always. Left to itself numba would compile a part once alone and once within each caller; the two
may round differently, and a process that compiles can run one where a process that loads its kernels from the cache
runs the other. The first run on a machine would then differ in its last bits from every later one.

The cache knows the file of an entry, not those of its parts: after changing a part, touch the entry's file.

A macro is a part that is pasted in before types are known: for small ones, and those that get a vector width.
"""

from __future__ import annotations

from numba import njit

from lth_core.training.backends import kernel_cache

entry = njit(nogil=True, cache=kernel_cache.usable())
part = njit(nogil=True, forceinline=True)
macro = njit(nogil=True, inline="always")
