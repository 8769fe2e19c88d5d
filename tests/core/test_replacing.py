"""A stored result computed afresh: the old one is there until the new one is. And who may read what is stored."""

from __future__ import annotations

import os
import stat
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lth_core import checkpoint, files
from lth_core.results import store as stores
from lth_core.results.store import Store, StoreError
from tests.core.examples import example, same
from tests.core.killing import killed


def version(number: int, kilobytes: int = 1):
    """The same Spec with other contents."""
    return replace(example(0, kilobytes), manifest={"version": number})


@pytest.fixture(params=["in one step", "in two"])
def store(request, tmp_path, monkeypatch) -> Store:
    if request.param == "in two":  # as where the system cannot exchange two folders
        monkeypatch.setattr(stores, "exchange", lambda one, other: False)
    return Store(tmp_path / "store")


def test_afresh_replaces_and_otherwise_the_first_stands(store):
    store.save(version(1))
    store.save(version(2))
    assert store.load(example().key).manifest["version"] == 1
    store.save(version(3), afresh=True)
    assert store.load(example().key).manifest["version"] == 3
    assert same(version(3), store.load(example().key))
    assert os.listdir(store.root / ".scratch") == []
    assert store.keys() == [example().key]


def test_afresh_stores_where_nothing_or_something_damaged_was(store):
    folder = store.save(version(1), afresh=True)
    (folder / "manifest.json").write_text("{")
    store.save(version(2), afresh=True)
    assert store.load(example().key).manifest["version"] == 2


def test_a_reader_is_waited_for(store):
    store.save(version(1))
    writer = threading.Thread(target=store.save, args=(version(2), True))
    with store.lease(example().key) as there:
        assert there
        writer.start()
        time.sleep(0.2)
        assert store.load(example().key).manifest["version"] == 1
    writer.join(10)
    assert store.load(example().key).manifest["version"] == 2


def test_who_reads_while_it_is_replaced_again_and_again_always_finds_a_whole_one(tmp_path):
    store, over, seen = Store(tmp_path), threading.Event(), set()
    store.save(version(0, 100))

    def read():
        while not over.is_set():
            found = store.load(example().key)
            seen.add(found and found.manifest["version"])

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 30):
        store.save(version(number, 100), afresh=True)
    over.set()
    for reader in readers:
        reader.join()
    assert None not in seen and len(seen) > 2
    assert not (tmp_path / "damaged").exists()


WRITER = """
import sys
from lth_core.results.store import Store
from tests.core.test_replacing import version
store = Store(sys.argv[1])
store.save(version(0, 100))
print("ready", flush=True)
for number in range(10_000):
    store.save(version(number, 100), afresh=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere two renames stand in for the exchange")
def test_a_kill_at_any_moment_loses_nothing(tmp_path):
    draw = np.random.default_rng(0)
    for _ in range(6):
        killed(WRITER, tmp_path, draw)
        assert Store(tmp_path).load(example().key) is not None
    assert not (tmp_path / "damaged").exists()


def test_what_is_stored_has_the_rights_that_the_umask_gives(tmp_path):
    before = os.umask(0o027)
    try:
        folder = Store(tmp_path / "store").save(example())
        place = tmp_path / "store" / ".checkpoints" / "run.safetensors"
        checkpoint.write(place, "key", {}, {"a": np.zeros(3)})
        made = [folder, folder / "manifest.json", folder.parent, place, files.new_folder(tmp_path, "x-")]
    finally:
        os.umask(before)
    assert [stat.filemode(path.stat().st_mode) for path in made] == [
        "drwxr-x---", "-rw-r-----", "drwxr-x---", "-rw-r-----", "drwxr-x---",
    ]


def test_an_unwritable_store_is_told_in_a_sentence_beforehand(tmp_path):
    Store(tmp_path / "store").check_writable()
    assert Store(tmp_path / "store").keys() == []
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError) as caught:
        Store(tmp_path / "file" / "store").check_writable()
    assert str(caught.value).startswith(f"cannot write results in {tmp_path}/file/store: Not a directory; ")


def test_who_has_no_home_is_told_what_to_set(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    for name in ("LTH_STORE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(OSError, match="no home folder to keep results in: set LTH_STORE to a folder"):
        stores.default_root()
