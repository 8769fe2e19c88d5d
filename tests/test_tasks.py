"""The two commands: every way a first start can go wrong ends in a sentence with the cure."""

import ast
import hashlib
import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import tasks

ROOT = Path(tasks.__file__).parent


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """One virtual environment, created for real where another was left half done; making it takes seconds, copying it
    does not."""
    venv = tmp_path_factory.mktemp("template") / ".venv"
    venv.mkdir()
    (venv / "left-over").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "VENV", venv)
        tasks._create()
    assert not (venv / "left-over").exists()
    return venv


@pytest.fixture
def house(tmp_path, template, monkeypatch):
    """A project folder of its own, with an environment as tasks.py leaves it: created, nothing installed so far."""
    venv = tmp_path / ".venv"
    python = venv / tasks.VENV_PYTHON.relative_to(tasks.VENV)
    for name, value in {
        "ROOT": tmp_path,
        "VENV": venv,
        "VENV_PYTHON": python,
        "UNFINISHED": venv / "unfinished",
    }.items():
        monkeypatch.setattr(tasks, name, value)
    (tmp_path / "requirements.txt").write_text("# nothing yet\n")
    shutil.copytree(template, venv, symlinks=True)
    return tmp_path


@pytest.fixture
def started(monkeypatch):
    """The programs that were started, by the word after -m; they are started."""
    words, real = [], subprocess.call
    monkeypatch.setattr(subprocess, "call", lambda line, **more: words.append(line[2:4]) or real(line, **more))
    return words


LOOK, INSTALL = ["pip", "--version"], ["pip", "install"]


def prepare(house):
    """Prepares, and makes sure that afterwards everything is there."""
    tasks.prepare("requirements.txt")
    stamp = (house / ".venv" / "requirements.txt.sha256").read_text()
    assert stamp == hashlib.sha256((house / "requirements.txt").read_bytes()).hexdigest()
    assert subprocess.run([tasks.VENV_PYTHON, "-c", "import pip"], check=False).returncode == 0
    assert not tasks.UNFINISHED.exists()


def test_requirements_are_installed_once_and_again_when_they_change(house, started):
    prepare(house)
    assert started == [LOOK, INSTALL]
    prepare(house)
    assert started == [LOOK, INSTALL]
    (house / "requirements.txt").write_text("# something else\n")
    prepare(house)
    assert started == [LOOK, INSTALL] * 2


@pytest.mark.parametrize("damage", ["nothing there", "half a folder", "killed pip", "broken python"])
def test_an_environment_left_half_done_is_built_anew(house, template, started, monkeypatch, damage):
    venv = house / ".venv"
    create = lambda: shutil.rmtree(venv, ignore_errors=True) or shutil.copytree(template, venv, symlinks=True)
    monkeypatch.setattr(tasks, "_create", lambda: started.append(["venv"]) or create())
    (venv / "left-over").touch()
    if damage == "killed pip":
        (venv / "unfinished").touch()
    elif damage == "broken python":
        tasks.VENV_PYTHON.unlink()
        tasks.VENV_PYTHON.symlink_to(house / "nowhere")
    elif damage == "half a folder":
        shutil.rmtree(venv / "lib")
    elif damage == "nothing there":
        shutil.rmtree(venv)
    prepare(house)
    assert [line[0] for line in started if line != LOOK] == ["venv", "pip"]
    assert not (venv / "left-over").exists()


def test_two_terminals_install_once(house, started):
    builders = [threading.Thread(target=tasks.prepare, args=("requirements.txt",)) for _ in range(2)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert started == [LOOK, INSTALL]


def test_the_kernels_are_compiled_at_set_up_and_a_failure_of_theirs_stops_nothing(house):
    engine = house / "lth_core" / "training"
    engine.mkdir(parents=True)
    told = "def warm():\n    open('compiled', 'a').write('once')\n    raise SystemExit(1)\n"
    (engine / "backends.py").write_text(told)
    prepare(house)
    prepare(house)
    assert (house / "compiled").read_text() == "once"


def test_a_failed_installation_is_no_installation(house, capfd):
    (house / "requirements.txt").write_text("./no-such-folder\n")
    with pytest.raises(SystemExit, match="Installing failed"):
        tasks.prepare("requirements.txt")
    assert "no-such-folder" in capfd.readouterr().err
    assert not tasks._installed(("requirements.txt",))


# ── ports, Pythons and browsers ──────────────────────────────────────────────────────────────────────────────────


def test_lint_without_node_leaves_the_browser_code_out_and_says_so(monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert tasks.browser_checks() == {}
    assert "Node is not installed" in capsys.readouterr().out


@pytest.fixture
def npm(house, monkeypatch):
    """Node is there, and npm puts the packages where they belong, or fails: {"fails": …, "calls": …}."""
    told = {"fails": 0, "calls": 0}

    def call(line, **more):
        told["calls"] += 1
        assert line[1] == "ci" and more["cwd"] == str(house)
        (house / "node_modules").mkdir(exist_ok=True)
        return told["fails"]

    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(subprocess, "call", call)
    (house / "package-lock.json").write_text("{}")
    return told


def test_what_checks_the_browser_code_is_installed_once_and_again_when_it_changes(house, npm):
    assert list(tasks.browser_checks()) == list(tasks.browser_checks()) == ["biome", "tsc"]
    assert npm["calls"] == 1
    (house / "package-lock.json").write_text('{"packages": {}}')
    tasks.browser_checks()
    assert npm["calls"] == 2


def test_where_npm_fails_the_rest_is_checked_and_the_next_lint_tries_again(npm, capsys):
    npm["fails"] = 1
    assert tasks.browser_checks() == {}
    assert "npm could not install" in capsys.readouterr().out
    npm["fails"] = 0
    assert list(tasks.browser_checks()) == ["biome", "tsc"]


def test_a_port_in_use_is_told_before_anything_starts(monkeypatch):
    monkeypatch.setattr(tasks, "prepare", lambda *_: pytest.fail("it went on"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"Port {port} is in use.*\n.*make run PORT=\d+\n.*--port \d+") as caught:
            tasks.run(port, [])
        suggested = int(str(caught.value).rpartition(" ")[2])
    assert tasks.free_port(suggested) == suggested


@pytest.mark.parametrize("port", [-1, 0, 65_536])
def test_a_port_that_cannot_exist_is_refused(port):
    with pytest.raises(SystemExit, match=f"PORT = {port} is not allowed: a whole number from 1 to 65535"):
        tasks.free_port(port)


def test_the_last_port_of_all_can_be_taken_too():
    with socket.create_server(("127.0.0.1", 65_535)), pytest.raises(SystemExit, match=f"PORT={tasks.PORT}"):
        tasks.free_port(65_535)


def test_an_old_python_can_read_the_file_and_is_told_what_to_do():
    ast.parse((ROOT / "tasks.py").read_text(), feature_version=(3, 6))
    old = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path('tasks.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", old], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "make run PYTHON=python3.13" in done.stderr
    assert "Traceback" not in done.stderr


def program(folder, name):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine on which nothing is installed."""
    for name in ("BROWSER_PATH", "PLAYWRIGHT_BROWSERS_PATH", "PROGRAMFILES", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


needs_posix = pytest.mark.skipif(os.name == "nt", reason="shell scripts as stand-ins for browsers")


@needs_posix
@pytest.mark.parametrize("name", ["chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable"])
def test_an_installed_browser_is_found(bare, name):
    path = program(bare, f"bin/{name}")
    assert tasks.browser() == path


@needs_posix
@pytest.mark.parametrize(
    "place",
    [
        ".cache/ms-playwright/chromium-1200/chrome-linux64/chrome",
        "Library/Caches/ms-playwright/chromium-1200/chrome-mac/Chromium.app/Contents/MacOS/Chromium",
    ],
)
def test_playwrights_own_browser_is_found(bare, place):
    path = program(bare, place)
    assert tasks.browser() == path


@needs_posix
def test_a_named_browser_comes_first_and_must_exist(bare, monkeypatch):
    program(bare, "bin/chromium")
    named = program(bare, "elsewhere/chrome")
    monkeypatch.setenv("BROWSER_PATH", named)
    assert tasks.browser() == named
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chrome")
    with pytest.raises(SystemExit, match="BROWSER_PATH = '/nowhere/chrome'"):
        tasks.browser()


def test_without_a_browser_the_tests_say_what_to_install(bare, monkeypatch):
    monkeypatch.setattr(tasks, "prepare", lambda *_: pytest.fail("it went on"))
    if Path("/Applications/Google Chrome.app").exists():
        pytest.skip("this Mac has Chrome in its fixed place")
    with pytest.raises(SystemExit) as caught:
        tasks.test([])
    for cure in ("chromium-headless-shell", "google.com/chrome", "playwright install chromium", "BROWSER_PATH="):
        assert cure in str(caught.value)


# ── the requirement files ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_has_its_reason(name):
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", " "))]
    assert lines
    for line in lines:
        requirement, _, reason = line.partition("#")
        assert "~=" in requirement or "==" in requirement, line
        assert len(reason.split()) >= 2, line


def test_make_knows_every_task():
    makefile = (ROOT / "Makefile").read_text()
    for task in ("run", "test", "lint", "bench", "bench-ui", "record", "words", "clean"):
        done = subprocess.run(["make", "-n", task], cwd=ROOT, capture_output=True, text=True, check=True)
        assert f"tasks.py {task}" in done.stdout
        assert task in makefile.partition(".PHONY:")[2].splitlines()[0].split()
