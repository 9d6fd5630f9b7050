"""Fixtures of what runs the probe."""

import pytest

from tests.probe._probes import copied


@pytest.fixture
def probe(tmp_path):
    """A copy of the probe, in a folder that is empty else."""
    return copied(tmp_path / "probe")
