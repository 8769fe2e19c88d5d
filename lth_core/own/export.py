"""Tickets in the forms that others read: `torch.nn.utils.prune`, state dicts, safetensors."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils import prune

from lth_core import files
from lth_core.masks.mask import Mask
from lth_core.own.functions import OwnError
from lth_core.own.net import put

MASK = "mask/"  # before the names of masks in a file
FORMAT = "lth_core ticket"  # what a file says of itself


def to_prune(module: nn.Module, mask: Mapping[str, np.ndarray]) -> nn.Module:
    """A copy of `module` pruned the way of `torch.nn.utils.prune`: NAME becomes NAME_orig and a buffer NAME_mask.

    A weight that several layers share stays one parameter, pruned in each of them. Raises OwnError for a name or a
    shape that the module has not.

    >>> pruned = to_prune(nn.Linear(2, 1, bias=False), {"weight": np.array([[True, False]])})
    >>> sorted(pruned.state_dict()), pruned.weight_mask.tolist()
    (['weight_mask', 'weight_orig'], [[1.0, 0.0]])
    """
    _check(module, mask)
    pruned = copy.deepcopy(module)
    names = _aliases(pruned)
    for name, alive in mask.items():
        weight = pruned.get_parameter(name)
        for owner, own in _owners(pruned, names[name]):
            prune.custom_from_mask(owner, own, torch.tensor(alive).to(weight))
    return pruned


def from_prune(module: nn.Module) -> tuple[nn.Module, Mask]:
    """A plain copy of a module pruned by `torch.nn.utils.prune`, its pruned weights zero, and its mask: the inverse.

    Raises OwnError when nothing of it is pruned, and when a weight that several layers share is not pruned alike in all
    of them: no plain weight computes the same.

    >>> plain, mask = from_prune(prune.l1_unstructured(nn.Linear(4, 1), "weight", amount=3))
    >>> mask.kept, int((plain.weight != 0).sum())
    (1, 1)
    """
    masks = _torch_masks(module)
    if not prune.is_pruned(module) or not masks:
        raise OwnError(f"{type(module).__name__} is not pruned by torch.nn.utils.prune: it has no buffer NAME_mask")
    _check_shared(module, masks)
    plain = _copied(module, masks)
    for owner, own in _owners(plain, masks):
        prune.remove(owner, own)
    order = [name for name, _ in plain.named_parameters() if name in masks]
    return plain, Mask({name: masks[name] for name in order})


def _torch_masks(module: nn.Module) -> dict[str, np.ndarray]:
    """The masks of `torch.nn.utils.prune` by the name of the weight. Buffers of other kinds may end in _mask too."""
    params = {name for name, _ in module.named_parameters(remove_duplicate=False)}
    buffers = {name.removesuffix("_mask"): buffer for name, buffer in module.named_buffers(remove_duplicate=False)
               if name.endswith("_mask")}
    return {name: (buffer != 0).cpu().numpy() for name, buffer in buffers.items() if f"{name}_orig" in params}


def _check_shared(module: nn.Module, masks: Mapping[str, np.ndarray]) -> None:
    """Raise OwnError unless each weight has one mask wherever it stands."""
    for names in _aliases(module).values():
        plain = [name.removesuffix("_orig") if name.removesuffix("_orig") in masks else name for name in names]
        for name in plain[1:]:
            if not np.array_equal(masks.get(plain[0], True), masks.get(name, True)):
                raise OwnError(f"{plain[0]} and {name} are one parameter, but not pruned alike, which no plain weight "
                               "can be: give both the same mask with torch.nn.utils.prune.custom_from_mask")


def _aliases(module: nn.Module) -> dict[str, list[str]]:
    """All names of each parameter and buffer, by its first name: layers may share one."""
    names: dict[int, list[str]] = {}
    for name, tensor in _tensors(module):
        names.setdefault(id(tensor), []).append(name)
    return {found[0]: found for found in names.values()}


def _tensors(module: nn.Module) -> list[tuple[str, torch.Tensor]]:
    """Parameters and buffers that a state dict holds, under every name they have there."""
    kept = set(module.state_dict())
    found = [*module.named_parameters(remove_duplicate=False), *module.named_buffers(remove_duplicate=False)]
    return [(name, tensor) for name, tensor in found if name in kept]


def _owners(module: nn.Module, names: Iterable[str]) -> list[tuple[nn.Module, str]]:
    """The layer that holds each name, and how the name ends there. A layer that stands in two places comes once."""
    found = {}
    for name in names:
        path, _, own = name.rpartition(".")
        owner = module.get_submodule(path)
        found[id(owner), own] = (owner, own)
    return list(found.values())


def _copied(module: nn.Module, masks: Mapping[str, np.ndarray]) -> nn.Module:
    """A copy of a pruned module. torch copies no tensor that an operation made, as a masked weight is: they are left
    out for a moment."""
    owners = _owners(module, masks)
    made = [vars(owner).pop(own) for owner, own in owners]
    try:
        plain = copy.deepcopy(module)
    finally:
        for (owner, own), value in zip(owners, made, strict=True):
            setattr(owner, own, value)
    for (owner, own), value in zip(_owners(plain, masks), made, strict=True):
        setattr(owner, own, value.detach().clone())
    return plain


def save(path: Path | str, module: nn.Module, mask: Mapping[str, np.ndarray], about: Mapping[str, str] | None = None,
         ) -> None:
    """Write the module's state dict and the mask as safetensors: a file that `load` reads, and whoever wants the state
    dict alone by leaving out the names that begin with `mask/`. about: words kept beside it.

    Raises OwnError for a name or a shape of the mask that the module has not.

    >>> import tempfile
    >>> net, folder = nn.Linear(2, 1), tempfile.TemporaryDirectory()
    >>> save(f"{folder.name}/ticket", net, {"weight": np.array([[True, False]])}, {"from": "round 3"})
    >>> load(f"{folder.name}/ticket", net)[1]
    Mask(1 of 2 kept)
    """
    import safetensors.numpy

    _check(module, mask)
    tensors = {name: tensor.detach().cpu().numpy() for name, tensor in _tensors(module)}
    tensors |= {f"{MASK}{name}": mask[name].astype(np.uint8) for name in mask}
    told = {"format": FORMAT, **(about or {})}
    data = safetensors.numpy.save({name: np.array(value, order="C") for name, value in tensors.items()}, told)
    files.replace(Path(path), data)


def load(path: Path | str, module: nn.Module) -> tuple[nn.Module, Mask]:
    """A copy of `module` at the weights of a file that `save` wrote, and the mask.

    Raises OwnError when the file is no such file, a plain state dict among them, or does not fit the module.

    >>> import tempfile
    >>> net, folder = nn.Linear(2, 1), tempfile.TemporaryDirectory()
    >>> save(f"{folder.name}/ticket", net, {"weight": np.array([[True, False]])})
    >>> again, mask = load(f"{folder.name}/ticket", nn.Linear(2, 1))
    >>> torch.equal(again.weight, net.weight), mask["weight"].tolist()
    (True, [[True, False]])
    """
    params, mask = _read(path)
    copied = copy.deepcopy(module)
    _check_params(path, copied, params)
    _check(copied, mask)
    put(copied, {name: params[name] for name in _aliases(copied)})
    order = [name for name, _ in copied.named_parameters() if name in mask]
    return copied, Mask({name: mask[name] for name in order})


def _read(path: Path | str) -> tuple[dict[str, np.ndarray], Mask]:
    """Weights and mask of a file that `save` wrote. Raises OwnError when it is none."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            told, tensors = file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, TypeError) as error:  # TypeError: numbers that numpy has not, as bfloat16
        raise OwnError(f"{path} cannot be read as safetensors: {error}") from None
    masks = {name.removeprefix(MASK): value for name, value in tensors.items() if name.startswith(MASK)}
    if not masks and told.get("format") != FORMAT:
        raise OwnError(f"{path} holds no mask: it is a plain state dict, which load_state_dict of your own module "
                       "takes; files with a mask are written by lth_core.own.export.save")
    try:
        return {name: value for name, value in tensors.items() if not name.startswith(MASK)}, Mask(masks)
    except ValueError as error:
        raise OwnError(f"{path}: {error}") from None


def _check_params(path: Path | str, module: nn.Module, params: Mapping[str, np.ndarray]) -> None:
    """Raise OwnError unless they are the module's. A shared weight is needed under its first name alone, but the same
    wherever else it stands."""
    what, aliases = f"{path} does not fit {type(module).__name__}", _aliases(module)
    shapes = {name: tuple(tensor.shape) for name, tensor in _tensors(module)}
    wrong = [name for name in sorted({*aliases, *params})
             if name not in params or shapes.get(name) != params[name].shape]
    if wrong:
        raise OwnError(f"{what}: {wrong[0]} differs in name or shape")
    for first, names in aliases.items():
        for name in names[1:]:
            if name in params and not np.array_equal(params[first], params[name], equal_nan=True):
                raise OwnError(f"{what}: {first} and {name} are one parameter in it, and differ in the file")


def _check(module: nn.Module, mask: Mapping[str, np.ndarray]) -> None:
    shapes = {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}
    first = {name: names[0] for names in _aliases(module).values() for name in names[1:]}
    for name, alive in mask.items():
        if name in first:
            raise OwnError(f"{name} of {type(module).__name__} is {first[name]} under another name: call it by that")
        if name not in shapes:
            raise OwnError(f"{type(module).__name__} has no parameter {name}: it has {', '.join(shapes)}")
        if np.shape(alive) != shapes[name]:
            raise OwnError(f"the mask of {name} has shape {np.shape(alive)}, the parameter {shapes[name]}")


