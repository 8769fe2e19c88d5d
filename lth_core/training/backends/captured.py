"""The reference on a graphics card, one step of it captured once and then replayed (a CUDA graph).

A small net's step is a hundred kernels of some microseconds each, and asking for them one by one takes longer than they
do. A replay asks once. So all that a step reads and writes lies in buffers that never move: `Machine` holds them, and
whoever trains the same kind of net next borrows it, with weights of its own. Trainings in several threads borrow a
machine each, and the card works on all of them at once.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from lth_core.masks.mask import Mask
from lth_core.nets.layers import image
from lth_core.nets.module import load, module
from lth_core.nets.params import Params
from lth_core.spec import Net, Training
from lth_core.training.augment import PAD, draws
from lth_core.training.backends.base import check_state
from lth_core.training.backends.examples import Examples, Prepared
from lth_core.training.backends.reference import Reference, laid_out, on_device
from lth_core.training.schedule import schedule

ROOM = 500  # steps whose batches, rates and losses lie on the card at a time
LONG = 5  # steps of a graph: fewer are launched, and a thread hands Python's lock over less often
WARM = 3  # steps before a capture: the libraries choose their kernels in them, the optimiser makes its moments
Tensors = tuple[torch.Tensor, torch.Tensor]

KEPT = 16  # machines that wait to be borrowed: as many trainings as were ever run side by side here
Key = tuple[Any, ...]

_capturing = threading.Lock()
_free: list[tuple[Key, Machine]] = []  # the one that has waited longest first


class Machine:
    """One step of a net's training on buffers that stay where they are.

    examples: images (n, features) and labels (n,), which it learns from. Numbers go in by `load` and `deal`, `take`
    takes the next of the dealt steps.
    """

    def __init__(self, net: Net, training: Training, examples: Tensors, dtype: torch.dtype, device: str) -> None:
        self.device, self.training, (self.images, self.labels) = device, training, examples
        self.half = training.precision == "bfloat16"
        self.model = laid_out(module(net).to(dtype), net, device)
        self.weights = dict(self.model.named_parameters())
        self.gone = {name: torch.zeros_like(weight, dtype=torch.bool) for name, weight in self.weights.items()
                     if name.endswith(".weight")}
        self.rate = torch.zeros((), device=device)
        self.optimiser = optimiser_of(training, self.model.parameters(), self.rate, device)
        batch = training.batch
        self.order = torch.zeros(ROOM, batch, dtype=torch.int64, device=device)
        self.rates, self.losses = (torch.zeros(ROOM, device=device) for _ in range(2))
        self.at = torch.zeros(1, dtype=torch.int64, device=device)
        self.image = image(net.sizes[0]) if training.augment else None
        self.rows, self.columns = (torch.zeros(ROOM, batch, self.image[1] if self.image else 1, dtype=torch.int64,
                                               device=device) for _ in range(2))
        self.stream = torch.cuda.Stream() if device != "cpu" else None
        with on(self.stream):
            self.take = captured(self.step, self.stream)

    def step(self) -> None:
        """One step of the dealt ones, all of it on the card."""
        index = self.order.index_select(0, self.at)[0]
        self.rate.copy_(self.rates.index_select(0, self.at)[0])
        loss = F.cross_entropy(self._logits(self._seen(index)), self.labels.index_select(0, index))
        self.optimiser.zero_grad()
        loss.backward()
        for name, gone in self.gone.items():
            self.weights[name].grad.masked_fill_(gone, 0.0)  # type: ignore[union-attr]
        self.optimiser.step()
        self.losses.index_copy_(0, self.at, loss.detach()[None].float())
        self.at += 1

    def _logits(self, images: torch.Tensor) -> torch.Tensor:
        if not self.half:
            return self.model(images)  # type: ignore[no-any-return]
        with torch.autocast(self.device, torch.bfloat16, cache_enabled=False):  # a cache would outlive the capture
            return self.model(images).float()  # type: ignore[no-any-return]

    def _seen(self, index: torch.Tensor) -> torch.Tensor:
        """Images (batch, features) as this step shows them: `augment.augmented` with places dealt beforehand."""
        images = self.images.index_select(0, index)
        if self.image is None:
            return images
        padded = F.pad(images.unflatten(1, self.image), (PAD,) * 4)
        rows, columns = (part.index_select(0, self.at)[0] for part in (self.rows, self.columns))  # (batch, side)
        example = torch.arange(len(index), device=self.device)[:, None, None, None]
        channel = torch.arange(self.image[0], device=self.device)[:, None, None]
        return padded[example, channel, rows[:, None, :, None], columns[:, None, None, :]].flatten(1)

    def load(self, params: Params, mask: Mask, moments: Params) -> None:
        """Weights, mask, and moments under the names of `Reference.state`; what is not named is zero."""
        load(self.model, params)
        for name, gone in self.gone.items():
            gone.copy_(torch.from_numpy(~mask[name])) if name in mask else gone.zero_()
        for index, weight in enumerate(self.model.parameters()):
            for key, moment in self.optimiser.state[weight].items():
                if torch.is_tensor(moment):
                    told = moments.get(f"moment/{index}/{key}")
                    moment.zero_() if told is None else moment.copy_(torch.as_tensor(told))

    def deal(self, batches: np.ndarray, rates: np.ndarray, first: int) -> None:
        """Lay out up to ROOM steps, the first of which is step `first` of the schedule."""
        count = len(batches)
        self.order[:count] = torch.from_numpy(batches).long().to(self.device)
        self.rates[:count] = torch.from_numpy(rates.astype(np.float32)).to(self.device)
        if self.image is not None:
            chance = [draws(batch, first + at) for at, batch in enumerate(batches)]
            mirrored, corners = (np.stack(part) for part in zip(*chance, strict=True))
            within = np.arange(self.image[1])
            columns = corners[..., 1:] + within  # (steps, batch, side)
            columns = np.where(mirrored[..., None], columns[..., ::-1], columns)
            self.rows[:count] = torch.from_numpy(corners[..., :1] + within).to(self.device)
            self.columns[:count] = torch.from_numpy(columns).to(self.device)
        self.at.zero_()


class Captured(Reference):
    """The reference with its steps taken by a borrowed `Machine`. device "cpu" takes the same steps uncaptured."""

    def __init__(
        self, net: Net, training: Training, params: Params, mask: Mask, data: Prepared, threads: int = 1,
        step: int = 0, dtype: Any = np.float32, device: str = "cpu",
    ) -> None:
        super().__init__(net, training, params, mask, data, threads, step, False, dtype, device)
        self.net, self.mask = net, mask
        self.machine: Machine | None = None
        self.moments: Params = {}

    def advance(self, batches: np.ndarray) -> np.ndarray:
        if not len(batches):
            return np.empty(0, np.float32)
        machine = self.machine or self._borrowed()
        rates, told = schedule(self.training, self.step, self.step + len(batches)), []
        with on(machine.stream):
            for start in range(0, len(batches), ROOM):
                part = batches[start : start + ROOM]
                machine.deal(part, rates[start : start + ROOM], self.step)
                machine.take(len(part))
                told.append(machine.losses[: len(part)].cpu().numpy().copy())
                self.step += len(part)
        return np.concatenate(told)

    def _borrowed(self) -> Machine:
        """A machine for this kind of training, with this net on it; from now on the net lies there."""
        training, examples = self.training, self.learned_from
        key = (self.net, training.optimiser, training.momentum, training.weight_decay, training.batch, training.augment,
               training.precision, self.dtype, self.device, *map(id, examples))
        with _capturing:
            machine = _taken(key) or Machine(self.net, training, examples, self.dtype, self.device)
        weakref.finalize(self, _give_back, key, machine).atexit = False
        with on(machine.stream):
            machine.load(super().params(), self.mask, self.moments)
        self.machine, self.model, self.optimiser = machine, machine.model, machine.optimiser
        return machine

    def evaluate(self, split: str) -> tuple[float, float]:
        with self._on():
            return super().evaluate(split)

    def params(self) -> dict[str, np.ndarray]:
        with self._on():
            return super().params()

    def state(self) -> dict[str, np.ndarray]:
        with self._on():
            return {**self.moments, **super().state()}

    def restore(self, state: Params) -> None:
        own = {f"theta/{name}": value for name, value in self.params().items()} | {"step": np.array(0)}
        check_state(self, state, own, also="moment/")
        theta = {name.removeprefix("theta/"): value for name, value in state.items() if name.startswith("theta/")}
        self.moments = {name: value for name, value in state.items() if name.startswith("moment/")}
        self.step = int(state["step"])
        with self._on():
            if self.machine:
                self.machine.load(theta, self.mask, self.moments)
            else:
                load(self.model, theta)

    def _tensors(self, examples: Examples) -> Tensors:
        return on_device(examples, self.device, self.dtype)  # the same for all trainings: a machine holds on to them

    @contextmanager
    def _on(self) -> Iterator[None]:
        with on(self.machine.stream if self.machine else None):
            yield


def _taken(key: Key) -> Machine | None:
    """A free machine of that kind, no longer free. Trainings give theirs back at any moment, without a lock: where a
    machine stands in the list is known for no longer than a moment."""
    for entry in tuple(_free):
        if entry[0] == key:
            with suppress(ValueError):  # it has just been thrown away
                _free.remove(entry)
                return entry[1]
    return None


def _give_back(key: Key, machine: Machine) -> None:
    """Called when a training is forgotten, by whatever thread forgets it last."""
    _free.append((key, machine))
    del _free[:-KEPT]


def captured(step: Callable[[], None], stream: torch.cuda.Stream | None) -> Callable[[int], None]:
    """What takes so many times `step` on the current stream: by replays of it, or without a stream one by one."""
    if stream:
        torch.cuda.synchronize()  # what it reads was made on other streams
    for _ in range(WARM if stream else 1):
        step()

    def taken(times: int) -> Callable[[], None]:
        graph = torch.cuda.CUDAGraph()
        # In this mode other threads may ask the card for memory meanwhile.
        with torch.cuda.graph(graph, stream=stream, capture_error_mode="thread_local"):
            for _ in range(times):
                step()
        return graph.replay

    one, long = (step, 1) if stream is None else (taken(1), LONG)
    several = taken(long) if stream else step

    def take(count: int) -> None:
        for _ in range(count // long):
            several()
        for _ in range(count % long):
            one()

    return take


def on(stream: torch.cuda.Stream | None) -> Any:
    """Whatever is asked of the card within is done on `stream`, in this order."""
    return torch.cuda.stream(stream) if stream else nullcontext()


def optimiser_of(
    training: Training, weights: Iterable[torch.Tensor], rate: torch.Tensor, device: str
) -> torch.optim.Optimizer:
    """As the reference's, in one pass over the weights, its rate a number on the card."""
    if training.optimiser == "adam":
        return torch.optim.Adam(weights, lr=rate, weight_decay=training.weight_decay, fused=True,
                                capturable=device != "cpu")
    return torch.optim.SGD(weights, lr=rate, momentum=training.momentum, weight_decay=training.weight_decay, fused=True)
