"""Fixtures that tests of checks share."""

import pytest

from noise_ops.checks import samples
from noise_ops.stats import certificate


@pytest.fixture
def quick_and_fresh(monkeypatch):
    """Small samples, drawn anew, and an empty certificate."""
    monkeypatch.setenv("NOISE_OPS_PROFILE", "quick")
    samples.forget()
    certificate.take()
    yield
    samples.forget()
