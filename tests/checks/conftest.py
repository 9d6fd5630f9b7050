"""Fixtures that tests of checks share."""

import pytest

from noise_ops.checks import samples, second_opinions
from noise_ops.stats import certificate


@pytest.fixture
def quick_and_fresh(monkeypatch):
    """Small samples, drawn anew, and an empty certificate."""
    monkeypatch.setenv("NOISE_OPS_PROFILE", "quick")
    forget()
    certificate.take()
    yield
    forget()


def forget():
    """Forget what was drawn: the next test draws from other layers."""
    samples.forget()
    second_opinions.forget()
