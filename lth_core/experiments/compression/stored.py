"""A net as bytes and back, whole, pruned, with shared weights, or in Huffman's code: what a file of it takes.

```
"LTH", the stage, weight bits, index bits, number of layers, the sizes
per layer: how many survivors and how many gaps
           code lengths of the gaps, of the weights      Huffman alone
           codebook                                      shared weights
           gaps, weights                                 not of a whole net, whose weights follow as they are
biases
```
Numbers are little-endian, weights and biases float32; every run of bits fills its last byte with zeros.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lth_core.experiments.compression import gaps, huffman
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params

MAGIC = b"LTH"
WHOLE, PRUNED, SHARED, HUFFMAN = range(4)  # stages, as the files say them
PARTS = ("weights", "indices", "codebooks", "tables", "biases", "head")  # what the bytes of a file are for


@dataclass(frozen=True, eq=False)
class Shared:
    """A layer whose survivors share values. book: float32 (2**bits,). codes: which of them each has, row by row."""

    book: np.ndarray
    codes: np.ndarray


@dataclass(frozen=True, eq=False)
class File:
    """What was written. sizes: bytes for each of PARTS. bits: layer → bits of its weights and of its gaps."""

    data: bytes
    sizes: Mapping[str, int]
    bits: Mapping[str, tuple[int, int]]


def whole(params: Params) -> bytes:
    """Every weight and bias as a float32, and nothing else."""
    return b"".join(np.asarray(value, "<f4").tobytes() for value in params.values())


def write(
    params: Params, mask: Mask, index_bits: int, shared: Mapping[str, Shared] | None = None, packed: bool = False
) -> File:
    """A pruned net as a file. shared: layer → its codebook and codes, instead of the survivors as they are. packed:
    codes and gaps in Huffman's code. Raises ValueError for a layer without survivors."""
    stage = HUFFMAN if packed else SHARED if shared else PRUNED
    weight_bits = int(np.log2(len(next(iter(shared.values())).book))) if shared else 32
    made = {part: [b""] for part in PARTS}
    order: list[bytes] = [struct.pack("<3sBBBB", MAGIC, stage, weight_bits, index_bits, len(mask))]
    order += [struct.pack("<HH", *alive.shape) for alive in mask.values()]
    made["head"] += order
    bits = {}
    for name, alive in mask.items():
        if not alive.any():
            raise ValueError(f"layer {name.removesuffix('.weight')} has no weight left: there is nothing to encode; "
                             "prune less")
        zeros = gaps.told(alive, index_bits)
        one = shared[name] if shared else None
        values = params[name][alive] if one is None else one.codes
        parts = _layer(values, zeros, index_bits, weight_bits, one, packed)
        bits[name] = 8 * len(parts["weights"]), 8 * len(parts["indices"])
        for part, data in parts.items():
            made[part].append(data)
            order.append(data)
    biases = b"".join(np.asarray(value, "<f4").tobytes() for name, value in params.items() if name not in mask)
    made["biases"].append(biases)
    return File(b"".join([*order, biases]), {part: sum(map(len, data)) for part, data in made.items()}, bits)


def _layer(
    values: np.ndarray, zeros: np.ndarray, index_bits: int, weight_bits: int, shared: Shared | None, packed: bool
) -> dict[str, bytes]:
    """The parts of one layer, in the order of the file."""
    parts = {"head": struct.pack("<II", len(values), len(zeros))}
    if packed:
        sizes = [huffman.lengths(np.bincount(symbols, minlength=2**bits))
                 for symbols, bits in ((zeros, index_bits), (values, weight_bits))]
        parts["tables"] = b"".join(size.tobytes() for size in sizes)
    if shared is not None:
        parts["codebooks"] = np.asarray(shared.book, "<f4").tobytes()
    parts["indices"] = huffman.encode(zeros, sizes[0]) if packed else fixed(zeros, index_bits)
    parts["weights"] = (huffman.encode(values, sizes[1]) if packed else np.asarray(values, "<f4").tobytes()
                        if shared is None else fixed(values, weight_bits))
    return parts


def read(data: bytes) -> dict[str, np.ndarray]:
    """The parameters in a file that `write` made, under torch's names. Raises ValueError for anything else."""
    if data[:3] != MAGIC or len(data) < 7:
        raise ValueError("this is no file of a compressed net: it does not begin with LTH")
    return _Reader(data).params()


class _Reader:
    """A file, read from its beginning to its end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        _, self.stage, self.weight_bits, self.index_bits, self.layers = self._numbers("<3sBBBB")

    def params(self) -> dict[str, np.ndarray]:
        shapes = [self._numbers("<HH") for _ in range(self.layers)]
        found = {f"fc{depth}.weight": self._weights(shape) for depth, shape in enumerate(shapes, 1)}
        biases = {f"fc{depth}.bias": self._floats(shape[0]) for depth, shape in enumerate(shapes, 1)}
        if self.at != len(self.data):
            raise ValueError(f"the file has {len(self.data) - self.at:,} bytes too many")
        return {name: value for pair in zip(found.items(), biases.items(), strict=True) for name, value in pair}

    def _weights(self, shape: tuple[int, ...]) -> np.ndarray:
        survivors, pieces = self._numbers("<II")
        tables = ([np.frombuffer(self._take(2**bits), np.uint8) for bits in (self.index_bits, self.weight_bits)]
                  if self.stage == HUFFMAN else [None, None])
        book = self._floats(2**self.weight_bits) if self.stage != PRUNED else None
        places = gaps.places(self._symbols(pieces, self.index_bits, tables[0]), self.index_bits)
        if len(places) != survivors or (survivors and places[-1] >= shape[0] * shape[1]):
            raise ValueError(f"a layer of {shape[0]} × {shape[1]} weights cannot have survivors at these places")
        flat = np.zeros(shape[0] * shape[1], np.float32)
        flat[places] = (self._floats(survivors) if book is None
                        else book[self._symbols(survivors, self.weight_bits, tables[1])])
        return flat.reshape(shape)

    def _symbols(self, count: int, bits: int, table: np.ndarray | None) -> np.ndarray:
        if table is None:
            return unfixed(self._take(-(-count * bits // 8)), bits, count)
        found = huffman.decode(self.data[self.at :], table, count)
        self.at += -(-int(table[found].sum(dtype=np.int64)) // 8)
        return found

    def _floats(self, count: int) -> np.ndarray:
        return np.frombuffer(self._take(4 * count), "<f4").astype(np.float32)

    def _numbers(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self._take(struct.calcsize(form)))

    def _take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        if len(part) < count:
            raise ValueError(f"the file ends {count - len(part):,} bytes too early: it was cut short")
        self.at += count
        return part


def fixed(symbols: np.ndarray, bits: int) -> bytes:
    """Whole numbers below 2**bits, each in so many bits, in whole bytes.

    >>> fixed(np.array([1, 2, 3]), 2).hex()
    '6c'
    """
    return np.packbits((symbols[:, None] >> np.arange(bits)[::-1] & 1).astype(np.uint8)).tobytes()


def unfixed(data: bytes, bits: int, count: int) -> np.ndarray:
    """The first `count` numbers of what `fixed` gave.

    >>> unfixed(bytes.fromhex("6c"), 2, 3).tolist()
    [1, 2, 3]
    """
    every = np.unpackbits(np.frombuffer(data, np.uint8))[: count * bits].reshape(count, bits).astype(np.int64)
    found: np.ndarray = every @ (1 << np.arange(bits)[::-1])
    return found
