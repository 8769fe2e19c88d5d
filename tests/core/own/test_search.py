"""A net and data of one's own: the lottery's laws hold for them as for the shipped ones."""

import contextlib
import functools

import numpy as np
import pytest
import torch
from torch import nn

import lth_core as lth
from lth_core.data import load
from lth_core.nets.params import initial
from lth_core.own.fast import plain
from lth_core.own.loop import Loop
from lth_core.own.net import values
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, Training
from tests.core.brought import TWO, Convs, mlp, same, search

# ── the oracle ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("training", "pruning", "rewind"),
    [
        (Training(steps=24, eval_every=8, batch=30, lr=0.01), TWO, Rewind()),
        (Training(steps=24, eval_every=8, batch=30, lr=0.1, optimiser="sgd", momentum=0.9, weight_decay=0.01),
         Pruning(rounds=2, scope="global", rate=0.4, output_rate=0.0, criterion="movement"), Rewind(step=5)),
        (Training(steps=24, eval_every=8, batch=30, lr=0.01), Pruning(rounds=2, schedule="one-shot"), Rewind("lr", 6)),
    ],
)
def test_a_lenet_of_ones_own_is_the_lottery_of_the_spec(training, pruning, rewind):
    conditions = ("ticket", "random", "shuffled-mask", "shuffled-init", "frozen", "supermask")
    spec = lth.Lottery(data=Data(pool=7, train=600, validation=200), net=Net(sizes=(16, 12, 10)), training=training,
                       pruning=pruning, rewind=rewind, conditions=tuple(map(Condition, conditions)), seed=3)
    known = lth.run(spec, lth.Options(backend="reference"))
    net, theta0 = nn.Sequential(nn.Linear(16, 12), nn.ReLU(), nn.Linear(12, 10)), initial(spec.net, 3)
    net.load_state_dict({own: torch.from_numpy(theta0[name]) for own, name in
                         zip(("0.weight", "0.bias", "2.weight", "2.bias"), theta0, strict=True)})
    splits = load(spec.data, 3)
    parts = [(part.images, part.labels) for part in (splits.train, splits.validation, splits.test)]

    def optimiser(params):
        if training.optimiser == "adam":
            return torch.optim.Adam(params, lr=training.lr)
        return torch.optim.SGD(params, lr=training.lr, momentum=0.9, weight_decay=0.01)

    found = lth.find_ticket(net, *parts, optimiser=optimiser, steps=24, batch=30, eval_every=8, pruning=pruning,
                            rewind=rewind, conditions=conditions, seed=3, backend="reference")
    for own, name in (("0.weight", "fc1.weight"), ("2.weight", "fc2.weight")):
        assert np.array_equal(found.result.arrays[f"died/{own}"], known.arrays[f"died/{name}"])
    for column in ("round", "condition", "kept", "test_accuracy", "validation_accuracy", "train_accuracy",
                   "early_stop_step", "first_step"):
        assert np.array_equal(found.tables["cells"][column], known.tables["cells"][column]), column
    assert found.tables["curves"]["step"].tolist() == known.tables["curves"]["step"].tolist()
    assert np.allclose(found.tables["curves"]["validation_loss"], known.tables["curves"]["validation_loss"], rtol=1e-5)


def test_the_fast_kernels_train_a_plain_net_as_autograd_does(data):
    options = {"steps": 6, "conditions": ("ticket", "reinit", "frozen", "supermask"), "rewind": 2}
    flattened = [(x.reshape(-1, 3, 4), y) for x, y in data]

    def net():
        return nn.Sequential(nn.Flatten(), nn.Linear(12, 10), nn.ReLU(), nn.Linear(10, 3))

    for extra in ({}, {"optimiser": lambda params: torch.optim.SGD(params, 0.1, momentum=0.9, weight_decay=0.01)},
                  {"pruning": Pruning(rounds=2, rate=0.6)}):
        fast = search(net, flattened, **options, **extra)
        slow = search(net, flattened, **options, **extra, backend="reference")
        assert set(slow.tables["costs"]["backend"]) == {"reference"}
        assert set(fast.tables["costs"]["backend"]) <= {"dense", "sparse"}
        assert fast.masks == slow.masks and fast.result.key == slow.result.key
        for name, value in fast.result.arrays.items():
            assert np.allclose(value, slow.result.arrays[name], atol=2e-6), name
        assert np.allclose(fast.tables["cells"]["test_loss"], slow.tables["cells"]["test_loss"], atol=1e-5)
        for name, alive in fast.masks[2].items():
            assert not fast.result.arrays[f"final/2/{name}"][~alive].any()


@pytest.mark.parametrize(
    "net",
    [
        nn.Sequential(nn.Linear(12, 3, bias=False)),
        nn.Sequential(nn.Linear(12, 4), nn.ReLU(), nn.ReLU(), nn.Linear(4, 3)),
        nn.Sequential(nn.Linear(12, 4), nn.Dropout(), nn.Linear(4, 3)),
        nn.Sequential(nn.Linear(12, 3), nn.ReLU()),
        nn.Sequential(nn.Linear(12, 3)).double(),
        nn.Sequential(nn.Flatten(2), nn.Linear(12, 3)),
        nn.Sequential(nn.Linear(12, 5000), nn.ReLU(), nn.Linear(5000, 3)),
        nn.Sequential(layer := nn.Linear(3, 3), nn.ReLU(), layer),
        nn.Sequential(nn.Linear(12, 4).requires_grad_(False), nn.ReLU(), nn.Linear(4, 3)),
        nn.Linear(12, 3),
    ],
)
def test_the_kernels_are_offered_no_net_that_they_would_train_otherwise(net):
    assert plain(net) is None
    hooked = nn.Sequential(nn.Linear(12, 3))
    assert plain(hooked)
    hooked[0].register_forward_hook(lambda module, given, out: 2 * out)
    assert plain(hooked) is None


# ── the laws ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("net", [mlp, Convs])
def test_counts_are_exact_masks_nested_and_zeros_stay_zero_under_momentum_and_decay(net, data):
    def heavy(params):
        return torch.optim.SGD(params, lr=0.05, momentum=0.9, weight_decay=0.1)

    found = search(net, data, optimiser=heavy, conditions=("ticket", "reinit"))
    dense = found.masks[0].counts()
    *_, output = dense
    for level, mask in enumerate(found.masks[1:], start=1):
        assert mask.within(found.masks[level - 1])
        before = found.masks[level - 1].counts()
        rates = {name: 0.1 if name == output else 0.2 for name in dense}
        assert mask.counts() == {name: count - int(np.floor(rates[name] * count + 0.5))
                                 for name, count in before.items()}
        trained = {name: found.result.arrays[f"final/{level}/{name}"] for name in mask}
        assert all(not trained[name][~mask[name]].any() and trained[name][mask[name]].all() for name in mask)
    assert all("bias" not in name and "norm" not in name for name in dense)


def test_an_optimiser_that_moves_zeros_moves_no_pruned_weight(data):
    class Drifting(torch.optim.SGD):
        def step(self, closure=None):
            with torch.no_grad():
                for group in self.param_groups:
                    for param in group["params"]:
                        param -= 0.001  # whatever the gradient is

    found = search(mlp, data, optimiser=lambda params: Drifting(params, lr=0.1))
    assert all(not found.params(2, trained=True)[name][~alive].any() for name, alive in found.masks[2].items())
    assert not any(found.result.arrays[f"final/2/{name}"][~alive].any() for name, alive in found.masks[2].items())


def test_a_rewind_is_bit_exact(data):
    found = search(Convs, data, rewind=4)
    alone = search(Convs, data, steps=4, pruning=Pruning(rounds=1))
    for name, value in found._stored("rewound").items():
        assert np.array_equal(value, alone.result.arrays[f"final/0/{name}"])
    for name, value in found.params(2).items():
        expected, alive = found._stored("rewound")[name], found.masks[2].get(name, True)
        assert np.array_equal(value, np.where(alive, expected, 0))


def test_the_same_call_gives_the_same_bits_whatever_chance_was_used_before(data):
    first = search(Convs, data, conditions=("ticket", "reinit", "random"))
    torch.rand(7)
    before = torch.get_rng_state()
    again = search(Convs, data, conditions=("ticket", "reinit", "random"))
    same(first, again)
    assert torch.equal(torch.get_rng_state(), before)
    other = search(Convs, data, seed=1)
    assert not np.array_equal(first.theta0["conv.weight"], other.theta0["conv.weight"])


def test_what_was_brought_is_left_alone(data):
    net = Convs()
    net.eval()
    before = values(net)
    search(net, data)
    assert all(np.array_equal(value, before[name]) for name, value in values(net).items())
    assert not net.training


def test_the_test_split_selects_nothing(data):
    train, validation, (inputs, labels) = data
    found = [search(mlp, (train, validation, test), conditions=("ticket", "random"))
             for test in ((inputs, labels), (inputs, 2 - labels))]
    assert found[0].masks == found[1].masks
    for column in ("validation_accuracy", "validation_loss", "early_stop_step"):
        assert np.array_equal(*(one.tables["cells"][column] for one in found))
    assert not np.array_equal(*(one.tables["cells"]["test_accuracy"] for one in found))


@pytest.mark.parametrize("net", [mlp, Convs])
def test_a_run_stopped_anywhere_goes_on_to_the_same_bits(net, data, tmp_path, monkeypatch):
    whole = search(net, data, conditions=("ticket", "reinit"), rewind=4)
    monkeypatch.setattr("lth_core.own.find.Options", functools.partial(lth.Options, checkpoint_seconds=0.0))
    path, seen, finished = tmp_path / "half", set(), None

    class Stop(Exception):
        pass

    def tell(snapshot):
        moment = (snapshot.stage, snapshot.round, snapshot.condition, snapshot.step)
        if moment not in seen and snapshot.stage != "done":
            seen.add(moment)
            raise Stop

    while finished is None:
        with contextlib.suppress(Stop):
            finished = search(net, data, conditions=("ticket", "reinit"), rewind=4, checkpoint=path, progress=tell)
    assert len(seen) == len(whole.tables["curves"]["step"]) + len(whole.tables["cells"]["round"]) + 2
    same(whole, finished)
    assert not path.exists()


def test_dropout_meets_the_same_noise_when_a_training_goes_on(data):
    made = search(Convs, data, pruning=Pruning(rounds=1))
    from lth_core.own.data import Three
    from lth_core.own.loop import Brought

    brought = Brought(made.net, Three.of(*data))
    order = np.arange(120, dtype=np.int32).reshape(6, 20)
    training = Training(steps=6, batch=20)
    whole, half = (Loop(brought, training, made.theta0, made.masks[1], 0) for _ in range(2))
    whole.advance(order)
    half.advance(order[:2])
    later = Loop(brought, training, made.theta0, made.masks[1], 0)
    later.restore(half.state())
    later.advance(order[2:])
    assert all(np.array_equal(value, later.params()[name]) for name, value in whole.params().items())
