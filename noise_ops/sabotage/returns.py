"""Wounds of what a training call gives back: constants, other shapes, other things than floats, or an exception.

A check has nothing of the law to look at in most of them, and must say so without a crash of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from noise_ops.findings import Verdict
from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.seams import Call, Cut, dropouts, method
from noise_ops.subjects.libraries import tensorflow

Given = Callable[[Any], Any]
"""From the input of a call to what is given back in place of the noisy output."""

_CONTRACT = (Verdict.CONTRACT_CHANGED,)
_EITHER = (Verdict.CONTRACT_CHANGED, Verdict.LAW_CHANGED)


def in_training(given: Given) -> tuple[Cut, ...]:
    """Put something in the place of what a training call of a layer returns."""
    return (method("call", lambda call: given(call["inputs"]) if call["training"] else call.sound()),)


def in_functions(given: Given) -> tuple[Cut, ...]:
    """Put something in the place of what `tf.nn.dropout` and its stateless form return."""
    return (dropouts(lambda call: given(tensorflow().convert_to_tensor(call["x"]))),)


def _flat(x: Any) -> Any:
    return tensorflow().reshape(x, [-1])


CONSTANTS: dict[str, tuple[str, Given]] = {
    "constant-0": ("returns zeros", lambda x: x * 0),
    "constant-0-made-anew": ("returns zeros that do not hang on the input", lambda x: tensorflow().zeros_like(x)),
    "constant-1": ("returns ones", lambda x: tensorflow().ones_like(x)),
    "constant-nan": ("returns nan", lambda x: tensorflow().zeros_like(x) / 0),
    "constant-infinity": ("returns infinity", lambda x: tensorflow().ones_like(x) / 0),
    "input-returned": ("returns its input", lambda x: x),
    "input-doubled": ("returns twice its input", lambda x: x + x),
    "input-negated": ("returns its input with the other sign", lambda x: -x),
    "mean-returned": (
        "returns the mean of its input in every place",
        lambda x: tensorflow().zeros_like(x) + tensorflow().reduce_mean(x),
    ),
}
"""What hangs on no draw."""

SHAPES: dict[str, tuple[str, Given]] = {
    "scalar-0": ("returns the scalar 0", lambda x: tensorflow().zeros([], x.dtype)),
    "sum": ("returns the sum of its input", lambda x: tensorflow().reduce_sum(x)),
    "flattened": ("returns its input flattened", _flat),
    "one-element": ("returns one element", lambda x: _flat(x)[:1]),
    "one-missing": ("leaves the last element out", lambda x: _flat(x)[:-1]),
    "one-more": ("returns one element more", lambda x: tensorflow().concat([_flat(x), _flat(x)[:1]], 0)),
    "nothing": ("returns no element", lambda x: _flat(x)[:0]),
    "axis-more": ("returns one axis more", lambda x: x[None]),
    "transposed": ("returns the axes in the other order", lambda x: tensorflow().transpose(x)),
    "batch-twice": ("returns each example twice", lambda x: tensorflow().repeat(_flat(x), 2)),
}
"""Wrong shapes; where an input has one element or none, some of them are right."""

OTHERS: dict[str, tuple[str, Given]] = {
    "none": ("returns None", lambda x: None),
    "python-float": ("returns a float of Python", lambda x: 0.0),
    "tuple": ("returns a tuple", lambda x: (x, x)),
    "list": ("returns a list of one tensor", lambda x: [x]),
    "dictionary": ("returns a dictionary", lambda x: {"output": x}),
    "sparse": ("returns a sparse tensor", lambda x: tensorflow().sparse.from_dense(x)),
    "float64": ("returns float64 zeros", lambda x: tensorflow().zeros_like(x, "float64")),
    "int32": ("returns int32", lambda x: tensorflow().cast(x, "int32")),
    "bool": ("returns truth values", lambda x: x > 0),
    "complex": ("returns complex numbers", lambda x: tensorflow().cast(x, "complex64")),
    "text": ("returns text", lambda x: tensorflow().fill(tensorflow().shape(x), "noise")),
}
"""What is no tensor of floats, or of others than were promised."""

ERRORS: tuple[type[Exception], ...] = (ValueError, TypeError, IndexError, KeyError, AssertionError, ZeroDivisionError)
"""What a call may raise."""


def raising(error: type[Exception], when: Callable[[Call], bool], name: str = "call") -> Cut:
    """Cut at a method that raises in some of its calls."""

    def instead(call: Call) -> Any:
        if when(call):
            raise error("a broken layer")
        return call.sound()

    return method(name, instead)


def _given(group: dict[str, tuple[str, Given]], kind: Kind, *expected: str, **other: Any) -> tuple[Wound, ...]:
    return tuple(
        Wound(name, kind, f"a training call {description}", in_training(given), expected, **other)
        for name, (description, given) in group.items()
    )


def _raising(
    name: str, description: str, when: Callable[[Call], bool], *expected: str, method: str = "call", **other: Any
) -> Wound:
    cut = raising(ZeroDivisionError, when, method)
    return Wound(name, Kind.RAISES, description, (cut,), expected, _CONTRACT, **other)


def _in_training(call: Call) -> bool:
    return bool(call["training"])


RAISES = (
    _raising("raises", "a training call raises", _in_training, "shape_and_dtype_kept"),
    _raising(
        "raises-in-constructor", "the constructor raises", lambda call: True, "shape_and_dtype_kept", method="__init__"
    ),
    _raising(
        "raises-at-second-call",
        "every second training call raises",
        lambda call: bool(call["training"]) and call.number % 2 == 1,
        "new_call_new_noise",
        "predicted_stream",
    ),
    _raising(
        "raises-in-graphs",
        "inside a tf.function the call raises",
        lambda call: not tensorflow().executing_eagerly(),
        "shape_and_dtype_kept",
        modes=("function",),
    ),
    _raising(
        "raises-in-fit",
        "in `fit` the call raises",
        lambda call: bool(call["training"]) and not tensorflow().executing_eagerly(),
        "shape_and_dtype_kept",
        modes=("fit",),
    ),
    _raising(
        "raises-in-config",
        "get_config raises",
        lambda call: True,
        "shape_and_dtype_kept",
        method="get_config",
        modes=("from_config",),
    ),
    _raising(
        "raises-when-saved",
        "get_config raises, and nothing can be saved",
        lambda call: True,
        "shape_and_dtype_kept",
        method="get_config",
        modes=("reloaded",),
    ),
    _raising(
        "raises-at-inference",
        "a call without training raises",
        lambda call: not call["training"],
        "identity_at_inference",
    ),
)

ALL = (
    *_given(CONSTANTS, Kind.CONSTANT, "mask_density", "noise_variance", "mean_preservation"),
    *_given(SHAPES, Kind.RETURN, "shape_and_dtype_kept", verdicts=_EITHER),
    *_given(OTHERS, Kind.RETURN, "shape_and_dtype_kept", verdicts=_EITHER),
    *RAISES,
)


def refuse(error: type[Exception]) -> Any:
    """Raise, where an expression is wanted."""
    raise error("a broken layer")
