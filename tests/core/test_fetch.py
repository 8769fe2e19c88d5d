"""Data sets that are not shipped: fetched from mirrors that may lie, and told how to get."""

import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from lth_core import catalogue, cli
from lth_core.data import cifar, fetch, home
from lth_core.experiments import Lottery
from lth_core.results.atlas import reindex
from lth_core.results.recorder import verify, without_images
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.spec import Data
from tests.core.bare import bare_machine


@pytest.fixture(autouse=True)
def nothing_is_there(tmp_path, monkeypatch):
    yield from bare_machine(tmp_path, monkeypatch)


WHOLE = b"whole and as published " * 9_999


@pytest.fixture
def mirror(tmp_path):
    """Serves folders of made-up files: `mirror(name, {file: content})` gives the folder's address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

        def do_GET(self):
            """Files in folders named `cut…` break off half-way, and they are sent from any byte on."""
            if not self.path.startswith("/cut"):
                return super().do_GET()
            whole = (tmp_path / "web" / self.path[1:]).read_bytes()
            first = int((self.headers["Range"] or "bytes=0-")[6:-1])
            asked.append(first)
            self.send_response(416 if first >= len(whole) else 206 if first else 200)
            self.send_header("Content-Length", str(len(whole) - first))
            self.end_headers()
            return self.wfile.write(whole[first:] if first else whole[: len(whole) // 2])

    asked = []

    (tmp_path / "web").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "web")))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def serve(name, files):
        (tmp_path / "web" / name).mkdir()
        for file, content in files.items():
            (tmp_path / "web" / name / file).write_bytes(content)
        return f"http://127.0.0.1:{server.server_port}/{name}/"

    serve.asked = asked
    yield serve
    server.shutdown()
    server.server_close()


@pytest.fixture
def published(monkeypatch):
    """CIFAR-10 as a small file whose digest is known."""
    monkeypatch.setitem(fetch.DIGESTS, "cifar-10", {cifar.ARCHIVE: f"sha256:{hashlib.sha256(WHOLE).hexdigest()}"})


class Watching:
    def __init__(self):
        self.total, self.seen = 0, []

    def update(self, count):
        self.seen.append(count)

    def reset(self):
        self.seen.clear()

    def close(self):
        self.closed = True


def test_the_first_mirror_that_tells_the_truth_is_taken(mirror, published):
    mirrors = (mirror("empty", {}), mirror("lying", {cifar.ARCHIVE: b"something else"}),
               mirror("true", {cifar.ARCHIVE: WHOLE}))
    told = Watching()
    folder = fetch.fetch("cifar-10", told, mirrors)
    assert [file.name for file in folder.iterdir()] == [cifar.ARCHIVE]  # no half a file beside it
    assert (folder / cifar.ARCHIVE).read_bytes() == WHOLE
    assert told.total == sum(told.seen) == len(WHOLE)


def test_what_is_there_and_intact_is_not_fetched_again_and_what_is_damaged_is(mirror, published):
    true = mirror("true", {cifar.ARCHIVE: WHOLE})
    folder = fetch.fetch("cifar-10", None, (true,))
    fetch.fetch("cifar-10", None, ("http://127.0.0.1:9/",))  # nobody listens there, and nobody is asked
    (folder / cifar.ARCHIVE).write_bytes(WHOLE[:100])  # as a copy that was interrupted leaves it
    fetch.fetch("cifar-10", None, (true,))
    assert (folder / cifar.ARCHIVE).read_bytes() == WHOLE


def test_without_a_network_every_mirror_and_the_way_by_hand_are_told(mirror, published):
    mirrors = ("http://127.0.0.1:9/", mirror("lying", {cifar.ARCHIVE: b"something else"}))
    with pytest.raises(fetch.FetchError) as caught:
        fetch.fetch("cifar-10", None, mirrors)
    told = str(caught.value)
    assert "127.0.0.1:9 is not to be reached" in told
    assert "gives another file (its digest differs)" in told
    assert f"put cifar-10-binary.tar.gz into {home.home('cifar-10')}." in told
    assert not list(home.home("cifar-10").iterdir())


def test_an_interrupted_download_goes_on_where_it_stopped(mirror, published):
    true = mirror("cut", {cifar.ARCHIVE: WHOLE})
    with pytest.raises(fetch.FetchError, match="broke off; what came is kept"):
        fetch.fetch("cifar-10", None, (true,))
    part = home.home("cifar-10") / f"{cifar.ARCHIVE}.part"
    assert 0 < part.stat().st_size <= len(WHOLE) // 2
    told, there = Watching(), part.stat().st_size
    folder = fetch.fetch("cifar-10", told, (true,))
    assert (folder / cifar.ARCHIVE).read_bytes() == WHOLE
    assert mirror.asked == [0, there]
    assert told.seen[0] == there
    assert told.total == sum(told.seen) == len(WHOLE)
    assert [file.name for file in folder.iterdir()] == [cifar.ARCHIVE]


@pytest.mark.parametrize("left", [b"not of this file", b"x" * 2 * len(WHOLE)])
def test_a_part_that_does_not_fit_costs_one_more_attempt(left, mirror, published):
    home.home("cifar-10").mkdir(parents=True)
    (home.home("cifar-10") / f"{cifar.ARCHIVE}.part").write_bytes(left)
    mirrors = (mirror("cut", {cifar.ARCHIVE: WHOLE}), mirror("true", {cifar.ARCHIVE: WHOLE}))
    folder = fetch.fetch("cifar-10", None, mirrors)  # the second answer breaks off; the other mirror cannot resume
    assert mirror.asked == [len(left), 0]
    assert (folder / cifar.ARCHIVE).read_bytes() == WHOLE


def test_every_file_has_mirrors_and_a_digest():
    assert not {*home.BROUGHT} & {*fetch.MIRRORS}
    for name in home.FILES.keys() - home.BROUGHT:
        files = home.FILES[name]
        assert len(fetch.MIRRORS[name]) > 1
        assert all(url.endswith("/") for url in fetch.MIRRORS[name])
        assert set(fetch.DIGESTS[name]) == set(files)


def test_the_command_fetches_and_names_the_folder_and_what_it_cannot_fetch(mirror, published, monkeypatch):
    monkeypatch.setitem(fetch.MIRRORS, "cifar-10", (mirror("true", {cifar.ARCHIVE: WHOLE}),))
    done = CliRunner().invoke(cli.app, ["fetch", "cifar-10"])
    assert done.exit_code == 0
    assert done.stdout.strip() == str(home.home("cifar-10"))
    refused = CliRunner().invoke(cli.app, ["fetch", "imagenet"])
    assert refused.exit_code == 2
    assert "one of mnist, fashion-mnist, cifar-10" in refused.stderr


def test_a_run_on_data_that_is_not_there_says_how_to_get_it():
    done = CliRunner().invoke(cli.app, ["run", "--set", 'data.name="fashion-mnist"', "--fresh"])
    assert done.exit_code == 2
    assert "train-images-idx3-ubyte.gz: is missing. `python -m lth_core fetch fashion-mnist`" in done.stderr
    assert "apt install dataset-fashion-mnist" in done.stderr


def test_a_plain_recording_leaves_out_what_needs_them_and_a_named_part_says_how_to_get_them(tmp_path, monkeypatch):
    clothes = (Lottery(data=Data(name="fashion-mnist")),)
    monkeypatch.setattr(catalogue, "CATALOGUE", {"digits": (), "clothes": clothes})
    (tmp_path / "atlas").mkdir()
    plain, named = (CliRunner().invoke(cli.app, ["record", *part, "--atlas", str(tmp_path / "atlas")])
                    for part in ([], ["clothes"]))
    assert plain.exit_code == 0
    assert named.exit_code == 2
    for done in (plain, named):
        assert "1 run needs fashion-mnist" in done.stderr
        assert f"put {', '.join(home.IDX_FILES)} into {home.home('fashion-mnist')}" in done.stderr
    Store(tmp_path / "atlas").save(Result(clothes[0], {}, {}))
    reindex(tmp_path / "atlas")
    assert without_images(clothes, tmp_path / "atlas") == {}  # what is recorded needs nothing
    assert list(verify(tmp_path / "atlas")) == []  # and cannot be run again here
