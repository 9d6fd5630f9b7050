"""The noise layers of Keras 3 and tf_keras as subjects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from packaging.version import Version

from noise_ops.reference.bits import Engine
from noise_ops.reference.seeds import Keras2Seed, KerasSeed, LegacySeed, Seed
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import GLOBAL_SEED, Library
from noise_ops.subjects.modes import ONE_BY_ONE
from noise_ops.subjects.subject import Source, Subject
from noise_ops.subjects.surroundings import SURROUNDINGS

_TRACED_MODES = ("function", "fit", "mirrored", *SURROUNDINGS)
"""Modes in which a layer of Keras 2 fixes its op seed once, when it is traced."""

_SHARED_KERNEL_MODES = (*ONE_BY_ONE, "model", "reloaded")
"""Modes in which layers of Keras 2 that are run together share TensorFlow's kernels, and so the state of an op seed."""

_WIDE_STATE = Version("3.5.0.dev0")
"""The Keras from which on a seed generator keeps 64 bits of a seed."""


@dataclass(frozen=True)
class LayerSubject(Subject):
    """A noise layer of one library.

    Attributes:
      library: the Keras it comes from.
      class_name: name of the layer class.
      op: name of the function of `noise_ops` that predicts it.
      rank: rank of its input where that is fixed, else None.
      module: package that the class is imported from, where it is not the library itself.
    """

    library: Library
    class_name: str
    op: str
    rank: int | None = None
    module: Any = None

    @property
    def name(self) -> str:  # type: ignore[override]
        """Full name, such as "keras.layers.Dropout"."""
        if self.module is not None:
            return f"{self.module.__name__}.{self.class_name}"
        return f"{self.library.name}.layers.{self.class_name}"

    def build(self, case: Case, dtype: str | None = None) -> Any:
        """Return a new layer with the arguments and the seed of a case."""
        layer_class = getattr(self.module or self.library.module.layers, self.class_name)
        return layer_class(**case.arguments(), seed=case.seed, dtype=dtype or case.x.dtype.name)

    def seed(self, case: Case, mode: str, replica: int = 0) -> Seed | None:
        """Return the seed object that predicts `run`; None where no seed determines the noise."""
        if self.library.generation == 3:
            engine: Engine = "xla" if mode == "xla" else "kernel"
            make = KerasSeed if Version(self.library.module.__version__) >= _WIDE_STATE else KerasSeed.before_3_5
            return make(case.seed, engine)
        if mode == "xla":
            return None  # stateful ops under XLA draw from a state that no seed reaches
        if self.op == "masked_gaussian_noise":
            return LegacySeed(GLOBAL_SEED, case.seed)
        # Keras 2 counts the draws of a layer in Python: one a call, or one a trace and replica.
        if mode in _TRACED_MODES:
            return Keras2Seed.in_function(GLOBAL_SEED, case.seed + replica)
        return Keras2Seed(GLOBAL_SEED, case.seed)

    def shares_kernels(self, mode: str) -> bool:
        """Return whether one run of some cases draws from states that TensorFlow keeps by op seed."""
        return self.library.generation == 2 and mode in _SHARED_KERNEL_MODES

    def source(self, case: Case) -> Source:
        """Return how the layer is made and called, as Python."""
        arguments = ", ".join(f"{name}={value!r}" for name, value in {**case.arguments(), "seed": case.seed}.items())
        module = self.name.rpartition(".")[0].removesuffix(".layers")
        return Source("layer(x, training=True)", module, self.name, f"{arguments}, dtype={case.x.dtype.name!r}")
