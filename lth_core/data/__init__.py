"""Images in, arrays out: careful readers, MNIST as shipped, two sets that can be fetched, and the three-way split."""

from lth_core.data.idx import DataError
from lth_core.data.split import Part, Splits, features, held_out, load

__all__ = ["DataError", "Part", "Splits", "features", "held_out", "load"]
