"""Every way to bring a net and data of one's own, and what comes out of a search."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from typer.testing import CliRunner

import lth_core as lth
from lth_core.cli import app
from lth_core.own import export
from lth_core.own.functions import OwnError
from lth_core.own.net import values
from lth_core.spec import Pruning
from tests.core.brought import Convs, mlp, same, search


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
