"""Classes that no record has and that draw by an argument: of some a recorded class runs the code, others are alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from noise_ops.audit.kinds import STRENGTHS
from noise_ops.subjects.classes import GATES
from noise_ops.usage.used import Signatures


class Kin(NamedTuple):
    """What a class has in common with a recorded one.

    Attributes:
      twin: the recorded class, whose masks it draws: the layer that runs a cell, or the one that it is a subclass of.
      parameters: those that can be given by position in every release.
      does: what the twin does with it.
    """

    twin: str
    parameters: tuple[str, ...]
    does: str = "runs"


KIN: Mapping[str, Kin] = MappingProxyType(
    {
        **{f"{name}Cell": Kin(name, ("units", "activation")) for name in GATES},
        "AdditiveAttention": Kin("Attention", ("use_scale",), "draws as"),
    }
)
"""By the name of a class that is in no record: of which the recorded class runs, or hands on, the code that draws."""

_ALONE = {
    **dict.fromkeys(
        ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
        ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate"),
    ),
    **dict.fromkeys(
        ("GroupedQueryAttention", "GroupQueryAttention"), ("head_dim", "num_query_heads", "num_key_value_heads")
    ),
}
"""What has code of its own that no recorded class runs, with the parameters that can be given by position."""


def named(subject: str) -> Kin | None:
    """Return the kin that a full name is of, such as "keras.layers.LSTMCell(dropout)"; None if it is of none."""
    return KIN.get(class_of(subject))


def class_of(subject: str) -> str:
    """Return the class of a full name, "LSTMCell" of "keras.layers.LSTMCell(dropout)"."""
    return subject.partition("(")[0].rpartition(".")[2]


def twin(subject: str) -> str:
    """Return the subject that may stand for one that is in no record; the subject itself where there is none."""
    base, variant, rest = subject.partition("(")
    found = named(subject)
    return f"{base.rpartition('.')[0]}.{found.twin}{variant}{rest}" if found else subject


def sentence(subjects: Iterable[str]) -> str:
    """Return the sentence on subjects for which their twins stand; "" without any."""
    parts = [f"{name} is judged as {kin.twin}, which {kin.does} it" for name, kin in _kin(subjects)]
    return f"{'; '.join(parts)}." if parts else ""


def told(subjects: Iterable[str]) -> str:
    """Return the twins of subjects, with what they have in common: "LSTM, which runs LSTMCell"."""
    return ", and ".join(f"{kin.twin}, which {kin.does} {name}" for name, kin in _kin(subjects))


def _kin(subjects: Iterable[str]) -> Iterator[tuple[str, Kin]]:
    names = dict.fromkeys(map(class_of, subjects))
    yield from ((name, KIN[name]) for name in names if name in KIN)


def signatures(known: Signatures) -> Signatures:
    """Return what is known, and what else draws by an argument and is in no record, with their parameters."""
    return {**dict(_all()), **known}


def _all() -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, parameters in {**{name: kin.parameters for name, kin in KIN.items()}, **_ALONE}.items():
        for library in ("keras", "tf_keras"):
            yield from ((f"{library}.layers.{name}({argument})", parameters) for argument in STRENGTHS[name])
