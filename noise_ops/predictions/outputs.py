"""Predictions of what the probe records: digests under every known seed rule, made by noise_ops.reference.

The inputs, seeds and shapes are the probe's own constants; TensorFlow is not imported.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from noise_ops.predictions import plans
from noise_ops.predictions.plans import Plan
from noise_ops.predictions.rules import Explanation
from noise_ops.reference import ops, variates, xla
from noise_ops.reference.bits import Engine, Stream
from noise_ops.reference.seeds import Draw, Seed
from noise_ops.reference.variates import FloatArray, as_dtype
from noise_ops.subjects import catalog, inputs, values

DTYPES = {dtype.name: dtype for dtype in variates.DTYPES}


class Fixed(Seed):
    """A seed that starts every draw at one place."""

    def __init__(self, stream: Stream, engine: Engine) -> None:
        super().__init__(engine)
        self.stream = stream

    def next(self, draw: Draw) -> Stream:
        """Return the stream, whatever is drawn."""
        return self.stream


class Noise(NamedTuple):
    """What a subject makes of a stream.

    Attributes:
      draw: what it draws.
      output: from a stream and an engine to its output on the ramp.
      variants: names of further ops, with what they make of that output.
    """

    draw: Draw
    output: Callable[[Stream, Engine], FloatArray]
    variants: dict[str, Callable[[FloatArray], FloatArray]]


def explanations(
    subject: str, dtype: str, mode: str, property_name: str, digests: str, *, seeded: bool = True
) -> tuple[Explanation, ...]:
    """Return what predicts a recorded stream.

    Args:
      subject: name of a subject of the probe.
      dtype: compute dtype.
      mode: mode of the probe.
      property_name: "stream" or "unseeded_stream".
      digests: the recorded digests, or the digest of the first mask.
      seeded: whether the subject was given a seed.
    """
    noise = _noise(subject, dtype)
    if noise is None:
        return ()
    wanted = digests.split(" ")
    planned = plans.plans_without_seed if property_name == "unseeded_stream" else partial(plans.plans, mode, seeded)
    found = (_explain(noise, plan, wanted) for plan in planned(subject, len(wanted)))
    explained = tuple(dict.fromkeys(explanation for explanation in found if explanation))
    return explained or (_by_replica(noise, wanted) if mode == "mirrored" and not seeded else ())


def _by_replica(noise: Noise, wanted: list[str]) -> tuple[Explanation, ...]:
    """Return what predicts each of two replicas by itself: their ops have numbers of their own in the graph."""
    replicas = [
        {e for plan in plans.unseeded_plans("function", len(half)) if (e := _explain(noise, plan, half))}
        for half in (wanted[0::2], wanted[1::2])
    ]
    return tuple(sorted(set.intersection(*replicas), key=str))


def _explain(noise: Noise, plan: Plan, wanted: list[str]) -> Explanation | None:
    """Return the explanation by a plan, if every digest is as it predicts."""
    possible = ["", *noise.variants]
    for source, digest in zip(plan.sources, wanted, strict=True):
        seen = _digests(noise, source.next(noise.draw), plan.engine)
        possible = [op for op in possible if seen[op] == digest]
        if not possible:
            return None
    return Explanation(plan.rule, plan.engine, possible[0])


def _digests(noise: Noise, stream: Stream, engine: Engine) -> dict[str, str]:
    y = noise.output(stream, engine)
    return {"": values.digest(y)} | {name: values.digest(change(y)) for name, change in noise.variants.items()}


# Ops ------------------------------------------------------------------------------------------------------------------


@cache
def _noise(subject: str, dtype: str) -> Noise | None:
    """Return what a subject makes of a stream; None of a subject that the reference does not know."""
    declared = catalog.named(subject)
    if declared is None or not declared.recorded or dtype not in DTYPES:
        return None
    if declared.mask_shape is not None:
        return _first_mask(declared.mask_shape)
    return _of_op(declared.op, declared.shape, declared.arguments, DTYPES[dtype])


def _of_op(op: str, shape: tuple[int, ...], arguments: dict[str, float], dtype: np.dtype[Any]) -> Noise:
    x = values.ramp(shape).astype(np.float32).astype(dtype)
    if op in ("uniform", "normal"):
        draw = Draw("uniform" if op == "uniform" else "normal", dtype.name, x.size)
        return Noise(draw, partial(_uniforms if op == "uniform" else _normals, x), {})
    drawn = "float32" if op == "alpha_dropout" else dtype.name
    count = shape[0] * shape[-1] if op == "spatial_dropout" else x.size
    masked = op in ("dropout", "spatial_dropout")
    signed = {"signed zeros": lambda y: np.where(y == 0, np.copysign(y, x), y)} if masked else {}

    def output(stream: Stream, engine: Engine) -> FloatArray:
        made: FloatArray = getattr(ops, op)(x, **arguments, seed=Fixed(stream, engine))
        return made

    return Noise(Draw("normal" if op.startswith("gaussian") else "uniform", drawn, count), output, signed)


def _uniforms(x: FloatArray, stream: Stream, engine: Engine) -> FloatArray:
    return variates.uniforms(stream, x.size, x.dtype, engine).reshape(x.shape)


def _normals(x: FloatArray, stream: Stream, engine: Engine) -> FloatArray:
    if engine == "xla":
        return xla.shifted_normals(stream, x.shape, x.dtype, as_dtype(1, x.dtype), as_dtype(0, x.dtype))
    return variates.normals(stream, x.size, x.dtype).reshape(x.shape)


def _first_mask(shape: tuple[int, ...]) -> Noise:
    """Return the packed mask of a recurrent or attention layer: what it makes of it is not predicted."""
    count = int(np.prod(shape))
    threshold = variates.rate_threshold(inputs.RATE, variates.FLOAT32)

    def packed(stream: Stream, engine: Engine) -> FloatArray:
        dropped = variates.lattice_points(stream, count, variates.FLOAT32, engine) < threshold
        if len(shape) == 4:  # heads lie side by side in the output
            dropped = dropped.reshape(shape).transpose(0, 2, 1, 3)
        return np.packbits(dropped.ravel())

    return Noise(Draw("uniform", "float32", count), packed, {})
