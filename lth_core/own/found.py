"""What `find_ticket` found: masks, first weights, tables, and each ticket as a module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from lth_core.masks.mask import Mask
from lth_core.own import export
from lth_core.own.net import OwnNet
from lth_core.own.spec import Own
from lth_core.results.deaths import masks_at
from lth_core.results.result import Result, Table


@dataclass(frozen=True, eq=False)
class Found:
    """A finished search.

    result: as of every experiment, fit for a `Store`. net: what was brought. Levels are rounds: 0 is the dense net.
    """

    result: Result
    net: OwnNet

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
        """The mask of each level, the dense one first; nested, and as many as levels were trained."""
        died = {name: self.result.arrays.get(f"died/{name}", np.zeros(alive.shape, np.uint8))
                for name, alive in self.net.dense().items()}
        return tuple(masks_at(died, level) for level in range(int(self.tables["cells"]["round"].max()) + 1))

    @property
    def theta0(self) -> dict[str, np.ndarray]:
        """The first weights θ₀, with biases and buffers."""
        return self._stored("theta0")

    def params(self, level: int, trained: bool = False) -> dict[str, np.ndarray]:
        """Parameters and buffers of the ticket of a level: where it starts, or what training made of it."""
        mask = self.masks[self._level(level)]
        if trained:
            return mask.apply(self._stored(f"final/{level}"))
        if level and self.spec.rewind.mode != "weights":
            return mask.apply(self._stored(f"final/{level - 1}"))
        return mask.apply((level and self._stored("rewound")) or self.theta0)

    def ticket(self, level: int, trained: bool = False) -> nn.Module:
        """The ticket of a level as a module of your own class, pruned weights exactly zero; θₖ ⊙ m, or trained."""
        return self.net.module(self.params(level, trained))

    def pruned(self, level: int, trained: bool = False) -> nn.Module:
        """The same under `torch.nn.utils.prune`, which keeps pruned weights at zero in any training of yours."""
        return export.to_prune(self.ticket(level, trained), self.masks[level])

    def state_dict(self, level: int, trained: bool = False) -> dict[str, torch.Tensor]:
        """Plain tensors, for `load_state_dict` of your own module."""
        return self.ticket(level, trained).state_dict()

    def save(self, path: Path | str, level: int, trained: bool = False) -> None:
        """The ticket and its mask as a safetensors file, which `lth_core.own.export.load` reads."""
        about = {"spec": self.spec.to_json(), "round": str(level), "weights": "trained" if trained else "start"}
        export.save(path, self.ticket(level, trained), self.masks[level], about)

    def accuracy(self, condition: str = "ticket", split: str = "test") -> dict[int, float]:
        """Final accuracy of a condition by level, 0–1, the first replicate's.

        A level that was not trained under it is left out.
        """
        cells = self.tables["cells"]
        rows = [row for row, name in enumerate(cells["condition"])
                if name.partition("@")[0] == condition and cells["replicate"][row] == 0]
        return {int(cells["round"][row]): float(cells[f"{split}_accuracy"][row]) for row in rows}

    def __repr__(self) -> str:
        kept: Sequence[Any] = [f"{mask.density:.1%}" for mask in self.masks]
        return f"Found({self.spec.net.name}, {len(self.masks)} levels: {', '.join(kept)} kept)"

    def _level(self, level: int) -> int:
        if not 0 <= level < len(self.masks):
            raise IndexError(f"level {level} was not trained: 0 to {len(self.masks) - 1} were")
        return level

    def _stored(self, prefix: str) -> dict[str, np.ndarray]:
        start = f"{prefix}/"
        return {name.removeprefix(start): value for name, value in self.result.arrays.items() if name.startswith(start)}
