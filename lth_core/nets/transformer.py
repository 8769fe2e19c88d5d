"""A Transformer small enough to take apart (Vaswani et al. 2017; for pictures Dosovitskiy et al. 2021).

A picture is cut into 16 patches. Each becomes a row of numbers, to which the place of the patch adds its own. Two
blocks follow: attention mixes the patches, a small net works on each alone, and both add to what was there. The mean
over patches is read by one linear layer. Rows are normalised before each part; that has no parameters here.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from lth_core.nets.layers import BLOCKS, GRID, HEAD, HEADS, WIDER, channels, image
from lth_core.spec import Net


def normed(x: torch.Tensor) -> torch.Tensor:
    """Every row (…, width) with mean 0 and variance 1."""
    return F.layer_norm(x, x.shape[-1:])


class Block(nn.Module):
    """Attention of `heads` heads, each `head` numbers wide, then on every patch two linear layers, ReLU between."""

    def __init__(self, width: int, head: int, heads: int) -> None:
        super().__init__()
        self.head, self.heads = head, heads
        self.query, self.key, self.value = (nn.Linear(width, heads * head) for _ in range(3))
        self.out = nn.Linear(heads * head, width)
        self.up, self.down = nn.Linear(width, WIDER * width), nn.Linear(WIDER * width, width)

    def forward(self, x: torch.Tensor, gates: torch.Tensor | None = None) -> torch.Tensor:
        """x (batch, patches, width). gates: (heads,) or (batch, heads), what each head's output is multiplied by."""
        seen = self.attended(x)  # (batch, patches, heads, head)
        if gates is not None:
            seen = seen * (gates[:, None, :, None] if gates.ndim == 2 else gates[:, None])
        return self.worked(x + self.out(seen.flatten(2)))

    def attended(self, x: torch.Tensor) -> torch.Tensor:
        """What each head reads from all patches, (batch, patches, heads, head)."""
        rows = normed(x)
        query, key, value = (part(rows).unflatten(2, (self.heads, self.head)).transpose(1, 2)
                             for part in (self.query, self.key, self.value))  # (batch, heads, patches, head)
        chances = (query / self.head**0.5 @ key.transpose(2, 3)).softmax(3)  # (batch, heads, patches, patches)
        read: torch.Tensor = (chances @ value).transpose(1, 2)
        return read

    def worked(self, x: torch.Tensor) -> torch.Tensor:
        """The block's second half."""
        added: torch.Tensor = self.down(F.relu(self.up(normed(x))))
        return x + added


class Transformer(nn.Module):
    """heads: how many each block has, where they are not all there."""

    def __init__(self, net: Net, heads: tuple[int, ...] = (HEADS,) * BLOCKS) -> None:
        super().__init__()
        self.image = image(net.sizes[0])
        self.side = self.image[1] // GRID  # of a patch
        head = channels(net, HEAD)
        width = HEADS * head
        self.embed = nn.Linear(self.image[0] * self.side**2, width)
        self.position = nn.Linear(GRID**2, width, bias=False)
        for number, count in enumerate(heads, start=1):
            self.add_module(f"block{number}", Block(width, head, count))
        self.blocks = len(heads)
        self.fc = nn.Linear(width, net.sizes[-1])

    def forward(self, x: torch.Tensor, gates: torch.Tensor | None = None) -> torch.Tensor:
        """x (batch, features) → (batch, classes). gates: (blocks, heads) or (blocks, batch, heads), 1 for a head as it
        is and 0 for one that is silent."""
        x = self.embedded(x)
        for number in range(self.blocks):
            x = self.block(number)(x, None if gates is None else gates[number])
        return self.read(x)

    def block(self, number: int) -> Block:
        """The block of that number, from 0."""
        found = self.get_submodule(f"block{number + 1}")
        assert isinstance(found, Block)
        return found

    def embedded(self, x: torch.Tensor) -> torch.Tensor:
        """Images (batch, features) as rows, one a patch: (batch, patches, width)."""
        tiles = x.unflatten(1, self.image).unfold(2, self.side, self.side).unfold(3, self.side, self.side)
        rows = tiles.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)  # (batch, patches, numbers of a patch)
        there: torch.Tensor = self.embed(rows) + self.position.weight.T
        return there

    def read(self, x: torch.Tensor) -> torch.Tensor:
        """Rows after the last block (batch, patches, width) → logits (batch, classes)."""
        logits: torch.Tensor = self.fc(normed(x).mean(1))
        return logits
