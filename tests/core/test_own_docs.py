"""The page about bringing one's own, and README's example: run as they stand, counted as they say."""

import io
import os
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE, README = ROOT / "docs" / "bring-your-own.md", ROOT / "README.md"
QUIET = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def blocks(path):
    return re.findall(r"^```python\n(.*?)^```$", path.read_text(encoding="utf-8"), re.S | re.M)


def marked(path, marker):
    return [block for block in blocks(path) if block.startswith(f"# {marker}\n")]


def lines(code):
    """Lines with code: no blanks, no comments."""
    found = set()
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type not in QUIET:
            found |= set(range(token.start[0], token.end[0] + 1))
    return len(found)


def output(code, folder):
    """What the code prints, run as a file of its own."""
    file = folder / "page.py"
    file.write_text(code, encoding="utf-8")
    done = subprocess.run([sys.executable, file.name], cwd=folder, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the page prints, run from top to bottom."""
    return output("\n".join(blocks(PAGE)), tmp_path_factory.mktemp("page"))


def test_the_page_runs_from_top_to_bottom(told):
    counts = [line for line in told if line.startswith("[{'out.weight'")]
    assert counts == ["[{'out.weight': 3920}, {'out.weight': 1960}, {'out.weight': 980}]"]
    assert any(re.fullmatch(r"growth@[0-9a-f]{12}", line) for line in told)
    assert "True" in told and "1" in told  # pruned by torch's own; one result in the store
    assert [line for line in told if line.startswith("Mask(")] == ["Mask(998 of 3,992 kept)"]


def test_readmes_example_has_eight_lines_and_runs(told):
    examples = [*marked(PAGE, "bring your own"), *marked(README, "bring your own")]
    assert examples and len(set(examples)) == 1  # README shows the page's own
    assert lines(examples[0]) == 8 and blocks(PAGE)[0] == examples[0]  # so the page ran it first
    ticket, reinit = told[0].split("} {")
    for row in (ticket, reinit):
        accuracies = [float(number) for number in re.findall(r": (0\.\d+)", row)]
        assert len(accuracies) in (5, 6) and min(accuracies) > 0.8


@pytest.mark.parametrize(("marker", "row"), [("bring your own", "`lth.find_ticket`"),
                                             ("with torch.nn.utils.prune alone", "`torch.nn.utils.prune`")])
def test_the_table_counts_what_stands_there(marker, row):
    (said,) = re.findall(rf"^\| {re.escape(row)} \| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.M)
    assert lines(marked(PAGE, marker)[0]) == int(said)
