"""The keys of the shipped results: whatever is moved or added in the code, a recorded Spec keeps its content key."""

from __future__ import annotations

import json
from pathlib import Path

from lth_core.catalogue import CATALOGUE
from lth_core.spec import Spec

INDEX = json.loads((Path(__file__).parents[2] / "assets" / "atlas" / "index.json").read_text(encoding="utf-8"))


def test_every_shipped_spec_has_the_key_and_the_text_that_it_is_stored_under() -> None:
    entries = INDEX["entries"]
    specs = {key: Spec.from_dict(item["spec"]) for key, item in entries.items()}
    assert len(specs) >= 455
    assert {key for key, spec in specs.items() if spec.key != key} == set()
    assert {key for key, spec in specs.items() if json.loads(spec.to_json()) != entries[key]["spec"]} == set()


def test_every_spec_of_the_catalogue_is_shipped_under_its_key() -> None:
    wanted = {spec.key for specs in CATALOGUE.values() for spec in specs}
    assert wanted - set(INDEX["entries"]) == set()
