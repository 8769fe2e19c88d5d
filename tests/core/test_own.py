"""A net and data of one's own: the lottery's laws hold for them as for the shipped ones."""

import contextlib
import functools

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from typer.testing import CliRunner

import lth_core as lth
from lth_core.cli import app
from lth_core.data import load
from lth_core.nets.params import initial
from lth_core.own import export, registry
from lth_core.own.fast import plain
from lth_core.own.functions import OwnError
from lth_core.own.loop import Loop
from lth_core.own.net import values
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, Training, names

TWO = Pruning(rounds=2)


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr(registry, "_ENTRIES", {})
    monkeypatch.setattr(names, "_DECLARED", {})


@pytest.fixture(scope="module")
def data():
    """Which of three thirds of twelve numbers is largest: learnable in seconds."""
    rng = np.random.default_rng(0)

    def split(count):
        inputs = rng.random((count, 12), np.float32)
        return inputs, inputs.reshape(count, 3, 4).sum(2).argmax(1)

    return split(240), split(60), split(60)


class Convs(nn.Module):
    """A convolution, BatchNorm, dropout and a linear layer; `scale` is a plain setting."""

    def __init__(self, scale=1.0):
        super().__init__()
        self.scale = scale
        self.conv = nn.Conv1d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm1d(4)
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(48, 3)

    def forward(self, x):
        x = torch.relu(self.norm(self.conv(self.scale * x[:, None])))
        return self.out(self.drop(x).flatten(1))


def mlp():
    return nn.Sequential(nn.Linear(12, 10), nn.ReLU(), nn.Linear(10, 3))


def search(net, data, **options):
    return lth.find_ticket(net, *data, **{"steps": 12, "batch": 20, "pruning": TWO, **options})


def same(one, other):
    assert one.result.arrays.keys() == other.result.arrays.keys()
    assert all(np.array_equal(value, other.result.arrays[name]) for name, value in one.result.arrays.items())
    for name in ("cells", "curves", "movement"):
        for column, values_ in one.tables[name].items():
            assert np.array_equal(values_, other.tables[name][column], equal_nan=values_.dtype.kind == "f"), column


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


# ── every way to bring data, and what comes out ──────────────────────────────────────────────────────────────────


def test_arrays_datasets_loaders_and_batches_are_the_same_data(data):
    tensors = [TensorDataset(torch.from_numpy(x), torch.from_numpy(y)) for x, y in data]
    lists = [list(zip(x, y.tolist(), strict=True)) for x, y in data]
    loaders = [DataLoader(part, batch_size=7, shuffle=True) for part in tensors]
    batches = [[(x[i : i + 9], y[i : i + 9]) for i in range(0, len(x), 9)] for x, y in data]
    first = search(mlp, data)
    for other in (tensors, lists, loaders, batches):
        found = search(mlp, other)
        assert found.result.key == first.result.key
        same(first, found)


def test_a_ticket_is_a_module_that_trains_and_speaks_prune_and_safetensors(data, tmp_path):
    found = search(Convs, data)
    ticket = found.ticket(2)
    assert isinstance(ticket, Convs)
    assert all(np.array_equal(values(ticket)[name] != 0, alive & (found.theta0[name] != 0))
               for name, alive in found.masks[2].items())
    pruned = found.pruned(2, trained=True)
    inputs = torch.from_numpy(data[2][0])
    trained = found.ticket(2, trained=True).eval()
    assert torch.equal(pruned.eval()(inputs), trained(inputs))
    accuracy = (trained(inputs).argmax(1).numpy() == data[2][1]).mean()
    assert accuracy == pytest.approx(found.accuracy()[2])
    plain, mask = export.from_prune(pruned)
    assert mask == found.masks[2]
    assert all(np.array_equal(values(plain)[name], value) for name, value in values(trained).items())
    assert torch.equal(pruned(inputs), trained(inputs))  # the one that was read still works
    found.save(tmp_path / "ticket.safetensors", 2, trained=True)
    loaded, again = export.load(tmp_path / "ticket.safetensors", Convs())
    assert again == found.masks[2] and torch.equal(loaded.eval()(inputs), trained(inputs))
    Convs().load_state_dict(found.state_dict(1))
    with pytest.raises(IndexError, match="0 to 2"):
        found.ticket(3)


def test_results_are_kept_and_found_by_key_and_by_nothing_less(data, tmp_path):
    store, calls = lth.Store(tmp_path), []
    first = search(Convs, data, store=store, progress=calls.append)
    count = len(calls)
    again = search(Convs, data, store=store, progress=calls.append)
    assert count and len(calls) == count
    same(first, again)
    assert again.masks == first.masks and again.result.spec == first.spec
    for other in ({"net": lambda: Convs(2.0)}, {"seed": 1}, {"steps": 13}, {"score": "movement"},
                  {"rates": {"out.weight": 0.3}}, {"optimiser": torch.optim.AdamW},
                  {"optimiser": lambda params: torch.optim.AdamW(params, lr=0.1)}):
        changed = search(**{"net": Convs, "data": data, **other})
        assert changed.result.key != first.result.key
    train, validation, (inputs, labels) = data
    assert search(Convs, (train, validation, (inputs, 2 - labels))).result.key != first.result.key


def test_the_key_follows_what_forward_says(data):
    def changed(factor):
        def forward(self, x):
            return nn.Linear.forward(self, x * factor)

        return search(type("Scaled", (nn.Linear,), {"forward": forward})(12, 3), data, pruning=Pruning(rounds=1))

    with torch.random.fork_rng():
        torch.random.default_generator.manual_seed(0)
        first = changed(1.0)
    with torch.random.fork_rng():
        torch.random.default_generator.manual_seed(0)
        other = changed(2.0)
    assert np.array_equal(first.theta0["weight"], other.theta0["weight"])
    assert first.spec.keyed and first.result.key != other.result.key


def test_the_usual_optimisers_are_known_however_they_are_given(data):
    word = search(mlp, data, lr=0.01)
    made = search(mlp, data, optimiser=lambda params: torch.optim.Adam(params, lr=0.01))
    assert word.result.key == made.result.key
    same(word, made)


def test_rates_by_name_and_a_predicate_choose_what_goes(data):
    found = search(mlp, data, rates={"0.weight": 0.5, "2.weight": 0.0})
    assert [mask.counts() for mask in found.masks] == [
        {"0.weight": 120, "2.weight": 30}, {"0.weight": 60, "2.weight": 30}, {"0.weight": 30, "2.weight": 30}]
    found = search(mlp, data, prunable=lambda name, parameter, owner: name == "0.weight")
    assert list(found.masks[1]) == ["0.weight"]
    spared = search(mlp, data, pruning=Pruning(rounds=1, scope="global", rate=0.5), rates={"2.weight": 0.0})
    assert spared.masks[1].counts() == {"0.weight": 60, "2.weight": 30}


def test_registered_functions_serve_a_net_of_ones_own(data):
    @lth.criterion("mine")
    def mine(trained, first):
        return abs(trained - first)

    @lth.condition("flipped")
    def flipped(begin):
        return {name: -value if name in begin.mask else value for name, value in begin.rewound.items()}

    @lth.schedule("halving")
    def halving(step, steps):
        return 0.5 if step > steps / 2 else 1.0

    @lth.optimiser("rms")
    def rms(params, lr):
        import torch

        return torch.optim.RMSprop(params, lr=lr)

    found = search(Convs, data, score="mine", conditions=("flipped",), schedule="halving", optimiser="rms")
    known = search(Convs, data, score="movement", schedule="halving", optimiser="rms")
    assert found.masks == known.masks and set(found.accuracy("flipped")) == {1, 2}
    assert len(found.result.manifest["own"]) == 4


def test_conditions_start_from_what_they_promise(data):
    names = ("reinit", "random", "random-reinit", "random-global", "keep-signs", "constant-signs")
    found = search(Convs, data, conditions=names)
    cells = found.tables["cells"]
    assert set(cells["condition"][cells["round"] == 2]) == {"ticket", *names}
    assert len(set(cells["kept"][cells["round"] == 2])) == 1


# ── what does not fit ────────────────────────────────────────────────────────────────────────────────────────────


class Tall(nn.Module):
    """Weights of its own, which nobody can draw anew."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(12, 3)
        self.shift = nn.Parameter(torch.zeros(3))

    def forward(self, x):
        return self.layer(x) + self.shift


class Unused(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.idle = nn.Linear(12, 3), nn.Linear(12, 3)

    def forward(self, x):
        return self.layer(x)


def half(net):
    return net().half()


BAD_NETS = [
    (nn.Sequential(nn.BatchNorm1d(12)), "nothing to prune"),
    (nn.Linear(5, 3), "shape"),
    (nn.Linear(12, 2), "labels run from 0 to 2"),
    (nn.Linear(12, 1), "two classes"),
    (nn.Sequential(nn.LazyLinear(3)), "lazy"),
    (nn.Linear(12, 3).half(), "float32"),
    (nn.Sequential(nn.Linear(12, 3), nn.Unflatten(1, (3, 1))), "logit"),
    (Unused(), "idle.weight gets no gradient"),
    (lambda: 3, "int"),
    (nn.Linear, "without arguments"),
    (torch.nn.utils.prune.l1_unstructured(nn.Linear(12, 3), "weight", amount=2), "from_prune"),
    (nn.Linear(12, 3).requires_grad_(False), "nothing to prune"),
]


@pytest.mark.parametrize(("net", "words"), BAD_NETS, ids=[words for _, words in BAD_NETS])
def test_a_net_that_cannot_be_used_is_refused_by_name(net, words, data):
    with pytest.raises(OwnError, match=words):
        search(net, data)


def hollow(values_):
    return np.where(np.arange(values_.size).reshape(values_.shape) == 30, np.nan, values_).astype(np.float32)


BAD_DATA = [
    (lambda x, y: (hollow(x), y), "input 2 holds NaN"),
    (lambda x, y: (x, y[:-1]), "239 labels|59 labels"),
    (lambda x, y: (x, y + 1), "labels run from 1 to 3"),
    (lambda x, y: (x, y - 1), "labels run from -1"),
    (lambda x, y: (x, y / 2), "whole numbers"),
    (lambda x, y: (x, np.eye(3)[y]), "argmax"),
    (lambda x, y: (x, y[:, None]), "ravel"),
    (lambda x, y: (x[:0], y[:0]), "empty"),
    (lambda x, y: [], "empty"),
    (lambda x, y: x, "ndarray"),
    (lambda x, y: (np.array(["a"]), y), "numbers"),
    (lambda x, y: 3, "int"),
    (lambda x, y: {"x": x}, "dict"),
    (lambda x, y: [(x, y, y)], "pair"),
    (lambda x, y: [(x[0], 0), (x[1, :3], 1), (x[2], 2)], "stack"),
]


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize(("spoil", "words"), BAD_DATA, ids=[words for _, words in BAD_DATA])
def test_data_that_cannot_be_used_is_refused_by_its_split(spoil, words, which, data):
    parts = list(data)
    parts[which] = spoil(*parts[which])
    with pytest.raises(OwnError, match=words) as caught:
        search(mlp, parts)
    assert ("train", "validation", "test")[which] in str(caught.value)


def test_splits_that_differ_in_shape_are_refused(data):
    train, validation, (inputs, labels) = data
    with pytest.raises(OwnError, match=r"test: an input has shape \(6,\)"):
        search(mlp, (train, validation, (inputs[:, :6], labels)))


BAD_OPTIONS = [
    ({"steps": 0}, "steps"), ({"steps": 3, "rewind": 4}, "rewind.step"), ({"batch": 241}, "240 examples"),
    ({"optimiser": lambda params: torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1)}, "does not hold 0.weight"),
    ({"optimiser": lambda params: None}, "NoneType"), ({"optimiser": "lion"}, "optimiser"),
    ({"optimiser": lambda params: torch.optim.LBFGS(params)}, "closure"),
    ({"prunable": lambda name, parameter, owner: False}, "selects none"),
    ({"rates": {"fc": 0.1}}, "'fc'"), ({"rates": {"0.weight": 1.0}}, "below 1"),
    ({"pruning": Pruning(rounds=60)}, "none would be left"), ({"score": "mine"}, "criterion"),
    ({"conditions": ("mine",)}, "condition"), ({"conditions": "reinit"}, "list"), ({"seed": -1}, "seed"),
    ({"conditions": ("reinit", "reinit")}, "once"), ({"progress": "loud"}, "progress"), ({"lr": 0}, "lr"),
    ({"schedule": "mine"}, "schedule"), ({"eval_every": 0}, "eval_every"), ({"backend": "sparse"}, "backend"),
]


@pytest.mark.parametrize(("options", "words"), BAD_OPTIONS, ids=[f"{next(iter(o))}-{w}" for o, w in BAD_OPTIONS])
def test_options_that_do_not_go_together_are_refused_by_name(options, words, data):
    with pytest.raises(ValueError, match=words):
        search(mlp, data, **options)


def test_a_net_whose_weights_nobody_can_draw_anew_says_what_to_give(data):
    assert search(Tall(), data).masks
    with pytest.raises(OwnError, match="a function that makes the net"):
        search(Tall(), data, conditions=("reinit",))
    assert search(Tall, data, conditions=("reinit",)).accuracy("reinit")


def test_chance_from_elsewhere_than_torch_is_refused(data):
    rng = np.random.default_rng(0)

    def moody():
        net = mlp()
        with torch.no_grad():
            net[0].weight.fill_(rng.random())
        return net

    with pytest.raises(OwnError, match="each time"):
        search(moody, data)


def test_a_class_without_source_runs_but_is_not_kept(data, tmp_path):
    typed = {"nn": nn}
    exec("class Unseen(nn.Linear):\n    def forward(self, x):\n        return super().forward(2 * x)", typed)
    assert search(lambda: typed["Unseen"](12, 3), data, pruning=Pruning(rounds=1)).masks
    with pytest.raises(OwnError, match="forward of the class Unseen"):
        search(lambda: typed["Unseen"](12, 3), data, store=lth.Store(tmp_path))


def test_the_engine_says_where_such_a_spec_is_run(data):
    with pytest.raises(lth.SpecError, match="experiment"):
        lth.run(search(mlp, data, pruning=Pruning(rounds=1)).spec)


def test_the_bars_are_drawn(data, capsys):
    search(mlp, data, progress="rich", pruning=Pruning(rounds=1))
    assert "round 1 of 1, ticket" in capsys.readouterr().out


def test_the_command_line_shows_a_stored_search(data, tmp_path, monkeypatch):
    monkeypatch.setenv("LTH_STORE", str(tmp_path))
    found = search(mlp, data, store=lth.Store(tmp_path))
    shown = CliRunner().invoke(app, ["show", "--cell", found.result.key])
    assert shown.exit_code == 0, shown.output
    assert f"own, seed 0, key {found.result.key}" in shown.output and "ticket" in shown.output
