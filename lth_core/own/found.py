"""What `find_ticket` found: masks, first weights, tables, and each ticket as a module."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import nn

from lth_core.masks.mask import Mask
from lth_core.own import export
from lth_core.own.functions import OwnError
from lth_core.own.net import OwnNet, values
from lth_core.own.spec import Own
from lth_core.results.deaths import masks_at
from lth_core.results.result import Result, Table


@dataclass(frozen=True, eq=False)
class Found:
    """A finished search.

    result: as of every experiment, fit for a `Store`. net: what was brought. Levels are rounds: 0 is the dense net.

    >>> import lth_core as lth
    >>> from lth_core.spec import Pruning
    >>> quick = {"steps": 1, "batch": 2, "pruning": Pruning(rounds=2, output_rate=0.5)}
    >>> found = lth.find_ticket(nn.Linear(2, 2), *[(np.eye(2), [0, 1])] * 3, **quick)
    >>> found, found.spec.weights, list(found.tables)
    (Found(Linear, 3 levels: 100.0%, 50.0%, 25.0% kept), ('weight',), ['curves', 'cells', 'costs', 'movement'])
    """

    result: Result
    net: OwnNet

    @classmethod
    def of(cls, result: Result, net: nn.Module | Callable[[], nn.Module]) -> Found:
        """A stored search, as `find_ticket` gave it: masks, weights and tickets come out of it again.

        result: out of a `Store`. net: the module or the function that `find_ticket` was given; of a module the class
        and the shapes count, since the weights are the Result's. Raises OwnError when the Result is of another
        experiment, lacks its weights, or has others than the net. What the net's forward computes is not compared.

        >>> import lth_core as lth
        >>> from lth_core.spec import Pruning
        >>> quick = {"steps": 1, "batch": 2, "pruning": Pruning(rounds=1, output_rate=0.5)}
        >>> found = lth.find_ticket(nn.Linear(2, 2), *[(np.eye(2), [0, 1])] * 3, **quick)
        >>> again = Found.of(found.result, nn.Linear(2, 2))  # or of store.load(found.result.key)
        >>> again.masks == found.masks, torch.equal(again.ticket(1).weight, found.ticket(1).weight)
        (True, True)
        """
        spec = result.spec
        if not isinstance(spec, Own):
            raise OwnError(f"this is the result of the experiment {spec.experiment!r}, not of find_ticket: "
                           "lth_core.experiments.lottery.read reads a lottery's")
        brought = OwnNet.of(net, spec.seed, lambda name, parameter, owner: parameter.requires_grad)
        theta0 = cls(result, brought).theta0
        _check_fits(spec, theta0, brought)
        return cls(result, dataclasses.replace(brought, template=brought.module(theta0), prunable=spec.weights))

    @property
    def spec(self) -> Own:
        """What was asked; its key names the result."""
        assert isinstance(self.result.spec, Own)
        return self.result.spec

    @property
    def tables(self) -> Mapping[str, Table]:
        """`cells`, one row a training; `curves`, one row a measured point; `costs`; `movement`."""
        return self.result.tables

    @cached_property
    def masks(self) -> tuple[Mask, ...]:
        """The mask of each level, the dense one first; nested, and as many as levels were trained.

        >>> import lth_core as lth
        >>> from lth_core.spec import Pruning
        >>> quick = {"steps": 1, "batch": 2, "pruning": Pruning(rounds=2, output_rate=0.5)}
        >>> lth.find_ticket(nn.Linear(2, 2), *[(np.eye(2), [0, 1])] * 3, **quick).masks
        (Mask(4 of 4 kept), Mask(2 of 4 kept), Mask(1 of 4 kept))
        """
        died = {name: self.result.arrays.get(f"died/{name}", np.zeros(alive.shape, np.uint8))
                for name, alive in self.net.dense().items()}
        return tuple(masks_at(died, level) for level in range(int(self.tables["cells"]["round"].max()) + 1))

    @property
    def theta0(self) -> dict[str, np.ndarray]:
        """The first weights θ₀, with biases and buffers, by name.

        >>> import lth_core as lth
        >>> net = nn.Linear(2, 2)
        >>> found = lth.find_ticket(net, *[(np.eye(2), [0, 1])] * 3, steps=1, batch=2)
        >>> np.array_equal(found.theta0["weight"], net.weight.detach())  # a finished module begins where it is
        True
        """
        return self._stored("theta0")

    def params(self, level: int, trained: bool = False) -> dict[str, np.ndarray]:
        """Parameters and buffers of the ticket of a level: where it starts, or what training made of it.

        Raises IndexError for a level that was not trained.

        >>> import lth_core as lth
        >>> from lth_core.spec import Pruning
        >>> quick = {"steps": 1, "batch": 2, "pruning": Pruning(rounds=1, output_rate=0.5)}
        >>> found = lth.find_ticket(nn.Linear(2, 2), *[(np.eye(2), [0, 1])] * 3, **quick)
        >>> {name: (value.shape, int(np.count_nonzero(value))) for name, value in found.params(1, trained=True).items()}
        {'weight': ((2, 2), 2), 'bias': ((2,), 2)}
        """
        mask = self.masks[self._level(level)]
        if trained:
            return mask.apply(self._stored(f"final/{level}"))
        if level and self.spec.rewind.mode != "weights":
            return mask.apply(self._stored(f"final/{level - 1}"))
        return mask.apply((level and self._stored("rewound")) or self.theta0)

    def ticket(self, level: int, trained: bool = False) -> nn.Module:
        """The ticket of a level as a module of your own class, pruned weights exactly zero; θₖ ⊙ m, or trained.

        Raises IndexError for a level that was not trained.

        >>> import lth_core as lth
        >>> from lth_core.spec import Pruning
        >>> quick = {"steps": 1, "batch": 2, "pruning": Pruning(rounds=1, output_rate=0.5)}
        >>> found = lth.find_ticket(nn.Linear(2, 2), *[(np.eye(2), [0, 1])] * 3, **quick)
        >>> found.ticket(1), int((found.ticket(1).weight == 0).sum())
        (Linear(in_features=2, out_features=2, bias=True), 2)
        """
        return self.net.module(self.params(level, trained))

    def pruned(self, level: int, trained: bool = False) -> nn.Module:
        """The same under `torch.nn.utils.prune`, which keeps pruned weights at zero in any training of yours.

        Raises IndexError for a level that was not trained.

        >>> import lth_core as lth
        >>> from lth_core.spec import Pruning
        >>> quick = {"steps": 1, "batch": 2, "pruning": Pruning(rounds=1, output_rate=0.5)}
        >>> found = lth.find_ticket(nn.Linear(2, 2), *[(np.eye(2), [0, 1])] * 3, **quick)
        >>> sorted(found.pruned(1).state_dict())
        ['bias', 'weight_mask', 'weight_orig']
        """
        return export.to_prune(self.ticket(level, trained), self.masks[level])

    def state_dict(self, level: int, trained: bool = False) -> dict[str, torch.Tensor]:
        """Plain tensors, for `load_state_dict` of your own module. Raises IndexError for a level that was not trained.

        >>> import lth_core as lth
        >>> found = lth.find_ticket(nn.Linear(2, 2), *[(np.eye(2), [0, 1])] * 3, steps=1, batch=2)
        >>> nn.Linear(2, 2).load_state_dict(found.state_dict(1))
        <All keys matched successfully>
        """
        return self.ticket(level, trained).state_dict()

    def save(self, path: Path | str, level: int, trained: bool = False) -> None:
        """The ticket and its mask as a safetensors file, which `lth_core.own.export.load` reads.

        Raises IndexError for a level that was not trained.

        >>> import tempfile
        >>> import lth_core as lth
        >>> found = lth.find_ticket(nn.Linear(2, 2), *[(np.eye(2), [0, 1])] * 3, steps=1, batch=2)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     found.save(f"{folder}/ticket.safetensors", 0)
        ...     export.load(f"{folder}/ticket.safetensors", nn.Linear(2, 2))[1]
        Mask(4 of 4 kept)
        """
        about = {"spec": self.spec.to_json(), "round": str(level), "weights": "trained" if trained else "start"}
        export.save(path, self.ticket(level, trained), self.masks[level], about)

    def accuracy(self, condition: str = "ticket", split: str = "test") -> dict[int, float]:
        """Final accuracy of a condition by level, 0–1, the first replicate's.

        A level that was not trained under it is left out. Raises OwnError for a condition that was not asked for, and
        for a split that was not measured.

        >>> import lth_core as lth
        >>> from lth_core.spec import Pruning
        >>> quick = {"steps": 9, "batch": 2, "lr": 1.0, "pruning": Pruning(rounds=1, output_rate=0.5)}
        >>> found = lth.find_ticket(nn.Linear(2, 2), *[(np.eye(2), [0, 1])] * 3, **quick)
        >>> found.accuracy()[0], list(found.accuracy(split="train"))
        (1.0, [0, 1])
        """
        cells = self.tables["cells"]
        names = dict.fromkeys(["ticket", *(one.name for one in self.spec.conditions), *map(str, cells["condition"])])
        if condition not in {*names, *map(_short, names)}:
            raise OwnError(f"there is no condition {condition!r} here: {', '.join(map(_short, names))}")
        splits = [name for name in ("train", "validation", "test") if f"{name}_accuracy" in cells]
        if split not in splits:
            raise OwnError(f"there is no split {split!r} here: {', '.join(splits)}")
        rows = [row for row, name in enumerate(cells["condition"])
                if condition in (name, _short(name)) and cells["replicate"][row] == 0]
        return {int(cells["round"][row]): float(cells[f"{split}_accuracy"][row]) for row in rows}

    def __repr__(self) -> str:
        kept, last = ", ".join(f"{mask.density:.1%}" for mask in self.masks), len(self.masks) - 1
        cells = self.tables["cells"]
        lost = (cells["condition"] == "ticket") & (cells["status"] == "diverged")
        end = f"; diverged in round {cells['round'][lost][0]} of {self.spec.rounds}" if lost.any() else ""
        return f"Found({self.spec.net.name}, {last + 1} level{'s' if last else ''}: {kept} kept{end})"

    def _level(self, level: int) -> int:
        if not 0 <= level < len(self.masks):
            raise IndexError(f"level {level} was not trained: 0 to {len(self.masks) - 1} were")
        return level

    def _stored(self, prefix: str) -> dict[str, np.ndarray]:
        start = f"{prefix}/"
        return {name.removeprefix(start): value for name, value in self.result.arrays.items() if name.startswith(start)}


def _short(name: str) -> str:
    """A condition's name without the digest of its function."""
    return name.partition("@")[0]


def _check_fits(spec: Own, theta0: Mapping[str, np.ndarray], net: OwnNet) -> None:
    """Raise OwnError unless the first weights of a Result have the names and shapes of the net's."""
    there = {name: value.shape for name, value in theta0.items()}
    here = {name: value.shape for name, value in values(net.template).items()}
    if not there:
        raise OwnError(f"this result of {spec.net.name} holds no weights: run the search again")
    for name in {**there, **here}:
        if there.get(name) != here.get(name):
            was, now = (f"{name} of shape {shapes[name]}" if name in shapes else f"no {name}"
                        for shapes in (there, here))
            raise OwnError(f"the result of {spec.net.name} does not fit this {type(net.template).__name__}: it has "
                           f"{was}, the net {now}")
