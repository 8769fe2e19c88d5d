"""Many ES modules into the one text that Streamlit takes of a component; readers' machines need nothing for it.

A module imports by name from its neighbours, and exports functions, classes and constants:

    import { fill, count as counted } from "../../shared/js/text.js";
    export const SIDE = 28;

Each becomes a function of its own, so that names of one never meet those of another, in an order in which every module
comes after those that it imports; the main one ends with the `export default function` that Streamlit calls. What of
ES modules is not needed here (`export let`, circles, `import *`) is refused with the file and the line.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

WIDGETS = Path(__file__).parents[1]
_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"(\.{1,2}/[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:default (?=function\b)|(?=(?:async )?(?:function|class|const)\b))", re.MULTILINE)
_DECLARED = re.compile(r"(?:async )?(?:function\*?|class|const) (\w+)")
_STATEMENT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_DEFAULT = "default"


class BundleError(ValueError):
    """A module that cannot be joined: says which file, and what about it."""


@dataclass(frozen=True)
class Module:
    """One file. imports: (file, name there, name here). exports: names, `default` among them. body: without either."""

    path: Path
    imports: tuple[tuple[Path, str, str], ...]
    exports: tuple[str, ...]
    body: str

    @property
    def name(self) -> str:
        """A JavaScript name of its own: `$round_player_js_film`."""
        return "$" + re.sub(r"\W", "_", _told(self.path).removesuffix(".js"))


def bundle(main: Path) -> str:
    """The modules that `main` needs, and `main` itself, as one module with its default export.

    Raises BundleError for a file that is not there, a name that is not exported, a circle, or a statement that is not
    understood.
    """
    order = _ordered(main.resolve(), {}, ())
    if _DEFAULT not in order[-1].exports:
        raise BundleError(f"{_told(main)} has no `export default function`, which Streamlit would call")
    return "\n".join([*map(_wrapped, order), f"export default {order[-1].name}.{_DEFAULT};\n"])


def _ordered(path: Path, done: dict[Path, Module], above: tuple[Path, ...]) -> list[Module]:
    """`path` after all that it imports, without those already `done`."""
    if path in above:
        circle = " → ".join(map(_told, (*above[above.index(path):], path)))
        raise BundleError(f"modules import each other in a circle: {circle}")
    module, order = read(path), []
    for other, name, _ in module.imports:
        if other not in done:
            order += _ordered(other, done, (*above, path))
        if name not in done[other].exports:
            raise BundleError(f'{_told(path)} imports "{name}", which {_told(other)} does not export')
    done[path] = module
    return [*order, module]


@functools.cache
def read(path: Path) -> Module:
    """The file at `path`, read once a process. Raises BundleError."""
    source = path.read_text(encoding="utf-8")
    imports = []
    for names, where in _IMPORT.findall(source):
        other = (path.parent / where).resolve()
        if not other.is_file():
            raise BundleError(f'{_told(path)} imports "{where}", and there is no such file')
        for part in filter(None, map(str.strip, names.split(","))):
            there, _, here = part.partition(" as ")
            imports.append((other, there, here or there))
    body, exports = _IMPORT.sub("", source), []
    for found in _EXPORT.finditer(body):
        declared = _DECLARED.match(body, found.end())
        exports.append(declared[1] if declared and _DEFAULT not in found[0] else _DEFAULT)
    body = _EXPORT.sub(lambda found: "const $default = " if _DEFAULT in found[0] else "", body)
    if left := _STATEMENT.search(body):
        raise BundleError(f"{_told(path)}: this form is not joined by shared/modules.py: {left[0]}")
    return Module(path, tuple(imports), tuple(exports), body.strip())


def _wrapped(module: Module) -> str:
    taken: dict[Path, list[str]] = {}
    for other, there, here in module.imports:
        taken.setdefault(other, []).append(there if there == here else f"{there}: {here}")
    heads = [f"const {{ {', '.join(names)} }} = {read(other).name};" for other, names in taken.items()]
    given = ", ".join(f"{_DEFAULT}: $default" if name == _DEFAULT else name for name in module.exports)
    lines = [f"// {_told(module.path)}", f"const {module.name} = (() => {{", *heads, module.body]
    return "\n".join([*lines, f"return {{ {given} }};", "})();", ""])


def _told(path: Path) -> str:
    path = path.resolve()
    return path.relative_to(WIDGETS).as_posix() if path.is_relative_to(WIDGETS) else str(path)
