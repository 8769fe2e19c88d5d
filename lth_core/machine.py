"""What a training runs on: the processor with its vector instructions, threads, packages and the code's commit.

Two processors give two results from one Spec when their vectors are not equally wide: a sum of 64 products is added up
eight lanes at a time with AVX2 and sixteen with AVX-512, the last digit differs, and training magnifies it. A wider
processor can compute as a narrower one does (`narrowed`), and then gives its bits.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "torch", "numba", "llvmlite")

# What decides in which order a sum is added up, and whether a·b + c is rounded once.
FLAGS = ("sse4_2", "fma", "f16c", "avx", "avx2", "avx512f", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16",
         "amx_tile", "amx_bf16", "asimd", "sve", "sve2")


def machine() -> dict[str, Any]:
    """Processor, its family and model as numbers where it tells them, vectors, the flags that matter, cores, system.

    >>> {"processor", "vectors", "flags", "cores", "system"} <= set(machine())
    True
    """
    told = _cpuinfo()
    flags = set((told.get("flags") or told.get("Features") or "").split())
    named = {"family": told.get("cpu family"), "model": told.get("model"), "stepping": told.get("stepping")}
    return {
        "processor": told.get("model name") or platform.processor() or platform.machine(),
        **{name: int(text) for name, text in named.items() if text and text.isdecimal()},
        "vectors": vectors(),
        "flags": [flag for flag in FLAGS if flag in flags],
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
    }


def card() -> dict[str, Any]:
    """The graphics card that PyTorch computes on: its name, CUDA's version, and whether products of float32 numbers
    round their factors to ten binary places first (TF32). Empty without one.

    >>> set(card()) <= {"name", "cuda", "rounded_products"}
    True
    """
    import torch

    if not torch.cuda.is_available():
        return {}
    return {"name": torch.cuda.get_device_name(), "cuda": torch.version.cuda,
            "rounded_products": bool(torch.backends.cudnn.allow_tf32)}


def vectors() -> str:
    """The widest vectors that this process computes with: "avx512", "avx2", or the architecture's name.

    >>> with narrowed("avx2"):
    ...     vectors() in ("avx2", platform.machine())
    True
    """
    features = _features()
    if features.get("avx512f") and not _held_back():
        return "avx512"
    return "avx2" if features.get("avx2") and features.get("fma") else platform.machine()


def converts(precision: str) -> bool:
    """Whether torch multiplies in that precision only by converting number by number: on an x86 without AVX-512, or
    held back from it, where a first step of ResNet-20 took 11.5 s in bfloat16 and 2.1 in float32.

    >>> converts("float32")
    False
    """
    flags = set(_cpuinfo().get("flags", "").split())  # x86 alone calls them so
    return precision == "bfloat16" and bool(flags) and ("avx512bw" not in flags or _held_back())


def _held_back() -> bool:
    """Whether this process began within `narrowed`."""
    return "-avx512f" in os.environ.get("NUMBA_CPU_FEATURES", "")


@contextmanager
def narrowed(to: str | None) -> Iterator[None]:
    """Processes that start meanwhile compute with vectors of that kind, where this processor has wider ones.

    to: "avx2", as a manifest's `vectors` names it; anything else, or a processor that is no wider, changes nothing.
    Only what starts meanwhile: numeric libraries read these variables when they are loaded.

    >>> with narrowed(None):
    ...     vectors() == machine()["vectors"]
    True
    """
    if to != "avx2" or vectors() != "avx512":
        yield
        return
    features = {name: on and not name.startswith("avx512") for name, on in _features().items()}
    wanted = {
        "NUMBA_CPU_NAME": "znver3",  # any AVX2 processor: the features below say what may be used
        "NUMBA_CPU_FEATURES": ",".join(("+" if on else "-") + name for name, on in features.items()),
        "ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def threads(engine: int) -> dict[str, int]:
    """Threads a library may use: `engine` of them the kernels, and what torch and numba are set to, if loaded.

    >>> threads(2)["engine"]
    2
    """
    counts = {"engine": engine}
    if torch := sys.modules.get("torch"):
        counts["torch"] = int(torch.get_num_threads())
    if numba := sys.modules.get("numba"):
        counts["numba"] = int(numba.config.NUMBA_NUM_THREADS)
    return counts


def versions() -> dict[str, str]:
    """Python's version and those of the packages that compute.

    >>> list(versions())[:2]
    ['python', 'numpy']
    """
    found = {name: version for name in PACKAGES for version in _version(name)}
    return {"python": platform.python_version(), **found}


@lru_cache(maxsize=1)
def commit() -> str | None:
    """The commit this code was checked out at, with a "+" where the engine was changed since; None outside of git.

    A copy that is installed inside somebody else's repository is not that repository's code: it must be tracked.
    """
    if _git("ls-files", "--error-unmatch", Path(__file__).name) is None:
        return None
    head, changed = _git("rev-parse", "HEAD"), _git("status", "--porcelain", "--untracked-files=no", "--", ".")
    return None if head is None else head + ("+" if changed else "")


def _version(package: str) -> list[str]:
    """[its version], [] where it is not installed."""
    try:
        return [metadata.version(package)]
    except metadata.PackageNotFoundError:
        return []


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(["git", *words], cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


@lru_cache(maxsize=1)
def _cpuinfo() -> dict[str, str]:
    """What Linux tells of the first core; empty elsewhere."""
    try:
        first = Path("/proc/cpuinfo").read_text().split("\n\n", 1)[0]
    except OSError:
        return {}
    lines = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


@lru_cache(maxsize=1)
def _features() -> dict[str, bool]:
    """The processor's features by LLVM's names; empty where LLVM does not know them."""
    try:
        from llvmlite import binding

        return dict(binding.get_host_cpu_features())
    except (ImportError, RuntimeError):
        return {}
