"""What a function says, as text that changes when, and only when, what it does may change."""

from __future__ import annotations

import ast
import dataclasses
import enum
import hashlib
import inspect
import pathlib
import sys
import textwrap
from collections.abc import Iterator
from functools import cached_property
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any

import numpy as np

CONSTANTS = (int, float, complex, str, bytes, bool, type(None))
SPEAKING = (enum.Enum, range, slice, pathlib.PurePath)  # a repr says all that they are


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


def content(value: Any, what: str) -> str:
    """What an attribute holds, as text: constants and collections of them, arrays, functions, classes, dataclasses.

    what: how messages call it. Raises Unreadable for any other object.

    >>> content([1, (2.0, "three")], "it"), content(np.tanh, "it")
    ("[1, (2.0, 'three')]", 'numpy.tanh')
    """
    return _content(value, what, set())


def _content(value: Any, what: str, seen: set[int]) -> str:
    torchs = type(value).__module__ == "torch" and not hasattr(value, "__array__")  # a device, a type; not a tensor
    if isinstance(value, (*CONSTANTS, *SPEAKING)) or torchs:
        return repr(value)
    if isinstance(value, (tuple, list, set, frozenset, dict)):
        parts = value.items() if isinstance(value, dict) else value
        texts = [_content(part, what, seen) for part in parts]
        ordered = ", ".join(sorted(texts) if isinstance(value, (set, frozenset)) else texts)
        return f"[{ordered}]" if isinstance(value, list) else f"({ordered})" if type(value) is tuple else (
            f"{type(value).__name__}({ordered})")
    if hasattr(value, "__array__"):
        array = np.ascontiguousarray(value.detach().cpu() if hasattr(value, "detach") else value)
        return f"{array.dtype}{array.shape} {hashlib.sha256(array.tobytes()).hexdigest()}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        held = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return f"{_content(type(value), what, seen)}{_content(held, what, seen)}"
    if (where := packaged(value)) is not None:
        return where
    if isinstance(value, (FunctionType, type)):
        return "" if id(value) in seen else "\n".join(_texts(value, what, seen))
    raise Unreadable(f"{what} is a {type(value).__name__}, whose content no text tells: make it numbers, words, "
                     "arrays, a dataclass or a function")


def _texts(function: Any, what: str, seen: set[int]) -> list[str]:
    seen.add(id(function))
    if isinstance(function, type):
        return _class_texts(function, what, seen)
    tree = _tree(function, what)
    texts = [ast.unparse(tree)]
    for name, value in _read(tree, {**function.__globals__, **_closed_over(function)}):
        if id(value) not in seen:
            texts += _around(name, value, what, seen)
    return texts


def _read(tree: ast.AST, around: dict[str, Any]) -> list[tuple[str, Any]]:
    """(name, value) of what the text reads from around it; of a module that is no package's, what it reads there."""
    own, found = _own_names(tree), {}
    for node in ast.walk(tree):
        first, *more = _dotted(node) or [""]
        if first in own or first not in around:
            continue
        name, value = first, around[first]
        for part in more:
            if not isinstance(value, ModuleType) or _packaged_module(value) or not hasattr(value, part):
                break
            name, value = f"{name}.{part}", getattr(value, part)
        found[name] = value
    return sorted(found.items())


def _dotted(node: ast.AST) -> list[str]:
    """["a", "b"] for `a.b`; nothing for what does not begin with a name."""
    if isinstance(node, ast.Name):
        return [node.id]
    before = _dotted(node.value) if isinstance(node, ast.Attribute) else []
    return [*before, node.attr] if isinstance(node, ast.Attribute) and before else []


def _class_texts(kind: type, what: str, seen: set[int]) -> list[str]:
    """What a class adds to those it is made of, function by function: a notebook remembers no whole class."""
    texts = [f"class {kind.__name__}({', '.join(base.__qualname__ for base in kind.__bases__)})"]
    for name, value in vars(kind).items():
        for part in _members(value):
            if isinstance(part, FunctionType) and packaged(part) is None:
                code = inspect.unwrap(part).__code__
                made = code.co_filename == "<string>" and dataclasses.is_dataclass(kind)  # of its fields
                texts += _texts(part, f"{name} of {what}", seen) if id(part) not in seen and not made else []
            elif not name.startswith("__") and name != "_abc_impl":
                texts.append(f"{name} = {_content(part, f'{name} of {what}', seen)}")
    return texts


def _members(value: Any) -> Iterator[Any]:
    """What an entry of a class is made of; nothing of a slot."""
    if isinstance(value, property):
        yield from (part for part in (value.fget, value.fset) if part is not None)
    elif not isinstance(value, (GetSetDescriptorType, MemberDescriptorType)):
        yield value.func if isinstance(value, cached_property) else getattr(value, "__func__", value)


def _around(name: str, value: Any, what: str, seen: set[int]) -> list[str]:
    """What a global or closed-over name adds to the text: of modules nothing, for what is read there is told."""
    if isinstance(value, (*CONSTANTS, tuple, frozenset)) and _constant(value):
        return [f"{name} = {value!r}"]
    if isinstance(value, ModuleType):
        return []
    if (where := packaged(value)) is not None:
        return [f"{name} = {where}"]
    if isinstance(value, (FunctionType, type)):
        return _texts(value, f"{what}'s helper {name}", seen)
    raise Unreadable(f"{what} reads {name}, a {type(value).__name__} outside of it, whose content its source does not "
                     "tell: make it a number, a word or a tuple of them, or build it inside")


def _constant(value: Any) -> bool:
    if isinstance(value, (tuple, frozenset)):
        return all(_constant(part) for part in value)
    return isinstance(value, CONSTANTS)


def packaged(value: Any) -> str | None:
    """The name of a function or class that a package brings: it and the version tell it, not its text. None for one's
    own, and for objects that can be called.

    >>> packaged(np.abs), packaged(len), packaged(lambda x: x)
    ('numpy.absolute', 'builtins.len', None)
    """
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    inner, bound = getattr(value, "__wrapped__", None), getattr(value, "__self__", None)
    if not callable(value) or not isinstance(name, str) or not isinstance(bound, (type(None), ModuleType, type)):
        return None  # or a method of an object, which may hold anything
    if isinstance(inner, FunctionType) and packaged(inner) is None:
        return None  # a package's wrapper around one's own
    if isinstance(value, FunctionType):
        return f"{value.__module__}.{name}" if _packaged_file(value.__code__.co_filename) else None
    kind = value if isinstance(value, type) else type(value)
    module = sys.modules.get(kind.__module__)
    where = getattr(value, "__module__", None) or kind.__module__
    return f"{where}.{name}" if module is not None and _packaged_module(module) else None


def _packaged_module(module: ModuleType) -> bool:
    """Is it Python's or a package's? What has no file is built in, but for what was typed."""
    file = getattr(module, "__file__", None)
    root = module.__name__.partition(".")[0]
    return root == "lth_core" or (_packaged_file(file) if file else module.__name__ != "__main__")


def _packaged_file(file: str) -> bool:
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


