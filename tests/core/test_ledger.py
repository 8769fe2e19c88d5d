"""The ledger: every claim a row, every verdict by its rule, from the shipped records; and on the command line."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lth_core.cli import app
from lth_core.ledger import CLAIMS, Row, as_csv, ledger
from lth_core.ledger.rules import COMPATIBLE, CONFIRMED, FAILED, OPEN, PARTLY, UNTESTED, VERDICTS
from lth_core.results.atlas import Atlas, default_atlas
from lth_core.spec import Spec

BEYOND = (6, 42)  # no run of this engine can decide them
FEW = (21, 22)  # recorded with fewer than three seeds so far, and said to be open


@pytest.fixture(scope="module")
def rows() -> dict[int, Row]:
    return {row.claim.number: row for row in ledger(Atlas(default_atlas()))}


def test_every_claim_has_its_row_and_every_verdict_its_rule(rows: dict[int, Row]) -> None:
    assert list(rows) == list(range(1, 44))
    for number, row in rows.items():
        found = row.outcome
        assert found.verdict in VERDICTS and found.why and found.ours and row.claim.popular and row.claim.paper
        assert (found.verdict == UNTESTED) == (number in BEYOND)
        if number not in BEYOND:
            assert found.rule is not None, f"C{number} is recorded and not judged"
            judged = [case.verdict for case in found.rule.cases]
            assert found.verdict in ([OPEN] if number in FEW else judged), f"C{number}: {found.verdict}"


def test_what_is_measured_names_its_seeds_its_protocol_and_its_runs(rows: dict[int, Row]) -> None:
    for number, row in rows.items():
        if row.outcome.rule and number != 43:  # authors and dates are read, not measured
            assert "steps" in row.outcome.protocol
            assert row.outcome.seeds >= 3 or (number in FEW and row.outcome.verdict == OPEN)
            atlas = Atlas(default_atlas())
            assert all(atlas.find(spec, (), ()) is not None for spec in row.outcome.specs)
            assert row.verify.endswith(row.outcome.specs[0].key) and row.rerun


def test_no_figure_of_the_ledger_is_impossible(rows: dict[int, Row]) -> None:
    for row in rows.values():
        for mean, half in re.findall(r"(\d+\.\d+) ± (\d+\.\d+)%", row.outcome.ours):
            assert float(mean) - float(half) >= 0 and float(mean) + float(half) <= 100
        for low, high in re.findall(r"points \[([−+]?\d+\.\d+), ([−+]?\d+\.\d+)\]", row.outcome.ours):
            assert all(abs(float(end.replace("−", "-"))) <= 100 for end in (low, high))


def test_known_verdicts_of_the_shipped_records(rows: dict[int, Row]) -> None:
    """A changed one is news. Its reason, beside it, was written for the verdict that stands here: read both."""
    known = {CONFIRMED: (2, 9, 10, 11, 12, 31, 35, 36), FAILED: (13, 15, 26, 34), COMPATIBLE: (18, 19, 20, 40, 41),
             UNTESTED: BEYOND, OPEN: FEW}
    others = {number: verdict for verdict, numbers in known.items() for number in numbers}
    assert {number: row.outcome.verdict for number, row in rows.items()} == dict.fromkeys(rows, PARTLY) | others
    assert "20.0% / 67.1% / 89.2% / 96.4%" in rows[9].outcome.ours


def test_without_records_nothing_is_settled(tmp_path: Path) -> None:
    for row in ledger(Atlas(tmp_path)):
        if row.claim.number in FEW:  # its small relatives decide nothing either
            assert row.outcome.verdict == UNTESTED
        elif row.claim.number not in (*BEYOND, 43):
            assert row.outcome.verdict == OPEN and f"record {row.claim.part}" in row.outcome.ours


def test_a_claims_row_can_be_asked_for_alone() -> None:
    assert [row.claim.number for row in ledger(Atlas(default_atlas()), (9, 27))] == [9, 27]


def test_the_command_prints_the_same_rows(rows: dict[int, Row]) -> None:
    told = CliRunner().invoke(app, ["ledger", "--json", "--claim", "9", "--claim", "34"])
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert lines == [json.loads(json.dumps(rows[number].plain())) for number in (9, 34)]
    assert Spec.from_json(lines[0]["config"]).key == rows[9].outcome.specs[0].key
    table = CliRunner().invoke(app, ["ledger", "--claim", "9"])
    assert "C9  confirmed" in table.stdout and rows[9].outcome.ours in table.stdout
    refused = CliRunner().invoke(app, ["ledger", "--claim", "44"])
    assert refused.exit_code == 2 and "claim = 44 is not allowed: a number from 1 to 43" in refused.output


def test_csv_reads_back(rows: dict[int, Row]) -> None:
    back = list(csv.DictReader(io.StringIO(as_csv(list(rows.values())))))
    assert [row["claim"] for row in back] == [f"C{claim.number}" for claim in CLAIMS]
    assert back[26]["measured"] == rows[27].outcome.ours and back[26]["rule_sentence"].startswith("Confirmed: ")
