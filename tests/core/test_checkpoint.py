"""The one file from which a killed run goes on."""

import numpy as np
import pytest

from lth_core import checkpoint

ARRAYS = {"step": np.array(7), "weights": np.arange(6, dtype=np.float32).reshape(2, 3), "none": np.zeros((0, 2)),
          "turned": np.arange(6.0).reshape(2, 3).T, "mask": np.array([True, False])}


def test_what_was_written_comes_back_in_its_shape_and_type(tmp_path):
    path = tmp_path / "new folder" / "run.safetensors"
    checkpoint.write(path, "key", {"round": 3, "θ": [1.5]}, ARRAYS)
    notes, arrays = checkpoint.read(path, "key")
    assert notes == {"round": 3, "θ": [1.5]}
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert arrays[name].shape == array.shape, name  # a number stays a number: () is not (1,)
        assert arrays[name].dtype == array.dtype
        assert np.array_equal(arrays[name], array)


def test_another_specs_a_damaged_and_a_missing_checkpoint_are_none(tmp_path):
    path = tmp_path / "run.safetensors"
    assert checkpoint.read(path, "key") is None
    checkpoint.write(path, "key", {}, ARRAYS)
    assert checkpoint.read(path, "other") is None  # set aside
    checkpoint.write(path, "key", {}, ARRAYS)
    path.write_bytes(path.read_bytes()[:-5])
    assert checkpoint.read(path, "key") is None


def test_a_folder_that_cannot_be_written_is_named_and_the_old_state_stands(tmp_path, monkeypatch):
    path = tmp_path / "run.safetensors"
    checkpoint.write(path, "key", {"round": 1}, ARRAYS)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint.files.os, "fsync", full)
    with pytest.raises(checkpoint.CheckpointError, match=r"run\.safetensors.*No space left.*free some space"):
        checkpoint.write(path, "key", {"round": 2}, ARRAYS)
    assert checkpoint.read(path, "key")[0] == {"round": 1}
    assert list(tmp_path.iterdir()) == [path]  # no half-written file is left


def test_what_a_killed_writer_left_goes_with_the_checkpoint(tmp_path):
    path, other = tmp_path / "run.safetensors", tmp_path / "other.safetensors"
    checkpoint.write(path, "key", {}, ARRAYS)
    checkpoint.write(other, "key", {}, ARRAYS)
    (tmp_path / "run.safetensorsx1.part").write_bytes(b"half")
    checkpoint.remove(path)
    assert list(tmp_path.iterdir()) == [other]
