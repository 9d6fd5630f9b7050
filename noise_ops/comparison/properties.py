"""How each property of a fingerprint is judged when two releases differ in it, and under which code it is told.

`TREATMENTS` has one entry for every property that the schema knows. What a property says, how bad a change of it is
and which values are documented stands in `vocabulary.PROPERTIES`; what a code means, in `codes`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from noise_ops.fingerprint import counts
from noise_ops.fingerprint.facts import Fact, Value


class Kind(enum.Enum):
    """What a property is.

    STREAM: bits at fixed seeds; two releases may differ and keep one law.
    EXACT: what holds of every stream of a layer that keeps its documentation.
    COUNTS: counts of noise, judged by exact tests against the documented law.
    CONTRACT: what is accepted, raised and kept.
    CONTEXT: what explains other facts and is no finding.
    """

    STREAM = "stream"
    EXACT = "exact"
    COUNTS = "counts"
    CONTRACT = "contract"
    CONTEXT = "context"


class Treatment(NamedTuple):
    """How a property is judged.

    Attributes:
      kind: what it is.
      code: under which code a change is told.
    """

    kind: Kind
    code: str


_S, _E, _N, _C, _X = Kind.STREAM, Kind.EXACT, Kind.COUNTS, Kind.CONTRACT, Kind.CONTEXT

TREATMENTS: Mapping[str, Treatment] = MappingProxyType(
    {
        "observed": Treatment(_C, "dies"),
        "seed_state": Treatment(_S, "derived-seeds"),
        "derived_seeds": Treatment(_S, "derived-seeds"),
        "words_stream": Treatment(_S, "words"),
        "words_head": Treatment(_X, "words"),
        "stream": Treatment(_S, "stream-moved"),
        "head": Treatment(_X, "stream-moved"),
        "mask": Treatment(_X, "stream-moved"),
        "unseeded_stream": Treatment(_S, "unseeded-stream"),
        "mode_draws_eager_stream": Treatment(_S, "modes-part"),
        "mask_over_time": Treatment(_E, "mask-over-time"),
        "gate_masks": Treatment(_E, "gate-masks"),
        "mask_density": Treatment(_N, "mask-density"),
        "noise_is_normal": Treatment(_N, "normality"),
        "noise_is_uniform": Treatment(_N, "uniformity"),
        "same_seed_same_noise": Treatment(_C, "same-seed"),
        "new_call_new_noise": Treatment(_E, "new-call"),
        "replicas_draw_apart": Treatment(_E, "replicas"),
        "unseeded_layers_differ": Treatment(_E, "unseeded-layers"),
        "neighbouring_seeds_differ": Treatment(_E, "neighbouring-seeds"),
        "distant_seeds_differ": Treatment(_C, "colliding-seeds"),
        "identity_at_inference": Treatment(_E, "inference"),
        "non_finite_dropped": Treatment(_E, "non-finite"),
        "support_and_scale": Treatment(_E, "support"),
        "scale_equivariant": Treatment(_E, "scale-equivariance"),
        "noise_is_added": Treatment(_E, "additivity"),
        "gradient_is_noise_factor": Treatment(_E, "gradient"),
        "recomputation_keeps_mask": Treatment(_E, "recomputation"),
        "noise_shape_broadcasts": Treatment(_E, "noise-shape"),
        "accepts": Treatment(_C, "does-otherwise"),
        "signature": Treatment(_C, "signature"),
        "config": Treatment(_C, "config"),
        "variables": Treatment(_C, "variables"),
        "variable_names": Treatment(_X, "variables"),
        "changed_attribute": Treatment(_C, "changed-attribute"),
        "seeded_by": Treatment(_C, "seeded-by"),
        "shape_and_dtype_kept": Treatment(_C, "dtype"),
        "input_untouched": Treatment(_C, "input-overwritten"),
        "rate_zero_is_identity": Treatment(_C, "rate-limit"),
        "explicit_training_wins": Treatment(_C, "explicit-training"),
        "policy_kept": Treatment(_C, "round-trip"),
        "noise_shape_kept": Treatment(_C, "round-trip"),
        "data_format_kept": Treatment(_C, "round-trip"),
        "reload_restarts_stream": Treatment(_C, "reloaded-stream"),
    }
)
"""The treatment of every property, by its first word."""

UNKNOWN = Treatment(_X, "unknown-property")


def treatment(property_name: str) -> Treatment:
    """Return how a fact's property is judged."""
    return TREATMENTS.get(property_name.partition(" ")[0], UNKNOWN)


_NONSENSE = {"1.5", "-1.0", "inf", "nan", "None", "'0.3'"}
_RIGHT_BY_ARGUMENT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # A rate of 1 drops everything; noise that multiplies has no variance there, and may refuse it when made.
        "rate=1": ("zeros", "raises when made"),
        "rate=0": ("identity",),
        "dropout=1": ("zeros",),
        "recurrent_dropout=1": ("zeros",),
        "stddev=0": ("identity",),
        "stddev=1": ("noise",),
        "stddev=1.5": ("noise",),
        "seed=-1": ("noise",),
        "seed=2**31": ("noise",),
        "seed=None": ("noise",),
        "noise_shape=None,1": ("noise, constant along [1]",),
        "noise_shape=1,None": ("noise, constant along [0]",),
        "noise_shape=257": ("noise, constant along [0]",),
    }
)


def documented(fact: Fact, *, repeated: bool = False) -> bool | None:
    """Return whether a fact is as documented; None where nothing is.

    Args:
      fact: what was observed.
      repeated: whether each call of the subject drew the same noise, so that its counts are multiples.
    """
    kind, name = treatment(fact.property).kind, fact.property.partition(" ")[0]
    if name == "accepts":
        return _accepted_rightly(fact)
    if fact.raised or fact.fate:
        return False if kind is not Kind.CONTEXT else None
    if kind is Kind.COUNTS:
        return counts.keeps_law(fact.property, fact.dtype, fact.value, repeated=repeated)
    if "stateless" in fact.subject and name in ("new_call_new_noise", "neighbouring_seeds_differ"):
        # The same pair gives the same noise, as its documentation says.
        return _shown(fact.value) == ("aabb" if name.startswith("neighbouring") else "a" * len(_shown(fact.value)))
    if name == "new_call_new_noise" and " " in fact.property and ".layers." not in fact.subject:
        return None  # an op seed in a trace repeats by design
    return fact.documented


def _accepted_rightly(fact: Fact) -> bool | None:
    argument = fact.property.partition(" ")[2]
    right = _RIGHT_BY_ARGUMENT.get(argument)
    name, _, value = argument.partition("=")
    if right is None:
        if name in ("minval", "minval>maxval"):
            return fact.raised is not None  # there is no integer in the range
        if name in ("rate", "stddev", "dropout", "recurrent_dropout") and value in _NONSENSE:
            return fact.raised is not None
        return None
    if name == "noise_shape" and fact.value == "noise" and not fact.subject.endswith("keras.layers.Dropout"):
        return None  # the axes of a mask that leaves no zeros are not recorded
    if fact.raised:
        return "raises when made" in right and fact.raised.when == "made"
    return _shown(fact.value).partition(", constant")[0] in right or _shown(fact.value) in right


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else ""
