"""What no Spec can be is refused: by field, with the value and what would be allowed."""

import math
from typing import get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lth_core.experiments import (
    Ablation,
    Cost,
    Counterfactual,
    Draws,
    Instability,
    Lab,
    Lottery,
    Structured,
    Subspace,
    Transfer,
    Widths,
)
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, Spec, SpecError, Training
from tests.core.fields import EXPERIMENTS, FIELDS, put


def outside(limits):
    """Values just outside the bounds, and nonsense."""
    yield from (math.nan, math.inf, -math.inf, 10**400, -(10**400), None, "3", True, [], {})
    if limits.words:
        yield from ("", limits.words[0].upper(), limits.words[0] + " ", 0, "mine", "mine@0123")
        return
    if limits.least is not None:
        yield limits.least - 1
    if limits.most is not None:
        yield limits.most + 1
    yield from filter(lambda edge: edge is not None, (limits.above, limits.below))


@pytest.mark.parametrize(("kind", "path", "hint", "item"), FIELDS)
def test_every_field_refuses_what_lies_outside_its_bounds_and_names_itself(kind, path, hint, item):
    if "bounds" not in item.metadata:
        bad = [0, 1, "true", None]
        assert hint is bool or get_args(hint)[0] is Condition
    else:
        bad = list(outside(item.metadata["bounds"]))
    if get_origin(hint) is tuple:
        bad = [(part,) for part in bad] + [None, "x", 3]
    for wrong in bad:
        with pytest.raises(SpecError) as caught:
            put(kind(), path, wrong)
        assert str(caught.value).startswith(".".join(path)), wrong
        assert caught.value.allowed
        assert str(caught.value).endswith(f"is not allowed: {caught.value.allowed}")


@pytest.mark.parametrize("section", ["data", "net", "training"])
@pytest.mark.parametrize("wrong", [None, {}, {"name": "mnist"}, "mnist", 3, Rewind()])
def test_a_section_must_be_a_section(section, wrong):
    with pytest.raises(SpecError, match=rf"^{section} = .* is not allowed: a "):
        Lottery(**{section: wrong})


# Four pixels and two classes: 1,000 images.
TWO = Data(pool=14, classes=(3, 7), train=900, validation=100)

CONTRADICTIONS = [
    (lambda: Lottery(pruning=Pruning(rate=1.0)), "pruning.rate = 1.0", "below 1"),
    (lambda: Lottery(pruning=Pruning(rounds=0)), "pruning.rounds = 0", "at least 1"),
    (lambda: Lottery(rewind=Rewind(step=50_001)), "rewind.step = 50001", "training.steps = 50,000"),
    (lambda: Lottery(pruning=Pruning(rounds=57)), "pruning.rounds = 57", "at most 55, or no weight is left"),
    (lambda: Lottery(data=TWO, net=Net(sizes=(4, 2)), pruning=Pruning(rate=0.9, rounds=1)), "pruning.rate = 0.9",
     "8 weights"),
    (lambda: Lottery(training=Training(lr=math.nan)), "training.lr = nan", "above 0 and at most 10"),
    (lambda: Lottery(training=Training(batch=55_001)), "training.batch = 55001", "data.train = 55,000"),
    (lambda: Lottery(net=Net(name="gpt")), "net.name = 'gpt'", "one of "),
    (lambda: Lottery(net=Net("resnet20", (784, 10))), "net.batchnorm = False", "true for resnet20"),
    (lambda: Lottery(net=Net("conv6", (50, 256, 10))), "net.sizes = (50, 256, 10)", "a picture"),
    (lambda: Lottery(training=Training(steps=10, warmup=11)), "training.warmup = 11", "training.steps = 10"),
    (lambda: Lottery(net=Net(sizes=(784,))), "net.sizes = (784,)", "an input and an output"),
    (lambda: Lottery(net=Net(sizes=())), "net.sizes = ()", "an input and an output"),
    (lambda: Lottery(net=Net(sizes=(784, 0, 10))), "net.sizes[1] = 0", "at least 1"),
    (lambda: Lottery(net=Net(sizes=[784, 10])), "net.sizes = [784, 10]", "a tuple"),
    (lambda: Lottery(data=Data(pool=3)), "data.pool = 3", "28"),
    (lambda: Lottery(data=Data(name="cifar-10", pool=7, train=45_000)), "data.pool = 7", "32"),
    (lambda: Lottery(data=Data(train=55_001)), "data.validation = 5000", "60,000"),
    (lambda: Lottery(data=Data(name="cifar-10")), "data.validation = 5000", "50,000"),
    (lambda: Lottery(data=Data(classes=(5, 3))), "data.classes = (5, 3)", "rising"),
    (lambda: Lottery(data=Data(classes=(3,))), "data.classes = (3,)", "at least two"),
    (lambda: Lottery(data=Data(classes=(3, 10))), "data.classes = (3, 10)", "up to 9"),
    (lambda: Lottery(data=Data(name="own")), "data.own = ''", "the digest of own images"),
    (lambda: Lottery(data=Data(own="x")), "data.own = 'x'", "24 digits"),
    (lambda: Lottery(data=Data(own=24 * "a")), "data.own = 'aaaa", "nothing where"),
    (lambda: Lottery(data=Data(name="own", own=24 * "a", classes=(0, 2))), "data.own = 'aaaa", "all of them"),
    (lambda: Transfer(source=Data(pool=3)), "source.pool = 3", "28"),
    (lambda: Transfer(source=Data(train=50)), "training.batch = 60", "source.train = 50"),
    (lambda: Transfer(levels=(7, 3)), "levels = (7, 3)", "rising rounds"),
    (lambda: Transfer(levels=(3, 16)), "levels = (3, 16)", "pruning.rounds = 15"),
    (lambda: Lottery(conditions=(Condition(), Condition())), "conditions = ", "once"),
    (lambda: Lottery(conditions=("ticket",)), "conditions[0] = 'ticket'", "a Condition"),
    (lambda: Lottery(conditions=[Condition()]), "conditions = [", "a tuple"),
    (lambda: Lottery(training=Training(decay_at=(0.5,))), "training.decay_to = ()", "as many"),
    (lambda: Lottery(training=Training(decay_at=(0.5, 0.2), decay_to=(0.1, 0.1))), "training.decay_at = (", "rising"),
    (lambda: Instability(step=50_001), "step = 50001", "training.steps = 50,000"),
    (lambda: Draws(density=0.0), "density = 0.0", "above 0"),
    (lambda: Lottery(data=Data(classes=(3, 7), train=12_000), net=Net(sizes=(784, 2))), "data.train = 12000",
     "12,396 of these classes"),
    # The net and the images, the experiment and the net, the rounds and the weights.
    (lambda: Lottery(data=Data(pool=4)), "net.sizes = (784, ", "49 inputs and 10 outputs"),
    (lambda: Lottery(net=Net(width=0.5)), "net.width = 0.5", "1 for an mlp"),
    (lambda: Lottery(net=Net(sizes=(784, 9, 10), batchnorm=True), training=Training(batch=1)), "training.batch = 1",
     "at least 2"),
    (lambda: Lottery(net=Net(sizes=(784, 10)), pruning=Pruning(scope="global", output_rate=0)),
     "pruning.output_rate = 0", "no other layer"),
    (lambda: Draws(density=1e-6), "density = 1e-06", "a share that pruning can reach"),
    (lambda: Widths(widths=()), "widths = ()", "at least one"),
    (lambda: Instability(level=57), "level = 57", "at most 55"),
    (lambda: Ablation(level=57), "level = 57", "at most 55"),
    (lambda: Ablation(conditions=()), "conditions = ()", "at least one"),
    (lambda: Counterfactual(level=57), "level = 57", "at most 55"),
    (lambda: Structured(pruning=Pruning(criterion="movement")), "pruning.criterion = 'movement'", "magnitude"),
    (lambda: Structured(pruning=Pruning(schedule="one-shot")), "pruning.schedule = 'one-shot'", "iterative"),
    (lambda: Structured(pruning=Pruning(rounds=27)), "pruning.rounds = 27", "at most 26, or a hidden layer"),
    (lambda: Structured(pruning=Pruning(rounds=27, scope="global")), "pruning.rounds = 27", "or a hidden layer"),
    (lambda: Transfer(pruning=Pruning(schedule="one-shot")), "pruning.schedule = 'one-shot'", "iterative"),
    (lambda: Transfer(source=Data(pool=4)), "net.sizes = (784, ", "49 inputs and 10 outputs"),
    (lambda: Lab(pruning=Pruning(scope="global")), "pruning.scope = 'global'", "layer by layer"),
    (lambda: Lab(method="edge-popup"), "training.optimiser = 'adam'", "sgd"),
    (lambda: Lab(method="edge-popup", training=Training(optimiser="sgd", warmup=9)), "training.warmup = 9", "cosine"),
    (lambda: Cost(net=Net(batchnorm=True)), "net.batchnorm = True", "weights and biases alone"),
    (lambda: Cost(net=Net("conv2", (784, 10))), "net.name = 'conv2'", "fully connected"),
    (lambda: Cost(training=Training(augment=True)), "training.augment = True", "only one of the kernels"),
    (lambda: Lottery(training=Training(precision="bfloat16")), "training.precision = 'bfloat16'", "float32 for an mlp"),
    (lambda: Cost(what="inference", levels=(27,), pruning=Pruning(rounds=27)), "levels = 27", "or a hidden layer"),
    (lambda: Subspace(training=Training(weight_decay=0.1)), "training.weight_decay = 0.1", "plain ones"),
]


@pytest.mark.parametrize(("build", "named", "allowed"), CONTRADICTIONS, ids=[case[1] for case in CONTRADICTIONS])
def test_a_refusal_names_the_field_the_value_and_what_is_allowed(build, named, allowed):
    with pytest.raises(SpecError) as caught:
        build()
    assert str(caught.value).startswith(named)
    assert allowed in caught.value.allowed


def test_the_last_admissible_value_is_admitted():
    Lottery(pruning=Pruning(rounds=55))  # 266,200 · 0.8⁵⁵ = 1.2 weights
    Lottery(rewind=Rewind(step=50_000))
    Lottery(training=Training(batch=55_000))
    for pool in (1, 2, 4, 7, 14):
        Lottery(data=Data(pool=pool), net=Net(sizes=((28 // pool) ** 2, 300, 10)))


TEXTS = [
    "",
    "null",
    "[]",
    "3",
    '"lottery"',
    "{}",
    "{",
    '{"experiment":"poker"}',
    '{"experiment":["lottery"]}',
    '{"experiment":{}}',
    '{"experiment":"lottery","colour":"red"}',
    '{"experiment":"lottery","__class__":"os"}',
    '{"experiment":"lottery","\\ud800":1}',
    '{"experiment":"lottery","net":[]}',
    '{"experiment":"lottery","net":{"sizes":{}}}',
    '{"experiment":"lottery","net":{"sizes":[[784]]}}',
    '{"experiment":"lottery","conditions":[5]}',
    '{"experiment":"lottery","seed":NaN}',
    '{"experiment":"lottery","seed":1e400}',
    '{"experiment":"lottery","seed":3.0}',
    '{"experiment":"lottery","seed":' + "9" * 5_000 + "}",
    '{"experiment":"lottery","training":{"lr":' + "9" * 4_000 + "}}",
    "[" * 100_000,
    '{"experiment":"lottery","net":' + "[" * 400 + "]" * 400 + "}",
    '{"experiment":"lottery","net":' * 400 + "{}" + "}" * 400,
]


@pytest.mark.parametrize("text", TEXTS, ids=[text[:44] for text in TEXTS])
def test_text_that_is_no_spec_is_refused_in_one_readable_line(text):
    with pytest.raises(SpecError) as caught:
        Spec.from_json(text)
    message = str(caught.value)
    assert " is not allowed: " in message
    assert len(message) < 400
    message.encode()  # a lone surrogate would break the log or the page that shows it


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(sorted({param.values[1][-1] for param in FIELDS} | {"data", "net", "training"}))
NEARLY = st.fixed_dictionaries(
    {"experiment": st.sampled_from([kind.experiment for kind in EXPERIMENTS])},
    optional={
        "seed": JSON,
        "data": st.dictionaries(NAMES, JSON, max_size=3),
        "net": st.dictionaries(NAMES, JSON, max_size=3),
        "training": st.dictionaries(NAMES, JSON, max_size=3),
        "pruning": st.dictionaries(NAMES, JSON, max_size=3),
        "conditions": st.lists(JSON, max_size=2),
    },
)


@given(JSON | NEARLY)
def test_any_json_gives_a_spec_or_a_spec_error(raw):
    try:
        spec = Spec.from_dict(raw)
    except SpecError as refused:
        str(refused).encode()
    else:
        assert Spec.from_json(spec.to_json()) == spec


@given(st.integers(0, 9_999), st.floats(1e-6, 10), st.integers(1, 55_000), st.floats(0.01, 0.19))
def test_any_admissible_spec_comes_back_bit_by_bit(seed, lr, batch, rate):
    spec = Lottery(seed=seed, training=Training(lr=lr, batch=batch), pruning=Pruning(rate=rate))
    back = Spec.from_json(spec.to_json())
    assert back == spec
    assert back.training.lr.hex() == lr.hex()
