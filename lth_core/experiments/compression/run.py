"""Deep Compression (Han, Mao & Dally 2016): prune, share weights, encode; every file is written and read again."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from lth_core.data import Splits, load
from lth_core.experiments.compression import codebook, stored, tuning
from lth_core.experiments.compression.spec import Compression
from lth_core.experiments.compression.stored import Shared
from lth_core.masks.mask import Mask
from lth_core.masks.prune import schedule
from lth_core.masks.select import remove_lowest
from lth_core.nets.params import Params, initial
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.cell import run_cell
from lth_core.running.conditions import Start
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition
from lth_core.training.order import batches

DENSE, PRUNED, LONGER = "dense", "pruned", "dense-longer"  # the conditions of the trainings
STAGES = ("whole", "pruned", "shared", "tuned", "huffman")  # what becomes of the net, in this order
INDEX_BITS = range(2, 9)  # tried for the gaps


def stream(spec: Compression, options: Options) -> Iterator[Snapshot]:
    """Tables `cells`, `curves` and `costs` of three trainings: `dense`, the net under the cut (`pruned`), and the
    whole net trained on for as long (`dense-longer`), so that nobody takes longer training for compression. And:

    `stages`: a row for each of STAGES with the `bytes` of its file, its parts (`bytes_…`), `test_accuracy` and
    `validation_accuracy` in 0–1, and `same`: 1 where the file, read again, gives the same bits. `bits`: for each number
    of bits the accuracies with the codebook as k-means leaves it (`kmeans_…`) and tuned, and `bytes` in Huffman's code.
    `layers`: bits that a weight and its gap take, in each layer. `index`: bytes by the bits of the gaps. `packers`:
    bytes that others make of the same weights. A training that diverged is not compressed.
    """
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    dense = Mask.dense(spec.net)
    if not book.has("cells", condition=DENSE):
        start = Start(initial(spec.net, spec.seed), dense)
        yield from run_cell(book, splits, 0, Condition(DENSE), start, spec.training, 0, keep=True)
    whole = book.state.trained[DENSE]
    if _finite(whole):
        yield from _stage(book, splits, whole, dense, "whole", stored.whole(whole))
        mask = _cut(spec, whole, dense)
        yield from _longer(book, splits, spec.rounds, PRUNED, mask)
        if _finite(pruned := book.state.trained[PRUNED]):
            yield from _compress(book, splits, pruned, mask)
        yield from _longer(book, splits, 0, LONGER, dense)
    yield Snapshot("done", spec.rounds, spec.rounds, result=book.result())


def _longer(book: Book[Compression], splits: Splits, level: int, name: str, mask: Mask) -> Iterator[Snapshot]:
    """The trained net under `mask`, trained on."""
    spec = book.spec
    if not book.has("cells", condition=name):
        first = spec.training.steps
        training = dataclasses.replace(spec.training, steps=first + spec.retrain_steps)
        start = Start(mask.apply(book.state.trained[DENSE]), mask)
        yield from run_cell(book, splits, level, Condition(name), start, training, first, keep=True)


def _finite(params: Params) -> bool:
    return all(np.isfinite(value).all() for value in params.values())


def _cut(spec: Compression, params: Params, dense: Mask) -> Mask:
    """The largest weights of every layer, as many as the ticket's."""
    counts = schedule(spec.pruning, dense)[-1]
    return remove_lowest({name: np.abs(params[name]) for name in dense}, dense,
                         {name: alive.size - counts[name] for name, alive in dense.items()})


def _compress(book: Book[Compression], splits: Splits, params: Params, mask: Mask) -> Iterator[Snapshot]:
    spec = book.spec
    file = stored.write(params, mask, spec.index_bits)
    yield from _stage(book, splits, params, mask, "pruned", file.data, file.sizes)
    order = (spec.stored, *(bits for bits in spec.bits if bits != spec.stored))
    for done, bits in enumerate(order, 1):
        if not book.has("bits", bits=bits):
            for snapshot in _shared(book, splits, params, mask, bits):
                yield dataclasses.replace(snapshot, step=done - 1, steps=len(order))
        row = next(row for row in book.rows["bits"] if row["bits"] == bits)
        yield Snapshot("bits", spec.rounds, spec.rounds, f"{bits} bits", done, len(order), row)


def _shared(book: Book[Compression], splits: Splits, params: Params, mask: Mask, bits: int) -> Iterator[Snapshot]:
    """One number of bits: k-means, tuned centres, Huffman's code; the rows that tell of it."""
    spec = book.spec
    told = bits == spec.stored
    first = spec.training.steps + spec.retrain_steps
    order = batches(spec.seed, len(splits.train.labels), spec.training.batch, first, first + spec.tune_steps)
    plain = clustered(params, mask, bits)
    better = tuning.tuned(params, mask, plain, splits, order, spec.tune_lr)
    figures: dict[str, float] = {}
    for name, shared, prefix in (("shared", plain, "kmeans_"), ("tuned", better, "")):
        now = spread(params, mask, shared)
        file = stored.write(now, mask, spec.index_bits, shared)
        if told:
            yield from _stage(book, splits, now, mask, name, file.data, file.sizes)
        figures |= {f"{prefix}{figure}": value for figure, value in _accuracies(book, splits, now, mask).items()}
    now = spread(params, mask, better)
    packed = stored.write(now, mask, spec.index_bits, better, packed=True)
    if told:
        yield from _stage(book, splits, now, mask, "huffman", packed.data, packed.sizes)
        _details(book, params, now, mask, better)
    book.add("bits", bits=bits, bytes=len(packed.data), **figures)
    book.save()


def clustered(params: Params, mask: Mask, bits: int) -> dict[str, Shared]:
    """The survivors of each layer and the 2**bits values that k-means lets them share."""
    found = {}
    for name, alive in mask.items():
        centres, codes = codebook.kmeans(np.asarray(params[name])[alive], 2**bits)
        found[name] = Shared(centres.astype(np.float32), codes)
    return found


def spread(params: Params, mask: Mask, shared: Mapping[str, Shared]) -> dict[str, np.ndarray]:
    """The parameters with every survivor at the value it shares."""
    now = {name: np.array(value, np.float32) for name, value in mask.apply(params).items()}
    for name, alive in mask.items():
        now[name][alive] = shared[name].book[shared[name].codes]
    return now


def _stage(
    book: Book[Compression], splits: Splits, params: Params, mask: Mask, name: str, data: bytes,
    sizes: Mapping[str, int] | None = None,
) -> Iterator[Snapshot]:
    """The row of one stage: its file, read again, and how the net that was read does."""
    if book.has("stages", condition=name):
        return
    spec, back = book.spec, params if sizes is None else stored.read(data)
    same = all(np.array_equal(np.asarray(value).view(np.uint32), back[other].view(np.uint32))
               for other, value in params.items())
    row = {"stage": STAGES.index(name), "condition": name, "kept": mask.kept, "bytes": len(data), "same": int(same),
           **{f"bytes_{part}": (sizes or {}).get(part, 0) for part in stored.PARTS},
           **_accuracies(book, splits, back, mask)}
    book.add("stages", **row)
    book.save()
    level = spec.rounds if sizes else 0
    yield Snapshot("stage", level, spec.rounds, name,
                   measures={**row, "number": row["stage"], "kilobytes": len(data) / 1000})


def _accuracies(book: Book[Compression], splits: Splits, params: Params, mask: Mask) -> dict[str, float]:
    backend = backend_for(book.spec.net, book.spec.training, params, mask, splits, book.options)
    return {f"{split}_accuracy": backend.evaluate(split)[1]
            for split in ("test", "validation") if split == "test" or book.spec.data.validation}


def _details(book: Book[Compression], pruned: Params, now: Params, mask: Mask, shared: Mapping[str, Shared]) -> None:
    """What the stored file is made of, layer by layer; other bits for the gaps; and what other packers do."""
    spec = book.spec
    files = [stored.write(now, mask, spec.index_bits, shared, packed) for packed in (False, True)]
    for name, alive in mask.items():
        kept = int(alive.sum())
        figures = {f"{what}_bits{suffix}": file.bits[name][at] / kept
                   for file, suffix in zip(files, ("", "_huffman"), strict=True)
                   for at, what in enumerate(("weight", "index"))}
        book.add("layers", layer=name.removesuffix(".weight"), weights=alive.size, kept=kept, **figures)
    for bits in INDEX_BITS:
        book.add("index", index_bits=bits, **{
            f"bytes_{name}": len(stored.write(now, mask, bits, shared, packed).data)
            for name, packed in (("fixed", False), ("huffman", True))})
    for name, params in (("whole", book.state.trained[DENSE]), ("pruned", pruned), ("tuned", now)):
        data = stored.whole(params)
        for packer, pack in PACKERS.items():
            book.add("packers", condition=name, packer=packer, bytes=len(pack(data)))


def _zstd(data: bytes) -> bytes:
    import pyarrow as pa

    packed: bytes = pa.Codec("zstd", compression_level=19).compress(data, asbytes=True)
    return packed


PACKERS: dict[str, Callable[[bytes], bytes]] = {  # each as hard as it usually tries
    "gzip": lambda data: zlib.compress(data, 9, wbits=31),
    "zstd": _zstd,
}
