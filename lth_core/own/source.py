"""What a function says, as text that changes when, and only when, what it does may change."""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from types import FunctionType, ModuleType
from typing import Any

CONSTANTS = (int, float, complex, str, bytes, bool, type(None))


class Unreadable(ValueError):
    """A function whose source cannot be told. Says which, why and the cure."""


def digest(text: str) -> str:
    """The first 12 hex digits of sha256: enough to tell apart whatever one person registers."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def told(function: Any, what: str) -> str:
    """The source of a function or class without comments, docstrings, decorators and layout, followed by the constants
    and the functions of the same kind that it reads from around it.

    what: how messages call it. Raises Unreadable for lambdas, builtins and what was typed where no file remembers it,
    and for a function that reads something around it that is no constant: its text then would not say what it does.

    >>> def double(x):
    ...     '''Twice.'''
    ...     return 2 * x  # really
    >>> print(told(double, "double"))
    def double(x):
        return 2 * x
    """
    return "\n".join(_texts(function, what, set()))


def _texts(function: Any, what: str, seen: set[int]) -> list[str]:
    seen.add(id(function))
    if isinstance(function, type):
        return _class_texts(function, what, seen)
    tree = _tree(function, what)
    texts = [ast.unparse(tree)]
    around = {**function.__globals__, **_closed_over(function)}
    for name in sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - _own_names(tree)):
        if name in around and id(around[name]) not in seen:
            texts += _around(name, around[name], what, seen)
    return texts


def _class_texts(kind: type, what: str, seen: set[int]) -> list[str]:
    """What a class adds to those it is made of, function by function: a notebook remembers no whole class."""
    texts = [f"class {kind.__name__}({', '.join(base.__qualname__ for base in kind.__bases__)})"]
    for name, value in vars(kind).items():
        parts = (value.fget, value.fset) if isinstance(value, property) else (getattr(value, "__func__", value),)
        for part in parts:
            if isinstance(part, FunctionType) and id(part) not in seen:
                texts += _texts(part, f"{name} of {what}", seen)
            elif not name.startswith("__") and _constant(part):
                texts.append(f"{name} = {part!r}")
    return texts


def _around(name: str, value: Any, what: str, seen: set[int]) -> list[str]:
    """What a global or closed-over name adds to the text: nothing where the name says it all."""
    if isinstance(value, (*CONSTANTS, tuple, frozenset)) and _constant(value):
        return [f"{name} = {value!r}"]
    if isinstance(value, FunctionType) and not _installed(value):
        return _texts(value, f"{what}'s helper {name}", seen)
    if isinstance(value, (ModuleType, type)) or callable(value):
        return []
    raise Unreadable(f"{what} reads {name}, a {type(value).__name__} outside of it, whose content its source does not "
                     "tell: make it a number, a word or a tuple of them, or build it inside")


def _constant(value: Any) -> bool:
    if isinstance(value, (tuple, frozenset)):
        return all(_constant(part) for part in value)
    return isinstance(value, CONSTANTS)


def _installed(function: FunctionType) -> bool:
    """Code of a package: its name and version tell it, not its text."""
    file = function.__code__.co_filename
    return "site-packages" in file or "lib/python" in file


def _closed_over(function: FunctionType) -> dict[str, Any]:
    names = function.__code__.co_freevars
    return {name: cell.cell_contents for name, cell in zip(names, function.__closure__ or (), strict=True)}


def _own_names(tree: ast.AST) -> set[str]:
    """Names that the text itself binds: arguments, and whatever it assigns."""
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return arguments | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)
                        and not isinstance(node.ctx, ast.Load)}


def _tree(function: Any, what: str) -> ast.AST:
    if getattr(function, "__name__", "") == "<lambda>":
        raise Unreadable(f"{what} is a lambda, whose source cannot be told from its line: write it with def")
    if not isinstance(function, FunctionType):
        kind = type(function).__name__
        raise Unreadable(f"{what} is a {kind}, which has no source to read: wrap it in a function written with def")
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        raise Unreadable(f"the source of {what} cannot be read: write it in a file or a notebook, not at a prompt, "
                         "so that its results can be told from another's") from None
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            node.decorator_list = []
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
    return tree


