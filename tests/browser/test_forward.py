"""The browser reads digits as the engine does: of the whole test set it reads as many right as the engine measured."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from playwright.sync_api import Browser

from lth_core.data import mnist
from pages.figures import forward
from pages.records import recorded
from pages.widgets.network_view import of_ladder
from pages.widgets.network_view.payload import payload
from tests.browser.test_units import SITE, _answer

# In the middle of the cliff, where a single weight turns many answers; of the net that is quick, well before it too.
RUNGS = {"ladder": (97,), "ladder-drawable": (80, 97)}
# Digits of 10,000 that 16 bits a weight, or another order of adding, may turn.
SLACK = {"ladder": 2, "ladder-drawable": 1}
NAMES = {"ladder": "LeNet-300-100", "ladder-drawable": "Small net"}

READ = """async ([layers, model, images, labels, rungs, side]) => {
  const { drawnLayers, forward, readLayers, top } = await import("/pages/widgets/shared/js/forward.js");
  const { pooled } = await import("/pages/widgets/digit_pad/js/ink.js");
  const { deathOf, readModel } = await import("/pages/widgets/network_view/js/data.js");
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const drawn = readModel(model);
  const deaths = drawn.weight.map((_, edge) => deathOf(drawn, edge));
  const net = layers ? readLayers(layers) : drawnLayers(drawn, drawn.weight, drawn.biases, deaths);
  const [all, truth] = [bytes(images), bytes(labels)];
  const image = (i) => Float32Array.from(all.subarray(784 * i, 784 * (i + 1)), (value) => value / 255);
  const seen = Array.from(truth, (_, i) => pooled(image(i), 28 / side));
  const right = (rung) => (pixels, i) => top(forward(net, pixels, rung).at(-1)) === truth[i];
  return rungs.map((rung) => seen.filter(right(rung)).length);
}"""


@pytest.mark.parametrize("preset", SLACK)
def test_the_browsers_accuracy_is_the_engines(browser: Browser, preset: str) -> None:
    results = recorded.seeds_of(preset)
    own = results[0]
    data = of_ladder(NAMES[preset], own, results)
    # The small net is read with the weights that are drawn.
    layers = forward.payload(forward.whole(own), forward.deaths(own)) if data.net else None
    test = mnist.part("t10k")
    images, labels = (base64.b64encode(np.ascontiguousarray(part, np.uint8).tobytes()).decode()
                      for part in (test.images, test.labels))
    context = browser.new_context()
    context.route(f"{SITE}/**", _answer)
    page = context.new_page()
    page.goto(f"{SITE}/")
    side = int(own.spec.net.sizes[0] ** 0.5)
    found = page.evaluate(READ, [layers, payload(data), images, labels, list(RUNGS[preset]), side])
    context.close()
    measured = np.round(10_000 * own.tables["rungs"]["magnitude"][list(RUNGS[preset])]).astype(int)
    assert np.abs(np.array(found) - measured).max() <= SLACK[preset], (found, measured)


def test_the_shipped_digits_are_three_of_every_class() -> None:
    labels = [digit["label"] for digit in forward.digits()]
    assert sorted(labels) == sorted([label for label in range(10) for _ in range(forward.EACH)])
