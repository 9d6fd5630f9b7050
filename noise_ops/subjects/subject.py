"""What every subject can do: be made of a case, be predicted, and be shown in a script."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

from noise_ops.reference.seeds import Seed
from noise_ops.subjects.broken import observed
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import Library, reset_random_state


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


_ARGUMENTS = {"gaussian_noise": ("stddev",), "masked_gaussian_noise": ("rate", "stddev"), "uniform": (), "normal": ()}
"""By op; every other one takes a rate alone."""

_MASKED = ("dropout", "alpha_dropout")
"""Ops whose mask a noise_shape lays out."""


class Subject(ABC):
    """A layer or function that draws noise.

    Attributes:
      name: full name, such as "keras.layers.Dropout".
      library: the library it comes from; its version is what known deviations speak of.
      op: name of what predicts it: a function of `noise_ops`, or "uniform" or "normal".
      rank: rank of its input where that is fixed (the spatial layers), else None.
    """

    name: str
    library: Library
    op: str
    rank: int | None = None

    @property
    def arguments(self) -> tuple[str, ...]:
        """Which of `rate` and `stddev` it takes."""
        return _ARGUMENTS.get(self.op, ("rate",))

    @property
    def takes_noise_shape(self) -> bool:
        """Whether a noise_shape lays out its mask."""
        return self.op in _MASKED

    @property
    def layout(self) -> str | None:
        """The argument that says which elements share a mask, "noise_shape" or "data_format", where one does."""
        if self.rank is not None:
            return "data_format" if self.rank > 3 else None
        # The AlphaDropout of tf_keras loses noise_shape in its config and takes no None in it: known deviations.
        return "noise_shape" if self.op in _MASKED[: 1 + (self.library.generation == 3)] else None

    @property
    def stateless(self) -> bool:
        """Whether a second call repeats the first, by contract."""
        return False

    @abstractmethod
    def build(self, case: Case, dtype: str | None = None) -> Any:
        """Return a new layer, or a callable like one, with the arguments and the seed of a case."""

    @abstractmethod
    def seed(self, case: Case, mode: str, replica: int = 0) -> Seed | None:
        """Return the seed object that predicts `run`; None where no seed determines the noise."""

    @abstractmethod
    def source(self, case: Case) -> Source:
        """Return how the subject is made and called, as Python with TensorFlow alone."""

    def built(self, case: Case, dtype: str | None = None) -> Any:
        """Return what `build` does.

        Raises:
          BrokenCallError: if the constructor raises.
        """
        with observed(case, "The constructor raises"):
            return self.build(case, dtype)

    def shares_kernels(self, mode: str) -> bool:
        """Return whether one run of some cases draws from states that TensorFlow keeps by op seed."""
        return False

    def reset(self) -> None:
        """Put the random state that a run could inherit from an earlier one at its start."""
        # Forgetting every kernel costs ten calls, and the layers of Keras 3 keep no state in kernels.
        if self.library.generation == 2:
            reset_random_state()
