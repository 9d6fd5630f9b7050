"""How much a user's statistical checks may spend: all of a session together 1e-6, whatever the number of their layers.

Half is for the tests that `parametrize_checks` makes, whose number is known once pytest has collected them, in every
worker of pytest-xdist alike; each gets the same share. The other half is for calls of `check_layer`, of which nobody
knows how many follow: the k-th of a process gets 1 / (k (k + 1)) of it, which sums to all of it.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence

from noise_ops.stats.certificate import Row
from noise_ops.stats.ledger import ALPHA

_called = itertools.count(1)


def share_of_tests(count: int) -> float:
    """Return the alpha of each of so many statistical tests of one session."""
    return ALPHA / 2 / max(1, count)


def share_of_call(count: int) -> float:
    """Return the alpha of each of so many statistical properties of the next call of `check_layer` in this process."""
    number, workers = next(_called), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return ALPHA / 2 / workers / (number * (number + 1)) / max(1, count)


def sentence(rows: Sequence[Row]) -> str:
    """Return what passes of a session's statistical tests mean, whichever worker was first."""
    spent, layers = sum(row.alpha for row in rows), {row.subject for row in rows}
    of = f"{len(layers)} layers" if len(layers) > 1 else "one layer"
    return (
        f"{len(rows)} statistical tests of {of} of your own: if all are right, one fails at most once in "
        f"{1 / spent:,.0f} sessions; what each surely sees, noise_ops.testing.check_layer says."
    )
