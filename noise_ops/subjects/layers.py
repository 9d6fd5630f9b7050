"""The noise layers of Keras 3 and tf_keras as subjects: built from a case, run in a mode, predicted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from noise_ops.reference.bits import Engine
from noise_ops.reference.seeds import Keras2Seed, KerasSeed, LegacySeed, Seed
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects import modes
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import GLOBAL_SEED, Library, reset_random_state, tensorflow

_TRACED_MODES = ("function", "fit", "mirrored")
"""Modes in which a layer of Keras 2 fixes its op seed once, when it is traced."""


@dataclass(frozen=True)
class LayerSubject:
    """A noise layer of one library.

    Attributes:
      library: the Keras it comes from.
      class_name: name of the layer class.
      op: name of the function of `noise_ops` that predicts it.
      rank: rank of its input where that is fixed (the spatial layers), else None.
      module: package that the class is imported from, where it is not the library itself.
    """

    library: Library
    class_name: str
    op: str
    rank: int | None = None
    module: Any = None

    @property
    def name(self) -> str:
        """Full name, such as "keras.layers.Dropout"."""
        if self.module is not None:
            return f"{self.module.__name__}.{self.class_name}"
        return f"{self.library.name}.layers.{self.class_name}"

    @property
    def layer_class(self) -> Any:
        """The layer class itself."""
        return getattr(self.module or self.library.module.layers, self.class_name)

    def build(self, case: Case, dtype: str | None = None) -> Any:
        """Return a new layer with the arguments and the seed of a case."""
        return self.layer_class(**case.arguments(), seed=case.seed, dtype=dtype or case.x.dtype.name)

    def run(self, case: Case, mode: str = "eager", calls: int = 1) -> list[FloatArray]:
        """Return the outputs of successive training calls of a new layer, in one of `modes.MODES`."""
        self._reset()
        return modes.MODES[mode](self, case, calls)

    def infer(self, case: Case, mode: str = "eager", **arguments: bool) -> FloatArray:
        """Return the output of a call without training, in a mode of `modes.infer`."""
        self._reset()
        return modes.infer(self, case, mode, **arguments)

    def gradient(self, case: Case, mode: str = "eager") -> FloatArray:
        """Return the gradient of the summed output with respect to the input, of a first training call."""
        tf = tensorflow()
        self._reset()
        layer = modes.rebuilt(self, case, mode)
        x = tf.constant(case.x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
        gradient: FloatArray = tape.gradient(y, x).numpy()
        return gradient

    def recomputed(self, case: Case) -> tuple[FloatArray, FloatArray]:
        """Return output and gradient of a training call under `tf.recompute_grad`, which calls twice."""
        tf = tensorflow()
        self._reset()
        layer = self.build(case)
        x = tf.Variable(case.x)
        with tf.GradientTape() as tape:
            y = tf.recompute_grad(lambda inputs: layer(inputs, training=True))(tf.identity(x))
        return y.numpy(), tape.gradient(y, x).numpy()

    def seed(self, case: Case, mode: str, replica: int = 0) -> Seed | None:
        """Return the seed object that predicts `run`; None where no seed determines the noise."""
        engine: Engine = "xla" if mode == "xla" else "kernel"
        if self.library.generation == 3:
            return KerasSeed(case.seed, engine)
        if mode == "xla":
            return None  # stateful ops under XLA draw from a state that no seed reaches
        if self.op == "masked_gaussian_noise":
            return LegacySeed(GLOBAL_SEED, case.seed)
        # Keras 2 counts the draws of a layer in Python: one a call, or one a trace and replica.
        return (
            LegacySeed(GLOBAL_SEED, case.seed + replica)
            if mode in _TRACED_MODES
            else Keras2Seed(GLOBAL_SEED, case.seed)
        )

    def _reset(self) -> None:
        # Forgetting every kernel costs ten calls, and the layers of Keras 3 keep no state in kernels.
        if self.library.generation == 2:
            reset_random_state()

    def script(self, case: Case) -> str:
        """Return lines of Python that build the layer and print its first output, with TensorFlow alone."""
        arguments = ", ".join(f"{name}={value!r}" for name, value in {**case.arguments(), "seed": case.seed}.items())
        root = self.name.split(".")[0]
        return (
            f"import {root}\n"
            f"tf.random.set_seed({GLOBAL_SEED})\n"
            f"layer = {self.name}({arguments}, dtype={case.x.dtype.name!r})\n"
            "print(layer(x, training=True))"
        )
