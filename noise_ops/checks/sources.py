"""How a subject is made and called, as Python source with TensorFlow alone."""

from __future__ import annotations

from typing import NamedTuple

from noise_ops.subjects.cases import Case
from noise_ops.subjects.inputs import SECOND_SEED
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.subject import Subject


class Source(NamedTuple):
    """How a subject is made and called, as Python source.

    Attributes:
      output: expression of the first output for an input `x`.
      module: what is imported for it.
      layer: the class of a layer; "" of a function.
      arguments: those of its constructor.
    """

    output: str
    module: str = ""
    layer: str = ""
    arguments: str = ""


def source(subject: Subject, case: Case) -> Source:
    """Return how a subject is made with a case, and called."""
    if not isinstance(subject, LayerSubject):
        return Source(_called(subject, case))
    arguments = ", ".join(f"{name}={value!r}" for name, value in {**case.arguments(), "seed": case.seed}.items())
    module = subject.name.rpartition(".")[0].removesuffix(".layers")
    return Source("layer(x, training=True)", module, subject.name, f"{arguments}, dtype={case.x.dtype.name!r}")


def _called(subject: Subject, case: Case) -> str:
    if subject.rule == "generator":
        owner, _, method = subject.name.rpartition(".")
        return f"{owner}.from_seed({case.seed}).{method}(x.shape, dtype=x.dtype)"
    given = "x.shape" if subject.draws else f"x, {case.rate}"
    if subject.stateless:
        rest = "dtype=x.dtype" if subject.draws else f"noise_shape={case.noise_shape}"
        return f"{subject.name}({given}, [{case.seed}, {SECOND_SEED}], {rest})"
    rest = "dtype=x.dtype" if subject.draws else str(case.noise_shape)
    return f"{subject.name}({given}, {rest}, seed={case.seed})"
