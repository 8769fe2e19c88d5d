"""Wrong results that nobody would see: what is not told apart, not pruned, or not as asked."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, SubsetRandomSampler, TensorDataset

import lth_core as lth
from lth_core.own.functions import OwnError
from lth_core.own.net import OwnNet
from lth_core.own.source import Unreadable, packaged, told
from lth_core.results.store import Store
from lth_core.spec import Pruning
from tests.core.brought import TWO, Convs, mlp, search, thirds

DATA = thirds()


@dataclasses.dataclass
class Setting:
    scale: float


class Net(nn.Module):
    """Its `held` is whatever one likes; `shift` is a buffer that no state dict holds."""

    def __init__(self, held: object = torch.tanh, shift: float = 0.0) -> None:
        super().__init__()
        self.first, self.held, self.last = nn.Linear(12, 10), held, nn.Linear(10, 3)
        self.register_buffer("shift", torch.tensor(shift), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(torch.tanh(self.first(x + self.shift)))


def drawn(net: nn.Module) -> nn.Module:
    """The same weights for each."""
    torch.manual_seed(0)
    for part in (net.first, net.last):
        part.reset_parameters()
    return net


def frozen(net: nn.Module) -> nn.Module:
    net.first.bias.requires_grad_(False)
    return net


def digest(net: nn.Module) -> str:
    return OwnNet.of(net, 0).digest(0)


# ── one key, one net ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_nets_that_compute_other_things_have_other_digests() -> None:
    nets = [Net(torch.tanh), Net(torch.relu), Net(np.tanh), Net([1, 2]), Net([1, 3]), Net(Setting(1.0)),
            Net(Setting(9.0)), Net(torch.float64), Net(np.arange(3)), Net(np.arange(4)), Net(shift=5.0), frozen(Net())]
    assert len({digest(drawn(net)) for net in nets}) == len(nets)
    assert digest(drawn(Net(Setting(1.0)))) == digest(drawn(Net(Setting(1.0))))


def test_a_net_that_no_text_tells_is_trained_but_never_kept(tmp_path: Path) -> None:
    hooked = drawn(Net())
    hooked.first.register_forward_hook(lambda *_: None)
    for net in (hooked, drawn(Net(object()))):
        search(net, DATA, steps=2)
        with pytest.raises(OwnError, match="could not be told from another's"):
            search(net, DATA, steps=2, store=tmp_path)


def test_a_store_may_be_named_by_its_folder(tmp_path: Path) -> None:
    found = search(mlp, DATA, store=str(tmp_path))
    assert Store(tmp_path).keys() == [found.result.key]


HALF = 0.5
ROUNDED = np.round


class Scorer:
    def __call__(self, weights: np.ndarray) -> np.ndarray:
        return weights


SCORER, CONFIG = Scorer(), ModuleType("config_of_ones_own")
CONFIG.share = 0.5  # type: ignore[attr-defined]


def reads_a_module(trained: np.ndarray) -> np.ndarray:
    return ROUNDED(trained) * CONFIG.share  # type: ignore[attr-defined]


def reads_an_object(trained: np.ndarray) -> np.ndarray:
    return SCORER(trained)


def test_a_function_is_told_with_what_it_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    CONFIG.__file__ = __file__
    before = told(reads_a_module, "it")
    assert "CONFIG.share = 0.5" in before and f"ROUNDED = {packaged(np.round)}" in before
    monkeypatch.setattr(CONFIG, "share", 0.25)
    assert told(reads_a_module, "it") != before
    with pytest.raises(Unreadable, match="reads SCORER, a Scorer outside of it"):
        told(reads_an_object, "it")


# ── controls that are controls ───────────────────────────────────────────────────────────────────────────────────────


def always_the_same() -> nn.Module:
    torch.manual_seed(0)
    return mlp()


def test_a_net_that_sets_its_own_seed_has_no_fresh_weights() -> None:
    assert search(always_the_same, DATA).accuracy("ticket")  # θ₀ may be anything
    for control in ("reinit", "random-reinit", "keep-signs"):
        with pytest.raises(OwnError, match="same weights for every seed"):
            search(always_the_same, DATA, conditions=[control])


def test_fresh_weights_leave_alone_what_never_learns() -> None:
    net = frozen(drawn(Net()))
    own = OwnNet.of(net, 0)
    fresh, first = own.fresh(0, 0, 1), own.theta0()
    assert np.array_equal(fresh["first.bias"], first["first.bias"])
    assert not np.array_equal(fresh["first.weight"], first["first.weight"])


def test_a_control_or_criterion_that_cannot_work_is_told_before_the_training() -> None:
    @lth.criterion("too-short")
    def too_short(trained: np.ndarray, first: np.ndarray) -> np.ndarray:
        return trained[:1]

    heard: list[object] = []
    with pytest.raises(OwnError, match="of shape"):
        search(mlp, DATA, score="too-short", progress=heard.append)
    assert not heard


def test_a_criterion_may_fail_on_dead_weights() -> None:
    @lth.criterion("log-size")
    def log_size(trained: np.ndarray, first: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore"):
            return np.log(abs(trained))

    usual, logs = search(mlp, DATA), search(mlp, DATA, score="log-size")
    assert all(np.array_equal(mask[name], other[name]) for mask, other in zip(usual.masks, logs.masks, strict=True)
               for name in mask)


# ── data as it was divided ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_loader_that_chooses_examples_is_refused() -> None:
    whole = TensorDataset(*(torch.tensor(part) for part in DATA[0]))
    some = DataLoader(whole, 20, sampler=SubsetRandomSampler(range(40)))
    with pytest.raises(OwnError, match=r"train: its DataLoader chooses examples by a SubsetRandomSampler.*Subset"):
        search(mlp, (some, *DATA[1:]))
    for loader in (DataLoader(whole, 20), DataLoader(whole, 20, shuffle=True)):
        assert search(mlp, (loader, *DATA[1:]), steps=2).masks


def test_two_batches_are_no_pair() -> None:
    inputs, labels = DATA[0]
    halves = [(inputs[:120], labels[:120]), (inputs[120:], labels[120:])]
    assert search(mlp, (halves, *DATA[1:])).result.spec.data == search(mlp, DATA).result.spec.data


def test_a_number_too_large_for_the_net_is_refused() -> None:
    inputs = DATA[0][0].astype(np.float64)
    inputs[7, 0] = 1e300
    with pytest.raises(OwnError, match=r"input 7 holds NaN, infinity or a number too large for torch\.float32"):
        search(mlp, ((inputs, DATA[0][1]), *DATA[1:]))


def test_what_a_dataset_draws_while_it_is_read_is_the_same_each_time() -> None:
    class Noisy(torch.utils.data.Dataset):  # type: ignore[type-arg]
        def __len__(self) -> int:
            return 60

        def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
            return torch.randn(12), index % 3

    torch.manual_seed(1)
    first = search(mlp, (Noisy(), *DATA[1:]), steps=2)
    torch.manual_seed(2)
    assert search(mlp, (Noisy(), *DATA[1:]), steps=2).result.key == first.result.key


# ── what was asked is what is done ───────────────────────────────────────────────────────────────────────────────────


def test_pruned_biases_stay_at_zero() -> None:
    found = search(mlp, DATA, prunable=lambda *_: True, pruning=Pruning(rounds=2, rate=0.5, output_rate=0.5))
    for name, alive in found.masks[2].items():
        assert not found.result.arrays[f"final/2/{name}"][~alive].any(), name


def test_the_settings_of_an_optimisers_groups_count() -> None:
    found = search(mlp, DATA, optimiser=lambda params: torch.optim.SGD(
        [{"params": params, "lr": 0.5, "weight_decay": 0.1}], lr=1e-6))
    assert (found.result.spec.training.lr, found.result.spec.training.weight_decay) == (0.5, 0.1)


def held_back(params: list[nn.Parameter]) -> torch.optim.Optimizer:
    made = torch.optim.SGD(params, lr=0.5)
    made.register_step_pre_hook(lambda optimiser, *_: torch.nn.utils.clip_grad_norm_(params, 1e-9) and None)
    return made


def test_a_hook_on_an_optimiser_is_called_in_every_step(tmp_path: Path) -> None:
    found = search(mlp, DATA, optimiser=held_back, pruning=Pruning(rounds=1))
    for name in found.theta0:
        assert np.allclose(found.result.arrays[f"final/0/{name}"], found.theta0[name], atol=1e-6)
    with pytest.raises(OwnError, match="hooks"):
        search(mlp, DATA, optimiser=held_back, store=tmp_path)


class Crossed(nn.Module):
    """The last layer is registered first, one is called `shortcut`, and its convolution has one dimension."""

    def __init__(self) -> None:
        super().__init__()
        self.out, self.conv, self.shortcut = nn.Linear(24, 3), nn.Conv1d(1, 2, 3, padding=1), nn.Linear(12, 12)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(torch.relu(self.conv(self.shortcut(x)[:, None])).flatten(1))


def test_rates_go_by_what_a_layer_is_and_when_it_runs() -> None:
    rates = Pruning(rounds=1, rate=0.25, conv_rate=0.5, output_rate=0.125)
    found = search(Crossed, DATA, pruning=rates)
    assert found.result.spec.shares() == {"out.weight": 0.125, "conv.weight": 0.5, "shortcut.weight": 0.25}
    body = search(Crossed, DATA, pruning=rates, prunable=lambda name, *_: name in ("conv.weight", "shortcut.weight"))
    assert body.result.spec.shares() == {"conv.weight": 0.5, "shortcut.weight": 0.25}


def test_torch_keeps_its_threads() -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        search(Convs, DATA, steps=2, backend="reference", threads=1)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_numbers_of_numpy_are_numbers() -> None:
    plain = search(mlp, DATA, lr=0.5, optimiser="sgd", seed=3)
    assert search(mlp, DATA, lr=np.float32(0.5), optimiser="sgd", seed=np.int64(3), steps=np.int64(12)).result.key == \
        plain.result.key


ONE_LAYER = {"net": lambda: nn.Sequential(nn.Linear(12, 3)),
             "pruning": Pruning(rounds=1, scope="global", output_rate=0)}


@pytest.mark.parametrize(("told", "asked"), [
    ("pruning is 3: a lth_core.spec.Pruning is needed", {"pruning": 3}),
    ("conditions is None: a list of names is needed", {"conditions": None}),
    ("the rate of 0.weight is '0.5'", {"rates": {"0.weight": "0.5"}}),
    ("the rate of 0.weight is 1.5", {"rates": {"0.weight": 1.5}}),
    ("can only be 0", {"rates": {"0.weight": 0.9}, "pruning": dataclasses.replace(TWO, scope="global")}),
    ("nothing would be pruned", ONE_LAYER),
    ("sets its own rate", {"optimiser": torch.optim.Adam, "lr": 0.1}),
    ("does not take the parameters alone", {"optimiser": lambda params, lr: torch.optim.SGD(params, lr=lr)}),
    ("an embedding takes: give pixels", {"data": tuple((part[0] > 0.5, part[1]) for part in DATA)}),
])
def test_what_does_not_fit_is_named_with_its_cure(told: str, asked: dict) -> None:
    asked = dict(asked)
    with pytest.raises(OwnError, match=told):
        search(asked.pop("net", mlp), asked.pop("data", DATA), **asked)


def test_a_stored_search_says_how_its_tickets_are_read() -> None:
    with pytest.raises(LookupError, match=r"Found\.of\(result, net\)\.ticket\(1\)"):
        search(mlp, DATA).result.ticket(1)
