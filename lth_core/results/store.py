"""The store: finished Results on disk, found again by the content key of their Spec.

    root/3f2a…(24 hex digits)/   one finished result (see `entry`), complete from the moment its name exists
    root/.scratch/               folders being written or removed; swept when their process is gone
    root/.checkpoints/           half-done work, one file a key (see `checkpoint`)
    root/damaged/                results set aside because a file was truncated, altered or of another version

Several processes may use one store. Writing is atomic (scratch folder, fsync, rename): a kill at any moment leaves
either the whole result or none. Reading never shows a damaged result: it is set aside with a message, `load` returns
None, and the caller recomputes it. When the store outgrows its limit, the least recently used results go, but never
one that is being read or leased.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np  # noqa: F401  (the docstring's example)

from lth_core.files import cache, new_folder
from lth_core.results import entry
from lth_core.results.eviction import make_room, sweep, weigh
from lth_core.results.exchange import exchange
from lth_core.results.locks import held
from lth_core.results.result import Result
from lth_core.spec import Spec, SpecError

LIMIT = 2 * 2**30  # bytes: some thousand results of LeNet size, and still small on a student's laptop
KEY = re.compile(r"[0-9a-f]{24}")

log = logging.getLogger(__name__)


class StoreError(OSError):
    """The store's folder refuses: full, not writable, not a folder. Says where, why and the cure."""

    def __str__(self) -> str:
        return self.strerror or super().__str__()


def check_key(key: str) -> str:
    """`key` itself when it is a content key: 24 lower-case hex digits and nothing else.

    >>> check_key("../../etc/passwd")
    Traceback (most recent call last):
        ...
    ValueError: '../../etc/passwd' is not a result key: 24 digits 0–9 a–f
    """
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise ValueError(f"{str(key)[:40]!r} is not a result key: 24 digits 0–9 a–f")
    return key


def default_root() -> Path:
    """Where results are kept: `$LTH_STORE`, or a folder in this user's cache. Raises OSError where both lack."""
    return cache("LTH_STORE", "results")


class Store:
    """Results under `root`, at most about `limit` bytes of them. The folder is made at the first `save`.

    >>> import tempfile
    >>> from lth_core.experiments import Lottery
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> result = Result(Lottery(), {"cells": {"round": np.arange(3)}}, {"theta0": np.zeros((2, 2), np.float32)})
    >>> store.load(result.key) is None
    True
    >>> _ = store.save(result)
    >>> store.load(result.key).arrays["theta0"].shape
    (2, 2)
    """

    def __init__(self, root: Path | str, limit: int = LIMIT) -> None:
        self.root, self.limit = Path(root).resolve(), limit

    def path(self, key: str) -> Path:
        """Where the result of `key` lies or would lie. Raises ValueError for anything but a content key."""
        return self.root / check_key(key)

    def checkpoint(self, key: str) -> Path:
        """Where half-done work of `key` is kept."""
        return self.root / ".checkpoints" / f"{check_key(key)}.safetensors"

    def keys(self) -> list[str]:
        """Keys of all stored results, sorted."""
        try:
            return sorted(item.name for item in self.root.iterdir() if KEY.fullmatch(item.name))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def __contains__(self, key: str) -> bool:
        """A result of that key is there, intact or not; costs no reading."""
        return (self.path(key) / entry.MANIFEST).exists()

    def remove(self, key: str) -> bool:
        """Forget a result, to compute it afresh; False when there is none or someone is reading it."""
        with explained(self.path(key), "write"):
            return self._remove(check_key(key))

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def manifest(self, key: str) -> dict[str, Any] | None:
        """What was asked and what the result of `key` holds (see `entry`), without opening more or counting as a use;
        None when there is none, or its manifest is damaged, which `load` sets aside."""
        folder = self.path(key)
        with explained(folder, "read"), held(folder) as there, contextlib.suppress(entry.Damaged):
            return entry.manifest(folder, key) if there else None
        return None

    def spec(self, key: str) -> Spec | None:
        """What the stored result answers, by its `manifest` alone."""
        told = self.manifest(key)
        with contextlib.suppress(SpecError):
            return Spec.from_dict(told["spec"]) if told else None
        return None

    def load(
        self, key: str, tables: Collection[str] | None = None, arrays: Collection[str] | None = None, use: bool = True
    ) -> Result | None:
        """The stored result, bit for bit as saved; None when there is none or it had to be set aside.

        tables, arrays: names to load, None for all, () for none. use: count it as used now, so that it is kept longer;
        False for who only lists what there is. Raises StoreError when the disk refuses to be read, KeyError for a
        table or array it never had.
        """
        folder = self.path(key)
        with explained(folder, "read"), self._reading(folder) as there:
            if not there:
                if os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir()):
                    self._set_aside(folder, folder.lstat().st_ino, f"{key}: not a folder")
                return None
            inode = folder.lstat().st_ino
            try:
                result = entry.read(folder, key, tables, arrays)
            except entry.Damaged as damage:
                self._set_aside(folder, inode, str(damage))
                return None
            if use:
                with contextlib.suppress(OSError):  # a read-only store is still a store
                    os.utime(folder / entry.MANIFEST)  # "last used", for the eviction
            return result

    def check_writable(self) -> None:
        """Raise now the StoreError that `save` would raise after hours of training."""
        with explained(self.root, "write"):
            for folder in (self.root, self.root / ".scratch", self.root / ".checkpoints"):
                new_folder(folder, ".trial-").rmdir()

    def save(self, result: Result, afresh: bool = False) -> Path:
        """Store `result` and return its folder. An intact result of the same key stands: first come, first kept.

        afresh: it is replaced instead, once nobody reads it; until the new one is whole and in place, the old is.
        Raises StoreError (disk full, folder not writable; nothing half-written stays behind) and ValueError for a
        table or array that cannot be stored.
        """
        final = self.path(result.key)
        stamped = replace(result, manifest={"created": _now(), **result.manifest})
        with explained(self.root, "write"):
            with self._scratch(result.key) as scratch:
                entry.write(scratch, stamped)
                for _ in range(3):  # a damaged one in the way is set aside by `load`; then the way is free
                    if _renamed(scratch, final) or self._stays(scratch, final, afresh):
                        break
                else:
                    raise StoreError(f"cannot write {final}: a damaged result is in the way; remove that folder")
            with contextlib.suppress(OSError):
                self.evict(keep=result.key)
        return final

    def _stays(self, scratch: Path, final: Path, afresh: bool) -> bool:
        """Is there an intact result at `final`? With `afresh` it is now the one from `scratch`."""
        if self.load(final.name) is None:
            return False
        return not afresh or self._replaced(scratch, final)

    def _replaced(self, scratch: Path, final: Path) -> bool:
        """Put `scratch` in the place of `final`, in one step where the system can. False when it is gone meanwhile."""
        with held(final, exclusive=True) as mine:
            if not mine:
                return False
            if not exchange(scratch, final):
                old = new_folder(self.root / ".scratch", "replaced-") / final.name
                os.rename(final, old)
                try:
                    os.rename(scratch, final)
                except OSError:
                    os.rename(old, final)
                    raise
            entry.sync(final.parent)
            return True

    @contextlib.contextmanager
    def _reading(self, folder: Path) -> Iterator[bool]:
        """`held`, once more for each time that the folder was replaced while we waited for it."""
        with contextlib.ExitStack() as stack:
            there = False
            for _ in range(3):
                there = stack.enter_context(held(folder))
                if there or not os.path.lexists(folder):
                    break
            yield there

    @contextlib.contextmanager
    def lease(self, key: str) -> Iterator[bool]:
        """While the block runs, `key` is in use and is not evicted. Yields False when there is no such result."""
        with self._reading(self.path(key)) as there:
            yield there

    def size(self) -> int:
        """Bytes of all stored results."""
        return sum(weigh(self.root / key) for key in self)

    def evict(self, keep: str = "") -> list[str]:
        """Remove least recently used results until the store fits its limit; returns their keys.

        Also sweeps what killed processes left behind. `keep` and results in use stay, even beyond the limit.
        """
        with held(self.root, exclusive=True, wait=False) as mine:
            if not mine:  # another process is at it
                return []
            sweep(self.root)
            results = [self.root / key for key in self]
            return make_room(results, self.limit, lambda key: key != keep and self._remove(key))

    def _remove(self, key: str) -> bool:
        folder = self.root / key
        with held(folder, exclusive=True, wait=False) as free:
            if not free:
                return False
            trash = new_folder(self.root / ".scratch", "evicted-")
            os.rename(folder, trash / key)  # one step: no reader ever sees half a result
        shutil.rmtree(trash, ignore_errors=True)
        return True

    @contextlib.contextmanager
    def _scratch(self, key: str) -> Iterator[Path]:
        """A locked folder of our own, removed at the end unless it was renamed away."""
        while True:
            folder = new_folder(self.root / ".scratch", f"{key}-")
            with held(folder, exclusive=True) as mine:
                if not mine:  # swept between its making and our lock
                    continue
                try:
                    yield folder
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
            return

    def _set_aside(self, path: Path, inode: int, why: str) -> None:
        """Move a damaged result (or a file or link in its place) out of the way, with the reason beside it."""
        log.warning("stored result set aside, it will be recomputed: %s", why)
        with contextlib.suppress(OSError), held(self.root, exclusive=True):
            if path.lstat().st_ino == inode:  # else another process was faster, and this may be a good new result
                aside = new_folder(self.root / "damaged", f"{path.name}-")
                (aside / "why.txt").write_text(why + "\n", encoding="utf-8")
                os.rename(path, aside / "result")


@contextlib.contextmanager
def explained(where: Path, doing: str) -> Iterator[None]:
    """OSError → StoreError with place and cure."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        cures = {"write": "free some space, make it writable or name another (--store, --atlas, LTH_STORE)",
                 "read": "check the folder's permissions"}
        why = error.strerror or str(error)
        raise StoreError(error.errno, f"cannot {doing} results in {where}: {why}; {cures[doing]}") from error


def _renamed(scratch: Path, final: Path) -> bool:
    """Give a finished folder its name. False when the name is taken (rename replaces empty folders only)."""
    try:
        os.rename(scratch, final)
    except OSError:
        if not os.path.lexists(final):
            raise
        return False
    entry.sync(final.parent)
    return True


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
