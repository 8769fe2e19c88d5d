"""A real Streamlit server for the length of a `with` block."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30


def free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(script: str, under: str = "") -> Iterator[str]:
    """Run `streamlit run script` from the project's root, under the path `under`; yields its URL once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    command += ["--server.baseUrlPath", under] if under else []
    url = f"http://127.0.0.1:{port}/{under}".rstrip("/")
    with tempfile.TemporaryFile("w+") as told:  # a pipe that nobody reads fills up, and then the server stands still
        process = subprocess.Popen(command, cwd=ROOT, stdout=told, stderr=subprocess.STDOUT, text=True)
        try:
            _wait(process, url, told)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def serve_app(store: Path, atlas: Path | None = None, under: str = "") -> Iterator[str]:
    """The real app with its results in `store`, on that `atlas` instead of the shipped one; yields its URL."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LTH_STORE", str(store))
        if atlas is not None:
            patch.setenv("LTH_ATLAS", str(atlas))
        with serve("app.py", under) as url:
            yield url


def _wait(process: subprocess.Popen[str], url: str, told: IO[str] | None = None) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            if told:
                told.seek(0)
            raise RuntimeError(f"the server ended at once:\n{told.read() if told else ''}")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"no answer from {url} within {START_SECONDS} s")
