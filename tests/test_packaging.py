"""The engine as a package: what it needs, what a wheel holds, and that it runs far from the project."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import lth_core

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(lines: list[str]) -> set[str]:
    """Name and version of each, comments and blanks aside."""
    return {re.sub(r"\s", "", line.split("#")[0]) for line in lines} - {""}


def test_the_package_asks_for_what_make_run_installs() -> None:
    asked = requirements((ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines())
    core, extra = set(PROJECT["dependencies"]), set(PROJECT["optional-dependencies"]["app"])
    assert core | extra == asked and not core & extra


def test_the_engine_imports_nothing_but_what_it_asks_for() -> None:
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in (ROOT / "lth_core").rglob("*.py"))
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    found = {name.partition(".")[0] for name in names} - sys.stdlib_module_names
    asked = {re.split(r"[~=]", line)[0] for line in PROJECT["dependencies"]}
    # What those bring: numba its compiler's binding, pooch the downloads, distributed what it distributes.
    asked_as = {"PIL": "pillow"}  # what is imported under another name than it is asked for
    assert {asked_as.get(name, name) for name in found} - {"lth_core", "llvmlite", "requests", "dask"} <= asked
    assert not found & {re.split(r"[~=]", line)[0] for line in PROJECT["optional-dependencies"]["app"]}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel in it, built from a copy without images, results and pages."""
    pytest.importorskip("setuptools")
    copy, site = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "lth_core", copy / "lth_core", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "pages", copy / "pages", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
                    "--no-index", "-w", str(site), str(copy)], check=True)
    with zipfile.ZipFile(next(site.glob("lth_core-*.whl"))) as wheel:
        wheel.extractall(site)
    return site


def test_a_wheel_holds_the_whole_engine_and_nothing_else(installed: Path) -> None:
    info = installed / f"lth_core-{lth_core.__version__}.dist-info"
    assert {path.name for path in installed.iterdir() if path.is_dir()} == {"lth_core", info.name}
    modules = {path.relative_to(ROOT) for path in (ROOT / "lth_core").rglob("*.py")}
    assert {path.relative_to(installed) for path in (installed / "lth_core").rglob("*.py")} == modules
    assert "lth = lth_core.__main__:main" in (info / "entry_points.txt").read_text(encoding="utf-8")


def test_it_runs_far_from_the_project_and_says_where_images_come_from(installed: Path, tmp_path: Path) -> None:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("LTH_")}
    settings |= {"PYTHONPATH": str(installed), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def lth(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "lth_core", *words], cwd=tmp_path, env=settings | more, text=True,
                              capture_output=True, check=False)

    assert lth("--version").stdout.strip() == f"lth-core {lth_core.__version__}"
    tiny = ("--rounds", "1", "--set", "data.pool=7", "--set", "data.train=600", "--set", "net.sizes=[16,10]",
            "--set", "training.steps=20", "--backend", "reference")  # which compiles nothing
    without = lth("run", *tiny)
    assert without.returncode == 2 and "fetch mnist" in without.stderr and "Traceback" not in without.stderr
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mnist").symlink_to(ROOT / "assets" / "mnist")
    done = lth("run", *tiny, LTH_DATA=str(tmp_path / "data"))
    assert done.returncode == 0 and done.stdout.startswith("lottery, seed 0, 160 weights, key ")
