"""What the tests of one's own nets share."""

import pytest

from tests.core.brought import empty_registry, thirds


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    """Each test registers into a registry of its own."""
    empty_registry(monkeypatch)


@pytest.fixture(scope="module")
def data():
    return thirds()
