"""Exact but for chance: whether there is as much noise as asked, on any case, at any place and in any stretch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from noise_ops.checks import chance
from noise_ops.checks.axes import LONG_RUNS
from noise_ops.checks.outputs import unsupported
from noise_ops.checks.promised import is_fused, law_of, p_one
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.points import Point
from noise_ops.properties.catalog import code_of
from noise_ops.reference.denormals import flush_denormals
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

STRETCH = 4096
"""Units in a row of a large tensor that are counted together."""

States = npt.NDArray[np.bool_]


def amount_of_noise(target: Target, case: Case) -> Finding | None:
    """On any case, as many units are dropped or noised as chance allows, and normals have their mean and variance."""
    wrong = wrong_amount(target, case, target.run(case, 3))
    return finding("amount_of_noise", target, case, wrong.message, code=wrong.code) if wrong else None


class Wrong(NamedTuple):
    """In which way outputs are wrong.

    Attributes:
      message: what was seen, in a sentence.
      code: key of `findings.CODES`; None for that of the property.
    """

    message: str
    code: str | None = None

    def within(self, where: str) -> Wrong:
        """Return the same with words before it."""
        return self._replace(message=f"{where}{self.message}")


def wrong_amount(target: Target, case: Case, outputs: Sequence[FloatArray]) -> Wrong | None:
    """Say in which way outputs of one case hold another amount of noise than chance allows; None if they do not."""
    # A denormal that becomes zero is no noise: XLA flushed what is left alone, to TensorFlow 2.15.
    flushed = case.on(flush_denormals(case.x))
    for call, output in enumerate(outputs):
        for replica in map(flush_denormals, output if target.mode == "mirrored" else (output,)):
            wrong = _wrong_count(target, flushed, replica) or _wrong_normals(target, flushed, replica)
            if wrong:
                return wrong.within(f"In call {call}, ")
    return None


def wrong_values(target: Target, case: Case, output: FloatArray) -> Wrong | None:
    """Say which outputs are none that the layer can give: what they are tells nothing of how often."""
    message = unsupported(target, case, output)
    return Wrong(message, "support") if message else None


def every_place_is_noisy(target: Target, case: Case) -> Finding | None:
    """Over many calls each unit, the last one too, is dropped, or noised upwards, as often as chance allows."""
    outputs = target.run(case, LONG_RUNS[target.mode])
    counts = np.sum([states(target, case, output) for output in outputs], axis=0)
    least, most = chance.binomial_bounds(len(outputs), probability(target, case))
    wrong = np.argwhere(np.atleast_1d((counts < least) | (counts > most)))
    if not len(wrong):
        return None
    for call, output in enumerate(outputs):
        if values := wrong_values(target, case, output):
            message = values.within(f"In call {call}, ").message
            return finding("every_place_is_noisy", target, case, message, code=values.code)
    index = tuple(int(i) for i in wrong[0][: counts.ndim])
    message = (
        f"At {list(index)} the state is one in {counts[index]} of {len(outputs)} calls, where chance allows {least} to "
        f"{most}; {len(wrong)} of {counts.size} units are so."
    )
    shown = _shares(target, case, counts.ravel(), len(outputs))
    code = _code(target, case, len(wrong) == counts.size)
    return finding("every_place_is_noisy", target, case, message, code=code, points=shown)


def every_call_is_noisy(target: Target, case: Case) -> Finding | None:
    """Each of many calls drops or noises as many units as chance allows, and gives no other values than documented."""
    outputs = target.run(case, LONG_RUNS[target.mode])
    for call, output in enumerate(outputs):
        shown = states(target, case, output)
        points: list[Point] = []
        least, most = chance.binomial_bounds(shown.size, probability(target, case))
        noise = _normals(target, case, output)
        wrong = wrong_values(target, case, output) or (None if noise is None else _not_standard(noise))
        if wrong is None and not least <= shown.sum() <= most:
            wrong = Wrong(
                f"the state is one in {shown.sum()} of {shown.size} units, where chance allows {least} to {most}.",
                _code(target, case, True),
            )
            points = _shares(target, case, [states(target, case, each).sum() for each in outputs], shown.size)
        if wrong:
            message = wrong.within(f"In call {call}, ").message
            return finding("every_call_is_noisy", target, case, message, code=wrong.code, points=points)
    return None


def _code(target: Target, case: Case, everywhere: bool) -> str | None:
    """Return the code of a share that is wrong, of a property of evenness: where it is so everywhere, it is even."""
    return code_of("amount_of_noise") if everywhere and law_of(target, case).counted else None


def every_stretch_is_noisy(target: Target, case: Case) -> Finding | None:
    """In a tensor of two million units, each stretch of 4096 holds as much noise as chance allows."""
    output = target.run(case)[0]
    if wrong := wrong_values(target, case, output):
        return finding("every_stretch_is_noisy", target, case, wrong.message, code=wrong.code)
    ones = states(target, case, output).ravel()
    stretches = [ones[start : start + STRETCH] for start in range(0, ones.size, STRETCH)]
    for number, stretch in enumerate(stretches):
        least, most = chance.binomial_bounds(stretch.size, probability(target, case))
        if not least <= stretch.sum() <= most:
            message = (
                f"From unit {number * STRETCH} on, the state is one in {stretch.sum()} of {stretch.size} units, where "
                f"chance allows {least} to {most}."
            )
            # The last stretch, of other size, has another band.
            whole = [each.sum() for each in stretches if each.size == STRETCH]
            shown = _shares(target, case, whole, STRETCH) if stretch.size == STRETCH else ()
            bounds = (chance.binomial_bounds(each.size, probability(target, case)) for each in stretches)
            inside = (low <= each.sum() <= high for each, (low, high) in zip(stretches, bounds, strict=True))
            code = _code(target, case, not any(inside))
            return finding("every_stretch_is_noisy", target, case, message, code=code, points=shown)
    wrong = _wrong_stretch(target, case, output)
    return finding("every_stretch_is_noisy", target, case, wrong.message, code=wrong.code) if wrong else None


def _shares(target: Target, case: Case, counts: Iterable[int], n: int) -> list[Point]:
    """Return what a picture shows of the states that are one in each of several counts of n units."""
    p = probability(target, case)
    least, most = chance.binomial_bounds(n, p)
    bounds = (least - 1) / n, (most + 1) / n
    return [Point(place, int(count) / n, p, *bounds) for place, count in enumerate(counts)]


def states(target: Target, case: Case, output: FloatArray) -> States:
    """Return which units of a case of ones are dropped, or noised, or lie above their mean."""
    return law_of(target, case).states(case.x, output, fused=is_fused(target))


def probability(target: Target, case: Case) -> float:
    """Return the implemented probability of a state."""
    return p_one(target, law_of(target, case))


def _wrong_count(target: Target, case: Case, output: FloatArray) -> Wrong | None:
    law = law_of(target, case)
    visible = law.visible(case.x)
    if not law.counted or not visible.any():
        return None  # of normals, mean and mean square say more than signs
    ones = law.units(law.elements(case.x, output, fused=is_fused(target)) & visible)
    n = int(law.units(visible).sum())
    least, most = chance.binomial_bounds(n, p_one(target, law))
    if least <= ones.sum() <= most:
        return None
    if values := wrong_values(target, case, output):
        return values
    return Wrong(f"{int(ones.sum())} of {n} units are dropped or noised, where chance allows {least} to {most}.")


def _wrong_normals(target: Target, case: Case, output: FloatArray) -> Wrong | None:
    noise = _normals(target, case, output)
    return None if noise is None else _not_standard(noise)


def _not_standard(noise: npt.NDArray[np.float64]) -> Wrong | None:
    """Say in which way numbers are not standard normal but for chance, by their mean and mean square."""
    n = noise.size
    if not n:
        return None
    mean, square = float(noise.mean()), float((noise**2).mean())
    bound, (least, most) = chance.mean_bound(n), chance.square_bounds(n)
    if not abs(mean) <= bound:
        return Wrong(
            f"the mean of {n} normals is {mean:+.3g} standard deviations, where chance allows +- {bound:.3g}.", "mean"
        )
    if not least <= square <= most:
        return Wrong(
            f"the mean square of {n} normals is {square:.3g}, where chance allows {least:.3g} to {most:.3g}.",
            "variance",
        )
    return None


def _normals(target: Target, case: Case, output: FloatArray) -> npt.NDArray[np.float64] | None:
    """Return the standardized normals that show in an output; None where a subject draws none."""
    law = law_of(target, case)
    if law.distribution is None:
        return None
    x = np.broadcast_to(case.x, output.shape)
    shown = law.visible(x) & law.noised(x, output) & (law.stddev_in(target.dtype) < chance.LARGEST_DEVIATION)
    return law.standardized(x[shown], output[shown], target.dtype)


def _wrong_stretch(target: Target, case: Case, output: FloatArray) -> Wrong | None:
    noise = _normals(target, case, output)
    if noise is None:
        return None
    for start in range(0, noise.size, STRETCH):
        wrong = _not_standard(noise[start : start + STRETCH])
        if wrong:
            return wrong.within(f"From normal {start} on, ")
    return None
