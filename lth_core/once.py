"""What is made of recorded results, computed once a process and found again in a microsecond.

Streamlit's own caches hash their arguments field by field and read the function's source at every rerun: a millisecond
a look-up where a page makes dozens.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def once(most: int) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Keep the `most` latest answers of a function of hashable arguments; an exception is not kept.

    A class that opens one page at the same moment computes it once: the others wait. Only for functions of a module:
    a page's script is a new one at every rerun.

    >>> @once(2)
    ... def square(x):
    ...     print("computed")
    ...     return x * x
    >>> square(3), square(3)
    computed
    (9, 9)
    """

    def decorate(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        cached, alone = functools.lru_cache(most)(function), threading.RLock()

        @functools.wraps(function)
        def ask(*args: Asked.args, **named: Asked.kwargs) -> Answer:
            with alone:
                return cached(*args, **named)  # type: ignore[arg-type]  # a list fails at once, and says so

        ask.clear = cached.cache_clear  # type: ignore[attr-defined]
        return ask

    return decorate
