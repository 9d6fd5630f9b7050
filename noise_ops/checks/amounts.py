"""Exact but for chance: whether there is as much noise as asked, on any case, at any place and in any stretch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from noise_ops.checks import chance, samples
from noise_ops.checks.axes import LONG_RUNS
from noise_ops.checks.decisions import one_probability
from noise_ops.checks.masks import dropped_in, mask_shape
from noise_ops.checks.outputs import unsupported
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.laws import implemented_noise_stddev
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

STRETCH = 4096
"""Units in a row of a large tensor that are counted together."""

LARGEST_DEVIATION = 100.0
"""Standard deviation of multiplied noise beyond which half precision overflows."""

States = npt.NDArray[np.bool_]


def amount_of_noise(target: Target, case: Case) -> Finding | None:
    """On any case, as many units are dropped or noised as chance allows, and normals have their mean and variance."""
    message = wrong_amount(target, case, target.run(case, 3))
    return finding("amount_of_noise", target, case, message, code="mask-density") if message else None


def wrong_amount(target: Target, case: Case, outputs: Sequence[FloatArray]) -> str | None:
    """Say in which way outputs of one case hold another amount of noise than chance allows; None if they do not."""
    for call, output in enumerate(outputs):
        for replica in output if target.mode == "mirrored" else (output,):
            message = _wrong_count(target, case, replica) or _wrong_normals(target, case, replica)
            if message:
                return f"In call {call}, {message}"
    return None


def every_place_is_noisy(target: Target, case: Case) -> Finding | None:
    """Over many calls each unit, the last one too, is dropped, or noised upwards, as often as chance allows."""
    outputs = target.run(case, LONG_RUNS[target.mode])
    counts = np.sum([states(target, case, output) for output in outputs], axis=0)
    least, most = chance.binomial_bounds(len(outputs), probability(target, case))
    wrong = np.argwhere(np.atleast_1d((counts < least) | (counts > most)))
    if not len(wrong):
        return None
    index = tuple(int(i) for i in wrong[0][: counts.ndim])
    message = (
        f"At {list(index)} the state is one in {counts[index]} of {len(outputs)} calls, where chance allows {least} to "
        f"{most}; {len(wrong)} of {counts.size} units are so."
    )
    return finding("every_place_is_noisy", target, case, message, code="evenness")


def every_call_is_noisy(target: Target, case: Case) -> Finding | None:
    """Each of many calls drops or noises as many units as chance allows, and gives no other values than documented."""
    outputs = target.run(case, LONG_RUNS[target.mode])
    for call, output in enumerate(outputs):
        shown = states(target, case, output)
        least, most = chance.binomial_bounds(shown.size, probability(target, case))
        noise = _normals(target, case, output)
        message = None if noise is None else _not_standard(noise)
        if not least <= shown.sum() <= most:
            message = f"the state is one in {shown.sum()} of {shown.size} units, where chance allows {least} to {most}."
        message = message or unsupported(target, case, output)
        if message:
            return finding("every_call_is_noisy", target, case, f"In call {call}, {message}", code="evenness")
    return None


def every_stretch_is_noisy(target: Target, case: Case) -> Finding | None:
    """In a tensor of two million units, each stretch of 4096 holds as much noise as chance allows."""
    output = target.run(case)[0]
    ones = states(target, case, output).ravel()
    stretches = [ones[start : start + STRETCH] for start in range(0, ones.size, STRETCH)]
    for number, stretch in enumerate(stretches):
        least, most = chance.binomial_bounds(stretch.size, probability(target, case))
        if not least <= stretch.sum() <= most:
            message = (
                f"From unit {number * STRETCH} on, the state is one in {stretch.sum()} of {stretch.size} units, where "
                f"chance allows {least} to {most}."
            )
            return finding("every_stretch_is_noisy", target, case, message, code="evenness")
    wrong = _wrong_stretch(target, case, output) or unsupported(target, case, output)
    return finding("every_stretch_is_noisy", target, case, wrong, code="evenness") if wrong else None


def states(target: Target, case: Case, output: FloatArray) -> States:
    """Return which units of a case of ones are dropped, or noised, or lie above their mean."""
    x, op = case.x, target.subject.op
    if op in samples.SIGN_OPS:
        return np.asarray(output > (0 if op == "normal" else x))
    if op == "uniform":
        return np.asarray(output < 0.5)
    if op == "masked_gaussian_noise":
        return np.asarray(output != x)
    if op == "alpha_dropout":
        return dropped_in(output, target, case)
    dropped = np.asarray(output == 0)
    shared = tuple(axis for axis, size in enumerate(mask_shape(target, case)) if size == 1)
    return np.asarray(dropped.all(axis=shared)) if shared else dropped


def probability(target: Target, case: Case) -> float:
    """Return the implemented probability of a state."""
    if target.subject.op in samples.SIGN_OPS:
        return 0.5
    return one_probability(target, 0.5 if target.subject.op == "uniform" else case.rate or 0.0)


def _wrong_count(target: Target, case: Case, output: FloatArray) -> str | None:
    visible = chance.visible(target, case)
    if target.subject.op in samples.SIGN_OPS or not visible.any():
        return None
    shared = chance.shared_axes(target, case)
    shown = _shown(target, case, output)
    ones = np.any(shown & visible, axis=shared) if shared else shown & visible
    n = int((np.any(visible, axis=shared) if shared else visible).sum())
    least, most = chance.binomial_bounds(n, probability(target, case))
    if least <= ones.sum() <= most:
        return None
    return f"{int(ones.sum())} of {n} units are dropped or noised, where chance allows {least} to {most}."


def _shown(target: Target, case: Case, output: FloatArray) -> States:
    """Return where the output shows that a visible element was dropped or noised."""
    if target.subject.op in ("uniform", "masked_gaussian_noise", "alpha_dropout"):
        return states(target, case, output)
    return np.asarray(output == 0)


def _wrong_normals(target: Target, case: Case, output: FloatArray) -> str | None:
    noise = _normals(target, case, output)
    return None if noise is None else _not_standard(noise)


def _not_standard(noise: npt.NDArray[np.float64]) -> str | None:
    """Say in which way numbers are not standard normal but for chance, by their mean and mean square."""
    n = noise.size
    if not n:
        return None
    mean, square = float(noise.mean()), float((noise**2).mean())
    bound, (least, most) = chance.mean_bound(n), chance.square_bounds(n)
    if not abs(mean) <= bound:
        return f"the mean of {n} normals is {mean:+.3g} standard deviations, where chance allows +- {bound:.3g}."
    if not least <= square <= most:
        return f"the mean square of {n} normals is {square:.3g}, where chance allows {least:.3g} to {most:.3g}."
    return None


def _normals(target: Target, case: Case, output: FloatArray) -> npt.NDArray[np.float64] | None:
    """Return the standardized normals that show in an output; None where a subject draws none."""
    op = target.subject.op
    if op not in samples.NORMAL_OPS:
        return None
    x, y = case.x.astype(np.float64), output.astype(np.float64)
    if op == "normal":
        return y.ravel()
    parameter = case.rate if op == "gaussian_dropout" else case.stddev
    assert parameter is not None
    stddev = implemented_noise_stddev(op, parameter, case.x.dtype)
    shown = chance.visible(target, case) & (stddev < LARGEST_DEVIATION)
    if op == "masked_gaussian_noise":
        shown &= output != case.x
    x, y = x[shown], y[shown]
    return (y / x - 1) / stddev if op == "gaussian_dropout" else (y - x) / stddev


def _wrong_stretch(target: Target, case: Case, output: FloatArray) -> str | None:
    noise = _normals(target, case, output)
    if noise is None:
        return None
    for start in range(0, noise.size, STRETCH):
        message = _not_standard(noise[start : start + STRETCH])
        if message:
            return f"From normal {start} on, {message}"
    return None
