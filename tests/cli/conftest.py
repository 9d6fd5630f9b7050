"""Fixtures of every command's tests."""

import pytest


@pytest.fixture
def poisoned(tmp_path):
    """A folder whose TensorFlow and Keras raise when they are imported."""
    for name in ("tensorflow", "keras", "tf_keras"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('libdevice.so: cannot open shared object file')\n")
    return tmp_path
