"""Domains: what a property is asked about, as hard cases that are always asked and a strategy that draws more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from noise_ops.checks import axes, strategies
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

EAGER_MODES = ("eager",)
"""Modes in which a case costs only itself; elsewhere it is traced, compiled, trained, saved or replicated."""


@dataclass(frozen=True)
class Domain:
    """The cases that a property speaks of.

    Attributes:
      hard: from a target to the cases at the ends of its axes, which are always asked.
      drawn: from a target to the strategy of further cases.
      alike: whether it speaks, in the modes in which cases cost much, of the cases of `every_case`: all properties
        then share a trace, a model or a file, and leave out the cases on which chance alone could answer.
    """

    hard: Callable[[Target], list[Case]]
    drawn: Callable[[Target], st.SearchStrategy[Case]]
    alike: bool = False

    def of(self, target: Target) -> Domain:
        """Return the domain that a target is asked about."""
        return every_case if self.alike and target.mode not in EAGER_MODES else self


def _moderate_seeds(target: Target) -> list[Case]:
    return [replace(case, seed=case.seed % 2**31) for case in axes.mask_cases(target)]


def _grain(target: Target) -> list[Case]:
    return [axes.on_grain(target, case) for case in axes.mask_cases(target)]


def _channels_first(target: Target) -> list[Case]:
    return [replace(case, data_format="channels_first") for case in axes.mask_cases(target)]


def _shared_masks(target: Target) -> list[Case]:
    return [axes.laid_out(target, case, ((128, 4), (128, 1))) for case in axes.mask_cases(target)]


every_case = Domain(axes.cases, strategies.cases)
"""Whatever a target documents to work."""

every_pair = Domain(axes.paired_cases, strategies.cases, alike=True)
"""The same, with each pair of edge values in eager float32: for the properties that the first outputs answer."""

finite_cases = Domain(axes.finite_cases, strategies.finite_cases)
"""Inputs without nan, infinity and overflow."""

mask_cases = Domain(axes.mask_cases, strategies.mask_cases, alike=True)
"""Ones at rate 1/2, on so many units that two draws agree by chance once in 2**64."""

seed_cases = Domain(axes.seed_cases, strategies.seed_cases)
"""Small cases, of which only the seeds differ."""

numbered_cases = Domain(axes.numbered_cases, strategies.seed_cases)
"""The same, with seeds that name the bits of a call number."""

moderate_seed_cases = Domain(_moderate_seeds, strategies.moderate_seed_cases)
"""The same with seeds far from the limits of 64 bits."""

moderate_cases = Domain(axes.moderate_cases, strategies.moderate_cases)
"""Inputs that can be doubled without overflow or denormals."""

grain_cases = Domain(_grain, strategies.grain_cases)
"""So many draws that a hundredth of them never coincide by chance, rounded as little as may be."""

noise_shape_cases = Domain(axes.noise_shape_cases, strategies.noise_shape_cases)
"""Masks of every layout, large enough that no axis is constant by chance."""

channels_first_cases = Domain(_channels_first, strategies.channels_first_cases)
"""Cases that set data_format="channels_first", for the layers that have it."""

shared_mask_cases = Domain(_shared_masks, strategies.shared_mask_cases)
"""Cases whose noise_shape shares the mask along the last axis."""
