"""Asks a layer of a user's own what must catch it, or everything, and says how that ended."""

from __future__ import annotations

import time
from collections.abc import Sequence

from noise_ops.findings import Verdict, worst
from noise_ops.sabotage.outcome import Ending, Outcome
from noise_ops.sabotage.own.layer import OwnLayer
from noise_ops.testing import budget, calling
from noise_ops.testing.catalog import applying
from noise_ops.testing.checking import Outcome as Asked
from noise_ops.testing.checking import asked
from noise_ops.testing.making import LayerError
from noise_ops.testing.subject import checked_law, subject

STATISTICAL = 1000
"""Statistical tests among which a self-test shares what one may spend; it asks fewer."""


def asked_of(own: OwnLayer, properties: Sequence[str] | None = None) -> list[Asked]:
    """Return what comes of properties, by default all that apply to its law."""
    one, alpha = subject(own.factory, checked_law(own.law), own.options), budget.share_of_tests(STATISTICAL)
    try:
        return [asked(one, prop, alpha) for prop in applying(one.law, {"properties": properties} if properties else {})]
    finally:
        one.kept.clear()


def judge(own: OwnLayer) -> Outcome:
    """Return how a layer ended: a broken one is caught by each property that must, of a right one all are asked."""
    if own.missing:
        return Outcome(own, Ending.NOT_RUN, reason=f"{own.missing} is not installed")
    started = time.monotonic()
    try:
        outcomes = asked_of(own, own.wound.expected or None)
    except (LayerError, calling.RaisedError) as error:
        return Outcome(own, Ending.ACCUSED if own.is_control else Ending.MISSED, Verdict.CANNOT_TELL, reason=str(error))
    failed = tuple(each.property for each in outcomes if each.outcome == "failed")
    seen = worst([each.finding for each in outcomes if each.finding is not None])
    reason = next((f"{each.property}: {each.message}" for each in outcomes if each.outcome == "skipped"), "")
    if own.is_control:
        ending = Ending.ACCUSED if failed else Ending.LEFT_ALONE
        reason = next((f"{each.property}: {each.message}" for each in outcomes if each.outcome == "failed"), "")
    else:
        ending = Ending.CAUGHT if set(own.wound.expected) <= set(failed) else Ending.MISSED
    checks = sum(each.outcome != "skipped" for each in outcomes)
    return Outcome(own, ending, seen, failed, failed, checks, time.monotonic() - started, reason)
