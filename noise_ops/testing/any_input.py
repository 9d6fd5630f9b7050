"""What a user's layer keeps on inputs that nobody chose: batch sizes, sides and values, which Hypothesis draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from noise_ops.laws.drawing import Draws
from noise_ops.laws.happening import Selects, Unknown
from noise_ops.testing import calling, given
from noise_ops.testing.asking import BrokenError, NotAskedError, Property
from noise_ops.testing.one_call import unsupported
from noise_ops.testing.subject import Subject

_LARGEST_BATCH = 33


def kept_on_any_input(subject: Subject) -> None:
    """On inputs of other sizes and values the layer keeps shape, dtype, finiteness, bounds and allowed values."""
    if subject.strategy is not None:
        for_each = subject.strategy
    elif subject.is_structured or isinstance(subject.inputs, np.ndarray):
        raise NotAskedError("its inputs have values of their own; a Hypothesis strategy of arrays can draw others")
    else:
        for_each = _inputs(subject)
    right = subject.outcome, not unsupported(subject.law, subject.x(), subject.outcome)
    given.each_drawn(for_each, lambda x: _hold(subject, x, *right), BrokenError)


PROPERTIES = (Property("kept_on_any_input", "support", kept_on_any_input),)


def _inputs(subject: Subject) -> Any:
    """Return a strategy of inputs: of any batch, of any sides where none were named, of values that show noise."""
    from hypothesis import strategies as st

    batch, *sides = subject.shape or (1,)
    least = subject.law.count if isinstance(subject.law, Selects) else 1
    named = (subject.given_shape or (None,) * len(subject.shape))[1:]
    drawn = [
        st.just(side) if by_user is not None else st.just(side) | st.integers(least, 2 * side)  # type: ignore[operator]
        for side, by_user in zip(sides, named, strict=False)
    ]
    batches = st.integers(1, _LARGEST_BATCH) if batch is None else st.just(batch)
    shapes = st.tuples(batches, *drawn) if subject.shape else st.just(())
    return st.builds(
        lambda shape, entropy: given.values(subject.law, shape, subject.inputs, entropy=entropy),
        shapes,
        st.integers(0, 2**32 - 1),
    )


def _hold(subject: Subject, x: Any, usual: Any, is_supported: bool) -> None:
    array, law = calling.first(x), subject.law
    where = f"Of an input of shape {array.shape}"
    try:
        y = calling.observed(f"{where}, the call", lambda: subject.calls("any", x)[0])
    except calling.RaisedError as error:
        if subject.strategy is None and array.shape[1:] != calling.first(subject.x()).shape[1:]:
            return  # no side was named, and a layer may refuse some
        raise BrokenError("raises", f"{error}.") from None
    if not np.isfinite(y.astype(np.float64)).all() and np.isfinite(array.astype(np.float64)).all():
        bad = int(np.count_nonzero(~np.isfinite(y.astype(np.float64))))
        raise BrokenError("non-finite", f"{where}, {bad} of {y.size} outputs are nan or infinite.")
    if y.dtype != usual.dtype and array.dtype == calling.first(subject.x()).dtype:
        raise BrokenError("dtype", f"{where}, the output is {y.dtype}, and else {usual.dtype}.")
    is_of_elements = not isinstance(law, (Draws, Unknown)) and law.observe is None
    if is_of_elements and subject.keeps_shape and y.shape != array.shape:
        raise BrokenError("dtype", f"{where}, the output has shape {y.shape}.")
    wrong = unsupported(law, x, y) if is_supported else ""
    if wrong:
        raise BrokenError("support", f"{where}, {wrong}")
    low, high = subject.outputs or (-np.inf, np.inf)
    bad = int(np.count_nonzero((y.astype(np.float64) < low) | (y.astype(np.float64) > high)))
    if bad:
        raise BrokenError("support", f"{where}, {bad} of {y.size} outputs lie outside [{low:g}, {high:g}].")
