"""A real Streamlit server for the length of a `with` block."""

from __future__ import annotations

import os
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

import pytest

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30


def free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A real Streamlit server of `script`, from the project's root, which can be ended or killed and started again.

    port: a free one if 0. under: the path that it serves. environment: variables beside our own.
    """

    def __init__(self, script: str = "app.py", port: int = 0, under: str = "", **environment: str) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/{under}".rstrip("/")
        self.environment = {**os.environ, **environment}
        self.command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(self.port)]
        self.command += ["--server.baseUrlPath", under] if under else []
        # No pipe: one that nobody reads fills up, and then the server stands still.
        self._log = tempfile.NamedTemporaryFile("w", suffix=".log")  # noqa: SIM115 as long as the server may live
        self.start()

    def start(self) -> None:
        """Come up; returns once it answers."""
        self.process = subprocess.Popen(self.command, cwd=ROOT, env=self.environment, stdout=self._log, text=True,
                                        stderr=subprocess.STDOUT, start_new_session=True)
        try:
            self._wait()
        except BaseException:
            self.end()
            raise

    def told(self) -> str:
        """What it has written so far."""
        return Path(self._log.name).read_text(encoding="utf-8")

    def kill(self) -> None:
        """As the power cut does it."""
        self.process.kill()
        self.process.wait(10)

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended at once:\n{self.told()}")
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError(f"no answer from {self.url} within {START_SECONDS} s")


@contextmanager
def running(script: str = "app.py", port: int = 0, under: str = "", **environment: str) -> Iterator[Server]:
    """A `Server` for the length of a `with` block."""
    server = Server(script, port, under, **environment)
    try:
        yield server
    finally:
        server.end()


@contextmanager
def serve(script: str, under: str = "") -> Iterator[str]:
    """As `running`; yields the URL."""
    with running(script, under=under) as server:
        yield server.url


@contextmanager
def serve_app(store: Path, atlas: Path | None = None, under: str = "") -> Iterator[str]:
    """The real app with its results in `store`, on that `atlas` instead of the shipped one; yields its URL."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LTH_STORE", str(store))
        if atlas is not None:
            patch.setenv("LTH_ATLAS", str(atlas))
        with serve("app.py", under) as url:
            yield url
