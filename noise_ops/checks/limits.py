"""Exact and stream-free: rates and standard deviations at their limits and beyond."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from noise_ops.checks.prediction import first_difference
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.subjects import modes
from noise_ops.subjects.broken import BrokenCallError
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target
from noise_ops.subjects.texts import telling
from noise_ops.subjects.values import awkward, same


def rate_zero_is_identity(target: Target, case: Case) -> Finding | None:
    """At rate 0 (stddev 0) a training call returns its input in every bit."""
    off = replace(
        case.on(awkward(case.x)),
        rate=None if case.rate is None else 0.0,
        stddev=None if case.stddev is None else 0.0,
    )
    output = target.run(off)[0]
    if not same(output, off.x):
        message = f"With the noise at 0 the input must pass unchanged: {first_difference(output, off.x)}."
        return finding("rate_zero_is_identity", target, off, message)
    return None


def rate_one_drops_everything(target: Target, case: Case) -> Finding | None:
    """At rate 1, which the constructor accepts, a dropout returns zeros."""
    full = replace(case, rate=1.0)
    output = target.run(full)[0]
    if np.count_nonzero(output):
        message = (
            f"At rate 1 everything is dropped, and {np.count_nonzero(output)} of {output.size} elements are not 0."
        )
        return finding("rate_one_drops_everything", target, full, message)
    return None


def rate_one_is_rejected_or_works(target: Target, case: Case) -> Finding | None:
    """Rate 1, where the noise is infinite, is refused by the constructor or gives a result at the call."""
    full = replace(case, rate=1.0)
    try:
        modes.built(target.subject, full)
    except BrokenCallError as broken:
        if broken.refused:
            return None
        raise
    try:
        target.run(full)
    except BrokenCallError as broken:
        return finding("rate_one_is_rejected_or_works", target, full, str(broken), code=broken.code)
    return None


def stddev_above_one_accepted(target: Target, case: Case) -> Finding | None:
    """The standard deviation of additive noise may exceed 1: it is no probability."""
    try:
        target.run(replace(case, stddev=1.5))
    except BrokenCallError as broken:
        if not broken.refused:
            raise
        message = f"stddev=1.5 is refused: {telling(broken.error or broken)}."
        return finding("stddev_above_one_accepted", target, case, message)
    return None


def bad_rate_rejected(target: Target, case: Case) -> Finding | None:
    """A rate outside [0, 1] is refused, at the latest when the layer is called."""
    for rate in (-1.0, 1.5):
        try:
            target.run(replace(case, rate=rate))
        except BrokenCallError as broken:
            if broken.refused:
                continue
            raise
        message = f"rate={rate} is accepted, and the call returns a result."
        return finding("bad_rate_rejected", target, case, message)
    return None
