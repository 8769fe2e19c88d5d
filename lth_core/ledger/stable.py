"""Does stability decide whether a subnetwork matches? (C37)

One ticket at a time: is the hill between its siblings below 2%, and is it at most 0.2 points worse than the whole net?
Told as “stable means matching”, which runs both ways; Frankle et al. 2020 only say that no unstable one matches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from lth_core.ledger.rewound import Rewound, together
from lth_core.ledger.rules import Count, Judged, counting

LEVEL = 6  # the round whose tickets have siblings
DECIDES = counting("stable and matching go together", "in every seed the ticket matches if its siblings share a "
                   "valley, and only then,", "rewind steps of both nets")


def judged(nets: Sequence[Rewound]) -> Judged:
    """C37, over every rewind step from which siblings were trained."""
    at_place: dict[tuple[str, int], list[tuple[bool, bool]]] = defaultdict(list)  # net and step → stable, matching
    for net in nets:
        for step, _, is_stable, matches in together(net, LEVEL):
            at_place[net.net, step].append((is_stable, matches))
    places = list(at_place.values())
    won = sum(all(is_stable == matches for is_stable, matches in place) for place in places)
    every = [pair for place in places for pair in place]
    stable = [matches for is_stable, matches in every if is_stable]
    unstable = [matches for is_stable, matches in every if not is_stable]
    told = (f"We looked at {len(every)} tickets, from {len(places)} rewind steps of {len(nets)} "
            f"net{'s' * (len(nets) > 1)}. {len(stable)} are stable, and **{sum(stable)}** of those match the whole "
            f"net. {len(unstable)} are not stable, and **{sum(unstable)}** of those match all the same. In every seed "
            f"the two go together at **{won}** of {len(places)} steps")
    return Judged(37, DECIDES(Count(won, len(places), min(map(len, places), default=0))), told, DECIDES)
