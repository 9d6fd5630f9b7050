"""Classes that draw as a recorded class does, and were not recorded themselves: cells, convolutions, attention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from noise_ops.audit.kinds import STRENGTHS
from noise_ops.subjects.classes import GATES
from noise_ops.usage.used import Signatures


class Kin(NamedTuple):
    """What a class has in common with a recorded one.

    Attributes:
      twin: the recorded class, whose masks it draws: the layer of a cell, or the layer whose gates a convolution has.
      parameters: those that can be given by position in every release.
      always: arguments of the twin that it does not take, each with what it does.
    """

    twin: str
    parameters: tuple[str, ...]
    always: Mapping[str, Any] = MappingProxyType({})


_CONVOLUTION = Kin(
    "LSTM", ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate"), {"implementation": 1}
)

KIN: Mapping[str, Kin] = MappingProxyType(
    {
        **{f"{name}Cell": Kin(name, ("units", "activation")) for name in GATES},
        **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), _CONVOLUTION),
        "AdditiveAttention": Kin("Attention", ("use_scale",)),
        **dict.fromkeys(
            ("GroupedQueryAttention", "GroupQueryAttention"),
            Kin("MultiHeadAttention", ("head_dim", "num_query_heads", "num_key_value_heads")),
        ),
    }
)
"""By the name of a class that is in no record. A convolution applies a mask a gate, as implementation 1 of an LSTM;
keras v3.15.1 src/layers/rnn/conv_lstm.py, tf_keras v2.21.0 src/layers/rnn/base_conv_lstm.py."""


def named(subject: str) -> Kin | None:
    """Return the kin that a full name is of, such as "keras.layers.LSTMCell(dropout)"; None if it is of none."""
    return KIN.get(subject.partition("(")[0].rpartition(".")[2])


def always(subject: str) -> Mapping[str, Any]:
    """Return what a subject always does of the arguments of its twin that it does not take."""
    found = named(subject)
    return found.always if found else {}


def twin(subject: str) -> str:
    """Return the subject that may stand for one that is in no record; the subject itself where there is none."""
    base, variant, rest = subject.partition("(")
    found = named(subject)
    return f"{base.rpartition('.')[0]}.{found.twin}{variant}{rest}" if found else subject


def signatures(known: Signatures) -> Signatures:
    """Return what is known, and the kin of it, with their parameters."""
    return {**dict(_all()), **known}


def _all() -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, kin in KIN.items():
        for library in ("keras", "tf_keras"):
            yield from ((f"{library}.layers.{name}({argument})", kin.parameters) for argument in STRENGTHS[name])
