"""What a property is: what a right layer does, what a record shows of it, and under which code a breach is told.

Each property is one paragraph in a file of this room, and stands nowhere else. A `Property` is what a record shows of
it, by which a comparison judges; a `Question` is where a check asks it. Many have both, under one name. What only a
record shows has no question; what only a check asks has no `Property`, and its question names the code.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Stage(enum.Enum):
    """The part of the pipeline at which two streams part: two releases', or a layer's and the predicted one."""

    SEED = "seed"
    BITS = "bits"
    VARIATE = "variate"
    OP = "op"
    LAYER = "layer"


class Kind(enum.Enum):
    """What a property is about, and so how two values of it are judged.

    STREAM: bits at fixed seeds; two releases may differ in them, and both keep the law.
    EXACT: what holds whatever the bits, in every layer that keeps its documentation.
    COUNTS: counts of noise, judged by exact tests against the documented law.
    CONTRACT: what is accepted, raised and kept.
    CONTEXT: what explains other facts and is no finding.
    """

    STREAM = "stream"
    EXACT = "exact"
    COUNTS = "counts"
    CONTRACT = "contract"
    CONTEXT = "context"


@dataclass(frozen=True)
class Property:
    """What a record shows of every subject of which it can be observed.

    Attributes:
      name: the first word of a fact's `property`; what follows is an argument, as in "accepts rate=1".
      kind: what it is about.
      code: key of `noise_ops.codes.CODES` under which a breach or a change is told.
      shows: what a recorded value says, a sentence for `explain`.
      stage: the stage of the pipeline that a change lies in, if the property alone tells.
      right: the values that a right layer shows; empty if the documentation names none.
      tolerated: further values that a comparison accepts, such as one that is rounded.
      needs_noise: whether its value says nothing where a layer makes no noise.
    """

    name: str
    kind: Kind
    code: str
    shows: str
    stage: Stage | None = None
    right: tuple[str, ...] = ()
    tolerated: tuple[str, ...] = ()
    needs_noise: bool = False

    @property
    def documented(self) -> tuple[str, ...]:
        """The values that keep the documentation; empty if nothing is documented."""
        return self.right + self.tolerated


ALL = ("float16", "bfloat16", "float32", "float64")
"""Every dtype in which layers compute."""

BOTH_WIDTHS = ("bfloat16", "float32")
"""A dtype of half and one of single precision, for what the other two would only repeat."""

REBUILT = ("from_config", "reloaded")
"""Modes in which a layer comes back from a config or a file."""

SINGLE = ("function", "xla", "model", "fit", "mixed_float16", "mixed_bfloat16", *REBUILT)
"""The modes besides eager in which a call has one output."""

OTHERS = (*SINGLE, "mirrored")
"""Every usual mode besides eager, each asked in the dtype of its policy or in float32."""

IN_ORDER = ("map_fn", "dataset")
"""Those of `subjects.surroundings` whose iterations follow one another in one trace, and so continue one stream."""

TRAITS = {
    "layer": "a layer of Keras",
    "function": "a function of TensorFlow",
    "keras3": "a layer of Keras 3",
    "stateless": "what repeats its noise in a second call, by contract",
    "input": "what makes something of an input, rather than drawing alone",
    "rate": "what takes a rate",
    "stddev": "what takes a standard deviation",
    "maps": "what drops whole feature maps",
    "noise_shape": "what takes a noise_shape",
    "data_format": "what takes a data_format",
    "mask": "what chooses units by a mask",
    "scaled": "what drops units and scales the others",
    "affine": "what drops units and maps all of them by one line",
    "two-point": "what has two possible outputs for each input",
    "additive": "what adds noise",
    "multiplicative": "what multiplies by noise",
    "normal": "what draws normal noise",
    "uniform": "what draws uniforms",
    "counted": "what promises how often a state is one, by a mask or a cut",
    "half": "what computes in half precision",
    "coarse": "what decides its states by uniforms of half precision",
}
"""What a target (a subject in a dtype and a mode) can be: a question chooses by it what it is asked of."""


@dataclass(frozen=True)
class Question:
    """Of which targets `noise-ops check` asks a property, and on which cases.

    The function of this name in `noise_ops.checks` answers it; if on="recorded", the `steps` of its theme do, whose
    values are held to the `right` of the `Property` of this name. Several questions of one name ask different targets.

    Attributes:
      name: the property.
      on: the cases: a domain of `checks.domains`; "standard"; "recorded"; a key of `checks.harness.CASES`, one or two
        cases that cost much; or, of a statistical property, a key of `checks.asked.PARAMETERS`.
      of: traits that a target must have, keys of `TRAITS`; a target that has them all is asked.
      unless: traits, none of which it may have.
      dtypes: dtypes in which it is asked eagerly; none where it is asked in other modes alone.
      modes: other modes in which it is asked, of the subjects that have them, in the dtype of the mode's policy or in
        float32; "xla/float16" names another dtype.
      code: key of `noise_ops.codes.CODES` for a breach; None where the `Property` of this name has it.
      why: why it is asked of no more targets, where the traits do not tell; for readers of the file, not for reports.
    """

    name: str
    on: str
    of: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    dtypes: tuple[str, ...] = ("float32",)
    modes: tuple[str, ...] = ()
    code: str | None = None
    why: str = ""
