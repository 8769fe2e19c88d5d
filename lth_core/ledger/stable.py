"""Does stability decide whether a subnetwork matches? (C37)

One ticket at a time: is the hill between its siblings below 2%, and is it at most 0.2 points worse than the whole net?
Told as “stable means matching”, which runs both ways; Frankle et al. 2020 only say that no unstable one matches.
"""

from __future__ import annotations

from collections.abc import Sequence

from lth_core.ledger.rewound import Rewound, together
from lth_core.ledger.rules import Count, Judged, counting

LEVEL = 6  # the round whose tickets have siblings
DECIDES = counting("stable and matching go together", "in every seed the ticket matches if its siblings share a "
                   "valley, and only then,", "rewind steps of both nets")


def judged(nets: Sequence[Rewound]) -> Judged:
    """C37, over every rewind step from which siblings were trained."""
    found = {net.net: together(net, LEVEL) for net in nets}
    places = [[(stable, matching) for at, _, stable, matching in tickets if at == step]
              for tickets in found.values() for step in sorted({each[0] for each in tickets})]
    won = sum(all(stable == matching for stable, matching in place) for place in places)
    every = [pair for place in places for pair in place]
    stable, unstable = ([matching for is_stable, matching in every if is_stable is wanted] for wanted in (True, False))
    told = (f"We looked at {len(every)} tickets, from {len(places)} rewind steps of {len(nets)} "
            f"net{'s' * (len(nets) > 1)}. {len(stable)} are stable, and **{sum(stable)}** of those match the whole "
            f"net. {len(unstable)} are not stable, and **{sum(unstable)}** of those match all the same. In every seed "
            f"the two go together at **{won}** of {len(places)} steps")
    return Judged(37, DECIDES(Count(won, len(places), min(map(len, places), default=0))), told, DECIDES)
