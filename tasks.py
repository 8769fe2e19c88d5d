"""Everything one does with the project, without make: `python3 tasks.py run`, `… test`, `… lint` and so on.

The Makefile only calls this file, so Windows and machines without make get the same behaviour. It needs nothing but
Python's standard library, and it parses on Python 3.6, so that an old Python gets an answer instead of a traceback.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        f"This project needs Python 3.11 or newer; {sys.executable} is Python {sys.version.split()[0]}.\n"
        "Install a newer one (https://www.python.org/downloads/) and name it: make run PYTHON=python3.13\n"
        "or, without make: python3.13 tasks.py run"
    )

import argparse
import glob
import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
UNFINISHED = VENV / "unfinished"  # lies there while pip works: found later, it says that pip was killed half-way
RUN, DEV = "requirements.txt", "requirements-dev.txt"
PORT = 8501  # Streamlit's own default
TYPED = ("lth_core", "pages", "app.py", "tasks.py")  # what mypy looks at

# The whole suite runs a file a core, at most four at once: each lane has a browser and a server of its own. Their order
# is kept (see tests/conftest.py).
ALL_TESTS = ("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder", "--durations=25")


# ── the virtual environment ──────────────────────────────────────────────────────────────────────────────────────


def prepare(*requirements: str) -> None:
    """Make .venv hold what these requirement files ask for; returns at once when it already does."""
    if _installed(requirements):
        return
    with _alone():
        if _installed(requirements):  # another terminal did it while this one waited
            return
        if UNFINISHED.exists() or not _works():
            _create()
        _install(requirements)
        if RUN in requirements:
            _compile()


def _installed(requirements: tuple[str, ...]) -> bool:
    stamps = [(_stamp(name), _digest(name)) for name in requirements]
    return (
        not UNFINISHED.exists()
        and VENV_PYTHON.exists()
        and all(stamp.exists() and stamp.read_text() == digest for stamp, digest in stamps)
    )


def _install(requirements: tuple[str, ...]) -> None:
    print(f"Installing {' and '.join(requirements)} into .venv: minutes the first time …", flush=True)
    UNFINISHED.touch()
    files = [word for name in requirements for word in ("-r", str(ROOT / name))]
    quiet = [] if sys.stdout.isatty() else ["--quiet"]  # someone who waits wants to see it move, a log does not
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *quiet]
    if subprocess.call([*pip, *files]):
        sys.exit("Installing failed, see above. Check the network connection and the free disk space, then try again.")
    for name in requirements:
        _stamp(name).write_text(_digest(name))
    UNFINISHED.unlink()


def _compile() -> None:
    """Compile the kernels, so that nobody who presses *Train* waits for it. Where it fails, workers do it later."""
    if (ROOT / "lth_core").is_dir():
        print("Compiling the kernels: half a minute, once …", flush=True)
        program = "from lth_core.training.backends import warm; warm()"
        if subprocess.call([str(VENV_PYTHON), "-c", program], cwd=str(ROOT)):
            print("That failed, see above; the first run will try again.", flush=True)


def _stamp(name: str) -> Path:
    """The file that says which content of a requirement file is installed."""
    return VENV / f"{name}.sha256"


def _digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _works() -> bool:
    """Whether .venv is whole enough for pip to run in it."""
    return VENV_PYTHON.exists() and not subprocess.call(
        [str(VENV_PYTHON), "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _create() -> None:
    print("Creating .venv …", flush=True)
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        sys.exit("Python could not create .venv. On Debian and Ubuntu: apt-get install python3-venv")


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other terminals out. SQLite's file lock works on every system and ends with the process, however it ends."""
    lock = sqlite3.connect(str(ROOT / ".venv.lock"), timeout=3600, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        lock.close()


# ── what must be there before we start ───────────────────────────────────────────────────────────────────────────


def free_port(port: int) -> int:
    """`port`, if a server can listen there; otherwise exits and names one that is free."""
    if not 1 <= port <= 65535:
        sys.exit(f"PORT = {port} is not allowed: a whole number from 1 to 65535")
    if not _can_listen(port):
        other = next(filter(_can_listen, range(max(port, 1024) + 1, 65536)), PORT)
        sys.exit(
            f"Port {port} is in use (or not allowed). Perhaps the app already runs: http://127.0.0.1:{port}\n"
            f"Choose another port: make run PORT={other}\n"
            f"or, without make: python3 tasks.py run --port {other}"
        )
    return port


def _can_listen(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


NO_BROWSER = """No Chromium or Chrome found, and without one the browser tests cannot run. Install one of
  Debian:      apt-get install chromium-headless-shell, or chromium
  elsewhere:   Google Chrome, https://www.google.com/chrome/
  anywhere:    {python} -m playwright install chromium
or name the one you have: BROWSER_PATH=/path/to/chrome make test"""


def browser(bundled: str = "") -> str:
    """Path of a browser for the tests: $BROWSER_PATH, an installed Chromium, Chrome or Edge, or Playwright's own. First
    the Chromium without windows: it opens a page with a seventh less work, and that is most of what these tests do.

    bundled: where Playwright says that it keeps its own, in case it is not in the folders searched here.
    Exits with what to install if there is none: tests that skip themselves silently look green.
    """
    named = os.environ.get("BROWSER_PATH")
    if named:
        return shutil.which(named) or sys.exit(f"BROWSER_PATH = {named!r} is not a program that can be started")
    programs = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
                "chrome", "msedge")
    found = list(filter(None, map(shutil.which, programs)))
    for pattern in () if found else (*_elsewhere(), bundled):
        found += filter(os.path.isfile, sorted(glob.glob(pattern), reverse=True))
    return found[0] if found else sys.exit(NO_BROWSER.format(python=VENV_PYTHON))


def _elsewhere() -> list[str]:
    """Where browsers live that are not on the PATH: macOS, Windows, and Playwright's download folder."""
    home, windows = str(Path.home()), os.environ.get("PROGRAMFILES", "")
    caches = (f"{home}/.cache", f"{home}/Library/Caches", os.environ.get("LOCALAPPDATA", home))
    own = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or f"{cache}/ms-playwright" for cache in caches]
    names = ("chrome", "chrome.exe", "*.app/Contents/MacOS/*")
    return [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        f"{windows}/Google/Chrome/Application/chrome.exe",
        f"{windows} (x86)/Microsoft/Edge/Application/msedge.exe",
        *(f"{folder}/chromium-*/chrome-*/{name}" for folder in own for name in names),
    ]


# ── the tasks ────────────────────────────────────────────────────────────────────────────────────────────────────


def run(port: int, extra: list[str], scheduler: str = "", room: bool = False) -> None:
    """Serve the app on this machine. scheduler: of a Dask cluster that computes live runs instead of this machine.
    room: open a room for the phones of this network; the pages themselves stay on this machine."""
    free_port(port)
    if scheduler:
        os.environ["LTH_SCHEDULER"] = scheduler
    if room:
        os.environ["LTH_ROOM"] = "1"  # read by pages/room
    prepare(RUN)
    print(f"The lottery ticket, drawn: http://127.0.0.1:{port} (Ctrl+C stops it)", flush=True)
    address = ["--server.address", "127.0.0.1", "--server.port", str(port)]
    _become("-m", "streamlit", "run", str(ROOT / "app.py"), *address, *extra)


def test(extra: list[str]) -> None:
    """Run all tests, or those named: python3 tasks.py test tests/core -x"""
    if not extra:
        browser()  # say it now, not after a minute of other tests
    prepare(RUN, DEV)
    # The tests start hundreds of processes, and each would compile the project anew: half a second every time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    _become("-m", "pytest", *(extra or ALL_TESTS))


def lint(extra: list[str]) -> None:
    """Check style and types of Python, and of the browser code where Node is there; changes nothing.

    `extra` goes to ruff. Only what fails is named, and the exit status is 1 then.
    """
    prepare(RUN, DEV)
    checks = {check[0]: [str(VENV_PYTHON), "-m", *check] for check in (["ruff", "check", *extra], ["mypy", *TYPED])}
    checks.update(browser_checks())
    failed = [name for name, command in checks.items() if subprocess.call(command, cwd=str(ROOT))]
    sys.exit(f"lint failed: {', '.join(failed)}" if failed else 0)


def browser_checks() -> dict[str, list[str]]:
    """What checks the JavaScript: none, with a word about it, where Node or its packages cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        print("Node is not installed: the browser code (pages/widgets/*/js) is not checked, everything else is.")
        return {}
    if not _node_packages(npm):
        print("npm could not install the browser code's checkers (see above): it is not checked, everything else is.")
        return {}
    packages = ROOT / "node_modules"
    return {
        "biome": [node, str(packages / "@biomejs/biome/bin/biome"), "lint", "--error-on-warnings"],
        "tsc": [node, str(packages / "typescript/bin/tsc"), "--project", "pages/widgets/jsconfig.json"],
    }


def _node_packages(npm: str) -> bool:
    """Make node_modules hold what package-lock.json says; returns at once when it already does."""
    stamp, digest = ROOT / "node_modules/package-lock.json.sha256", _digest("package-lock.json")
    with _alone():
        if stamp.exists() and stamp.read_text() == digest:
            return True
        if subprocess.call([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=str(ROOT)):
            return False
        stamp.write_text(digest)
        return True


def engine(command: str, extra: list[str]) -> None:
    """python -m lth_core COMMAND"""
    prepare(RUN)
    _become("-m", "lth_core", command, *extra)


def bench_ui(extra: list[str]) -> None:
    """Measure in a real browser what pages weigh and how soon they are there, how smoothly the sliders drag, and how
    long readers wait for a live run."""
    browser()
    prepare(RUN, DEV)
    for measured in ("tests.browser.bench_pages", "tests.browser.bench_drag"):
        subprocess.call([str(VENV_PYTHON), "-m", measured, *extra], cwd=str(ROOT))
    _become("-m", "tests.browser.bench_live", *extra)


def bench_load(extra: list[str]) -> None:
    """Measure how many readers, and how many phones of a room, the server carries, and what killed processes cost."""
    prepare(RUN, DEV)
    for load in ("load", "sessions", "memory", "room"):
        subprocess.call([str(VENV_PYTHON), "-m", f"tests.load.bench_{load}"], cwd=str(ROOT))
    _become("-m", "tests.load.bench_kills", *extra)


def words(extra: list[str]) -> None:
    """Report how long and how hard to read the pages are, as a browser shows them."""
    browser()
    prepare(RUN, DEV)
    _become("-m", "tests.words.report", *extra)


def clean() -> None:
    """Remove .venv, node_modules and every cache; the next task builds them again."""
    for name in (".venv", "node_modules", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"):
        shutil.rmtree(str(ROOT / name), ignore_errors=True)
    for folder in ROOT.rglob("__pycache__"):
        shutil.rmtree(str(folder), ignore_errors=True)


def _become(*arguments: str) -> None:
    """Turn into the virtual environment's Python, so that signals and the exit status are its own."""
    os.chdir(str(ROOT))
    sys.stdout.flush()
    command = [str(VENV_PYTHON), *arguments]
    if os.name == "nt":  # exec on Windows returns to the shell at once
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


def main() -> None:
    """Read the command line; what a task does not know itself goes on to the program it starts."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    names = ("run", "test", "lint", "bench", "bench-ui", "bench-load", "record", "words", "clean", "browser")
    parser.add_argument("task", choices=names)
    parser.add_argument("--port", type=int, default=PORT, help=f"where `run` listens (default {PORT})")
    parser.add_argument("--scheduler", default="", help="of a Dask cluster that computes what `run` would compute here")
    parser.add_argument("--room", action="store_true", help="`run`: open a room for phones, and print its code")
    chosen, extra = parser.parse_known_args()
    if chosen.task == "run":
        run(chosen.port, extra, chosen.scheduler, chosen.room)
    elif chosen.task in ("bench", "record"):
        engine(chosen.task, extra)
    elif chosen.task == "clean":
        clean()
    elif chosen.task == "browser":
        print(browser())
    else:
        {"test": test, "lint": lint, "bench-ui": bench_ui, "bench-load": bench_load, "words": words}[chosen.task](extra)


if __name__ == "__main__":
    main()
