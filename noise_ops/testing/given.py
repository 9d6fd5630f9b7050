"""What a layer is given where a user names nothing: shapes whose sides all differ, and values on which noise shows."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from noise_ops.laws.adding import Adds
from noise_ops.laws.drawing import Draws
from noise_ops.laws.dropping import Drops
from noise_ops.laws.happening import Applies, Selects, Unknown
from noise_ops.laws.law import Law
from noise_ops.laws.multiplying import Multiplies
from noise_ops.subjects.texts import telling
from noise_ops.testing import calling
from noise_ops.testing.making import LayerError, Own

Shape = tuple[int | None, ...]
"""Shape of an input; None for a batch of any size, which is the first axis."""

WIDE: tuple[Shape, ...] = ((None, 33), (None, 7, 11), (None, 12, 10, 3), (None, 4, 5, 6, 3))
"""Tried in this order where units are elements: no two sides agree, so that none is taken for another."""

NARROW: tuple[Shape, ...] = ((None, 7), (None, 3, 2), (None, 4, 3, 2), (None, 4, 3, 5, 2))
"""Tried where a sample is one unit, of which millions are drawn."""

OPEN = (None, 12, 10, 8, 6, 4)
"""What a side is that a user leaves open, by its axis; a batch stays so."""

IMAGES: Shape = (None, 12, 10, 3)
"""Batches of images, whose rank is tried first where a layer is of a class for images."""

BATCH = 16
"""Samples of an input on which exact properties are asked, at least."""

MOST = 2**14
"""Samples of it, at most, where noise is rare or leaves little."""


def shape_for(own: Own, law: Law, shape: Shape | None, inputs: Any) -> Shape:
    """Return the shape that a layer is given: that which is named, or the first that it takes.

    Raises:
      LayerError: if it takes none of those that are tried.
    """
    if isinstance(inputs, (np.ndarray, list, tuple, dict)) and not is_range(inputs):
        return tuple(np.shape(calling.first(inputs)))
    if shape is not None:
        return tuple(OPEN[axis] if axis and side is None else side for axis, side in enumerate(shape))
    told: list[str] = []
    for tried in sorted(_candidates(law), key=lambda each: own.takes_images and len(each) != len(IMAGES)):
        try:
            made = own.made(seed=1)
            calling.eager(own, made, values(law, tried, None), seeds=[1] if own.is_function else ())
        except calling.NoArrayError as error:
            raise LayerError(
                f"of an input of {len(tried)} axes, {own.name} returns nothing to judge: {error}."
            ) from None
        except Exception as error:  # noqa: BLE001 - whatever a layer says of a shape that it does not take
            told.append(telling(error))
        else:
            return tried
    often = "each time" if len(set(told)) == 1 else "at first"
    raise LayerError(
        f"{own.name} takes no input of rank 2 to 5 that was tried: {often} it raised {told[0]}. If the input is why, "
        "name a shape, as shape=(None, 8, 8, 3); of several inputs, write a test with inputs=[...]."
    )


def _candidates(law: Law) -> Iterator[Shape]:
    per_sample = isinstance(law, Applies) or (law.shared_axes and 0 not in law.shared_axes)
    for shape in NARROW if per_sample else WIDE:
        if all(-len(shape) <= axis < len(shape) for axis in law.shared_axes):
            yield shape


def is_range(inputs: Any) -> bool:
    """Return whether inputs are a range of values, (low, high)."""
    return isinstance(inputs, tuple) and len(inputs) == 2 and all(isinstance(each, (int, float)) for each in inputs)


def values(law: Law, shape: Shape, inputs: Any, *, batch: int = BATCH, dtype: str = "float32", entropy: int = 0) -> Any:
    """Return an input on which every unit shows its noise.

    Args:
      law: its law, which says what shows: small numbers where noise is added, positive ones where it multiplies.
      shape: as `shape_for` gives it.
      inputs: as a user gives them: an array or a structure of them is the input; a range is what values lie in.
      batch: samples where the shape leaves them open.
      dtype: of the values.
      entropy: of which values are drawn.
    """
    if inputs is not None and not is_range(inputs):
        return calling.mapped(lambda array: _cast(np.asarray(array), dtype), inputs)
    whole = tuple(batch if side is None else side for side in shape)
    low, high = inputs if inputs is not None else _range(law)
    drawn = np.random.default_rng(entropy).uniform(low, high, whole)
    if inputs is None and isinstance(law, (Applies, Selects)) is False and not isinstance(law, (Multiplies, Adds)):
        drawn *= np.where(np.arange(drawn.size).reshape(whole) % 2, -1, 1)  # of both signs
    return _cast(drawn, dtype)


EXAMPLES = 15
"""Inputs that Hypothesis draws, before it looks for the simplest that shows a failure."""


def is_strategy(inputs: Any) -> bool:
    """Return whether inputs are a Hypothesis strategy of arrays."""
    module = sys.modules.get("hypothesis.strategies")
    return module is not None and isinstance(inputs, module.SearchStrategy)


def each_drawn(strategy: Any, hold: Callable[[Any], None], failure: type[Exception]) -> None:
    """Call a function with each example of a strategy, the same ones every time, and raise its simplest failure.

    Args:
      strategy: a Hypothesis strategy.
      hold: raises `failure` if an example shows one.
      failure: type of what it raises.
    """
    import hypothesis

    raised: list[Exception] = []

    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
        report_multiple_bugs=False,
    )
    @hypothesis.given(strategy)
    def hold_each(x: Any) -> None:
        try:
            hold(x)
        except failure as error:
            raised.append(error)
            raise

    try:
        hold_each()
    except hypothesis.errors.Unsatisfiable as error:
        raise LayerError(f"the strategy of inputs draws nothing: {error}.") from None
    except (failure, hypothesis.errors.Flaky):  # what nothing seeds may not show itself again
        raise raised[-1] from None


def first_drawn(strategy: Any) -> Any:
    """Return the first example of a strategy that is no constant, on which noise might not show; else the first.

    Raises:
      LayerError: if it draws no arrays.
    """
    drawn: list[Any] = []
    each_drawn(strategy, drawn.append, LayerError)
    for x in drawn:
        if not all(isinstance(array, (np.ndarray, np.generic)) for array in calling.arrays(x)):
            raise LayerError(f"a strategy of inputs draws arrays, not {x!r}.")
    return next((x for x in drawn if np.unique(calling.first(x)).size > 1), drawn[0])


def constant(law: Law, shape: Shape, batch: int, dtype: str = "float32") -> Any:
    """Return the constant input on which noise is rounded as little as may be."""
    return _cast(np.full(tuple(batch if side is None else side for side in shape), shown_at(law), np.float32), dtype)


def shown_at(law: Law) -> float:
    """Return the number on which noise shows: the origin, but where what is kept of it, scaled or not, is `value`."""
    if not isinstance(law, Drops):
        return law.origin
    shown = (law.origin, 2 * law.origin, 4 * law.origin)
    return next(each for each in shown if not any(math.isclose(law.value, each * by) for by in (1, law.scale)))


def shows_on_constant(law: Law) -> bool:
    """Return whether noise is counted on the constant input, rather than on one with values of its own."""
    return law.observe is None and not isinstance(law, (Applies, Unknown))


def _range(law: Law) -> tuple[float, float]:
    if isinstance(law, Draws):
        return 0.0, 0.0
    if isinstance(law, Adds):
        spread = float(law.drawn.std())
        return -spread, spread
    return (0.25, 0.75) if isinstance(law, (Applies, Unknown)) else (0.25, 4.0)


def _cast(array: Any, dtype: str) -> Any:
    if array.dtype.kind != "f":
        return array  # labels and token ids stay what they are
    if dtype == "bfloat16":
        import ml_dtypes

        return array.astype(ml_dtypes.bfloat16)
    return array.astype(dtype)
