"""A machine for tests on which no data set lies yet."""

from lth_core.data import cifar, cifar_jpeg, fashion, home
from lth_core.data.sets import pooled
from lth_core.data.split import load


def bare_machine(tmp_path, monkeypatch):
    """An empty user's folder, and no Debian package: what a fresh machine has."""
    monkeypatch.setenv("LTH_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(home, "DEBIAN", {name: (package, tmp_path / "debian") for name, (package, _) in
                                         home.DEBIAN.items()})
    for cached in (fashion.part, cifar.part, cifar_jpeg.part, pooled, load):
        cached.cache_clear()
    yield
    for cached in (fashion.part, cifar.part, cifar_jpeg.part, pooled, load):
        cached.cache_clear()
