"""Huffman's code (1952): frequent symbols get short words, and no shorter prefix code exists.

Canonical: words of one length are numbered upwards in the order of their symbols, so that the lengths alone say which
word each symbol has. Symbols are whole numbers from 0.
"""

from __future__ import annotations

import heapq

import numpy as np


def lengths(counts: np.ndarray) -> np.ndarray:
    """Bits of each symbol's word; 0 for a symbol that never occurs. counts: how often each occurs, (symbols,).

    A symbol that is alone gets a word of one bit: from words of no bits nobody could tell how many there are.
    Raises ValueError when nothing occurs at all.

    >>> lengths(np.array([5, 1, 0, 2])).tolist(), lengths(np.array([0, 7])).tolist()
    ([1, 2, 0, 2], [0, 1])
    """
    present = np.flatnonzero(counts)
    if not present.size:
        raise ValueError("counts are all 0: there is no symbol to give a word to; encode at least one")
    sizes = np.zeros(len(counts), np.uint8)
    if present.size == 1:
        sizes[present] = 1
        return sizes
    # The number in the middle breaks ties, so that equal counts give equal codes everywhere.
    heap = [(int(counts[symbol]), at, [int(symbol)]) for at, symbol in enumerate(present)]
    heapq.heapify(heap)
    while len(heap) > 1:
        (first, at, ones), (second, _, others) = heapq.heappop(heap), heapq.heappop(heap)
        sizes[ones + others] += 1
        heapq.heappush(heap, (first + second, at, ones + others))
    return sizes


def words(sizes: np.ndarray) -> np.ndarray:
    """Each symbol's word as a whole number, int64 (symbols,); 0 for a symbol without one.

    >>> [f"{word:0{size}b}" for word, size in zip(words(np.array([1, 2, 2])), (1, 2, 2))]
    ['0', '10', '11']
    """
    found, word, before = np.zeros(len(sizes), np.int64), 0, 0
    for symbol in np.lexsort((np.arange(len(sizes)), sizes)):
        if size := int(sizes[symbol]):
            word = (word << (size - before)) if before else 0
            found[symbol], before = word, size
            word += 1
    return found


def encode(symbols: np.ndarray, sizes: np.ndarray) -> bytes:
    """The symbols' words one after the other, in whole bytes. sizes: as `lengths` gives them.

    >>> encode(np.array([0, 2, 1, 0]), np.array([1, 2, 2])).hex()  # 0 11 10 0, and two bits to fill the byte
    '70'
    """
    longest = int(sizes.max())
    places = np.arange(longest)[::-1]
    table = (words(sizes)[:, None] >> places) & 1  # (symbols, longest), each word at the right
    used = places < sizes[:, None]
    return np.packbits(table[symbols][used[symbols]].astype(np.uint8)).tobytes()


def decode(data: bytes, sizes: np.ndarray, count: int) -> np.ndarray:
    """The first `count` symbols of `data`, int64. Raises ValueError when it ends before them.

    >>> decode(bytes.fromhex("70"), np.array([1, 2, 2]), 4).tolist()
    [0, 2, 1, 0]
    """
    meaning = {(int(size), int(word)): symbol
               for symbol, (size, word) in enumerate(zip(sizes, words(sizes), strict=True)) if size}
    found: list[int] = []
    word = size = 0
    for bit in np.unpackbits(np.frombuffer(data, np.uint8)).tolist():
        if len(found) == count:
            break
        word, size = word << 1 | bit, size + 1
        if (symbol := meaning.get((size, word))) is not None:
            found.append(symbol)
            word = size = 0
    if len(found) < count:
        raise ValueError(f"the data ends after {len(found):,} of {count:,} symbols: it was cut short or is not Huffman "
                         "code of these lengths")
    return np.array(found, np.int64)
