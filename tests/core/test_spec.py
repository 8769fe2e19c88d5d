"""A Spec is its text, its key and its bounds: every field counts in both, and the bounds can be read."""

import dataclasses
import hashlib
import json

import pytest

from lth_core.experiments import Ladder, Lottery
from lth_core.nets.layers import weight_count
from lth_core.spec import NUMBERS_VERSION, Data, Net, Spec, Training, bounds
from tests.core.fields import EXPERIMENTS, FIELDS, another, get, put, varied


@pytest.mark.parametrize("kind", EXPERIMENTS)
def test_a_spec_comes_back_from_its_text(kind):
    spec = kind(seed=7)
    back = Spec.from_json(spec.to_json())
    assert back == spec
    assert type(back) is kind
    assert (back.to_json(), back.key) == (spec.to_json(), spec.key)


@pytest.mark.parametrize(("kind", "path", "hint", "item"), FIELDS)
def test_every_field_changes_the_key_and_survives_the_text(kind, path, hint, item, monkeypatch):
    monkeypatch.setattr(kind, "check", lambda spec: None)  # one field changed alone may fit no other
    before = varied(kind)
    new = another(hint, item, get(before, path))
    if new is None:
        assert path == ("net", "init")  # the only field that knows a single word so far
        return
    after = put(before, path, new)
    assert after.key != before.key
    assert Spec.from_json(after.to_json()) == after


def test_experiments_of_equal_fields_have_different_keys():
    assert len({kind().key for kind in EXPERIMENTS}) == len(EXPERIMENTS)


def test_the_text_is_canonical():
    text = Lottery().to_json()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    shuffled = dict(reversed(json.loads(text).items()))
    assert Spec.from_dict(shuffled).to_json() == text


def test_the_key_is_the_hash_of_numbers_version_and_text():
    spec = Ladder(seed=3)
    fields = {"experiment": "ladder", **dataclasses.asdict(spec)}
    came_later = {"data": ("classes", "own"), "net": ("width",),
                  "training": ("warmup", "schedule", "augment", "precision")}
    for section, later in came_later.items():
        for name in later:  # came after results were recorded
            del fields[section][name]
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    assert spec.to_json() == text
    assert spec.key == hashlib.sha256(f"{NUMBERS_VERSION}:{text}".encode()).hexdigest()[:24]


def test_a_field_that_came_later_counts_only_where_it_is_used():
    older = '{"batchnorm":false,"init":"glorot-normal","name":"mlp","sizes":[784,300,100,10]}'
    assert older in Lottery().to_json()
    assert '"classes":[3,7]' in Lottery(data=Data(classes=(3, 7), train=9_000, validation=500),
                                        net=Net(sizes=(784, 2))).to_json()
    assert '"width":0.5' in Lottery(net=Net("conv2", (784, 10), width=0.5)).to_json()
    assert Spec.from_dict(json.loads(Lottery().to_json()) | {"net": json.loads(older) | {"width": 1}}) == Lottery()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Training(lr=1), Training(lr=1.0)),
        (Training(momentum=-0.0), Training(momentum=0.0)),
        (Training(weight_decay=0), Training(weight_decay=0.0)),
        (Training(decay_at=(0.5,), decay_to=(1,)), Training(decay_at=(0.5,), decay_to=(1.0,))),
    ],
)
def test_equal_specs_have_equal_texts(one, other):
    assert Lottery(training=one) == Lottery(training=other)
    assert Lottery(training=one).to_json() == Lottery(training=other).to_json()


def test_missing_fields_take_their_default():
    assert Spec.from_json('{"experiment":"lottery","training":{"lr":0.5}}') == Lottery(training=Training(lr=0.5))


def test_a_spec_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Lottery().seed = 4
    assert hash(Lottery()) == hash(Lottery())


def test_bounds_are_readable_and_unknown_fields_are_not_guessed():
    assert str(bounds(Training, "lr")) == "a number above 0 and at most 10"
    assert str(bounds(Net, "name")).startswith("one of ")
    with pytest.raises(KeyError, match="Training has no field speed"):
        bounds(Training, "speed")


@pytest.mark.parametrize(
    ("sizes", "total"), [((784, 300, 100, 10), 266_200), ((49, 16, 12, 10), 1_096), ((2, 3), 6), ((1, 1), 1)]
)
def test_the_total_counts_weights_and_no_biases(sizes, total):
    assert weight_count(Net(sizes=sizes)) == total
