"""Random tickets: which weights ticket number i keeps.

A ticket is its number: mask i of a lottery is drawn from the stream (seed, "draw", i, layer) and can be drawn again by
whoever wants to look at it, so that no result has to carry it. Nothing here trains; the web process may import it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest, round_half_up
from lth_core.nets.params import weight_names
from lth_core.spec import Net
from lth_core.streams import stream


def kept_counts(net: Net, density: float) -> dict[str, int]:
    """Survivors of each layer at `density`, never fewer than one.

    >>> kept_counts(Net(sizes=(784, 20, 10)), 0.32)
    {'fc1.weight': 5018, 'fc2.weight': 64}
    """
    return {name: max(1, round_half_up(density * alive.size)) for name, alive in Mask.dense(net).items()}


def draw(net: Net, density: float, seed: int, ticket: int) -> Mask:
    """The mask of random ticket number `ticket`: every layer keeps its exact share, all choices equally likely.

    Each weight gets a uniform random score and the lowest go, by the same selection as every other pruning here.

    >>> draw(Net(sizes=(784, 20, 10)), 0.32, seed=0, ticket=3).counts()
    {'fc1.weight': 5018, 'fc2.weight': 64}
    """
    dense, keep = Mask.dense(net), kept_counts(net, density)
    scores = {name: stream(seed, "draw", ticket, layer).random(dense[name].shape)
              for layer, name in enumerate(weight_names(net))}
    return remove_lowest(scores, dense, {name: dense[name].size - keep[name] for name in dense})


class Tickets(Sequence[Mask]):
    """The masks of several tickets, each drawn when it is first asked for, by the thread that asks: a training begins
    before the last one is drawn.

    >>> drawn = Tickets(Net(sizes=(784, 20, 10)), 0.32, 0, [3, 7])
    >>> len(drawn), drawn[1] == draw(drawn.net, 0.32, 0, 7)
    (2, True)
    """

    def __init__(self, net: Net, density: float, seed: int, tickets: Sequence[int]) -> None:
        self.net, self.density, self.seed, self.tickets = net, density, seed, tickets
        self._drawn: dict[int, Mask] = {}

    def __len__(self) -> int:
        return len(self.tickets)

    @overload
    def __getitem__(self, place: int) -> Mask: ...

    @overload
    def __getitem__(self, place: slice) -> Tickets: ...

    def __getitem__(self, place: int | slice) -> Mask | Tickets:
        if isinstance(place, slice):
            return Tickets(self.net, self.density, self.seed, self.tickets[place])
        if place not in self._drawn:
            self._drawn[place] = draw(self.net, self.density, self.seed, self.tickets[place])
        return self._drawn[place]
