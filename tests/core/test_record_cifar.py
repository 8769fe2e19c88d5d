"""The optional part `cifar`: the paper's nets on the JPEG copy, stopped and resumed anywhere, its hours computed."""


from dataclasses import replace

import pytest
from typer.testing import CliRunner

from lth_core import catalogue, cli, plan
from lth_core.catalogue import CATALOGUE, OPTIONAL
from lth_core.cli.arguments import ATLAS
from lth_core.cli.record import parts_of
from lth_core.data import cifar_jpeg
from lth_core.ledger.relatives import smaller
from lth_core.ledger.runs import Runs
from lth_core.nets.layers import weight_count
from lth_core.presets import PRESETS, preset
from lth_core.results.atlas import Atlas
from lth_core.results.recorder import finish
from lth_core.running.interrupt import Interrupted, Stop
from lth_core.spec import Condition, Rewind
from tests.core.bare import bare_machine
from tests.core.examples import same
from tests.core.jpegs import archive, counts_as_real, pictures


@pytest.fixture(autouse=True)
def nothing_is_there(tmp_path, monkeypatch):
    yield from bare_machine(tmp_path, monkeypatch)


def test_it_is_recorded_only_when_it_is_named(tmp_path):
    assert not set(OPTIONAL) & set(parts_of(None)) and not set(OPTIONAL) & set(CATALOGUE)
    assert parts_of("cifar") == ("cifar",)
    refused = CliRunner().invoke(cli.app, ["record", "cifar", "--atlas", str(tmp_path)])
    assert refused.exit_code == 2
    assert "9 runs need cifar-10-jpeg, which is not on this machine. `python -m lth_core fetch" in refused.stderr


@pytest.mark.parametrize(("name", "part", "told", "at_once", "controls"), [
    ("conv2", 2, "half of the paper's", 4, (2, 4, 6)), ("conv4", 3, "a third of the paper's", 4, (2, 4, 6)),
    ("conv6", 4, "a quarter of the paper's", 4, (2, 4, 6)), ("resnet20", 15, "1/15 of the paper's", 4, (2,)),
    ("vgg16", 160, "1/160 of VGG-19's", 6, (2,)), ("resnet18", 85, "1/85 of ResNet-20's", 6, (2,))])
def test_its_nets_are_the_papers_at_full_width_with_a_part_of_its_steps(name, part, told, at_once, controls):
    paper, ours = preset(name), preset(f"{name}-jpeg")
    assert ours.net == paper.net and weight_count(ours.net) == weight_count(paper.net)
    assert ours.training.steps == paper.training.steps // part and ours.training.batch == paper.training.batch
    assert ours.training.measure == "validation", "the test images select nothing"
    for rate in ("rate", "conv_rate", "output_rate"):  # several of the paper's rounds at a time
        assert 1 - getattr(ours.pruning, rate) == pytest.approx((1 - getattr(paper.pruning, rate)) ** at_once)
    reinit = next(one for one in ours.conditions if one.name == "reinit")
    assert reinit.rounds == controls and ours.pruning.rounds >= controls[-1]
    line = next(line for line in CliRunner().invoke(cli.app, ["presets"]).stdout.splitlines() if f"{name}-jpeg" in line)
    assert f"on CIFAR-10, JPEG copy, {told} steps" in line


def test_three_seeds_each_and_both_rewind_steps_and_one_of_the_large_nets():
    assert [(spec.net.name, spec.seed) for spec in OPTIONAL["cifar"]] == [
        (net, seed) for seed in range(3) for net in ("conv2", "conv4", "conv6")]
    assert [(spec.net.name, spec.rewind.step, spec.seed) for spec in OPTIONAL["cifar-rewinds"]] == [
        ("resnet20", step, seed) for seed in range(3) for step in (0, 500)]
    assert [(spec.net.name, spec.step, spec.level) for spec in OPTIONAL["cifar-stability"]] == [
        ("resnet20", 0, 0), ("resnet20", 500, 0)]
    assert [(spec.net.name, spec.seed) for spec in OPTIONAL["cifar-large"]] == [("vgg16", 0), ("resnet18", 0)]


def test_what_a_card_recorded_says_so_and_tickets_stand_above_both_controls():
    """The shipped records: three seeds of each net, for every one of which the ticket reads more than its controls."""
    atlas = Atlas(ATLAS)
    for spec in OPTIONAL["cifar"]:
        result = atlas.find(spec.key)
        assert result is not None and result.manifest["card"]["rounded_products"] is True
        assert set(result.tables["costs"]["backend"]) == {"cuda"} and not result.arrays
        cells = result.tables["cells"]
        last = cells["round"] == spec.pruning.rounds
        read = dict(zip(cells["condition"][last], cells["test_accuracy"][last], strict=True))
        assert set(read) == {"ticket", "reinit", "random"}
        assert read["ticket"] > max(read["reinit"], read["random"]) + 0.05


def tiny(name, **changes):
    spec = PRESETS[f"{name}-jpeg"]
    return replace(
        spec, data=replace(spec.data, train=130, validation=20), net=replace(spec.net, width=0.05),
        pruning=replace(spec.pruning, rounds=2), conditions=(Condition("ticket"), Condition("reinit", rounds=(2,))),
        training=replace(spec.training, steps=6, eval_every=2, batch=20, precision="bfloat16"), **changes)


@pytest.mark.parametrize("spec", [tiny("conv2"), tiny("resnet20", rewind=Rewind(step=2))], ids=["conv2", "resnet20"])
def test_a_run_in_bfloat16_stops_anywhere_and_goes_on_to_the_same_bits(spec, tmp_path, monkeypatch):
    path = archive(tmp_path / "copy.tar.xz", pictures(train=15))
    counts_as_real(path, monkeypatch, train=15)
    cifar_jpeg.bring(path)
    whole, stops = untimed(finish(spec, None)), 0
    for _ in range(40):
        try:
            done = finish(spec, tmp_path / "checkpoint.safetensors", stop=After(3))
        except Interrupted:
            stops += 1
        else:
            break
    assert stops > 2 and same(whole, untimed(done))
    told = smaller(Runs.of((whole,)))
    assert told.startswith("CIFAR-10, JPEG copy at 32×32 pixels, 5% of the channels") and "6 steps" in told
    plain = finish(replace(spec, training=replace(spec.training, precision="float32")), None)
    assert not same(plain, whole)
    pairs = zip(plain.tables["cells"]["test_loss"], whole.tables["cells"]["test_loss"], strict=True)
    assert all(one == pytest.approx(other, rel=0.1) for one, other in pairs)


def untimed(result):
    """All but the seconds, which no two runs share."""
    costs = {name: column for name, column in result.tables["costs"].items() if name != "seconds"}
    return replace(result, tables=result.tables | {"costs": costs})


class After(Stop):
    """Asked to stop at the so-manieth look."""

    def __init__(self, looks):
        super().__init__()
        self.looks = looks

    def __call__(self):
        self.looks -= 1
        return self.looks < 0


def test_its_hours_are_computed_from_measured_steps(monkeypatch, tmp_path):
    spec = tiny("conv2")
    monkeypatch.setattr(catalogue, "OPTIONAL", {"cifar": (spec, replace(spec, seed=1))})
    monkeypatch.setattr(plan, "measured", lambda net, training: {
        "float32": plan.Pace(9.0, 1.0), "bfloat16": plan.Pace(3.0, 0.5)}[training.precision])
    done = CliRunner().invoke(cli.app, ["record", "cifar", "--plan", "--workers", "2", "--atlas", str(tmp_path)])
    assert done.exit_code == 0, done.stderr
    trainings, steps, judged = plan.work(spec)
    assert (trainings, steps) == (4, 24)
    cost = 2 * (steps * 3.0 + judged * 0.5) / 3600
    assert "conv2: 9,000 ms in float32, 3,000 ms in bfloat16 a step of 20; 8 trainings in 2 runs" in done.stdout
    assert f"48 steps in bfloat16: {cost:.1f} h of a core" in done.stdout
    assert f"{cost / 2:.1f} h with 2 workers" in done.stdout and "0 of 2 runs are recorded" in done.stdout
    assert not list(tmp_path.iterdir()), "nothing is recorded"
    refused = CliRunner().invoke(cli.app, ["record", "capacity", "--plan", "--atlas", str(tmp_path)])
    assert refused.exit_code == 2 and "only for parts of lotteries of nets with convolutions" in refused.stderr


def test_a_pace_is_measured_in_both_precisions():
    spec = tiny("conv2")
    for precision in plan.PRECISIONS:
        pace = plan.measured(spec.net, replace(spec.training, precision=precision), steps=2)
        assert 0 < pace.step < 10 and 0 < pace.image < 1

