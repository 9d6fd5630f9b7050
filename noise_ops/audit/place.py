"""A place: one point of a model at which noise is drawn, as its config has it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from noise_ops.audit.kinds import Kind
from noise_ops.subjects.inputs import DTYPES, MIXED


@dataclass(frozen=True)
class Place:
    """One place of a model at which noise is drawn.

    Attributes:
      path: names of the layers around it and its own, joined by strokes: "encoder/block_1/dropout".
      subject: full name as in `noise_ops.subjects.catalog`, such as "keras.layers.Dropout" or
        "tf_keras.layers.LSTM(recurrent_dropout)"; what Keras 2 wrote is named as of tf_keras; "" where there is none.
      class_name: name of the class, such as "LSTMCell".
      arguments: the entries of its config that are no objects, without its name, dtype and seed.
      dtype: name of its dtype policy, such as "float32" or "mixed_bfloat16".
      seed: its seed; None without one, or where the config has no entry for it.
      kind: what is drawn.
      argument: by which it draws: "rate", "stddev", "dropout" or "recurrent_dropout"; "" of other kinds.
      name: full name of what it is, also where that is no subject: "keras.layers.LSTMCell(dropout)".
      fills: of an initializer, what is known of the shape that it fills: the layer's class and sizes, and the weight.
      training: whether a call in the model gives it training=True; None where the config cannot tell.
    """

    path: str
    subject: str
    class_name: str
    arguments: Mapping[str, Any]
    dtype: str
    seed: int | None
    kind: Kind = Kind.NOISE
    argument: str = ""
    name: str = ""
    training: bool | None = None
    fills: tuple[object, ...] = ()

    @property
    def strength(self) -> float | None:
        """The rate or standard deviation, which may be any number; None where the config has none."""
        value: Any = self.arguments.get(self.argument)
        try:
            return None if value is None else float(value)
        except OverflowError:  # of an integer
            return math.copysign(math.inf, value > 0 or -1)

    @property
    def compute_dtype(self) -> str:
        """The dtype in which it computes; "" where the policy is not known."""
        policy = self.dtype.partition("_from_")[2] or self.dtype  # int8_from_mixed_bfloat16, of a quantized layer
        found = MIXED.get(policy, policy)
        return found if found in DTYPES else ""
