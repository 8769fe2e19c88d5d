"""The promise of every long run: whoever is killed goes on, and ends as if nothing had happened."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lth_core.proof.check import Finding, check
from lth_core.proof.subject import ROOT, lottery
from lth_core.results.compare import compare
from lth_core.streams import stream as chance

# A process that trains, and waits after every measured moment for a line that lets it go on.
CHILD = """
import sys
from pathlib import Path
from lth_core.engine import Options, stream
from lth_core.spec import Spec
for moment in stream(Spec.from_json(sys.argv[1]), Options(checkpoint=Path(sys.argv[2]), checkpoint_seconds=0)):
    print(moment.round, moment.step, flush=True)
    sys.stdin.readline()
"""


@check("resume", "Killed and gone on", "A training that is killed goes on, and ends as one that nobody disturbed.",
       "numbers that differ in a bit")
def resume(seed: int) -> Finding:
    from lth_core.engine import Options, run

    spec, draw = lottery(seed), chance(seed, "proof")
    with tempfile.TemporaryDirectory() as folder:
        half = Path(folder) / "half"
        with subprocess.Popen([sys.executable, "-c", CHILD, spec.to_json(), str(half)], cwd=ROOT, text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as child:
            assert child.stdin and child.stdout
            try:
                for _ in range(int(draw.integers(10, 50))):  # of 69 moments
                    at = child.stdout.readline().split()
                    print(file=child.stdin, flush=True)
                time.sleep(draw.uniform(0, 0.02))
            finally:  # a Ctrl-C leaves nobody behind either
                child.kill()  # kill -9: it cannot tidy up
                child.communicate()
        saved = half.exists()
        again, whole = run(spec, Options(checkpoint=half)), run(spec)
    found = compare(whole, again)  # no tolerance: every bit counts, seconds apart
    differ = sum(item.outside for item in found.differences)
    return Finding(found.identical and saved and child.returncode != 0, differ,
                   f"Killed (exit status {child.returncode}) after step {at[1]} of round {at[0]} of {spec.rounds}; "
                   f"{sum(item.values for item in found.differences):,} numbers compared.")
