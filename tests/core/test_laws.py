"""The laws of the house, read from the source itself: who may import whom, and what nobody may use."""

import ast
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

import lth_core
from lth_core.experiments import KINDS, part

ROOT = Path(__file__).resolve().parents[2]
ENGINE = sorted((ROOT / "lth_core").rglob("*.py"))
FIGURES = sorted((ROOT / "pages" / "figures").rglob("*.py"))
WEB = [*sorted((ROOT / "pages").rglob("*.py")), *ROOT.glob("app.py")]

# Reading a stored file with these runs whatever code is in it.
UNPICKLERS = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
# The only members of numpy.random and random that share no hidden state with the rest of the program.
STATELESS = {"Generator", "Philox", "PCG64", "SeedSequence", "BitGenerator", "Random"}


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def for_types(node):
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def walk(node, lazy=True):
    """Every node below `node`; without `lazy` only what runs at import, with blocks for type checkers left out."""
    for child in ast.iter_child_nodes(node):
        if not lazy and (for_types(child) or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))):
            continue
        yield child
        yield from walk(child, lazy)


def imports(node, lazy=True):
    """Full names of the modules imported; `from a import b` counts as a and as a.b, for b may be a module."""
    for child in walk(node, lazy):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield child.module or ""
            yield from (f"{child.module}.{alias.name}" for alias in child.names)


def roots(node, lazy=True):
    return {name.partition(".")[0] for name in imports(node, lazy)}


def offences(node):
    """Uses of pickle, of eval, of hidden random state and of loaders that unpickle."""
    for child in ast.walk(node):
        text = ast.unparse(child) if isinstance(child, (ast.Attribute, ast.Name, ast.Call)) else ""
        if isinstance(child, ast.Call) and text.startswith(("eval(", "exec(", "torch.load(")):
            yield text
        if isinstance(child, ast.Call) and any(word.arg == "allow_pickle" for word in child.keywords):
            yield text
        if isinstance(child, ast.Attribute) and ast.unparse(child.value) in ("np.random", "numpy.random", "random"):
            yield from {child.attr} - STATELESS
        if text in ("torch.manual_seed", "torch.seed"):
            yield text
        if isinstance(child, ast.ImportFrom) and child.module in ("random", "numpy.random"):
            yield from {alias.name for alias in child.names} - STATELESS
    yield from roots(node) & UNPICKLERS


def closure(paths):
    """Every file that importing `paths` runs: imports followed from file to file, functions not entered."""
    found, todo = set(), list(paths)
    while todo:
        path = todo.pop()
        if path in found:
            continue
        found.add(path)
        for name in imports(tree(path), lazy=False):
            parts = name.split(".")
            for depth in range(1, len(parts) + 1):  # importing a.b.c runs a, a.b and a.b.c
                place = ROOT.joinpath(*parts[:depth])
                todo += [file for file in (place.with_suffix(".py"), place / "__init__.py") if file.exists()]
    return found


def shown(paths):
    return pytest.mark.parametrize("path", paths, ids=[str(path.relative_to(ROOT)) for path in paths])


@shown(ENGINE)
def test_the_engine_knows_nothing_of_the_pages(path):
    assert not roots(tree(path)) & {"streamlit", "plotly", "pages", "app", "tests"}


@shown(FIGURES)
def test_figures_are_pure(path):
    assert not roots(tree(path)) & {"streamlit", "tests"}
    assert not {name for name in imports(tree(path)) if name.startswith(("pages.widgets", "lth_core.jobs"))}


@shown(ENGINE + WEB)
def test_nothing_unpickles_evaluates_or_draws_from_a_global_generator(path):
    assert list(offences(tree(path))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "def f():\n    from pickle import loads",
        "import joblib",
        "eval(text)",
        "x = exec('1')",
        "torch.load(path)",
        "np.load(path, allow_pickle=True)",
        "np.random.seed(0)",
        "numpy.random.rand(3)",
        "rng = np.random.default_rng()",
        "torch.manual_seed(0)",
        "random.shuffle(x)",
        "from random import shuffle",
        "from numpy.random import default_rng",
    ],
)
def test_the_search_for_offences_finds_them(source):
    assert list(offences(ast.parse(source)))


def test_the_search_for_offences_lets_the_named_streams_pass():
    assert not list(offences(tree(ROOT / "lth_core" / "streams.py")))
    assert not list(offences(ast.parse("model.eval()\nnp.random.Generator(np.random.Philox(key=1)).random()")))


def test_importing_the_web_layer_reaches_no_torch():
    guilty = {str(p.relative_to(ROOT)) for p in closure(WEB) if roots(tree(p), lazy=False) & {"torch", "numba"}}
    assert WEB
    assert guilty == set()


@shown([path for path in ENGINE if path.parent.name == "spec"])
def test_a_spec_knows_no_experiment_and_no_net(path):
    own = {name for name in imports(tree(path), lazy=False) if name.startswith("lth_core")}
    assert all(name.startswith("lth_core.spec") for name in own - {"lth_core"})
    assert not roots(tree(path), lazy=False) - {"lth_core"} - set(sys.stdlib_module_names)


@shown([path for path in ENGINE if "results" in path.parts])
def test_results_know_no_experiment(path):
    assert not {name for name in imports(tree(path)) if name.startswith("lth_core.experiments")}


@shown([path for path in ENGINE if {"running", "masks", "nets", "training", "data"} & set(path.parts)])
def test_what_experiments_share_knows_none_of_them(path):
    assert not {name for name in imports(tree(path)) if name.startswith(("lth_core.experiments", "lth_core.engine"))}


@shown([path for path in ENGINE if "proof" not in path.relative_to(ROOT).parts])
def test_nothing_in_the_engine_leans_on_its_proof(path):
    assert not {name for name in imports(tree(path)) if name.startswith("lth_core.proof")} or path.parent.name == "cli"


@shown([path for path in ENGINE if path.parent == ROOT / "lth_core" / "proof"])
def test_the_proof_knows_neither_jobs_nor_the_command_line(path):
    assert not {name for name in imports(tree(path)) if name.startswith(("lth_core.jobs", "lth_core.cli"))}


def test_an_experiment_is_a_folder_of_its_own_name_and_all_are_listed():
    folders = {path.parent.name for path in ENGINE if path.name == "spec.py" and "experiments" in path.parts}
    assert folders == set(KINDS)
    for name, kind in KINDS.items():
        assert kind.__module__ == f"lth_core.experiments.{name}.spec" and kind.experiment == name
        assert callable(part(kind, "run").stream) and isinstance(part(kind, "spec").TINY, kind)


def test_the_search_follows_imports_from_file_to_file():
    reached = {str(path.relative_to(ROOT)) for path in closure([ROOT / "lth_core" / "masks" / "select.py"])}
    assert {"lth_core/masks/mask.py", "lth_core/nets/params.py", "lth_core/spec/__init__.py",
            "lth_core/__init__.py"} <= reached


def test_public_names_are_few_and_each_shows_an_example():
    assert len(lth_core.__all__) <= 18  # a dozen, and six to bring one's own
    silent = [name for name in lth_core.__all__ if ">>> " not in (getattr(lth_core, name).__doc__ or "")]
    assert not silent  # doctest runs them all


def test_specs_results_data_and_graphs_load_without_torch():
    names = ["spec", "streams", "results.result", "data", "graphs", "masks.mask", "masks.select", "nets.params",
             "experiments", "running.conditions"]
    names += [f"experiments.{path.parent.name}.read" for path in (ROOT / "lth_core" / "experiments").glob("*/read.py")]
    names += [f"results.{path.stem}" for path in (ROOT / "lth_core" / "results").glob("[a-z]*.py")]
    code = f"import sys, importlib; [importlib.import_module('lth_core.' + name) for name in {sorted(set(names))}]"
    code += "; print(*{'torch', 'numba', 'streamlit', 'plotly'}.intersection(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# Import name → the requirement that brings it, where the names differ.
BROUGHT_BY = {"pandas": "streamlit", "PIL": "pillow", "starlette": "streamlit", "uvicorn": "streamlit",
              "llvmlite": "numba", "dask": "distributed", "requests": "pooch"}


def required(name):
    lines = (ROOT / name).read_text().splitlines()
    return {line.partition("=")[0].rstrip("~=") for line in lines if line[:1].isalpha()}


def test_every_import_is_required_and_every_requirement_is_imported():
    own = {"lth_core", "pages", "app", "tests", "tasks"}
    used = {root for path in ENGINE + WEB for root in roots(tree(path))} - set(sys.stdlib_module_names) - own
    assert {BROUGHT_BY.get(name, name) for name in used} == required("requirements.txt")


def test_every_room_of_the_pages_has_its_examples_run():
    paths = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["testpaths"]
    assert {f"pages/{room.parent.name}" for room in (ROOT / "pages").glob("*/*.py")} <= set(paths)


def shown():
    """(file, name) of each definition that a page prints as the code that runs behind it."""
    for node in (node for path in WEB for node in ast.walk(tree(path))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "source.show":
            words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            yield from ((words[0], name) for name in words[1:])


def test_code_that_a_page_shows_is_code_that_runs():
    """A file that uses a name defines it or imports from where it is defined. The engine finds `stream` by the kind."""
    asked = {(file.removesuffix(".py").replace("/", "."), name) for file, name in shown()}
    used = set()
    for path in ENGINE + WEB:
        words = {name for node in ast.walk(tree(path)) for name in (getattr(node, "id", ""), getattr(node, "attr", ""))}
        near = {".".join(path.relative_to(ROOT).with_suffix("").parts), *imports(tree(path))}
        used |= {(module, name) for module, name in asked if name in words and module in near}
    assert len(asked) > 20 and {name for _, name in asked - used} <= {"stream"}, "nothing calls it, and a page shows it"


@pytest.mark.parametrize("path", ENGINE, ids=str)
def test_nothing_asks_whether_a_requirement_is_there(path):
    assert not {name for name in imports(tree(path)) if name.startswith(("importlib.util", "pkgutil"))}, \
        "it is: a path without it would never be run, nor tested"
