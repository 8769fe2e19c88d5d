"""What comes along of a digit's way through a net is what the whole net says."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from pages.figures import forward
from pages.records import recorded

LADDER = "ladder"


@pytest.mark.parametrize("rung", [0, 90, 100])
def test_the_first_digit_is_said_as_the_net_says_it(rung: int) -> None:
    own = recorded.seeds_of(LADDER)[0]
    params, dies = forward.whole(own), forward.deaths(own)
    x = np.frombuffer(base64.b64decode(forward.digits()[0]["pixels"]), np.uint8) / 255
    names = sorted(dies)
    for name in names:
        x = np.where(dies[name] > rung, params[name], 0) @ x + params[name.replace("weight", "bias")]
        x = x if name == names[-1] else np.maximum(x, 0)
    shares = np.exp(x - x.max()) / np.exp(x - x.max()).sum()
    said = forward.along(own)
    assert [layer.shape for layer in said] == [(101, len(params[name])) for name in names]
    assert said[-1][rung] == pytest.approx(shares, abs=1e-6)


def test_a_run_without_a_ladder_is_refused() -> None:
    from lth_core.catalogue.rounds import pruning_run

    run = recorded.find(pruning_run("lenet", 0))
    assert run is not None
    with pytest.raises(LookupError):
        forward.along(run)
