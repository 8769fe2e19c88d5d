"""The atlas: recorded results that are shipped with the code, read-only, found by the Spec that made them.

    assets/atlas/index.json      every entry's Spec, bytes and manifest's sha256
    assets/atlas/3f2a…/          the same folders as in the store (see `entry`)
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, is_dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from lth_core import files
from lth_core.results import entry
from lth_core.results.locks import held
from lth_core.results.result import Result
from lth_core.results.store import Store, check_key, explained
from lth_core.spec import Spec, plain

INDEX = "index.json"
SHIPPED = Path(__file__).parents[2] / "assets" / "atlas"

log = logging.getLogger(__name__)


def default_atlas() -> Path:
    """The recorded results: `$LTH_ATLAS`, else those beside a copy of the project, else a folder in the user's cache,
    where an installed package, which ships none, records its own."""
    named = os.environ.get("LTH_ATLAS")
    return SHIPPED if not named and SHIPPED.is_dir() else files.cache("LTH_ATLAS", "atlas")


@dataclass(frozen=True)
class Entry:
    """One line of the index: what was asked and how many bytes the answer has."""

    key: str
    spec: Spec
    bytes: int


class Atlas:
    """The recorded results under `root`. Nothing here writes; `reindex` is what the recorder calls.

    >>> atlas = Atlas("/no/such/folder")
    >>> atlas.entries(), atlas.find("0" * 24)
    ([], None)
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)

    def find(
        self, spec: Spec | str, tables: Collection[str] | None = None, arrays: Collection[str] | None = None
    ) -> Result | None:
        """The recorded Result of `spec` (or of its key), or None when it is not recorded or damaged (then logged).

        tables, arrays: names to load, None for all, () for none. A file of which nothing is asked is not opened, so
        a page that only draws curves asks for `arrays=()`. Every file that is opened is checked against its sha256.
        """
        key = check_key(spec) if isinstance(spec, str) else spec.key
        if key not in self._index:
            return None
        try:
            return entry.read(self.root / key, key, tables, arrays)
        except (entry.Damaged, OSError) as damage:
            log.warning("recorded result not used: %s; `python -m lth_core record` restores it", damage)
            return None

    def arrays(self, key: str) -> frozenset[str]:
        """Names of the arrays that a recorded entry holds: recorded copies leave out what no page reads. Empty when it
        is not recorded, or damaged (then logged)."""
        if key not in self._index:
            return frozenset()
        try:
            return frozenset(entry.manifest(self.root / key, key)["arrays"])
        except (entry.Damaged, OSError) as damage:
            log.warning("recorded result not used: %s; `python -m lth_core record` restores it", damage)
            return frozenset()

    def entries(self, experiment: str | None = None, **filters: Any) -> list[Entry]:
        """All recorded Specs of an experiment whose fields equal `filters`, ordered by seed.

        A filter is a field of the Spec: `entries("ladder", net=Net(sizes=(49, 16, 12, 10)), seed=3)`.
        """
        plain = {name: _plain(value) for name, value in filters.items()}
        found = [
            Entry(key, Spec.from_dict(item["spec"]), item["bytes"])
            for key, item in self._index.items()
            if experiment in (None, item["spec"]["experiment"])
            and all(name in item["spec"] and item["spec"][name] == value for name, value in plain.items())
        ]
        return sorted(found, key=lambda item: (item.spec.experiment, item.spec.seed, item.key))

    def seeds(self, spec: Spec, arrays: str = "died/*") -> list[Result]:
        """The recorded Results of the other seeds of `spec`, ordered by seed, with all tables and those arrays.

        >>> from lth_core.experiments import Lottery
        >>> Atlas("/no/such/folder").seeds(Lottery())
        []
        """
        fields = spec.to_dict()
        keys = {item["spec"]["seed"]: key for key, item in self._index.items()
                if key != spec.key and {**item["spec"], "seed": spec.seed} == fields}
        found = (self.find(key, None, [name for name in self.arrays(key) if fnmatchcase(name, arrays)])
                 for _, key in sorted(keys.items()))
        return [result for result in found if result is not None]

    def digest(self, key: str) -> str | None:
        """What tells this recording of `key` from another one of it; None when it is not recorded.

        >>> Atlas("/no/such/folder").digest("0" * 24)
        """
        return self._index[key]["manifest"] if key in self._index else None

    @property
    def bytes(self) -> int:
        """Bytes of all entries."""
        return sum(item["bytes"] for item in self._index.values())

    @cached_property
    def _index(self) -> Mapping[str, Any]:
        try:
            file = self.root / INDEX
            text = _parsed(file, file.stat().st_mtime_ns, file.stat().st_size)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            log.warning("the atlas's index is unreadable (%s); `python -m lth_core record` rebuilds it", error)
            return {}
        match text:
            case {"format": entry.FORMAT, "entries": dict(entries)}:
                return entries
        log.warning("the atlas's index has another format; `python -m lth_core record` rebuilds it")
        return {}


def reindex(root: Path) -> int:
    """Write index.json for the intact results under `root`; returns their number. Damaged ones are set aside.

    One that is right already is left alone, for the atlas may be read-only. Raises StoreError when it must be written
    and cannot.
    """
    store, entries = Store(root), {}
    for key in store:
        if store.load(key) is None:  # reads every byte, sets damaged ones aside
            continue
        body = entry.manifest(root / key, key)
        size = sum(file.stat().st_size for file in (root / key).iterdir())
        told = hashlib.sha256((root / key / entry.MANIFEST).read_bytes()).hexdigest()[:16]
        entries[key] = {"spec": body["spec"], "bytes": size, "manifest": told}  # recorded anew: another index
    text = json.dumps({"format": entry.FORMAT, "entries": entries}, indent=0, sort_keys=True)
    with explained(root, "write"), held(root, exclusive=True):
        if not (root / INDEX).is_file() or (root / INDEX).read_text(encoding="utf-8") != text:
            files.replace(root / INDEX, text.encode())
    for emptied in (".scratch", ".checkpoints"):
        with contextlib.suppress(OSError):
            (root / emptied).rmdir()
    return len(entries)


@lru_cache(maxsize=4)  # a megabyte of JSON: ten milliseconds of every live run that looks for its mask
def _parsed(index: Path, changed: int, size: int) -> Any:
    """The index, read once as long as it stays as it is. Nobody may change what comes back."""
    return json.loads(index.read_bytes())


def _plain(value: Any) -> Any:
    """A field's value as JSON gives it back: dataclasses as objects, tuples as lists."""
    if is_dataclass(value):
        return plain(value)
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
