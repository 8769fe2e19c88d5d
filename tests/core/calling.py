"""The command line, called within this process."""

import json

from typer.testing import CliRunner

from lth_core.cli import app


def call(*arguments: str) -> tuple[int, list[dict], str]:
    """Exit status, the lines of JSON that were printed, and what was said beside them."""
    result = CliRunner().invoke(app, list(arguments))
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return result.exit_code, lines, result.stderr
