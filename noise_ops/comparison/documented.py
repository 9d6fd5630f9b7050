"""Whether what was recorded is as documented, also where the property's own values do not say it all."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from noise_ops.fingerprint import counts
from noise_ops.fingerprint.facts import Fact, Value
from noise_ops.properties.declaring import Kind

NONSENSE = frozenset({"1.5", "-1.0", "inf", "nan", "None", "'0.3'"})
"""Values that no rate, standard deviation or dropout can have."""

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


def is_documented(fact: Fact, *, repeated: bool = False) -> bool | None:
    """Return whether a fact is as documented; None where nothing is.

    Args:
      fact: what was observed.
      repeated: whether each call of the subject drew the same noise, so that its counts are multiples.
    """
    kind, name = fact.meaning.kind, fact.meaning.name
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
    if argument == "seed=None" and ("stateless" in fact.subject or ".Generator." in fact.subject):
        return None  # these have no noise without a seed
    right = _RIGHT_BY_ARGUMENT.get(argument)
    name, _, value = argument.partition("=")
    if right is None:
        if name in ("minval", "minval>maxval"):
            return fact.raised is not None  # there is no integer in the range
        if name in ("rate", "stddev", "dropout", "recurrent_dropout") and value in NONSENSE:
            return fact.raised is not None
        return None
    if name == "noise_shape" and fact.value == "noise" and not fact.subject.endswith("keras.layers.Dropout"):
        return None  # the axes of a mask that leaves no zeros are not recorded
    if fact.raised:
        return "raises when made" in right and fact.raised.when == "made"
    return _shown(fact.value).partition(", constant")[0] in right or _shown(fact.value) in right


def _shown(value: Value) -> str:
    return value if isinstance(value, str) else ""
