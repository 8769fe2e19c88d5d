"""Tickets in the forms that others read: `torch.nn.utils.prune`, state dicts, safetensors."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils import prune

from lth_core.masks.mask import Mask
from lth_core.own.functions import OwnError
from lth_core.own.net import values

MASK = "mask/"  # before the names of masks in a file


def to_prune(module: nn.Module, mask: Mapping[str, np.ndarray]) -> nn.Module:
    """A copy of `module` pruned the way of `torch.nn.utils.prune`: NAME becomes NAME_orig and a buffer NAME_mask.

    Raises OwnError for a name or a shape that the module has not.

    >>> pruned = to_prune(nn.Linear(2, 1, bias=False), {"weight": np.array([[True, False]])})
    >>> sorted(pruned.state_dict()), pruned.weight_mask.tolist()
    (['weight_mask', 'weight_orig'], [[1.0, 0.0]])
    """
    _check(module, mask)
    pruned = copy.deepcopy(module)
    for name, alive in mask.items():
        path, _, own = name.rpartition(".")
        weight = pruned.get_parameter(name)
        prune.custom_from_mask(pruned.get_submodule(path), own, torch.tensor(alive).to(weight.dtype))
    return pruned


def from_prune(module: nn.Module) -> tuple[nn.Module, Mask]:
    """A plain copy of a module pruned by `torch.nn.utils.prune`, its pruned weights zero, and its mask: the inverse.

    Raises OwnError when nothing of it is pruned.

    >>> plain, mask = from_prune(prune.l1_unstructured(nn.Linear(4, 1), "weight", amount=3))
    >>> mask.kept, int((plain.weight != 0).sum())
    (1, 1)
    """
    masks = {name.removesuffix("_mask"): buffer.numpy() != 0 for name, buffer in module.named_buffers()
             if name.endswith("_mask")}
    if not prune.is_pruned(module) or not masks:
        raise OwnError(f"{type(module).__name__} is not pruned by torch.nn.utils.prune: it has no buffer NAME_mask")
    plain = _copied(module, masks)
    for name in masks:
        path, _, own = name.rpartition(".")
        prune.remove(plain.get_submodule(path), own)
    order = [name for name, _ in plain.named_parameters() if name in masks]
    return plain, Mask({name: masks[name] for name in order})


def _copied(module: nn.Module, masks: Mapping[str, np.ndarray]) -> nn.Module:
    """A copy of a pruned module. torch copies no tensor that an operation made, as a masked weight is: they are left
    out for a moment."""
    owners = [(module.get_submodule(name.rpartition(".")[0]), name.rpartition(".")[2]) for name in masks]
    made = [vars(owner).pop(own) for owner, own in owners]
    try:
        plain = copy.deepcopy(module)
    finally:
        for (owner, own), value in zip(owners, made, strict=True):
            setattr(owner, own, value)
    for name, value in zip(masks, made, strict=True):
        setattr(plain.get_submodule(name.rpartition(".")[0]), name.rpartition(".")[2], value.detach().clone())
    return plain


def save(path: Path | str, module: nn.Module, mask: Mapping[str, np.ndarray], about: Mapping[str, str] | None = None,
         ) -> None:
    """Write the module's state dict and the mask as safetensors: a file that `load` reads, and whoever wants the state
    dict alone by leaving out the names that begin with `mask/`. about: words kept beside it."""
    import safetensors.numpy

    _check(module, mask)
    tensors = values(module) | {f"{MASK}{name}": mask[name].astype(np.uint8) for name in mask}
    told = {"format": "lth_core ticket", **(about or {})}
    data = safetensors.numpy.save({name: np.array(value, order="C") for name, value in tensors.items()}, told)
    _replace(Path(path), data)


def load(path: Path | str, module: nn.Module) -> tuple[nn.Module, Mask]:
    """A copy of `module` at the weights of a file that `save` wrote, and the mask. Raises OwnError when the file is no
    such file or does not fit the module."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    from lth_core.own.net import put

    try:
        tensors = load_file(path)
    except (OSError, SafetensorError) as error:
        raise OwnError(f"{path} cannot be read as safetensors: {error}") from None
    params = {name: value for name, value in tensors.items() if not name.startswith(MASK)}
    mask = Mask({name.removeprefix(MASK): value for name, value in tensors.items() if name.startswith(MASK)})
    copied = copy.deepcopy(module)
    expected = {name: value.shape for name, value in values(copied).items()}
    wrong = [name for name in sorted({*expected, *params})
             if name not in params or expected.get(name) != params[name].shape]
    if wrong:
        raise OwnError(f"{path} does not fit {type(module).__name__}: {wrong[0]} differs in name or shape")
    _check(copied, mask)
    put(copied, params)
    order = [name for name in expected if name in mask]
    return copied, Mask({name: mask[name] for name in order})


def _replace(path: Path, data: bytes) -> None:
    """All or nothing: a reader never sees half a file."""
    import os
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _check(module: nn.Module, mask: Mapping[str, np.ndarray]) -> None:
    shapes = {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}
    for name, alive in mask.items():
        if name not in shapes:
            raise OwnError(f"{type(module).__name__} has no parameter {name}: it has {', '.join(shapes)}")
        if np.shape(alive) != shapes[name]:
            raise OwnError(f"the mask of {name} has shape {np.shape(alive)}, the parameter {shapes[name]}")


