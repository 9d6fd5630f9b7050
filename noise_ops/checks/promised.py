"""Which law a target promises: at a parameter of its grid, and of one case."""

from __future__ import annotations

from noise_ops.laws.law import Law
from noise_ops.laws.of_ops import law_of_op
from noise_ops.reference.ops import spatial_noise_shape
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

LARGEST_STDDEV = 1.0
"""Standard deviation up to which Keras 3 accepts one."""


def law_at(target: Target, parameter: float) -> Law:
    """Return the law at a parameter: a rate, or a standard deviation where the subject has no rate."""
    return law_of_op(target.subject.op, parameter, min(parameter, LARGEST_STDDEV))


def law_of(target: Target, case: Case) -> Law:
    """Return the law of a case. Uniforms are cut at 1/2."""
    rate, stddev = 0.5 if case.rate is None else case.rate, 1.0 if case.stddev is None else case.stddev
    shared = tuple(axis for axis, size in enumerate(mask_shape(target, case)) if size == 1)
    return law_of_op(target.subject.op, rate, stddev, shared)


def mask_shape(target: Target, case: Case) -> tuple[int, ...]:
    """Return the shape of the mask of a case: 1 along the axes that share it."""
    if target.subject.rank is not None:
        return spatial_noise_shape(case.x.shape, case.data_format)  # type: ignore[arg-type]
    if case.noise_shape is None:
        return case.x.shape
    return tuple(size if entry is None else entry for entry, size in zip(case.noise_shape, case.x.shape, strict=True))


def p_one(target: Target, law: Law) -> float:
    """Return the probability with which a target's arithmetic makes a state of its law one."""
    return law.p_one(target.dtype, "xla" if target.mode == "xla" else "kernel")


def is_fused(target: Target) -> bool:
    """Return whether a product and a sum are rounded once."""
    return target.mode == "xla"
