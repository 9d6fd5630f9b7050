"""Exact and stream-free: what a layer rebuilt from its config or from a file still knows."""

from __future__ import annotations

from noise_ops.checks.prediction import first_difference
from noise_ops.checks.premises import of_one_seed
from noise_ops.checks.report import finding
from noise_ops.findings import Finding
from noise_ops.subjects import running
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target
from noise_ops.subjects.values import same


def data_format_kept(target: Target, case: Case) -> Finding | None:
    """A rebuilt layer shares its mask along the same axes: data_format="channels_first" is not lost."""
    message = _lost(target, case, "data_format")
    return of_one_seed(finding("data_format_kept", target, case, message), target, case) if message else None


def noise_shape_kept(target: Target, case: Case) -> Finding | None:
    """A rebuilt layer shares its mask along the same axes: noise_shape is not lost."""
    message = _lost(target, case, "noise_shape")
    return of_one_seed(finding("noise_shape_kept", target, case, message), target, case) if message else None


def _lost(target: Target, case: Case, argument: str) -> str | None:
    original, rebuilt = running.run(target.subject, case)[0], target.run(case)[0]
    if same(rebuilt, original):
        return None
    return (
        f"A layer with {argument}={getattr(case, argument)!r}, rebuilt, drops other elements than the original: "
        f"{first_difference(rebuilt, original)}."
    )


def policy_kept(target: Target, case: Case) -> Finding | None:
    """A layer of a mixed-precision policy has, rebuilt from its config, the same compute dtype."""
    own, rebuilt = running.rebuilt_dtypes(target.subject, case, "mixed_bfloat16")
    if rebuilt != own:
        message = f"A mixed_bfloat16 layer comes back from its config computing in {rebuilt}."
        return finding("policy_kept", target, case, message)
    return None
