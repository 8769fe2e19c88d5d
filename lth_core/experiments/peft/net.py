"""The tuned net: one forward pass for every way to tune, and the plain net that a tuning can be merged into.

`frozen` holds the trained net under torch's names; `moving` what is trained now. Of a hidden layer `fc1` that may be:

* `fc1.weight`, `fc1.bias`: all its weights, its biases, in the place of the frozen ones;
* `fc1.change`: what is added to the weights at `places["fc1"]`, positions in the flattened matrix;
* `fc1.lora_a` (rank, in), `fc1.lora_b` (out, rank): LoRA's update, scale · B A (Hu et al., ICLR 2022);
* `fc1.down`, `fc1.down_bias`, `fc1.up`, `fc1.up_bias`: an adapter behind its ReLU, h + up(ReLU(down(h))) (Houlsby et
  al., ICML 2019).

The outputs of the new classes, `new.weight` and `new.bias`, always move; those of the old ones never do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import torch
from torch.nn import functional as F

Tensors: TypeAlias = Mapping[str, torch.Tensor]


@dataclass(frozen=True, eq=False)
class Tuned:
    """A trained net and what moves. scale: of LoRA's update, alpha / rank. places: int64, where a mask lets weights
    move."""

    frozen: Tensors
    moving: Tensors
    scale: float = 1.0
    places: Tensors = field(default_factory=dict)

    @property
    def layers(self) -> list[str]:
        """Names of all layers, the output layer last."""
        return [name.removesuffix(".weight") for name in self.frozen if name.endswith(".weight")]

    def weight(self, layer: str) -> torch.Tensor:
        """The weights (out, in) of a hidden layer, a mask's changes among them."""
        weight = self.moving.get(f"{layer}.weight", self.frozen[f"{layer}.weight"])
        if (change := self.moving.get(f"{layer}.change")) is None:
            return weight
        return weight.flatten().index_add(0, self.places[layer], change).view_as(weight)

    def bias(self, layer: str) -> torch.Tensor:
        return self.moving.get(f"{layer}.bias", self.frozen[f"{layer}.bias"])

    def hidden(self, images: torch.Tensor) -> torch.Tensor:
        """What the last hidden layer gives, (batch, units)."""
        signal = images
        for layer in self.layers[:-1]:
            signal = through(self, layer, signal)
        return signal

    def new_logits(self, images: torch.Tensor) -> torch.Tensor:
        """(batch, new classes): what is trained."""
        return F.linear(self.hidden(images), self.moving["new.weight"], self.moving["new.bias"])

    def logits(self, images: torch.Tensor) -> torch.Tensor:
        """(batch, all classes): the old outputs, then the new ones."""
        signal = self.hidden(images)
        return F.linear(signal, *self._outputs())

    def _outputs(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weights and biases of the output layer: the old classes' rows as they were, the new ones' as they are."""
        last, old = self.layers[-1], len(self.frozen[f"{self.layers[-1]}.bias"]) - len(self.moving["new.bias"])
        weight, bias = (torch.cat([self.frozen[f"{last}.{part}"][:old], self.moving[f"new.{part}"]])
                        for part in ("weight", "bias"))
        return weight, bias

    @property
    def merges(self) -> bool:
        """Can the tuning be written into a plain net? An adapter cannot: there is a ReLU inside."""
        return not any(name.endswith(".down") for name in self.moving)

    @torch.no_grad()
    def merged(self) -> dict[str, torch.Tensor]:
        """The plain net that answers alike, under torch's names, from which no gradient runs back: LoRA as W₀ + scale ·
        B A.

        Raises ValueError for adapters.
        """
        if not self.merges:
            raise ValueError("an adapter cannot be merged: it has a ReLU inside")
        plain: dict[str, torch.Tensor] = {}
        for layer in self.layers[:-1]:
            weight = self.weight(layer)
            if (down := self.moving.get(f"{layer}.lora_a")) is not None:
                weight = weight + self.scale * (self.moving[f"{layer}.lora_b"] @ down)
            plain[f"{layer}.weight"], plain[f"{layer}.bias"] = weight, self.bias(layer)
        plain[f"{self.layers[-1]}.weight"], plain[f"{self.layers[-1]}.bias"] = self._outputs()
        return {name: value.detach() for name, value in plain.items()}

    def alone(self) -> Tuned:
        """The same net with the tuning merged into it: nothing beside it moves but the new outputs."""
        plain, last, new = self.merged(), self.layers[-1], len(self.moving["new.bias"])
        return Tuned(plain, {f"new.{part}": plain[f"{last}.{part}"][-new:] for part in ("weight", "bias")})


def through(net: Tuned, layer: str, signal: torch.Tensor) -> torch.Tensor:
    """One hidden layer, (batch, in) to (batch, out), with whatever its tuning puts beside it."""
    moving = net.moving
    total = F.linear(signal, net.weight(layer), net.bias(layer))  # (batch, out)
    if (down := moving.get(f"{layer}.lora_a")) is not None:
        total = total + net.scale * F.linear(F.linear(signal, down), moving[f"{layer}.lora_b"])
    signal = total.relu()
    if (down := moving.get(f"{layer}.down")) is not None:
        narrow = F.linear(signal, down, moving[f"{layer}.down_bias"]).relu()  # (batch, bottleneck)
        signal = signal + F.linear(narrow, moving[f"{layer}.up"], moving[f"{layer}.up_bias"])
    return signal
