"""Mutants: a real layer with one thing broken under it, and what must catch it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar

from noise_ops.findings import Verdict
from noise_ops.sabotage.seams import Cut


class Kind(enum.Enum):
    """What sort of mistake a wound is; the catalogue holds several of each."""

    SCALE = "kept units scaled wrongly"
    RATE = "dropped at another rate"
    PRECISION = "drawn in too few bits"
    COMPARISON = "compared with > in place of >="
    SHARED = "noise shared that should not be"
    NOISE_SHAPE = "noise_shape ignored or on another axis"
    CALLS = "noise repeated from call to call"
    SEED = "seed ignored, cut short or shared"
    TRAINING = "noise at inference, or never"
    GRADIENT = "gradient of another function"
    CORRELATION = "neighbours correlated"
    PERIOD = "mask periodic"
    POSITION = "some positions treated otherwise"
    INPUT = "noise depends on the input"
    DTYPE = "dtype widened or narrowed"
    OVERWRITTEN = "input overwritten"
    VARIANCE = "noise of another variance"
    MEAN = "noise of another mean"
    OPERATION = "added for multiplied, or the other way round"
    SHAPE = "noise not normal"
    REPEATS = "draws repeated"
    COPY = "a piece of the noise repeats another"
    ALPHA = "AlphaDropout's constants wrong"
    CONFIG = "config loses or changes an argument"
    LIMITS = "rate 0, rate 1 or a bad rate mishandled"
    CONSTANT = "nothing is drawn"
    RETURN = "something else than floats of the input's shape is returned"
    RAISES = "raises where a result is promised"
    LARGE = "wrong only in large tensors"
    RANK = "wrong only of one rank or batch"
    ONLY = "wrong only in one dtype, trace, layer or range of rates"
    RANDOM = "small wounds at random places and thresholds"
    UNBROKEN = "control: nothing broken"
    OTHER_STREAM = "control: another stream of the same law"
    TINY = "control: wrong by much less than the suite can see"


CONTROLS = (Kind.UNBROKEN, Kind.OTHER_STREAM, Kind.TINY)
"""The kinds that no law check may object to."""


@dataclass(frozen=True)
class Wound:
    """One mistake, as it can be made under several layers.

    Attributes:
      name: short name, unique among the wounds of a layer.
      kind: what sort of mistake it is.
      description: what is wrong, in plain words.
      cuts: where the layer is opened, and what is put there instead.
      expected: properties, one of which must catch it; none for a control, or where any may.
      verdicts: the verdicts that a run may end in.
      modes: the modes in which the suite is run on it.
      dtypes: the dtypes; empty for all.
    """

    name: str
    kind: Kind
    description: str
    cuts: tuple[Cut, ...]
    expected: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = (Verdict.LAW_CHANGED,)
    modes: tuple[str, ...] = ("eager",)
    dtypes: tuple[str, ...] = ("float32",)


@dataclass(frozen=True)
class Mutant:
    """A subject with a wound.

    Attributes:
      subject: full name of the layer or function.
      wound: what is broken under it.
    """

    subject: str
    wound: Wound

    @property
    def name(self) -> str:
        """Unique name, such as "keras.layers.Dropout/scale-missing"."""
        return f"{self.subject}/{self.wound.name}"

    is_own: ClassVar[bool] = False
    """Whether it is a layer as a user writes one, rather than one of a library with a wound."""

    @property
    def is_control(self) -> bool:
        """Whether the law holds in spite of the wound."""
        return self.wound.kind in CONTROLS
