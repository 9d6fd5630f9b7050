"""What a new layer returns: outputs that several observations ask for or compare with."""

from __future__ import annotations

import functools
from typing import Any

from noise_ops.properties.runs import Outputs, run
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, tensor
from noise_ops.subjects.values import same


@functools.lru_cache(maxsize=8)
def eager(subject: Subject, dtype: str) -> Outputs:
    """Return the outputs of a new layer, eagerly; kept for the observations that compare with them."""
    return twice(subject, "eager")[0] if dtype == "float32" else run(subject, dtype, "eager")


@functools.lru_cache(maxsize=4)
def twice(subject: Subject, mode: str) -> tuple[Outputs, bool]:
    """Return the outputs in float32, and whether a second new layer of the same seed draws the same.

    Stateful ops under XLA do not; where float32 is drawn so, the other dtypes are.
    """
    outputs, again = run(subject, "float32", mode), run(subject, "float32", mode)
    return outputs, all(map(same, outputs.ramp, again.ramp))


def forget() -> None:
    """Forget all outputs: a layer may have changed."""
    eager.cache_clear()
    twice.cache_clear()


def first_call(subject: Subject, dtype: str = "float32", kind: str = "ramp", **arguments: Any) -> Any:
    """Return the output of the first training call of a new layer, eagerly."""
    return calls(subject, dtype, 1, kind, **arguments)[0]


def calls(subject: Subject, dtype: str, count: int, kind: str = "ramp", **arguments: Any) -> list[Any]:
    """Return the outputs of successive training calls of a new layer, eagerly."""
    reset()
    layer = subject.make(dtype, **arguments)
    return [array(subject.call(layer, tensor(subject.x(dtype, kind)))) for _ in range(count)]


def noiseless(subject: Subject, dtype: str) -> Any:
    """Return the output of a layer that has no noise."""
    layer = subject.make(dtype, **{subject.strength or "": 0.0})
    return array(subject.call(layer, tensor(subject.x(dtype))))
