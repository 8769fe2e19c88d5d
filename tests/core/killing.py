"""A process that is killed in the middle of its work."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]


def killed(program: str, folder: Path, draw: np.random.Generator) -> None:
    """Run `program` on `folder` and kill it, up to 150 ms after its first line of output."""
    writer = subprocess.Popen([sys.executable, "-c", program, folder], stdout=subprocess.PIPE, cwd=ROOT)
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(draw.uniform(0, 0.15))
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
