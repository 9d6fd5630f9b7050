"""Wounds of AlphaDropout: its two values and its affine correction, put together wrongly from the layer's own draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from noise_ops.findings import Verdict
from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.seams import Call, method
from noise_ops.subjects.libraries import tensorflow

_ALPHA = 1.6732632423543772
_SCALE = 1.0507009873554805


@dataclass(frozen=True)
class Constants:
    """What AlphaDropout is made of.

    Attributes:
      rate: its drop probability.
      saturation: the value of a dropped unit before the affine correction.
      a, b: the correction y = a * x + b.
    """

    rate: float
    saturation: float
    a: float
    b: float


def constants(rate: float, saturation: float = -_ALPHA * _SCALE) -> Constants:
    """Return the right constants for a rate and a saturation value."""
    a = ((1 - rate) * (1 + rate * saturation**2)) ** -0.5
    return Constants(rate, saturation, a, -a * saturation * rate)


def _put_together(call: Call, wrong: Callable[[Constants], Constants], strict: bool) -> Any:
    layer, x = call["self"], call["inputs"]
    tf = tensorflow()
    if not call["training"] or not 0 < layer.rate < 1:
        return call.sound()
    entries = layer.noise_shape or [None] * x.shape.rank
    shape = [tf.shape(x)[axis] if size is None else size for axis, size in enumerate(entries)]
    if hasattr(layer, "_random_generator"):
        uniforms = layer._random_generator.random_uniform(shape)
    else:
        uniforms = _keras_random(layer).uniform(shape, seed=layer.seed_generator)
    kept = tf.cast(uniforms > layer.rate if strict else uniforms >= layer.rate, x.dtype)
    c = wrong(constants(layer.rate))
    return c.a * (x * kept + c.saturation * (1 - kept)) + c.b


def _keras_random(layer: Any) -> Any:
    from noise_ops.subjects.libraries import load

    library = load(type(layer).__module__.split(".")[0])
    assert library is not None
    return library.module.random


def _wound(name: str, description: str, wrong: Callable[[Constants], Constants], *expected: str) -> Wound:
    cut = method("call", lambda call: _put_together(call, wrong, strict=False))
    return Wound(name, Kind.ALPHA, description, (cut,), expected)


CONSTANTS = (
    _wound(
        "saturation-unscaled",
        "dropped units take -alpha, SELU's scale forgotten",
        lambda c: constants(c.rate, -_ALPHA),
        "two_point_support",
    ),
    _wound(
        "saturation-positive",
        "dropped units take +alpha * scale: the sign is lost",
        lambda c: constants(c.rate, _ALPHA * _SCALE),
        "two_point_support",
    ),
    _wound(
        "saturation-zero",
        "dropped units take 0, as in Dropout",
        lambda c: Constants(c.rate, 0.0, c.a, c.b),
        "two_point_support",
    ),
    _wound(
        "shift-missing",
        "the correction adds nothing: b = 0",
        lambda c: Constants(c.rate, c.saturation, c.a, 0.0),
        "two_point_support",
    ),
    _wound(
        "shift-of-other-sign",
        "the correction subtracts b",
        lambda c: Constants(c.rate, c.saturation, c.a, -c.b),
        "two_point_support",
    ),
    _wound(
        "scale-missing",
        "the correction does not scale: a = 1",
        lambda c: Constants(c.rate, c.saturation, 1.0, c.b),
        "two_point_support",
    ),
    _wound(
        "correction-missing",
        "there is no affine correction at all",
        lambda c: Constants(c.rate, c.saturation, 1.0, 0.0),
        "two_point_support",
    ),
    _wound(
        "root-missing",
        "the correction scales by a squared: the root is forgotten",
        lambda c: Constants(c.rate, c.saturation, c.a**2, -(c.a**2) * c.saturation * c.rate),
        "two_point_support",
    ),
    _wound(
        "correction-of-other-rate",
        "the correction is that of 1 - rate",
        lambda c: Constants(c.rate, c.saturation, constants(1 - c.rate).a, constants(1 - c.rate).b),
        "two_point_support",
    ),
)

COMPARISON = Wound(
    "greater-than",
    Kind.COMPARISON,
    "a unit whose uniform equals the rate is dropped: > for >=",
    (method("call", lambda call: _put_together(call, lambda c: c, strict=True)),),
    ("boundary_kept",),
)

REBUILT = Wound(
    "put-together-again",
    Kind.UNBROKEN,
    "the layer's own call is replaced by the same formula",
    (method("call", lambda call: _put_together(call, lambda c: c, strict=False)),),
    verdicts=(Verdict.IDENTICAL,),
    dtypes=(),
)

ALL = (*CONSTANTS, COMPARISON, REBUILT)
