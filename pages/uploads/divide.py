"""Who is tested: what was brought as a test, or a sixth of each class, dealt by a stream of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from lth_core.data.brought import OwnSet
from lth_core.data.mnist import Images
from lth_core.streams import stream
from pages.uploads.refused import (
    LEAST_CLASSES,
    LEAST_IMAGES,
    LEAST_OF_CLASS,
    MOST_CLASSES,
    MOST_IMAGES,
    UploadError,
    quoted,
)
from pages.uploads.tidy import Brought

SHARE = 6  # one in six, as MNIST's 10,000 of 70,000 nearly are


def divided(parts: Sequence[Brought]) -> OwnSet:
    """The parts as one set, enough of each class in it. Raises UploadError."""
    learn, test = parts[0], parts[1] if len(parts) > 1 else None
    names = _checked(learn, test)
    places = {name: place for place, name in enumerate(names)}
    labels = np.array([places[label] for label in learn.labels], np.uint8)
    if test is not None:
        tested = np.array([places[label] for label in test.labels], np.uint8)
        return OwnSet(Images(learn.images, labels), Images(test.images, tested), names)
    deal = stream(0, "held-out").permutation(len(labels))
    held = np.concatenate([deal[labels[deal] == place][: np.count_nonzero(labels == place) // SHARE]
                           for place in range(len(names))])
    rest = np.setdiff1d(np.arange(len(labels)), held)
    held.sort()
    return OwnSet(Images(learn.images[rest], labels[rest]), Images(learn.images[held], labels[held]), names)


def _checked(learn: Brought, test: Brought | None) -> tuple[str, ...]:
    """The names of the classes in order: numbers by size, words by the alphabet."""
    counts = Counter(learn.labels)
    if "" in counts:
        raise UploadError(f"{counts['']:,} images have no label: give every image one.")
    if not LEAST_CLASSES <= len(counts) <= MOST_CLASSES:
        raise UploadError(f"The images have {len(counts)} class{'es' * (len(counts) != 1)}: {LEAST_CLASSES} to "
                          f"{MOST_CLASSES} are needed.")
    name, fewest = min(counts.items(), key=lambda pair: pair[1])
    if len(learn.labels) < LEAST_IMAGES or fewest < LEAST_OF_CLASS:
        raise UploadError(f"{len(learn.labels):,} image{'s' * (len(learn.labels) != 1)}, {fewest} of class "
                          f"{quoted(name)}: at least {LEAST_IMAGES} in all and {LEAST_OF_CLASS} of each class are "
                          "needed, else a test says nothing.")
    if test is not None and (strange := set(test.labels) - set(counts)):
        raise UploadError(f"The test holds class {quoted(min(strange))}, which nothing is learned of: give it images "
                          "to learn from, or leave it out.")
    if test is not None and len(test.labels) < LEAST_OF_CLASS:
        raise UploadError(f"The test holds {len(test.labels)} images: at least {LEAST_OF_CLASS} are needed, or leave "
                          "it out, then a sixth is dealt for it.")
    if len(learn.labels) + (len(test.labels) if test else 0) > MOST_IMAGES:
        raise UploadError(f"More than {MOST_IMAGES:,} images: leave some out.")
    numbers = all(label.isdecimal() and len(label) < 10 for label in counts)
    return tuple(sorted(counts, key=lambda label: (int(label), label) if numbers else (0, label)))
