"""What the reference predicts for a target, and how far from it an output lies."""

from __future__ import annotations

import numpy as np

from noise_ops.predictions.rules import TRACED, Rule
from noise_ops.predictions.seeds_of import seed_of
from noise_ops.reference import ops, xla
from noise_ops.reference.bits import Engine
from noise_ops.reference.seeds import Draw, Seed
from noise_ops.reference.variates import FloatArray, normals, uniforms
from noise_ops.reference.xla import MAX_ULP_MASKED
from noise_ops.subjects.cases import Case
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.surroundings import SURROUNDINGS
from noise_ops.subjects.targets import Target
from noise_ops.subjects.values import agreeing, same

_TRACED = (*TRACED, *SURROUNDINGS)
"""Modes in which a layer is traced, and its calls are those of the trace."""


def seed_for(subject: Subject, case: Case, mode: str, replica: int = 0) -> Seed | None:
    """Return the seed object that predicts what a subject draws; None where no seed determines the noise."""
    engine: Engine = "xla" if mode == "xla" else "kernel"
    version = subject.library.version
    return seed_of(Rule(subject.rule), case.seed, engine, version, traced=mode in _TRACED, replica=replica)


def predict(target: Target, case: Case, calls: int = 1) -> list[FloatArray] | None:
    """Return the outputs of `calls` training calls as the reference predicts them.

    None where no seed determines the noise (stateful ops under XLA).
    """
    replicas = 2 if target.mode == "mirrored" else 1
    seeds = [seed_for(target.subject, case, target.mode, replica) for replica in range(replicas)]
    known = [seed for seed in seeds if seed is not None]
    if len(known) < replicas:
        return None
    outputs = [[output(target.subject.op, case, seed) for seed in known] for _ in range(calls)]
    return [np.stack(replica_outputs) if replicas > 1 else replica_outputs[0] for replica_outputs in outputs]


def output(op: str, case: Case, seed: Seed) -> FloatArray:
    """Return what an op, or a bare draw of "uniform" or "normal", makes of a case with a seed."""
    dtype, count, shape = case.x.dtype, case.x.size, case.x.shape
    if op == "uniform":
        return uniforms(seed.next(Draw("uniform", dtype.name, count)), count, dtype, seed.engine).reshape(shape)
    if op == "normal":
        stream = seed.next(Draw("normal", dtype.name, count))
        xla_or_kernel = xla.normals(stream, shape, dtype) if seed.engine == "xla" else normals(stream, count, dtype)
        return xla_or_kernel.reshape(shape)
    predicted: FloatArray = getattr(ops, op)(case.x, **case.arguments(), seed=seed)
    return predicted


def as_predicted(target: Target, case: Case, observed: FloatArray, expected: FloatArray) -> bool:
    """Return whether an output is the predicted one, bit for bit, or within the distance the reference states."""
    if same(observed, expected) or target.mode != "xla" or target.subject.op != "masked_gaussian_noise":
        return same(observed, expected)
    with np.errstate(invalid="ignore"):
        noise = np.abs(expected - case.x)
    largest = np.maximum(np.maximum(np.abs(expected), np.abs(case.x)), noise)
    with np.errstate(invalid="ignore"):
        near = np.abs(observed - expected) <= MAX_ULP_MASKED * np.spacing(largest)
    # What is infinite or nan lies near nothing, and is to be the same.
    agree = (observed == expected) | (np.isnan(observed) & np.isnan(expected))
    return observed.dtype == expected.dtype and bool(np.all(np.where(np.isfinite(expected), near, agree)))


def first_difference(observed: FloatArray, expected: FloatArray) -> str:
    """Say where two arrays part, in a few words."""
    if observed.dtype != expected.dtype:
        return f"expected dtype {expected.dtype}, observed {observed.dtype}"
    if observed.shape != expected.shape:
        return f"expected shape {expected.shape}, observed {observed.shape}"
    where = np.argwhere(np.atleast_1d(~agreeing(observed, expected)))
    if not len(where):
        return "no difference"
    index = tuple(int(i) for i in where[0][: observed.ndim])
    return (
        f"{len(where)} of {observed.size} elements differ, first at {list(index)}: "
        f"expected {expected[index]!s}, observed {observed[index]!s}"
    )
