"""What an answer of a tuned net costs, in multiply-adds."""

from __future__ import annotations

from itertools import pairwise

from lth_core.experiments.peft.spec import Peft


def answer(spec: Peft, how: str, size: int) -> dict[str, int]:
    """Multiply-adds of one answer among all outputs: `answer` with the tuning merged into the net where it can be,
    `answer_apart` with it beside the net.

    >>> answer(Peft(), "lora", 4), answer(Peft(), "adapter", 8)["answer"]
    ({'answer': 266200, 'answer_apart': 272136}, 272600)
    """
    sizes = spec.net.sizes
    whole = sum(a * b for a, b in pairwise(sizes))
    beside = {"lora": size * sum(a + b for a, b in pairwise(sizes[:-1])), "adapter": 2 * size * sum(sizes[1:-1])}
    apart = whole + beside.get(how, 0)
    return {"answer": whole if how == "lora" else apart, "answer_apart": apart}
