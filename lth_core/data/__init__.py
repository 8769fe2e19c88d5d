"""Images in, arrays out: a careful IDX reader, MNIST as shipped, and the three-way split."""

from lth_core.data.idx import DataError
from lth_core.data.split import Part, Splits, features, load

__all__ = ["DataError", "Part", "Splits", "features", "load"]
