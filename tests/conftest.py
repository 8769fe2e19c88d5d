"""What every test shares: Hypothesis set up so that a slow machine is no failure and a failure can be repeated."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before torch is imported, here and in every process that a test starts: two such processes on two cores, with two
# threads each that wait for one another, are several times slower. A run that is given threads takes them all the same.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# No deadline: the first example of a property may load MNIST or compile a kernel. Derandomised: the same tests on the
# same code give the same answer, on any machine; `--hypothesis-seed=random` goes exploring.
settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("house")

# Browser tests of a few seconds. A file is given to a process as a whole.
SHORT = {"test_forward.py", "test_guarded.py", "test_reach.py", "test_room_door.py", "test_room_load.py",
         "test_subset_sum.py", "test_units.py"}


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """Streamlit's AppTest leaves its page behind as `__main__`; a process spawned later would begin by running it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """`--doctest-modules` would import every file here: pages for the browser, benchmarks, helpers. Only tests are."""
    return True if collection_path.suffix == ".py" and not collection_path.name.startswith("test_") else None


def pytest_collection_modifyitems(items: list) -> None:
    """Browser tests come last: Playwright keeps an event loop running in this thread from the first of them to the end,
    and where one runs, asyncio.run refuses and Dask's workers do not start. Tests that run side by side keep this order
    in each process. The last files of all are the shortest, so that no process waits long for another."""
    browser = [item for item in items if "tests/browser" in item.path.as_posix()]
    others = [item for item in items if "tests/browser" not in item.path.as_posix()]
    for item in browser:
        item.add_marker(pytest.mark.flaky(reruns=1))  # one slow moment of a shared machine is no fault; "rerun" says it
    items[:] = others + sorted(browser, key=lambda item: (item.path.name in SHORT, item.path.name))  # stable in a file
