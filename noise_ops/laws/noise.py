"""Distributions of noise, and noise as standard normals, which one set of exact tests then judges."""

from __future__ import annotations

import inspect
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import stats

from noise_ops.errors import UserError
from noise_ops.reference.variates import as_dtype

Array = npt.NDArray[Any]
Reals = npt.NDArray[np.float64]


class LawError(UserError, ValueError):
    """A law that no noise can keep, or a question that it does not answer; the message is one sentence."""


class Distribution(Protocol):
    """A frozen continuous distribution, as `scipy.stats` makes them."""

    def cdf(self, x: Any) -> Any:
        """Return the probability of a value up to `x`."""

    def ppf(self, q: Any) -> Any:
        """Return the value below which a share `q` lies."""

    def mean(self) -> Any:
        """Return the mean."""

    def std(self) -> Any:
        """Return the standard deviation."""


def checked_distribution(distribution: Any) -> Distribution:
    """Return a distribution, if it is a frozen continuous one of finite standard deviation.

    Raises:
      LawError: if it is not. Noise of a discrete one takes some values again and again, which the tests exclude; next
        to noise of a Cauchy one no input is small.
    """
    if not isinstance(distribution, type(stats.norm())):
        wanted = "a frozen continuous one of scipy.stats, such as scipy.stats.norm(0, 0.1)"
        raise LawError(f"a distribution of noise is {wanted}, not {written(distribution)}.")
    if not np.isfinite(distribution.std()):
        raise LawError(f"noise has a finite standard deviation, which {written(distribution)} has not.")
    return distribution  # type: ignore[no-any-return]


def written(value: Any) -> str:
    """Return a distribution of `scipy.stats` as one writes it, such as "laplace(0, 0.1)"; a function by its name."""
    if inspect.isroutine(value):
        return value.__name__.replace("<lambda>", "lambda ...")  # without the address that repr shows
    maker = getattr(value, "dist", value)
    if not isinstance(maker, (stats.rv_continuous, stats.rv_discrete)):
        return repr(value)
    if maker is value:
        return str(maker.name)
    arguments = [*map(str, value.args), *(f"{name}={given}" for name, given in value.kwds.items())]
    return f"{maker.name}({', '.join(arguments)})"


def is_named(distribution: Distribution, name: str) -> bool:
    """Return whether a distribution is the one that `scipy.stats` has under a name, whatever its parameters."""
    return getattr(getattr(distribution, "dist", None), "name", None) == name


def stddev_in(distribution: Distribution, dtype: np.dtype[Any]) -> float:
    """Return the standard deviation as arithmetic has it: rounded by at most 0.2 % in bfloat16, 0.05 % in float16."""
    return float(as_dtype(float(distribution.std()), dtype))


def standard_normals(noise: Reals, distribution: Distribution, dtype: np.dtype[Any]) -> Reals:
    """Return noise of a distribution as noise of the standard normal one.

    Args:
      noise: draws, of any shape.
      distribution: what they are drawn from.
      dtype: in which they were computed: it rounds the standard deviation of a normal distribution.
    """
    if is_named(distribution, "norm"):
        centred: Reals = noise - float(distribution.mean())
        return centred / stddev_in(distribution, dtype)
    # Probability integral transform: of a continuous distribution, cdf(noise) is uniform.
    smallest = np.finfo(np.float64).tiny
    return np.asarray(stats.norm.ppf(np.clip(distribution.cdf(noise), smallest, 1 - 2.0**-53)))
