"""What every subject can do: run a training call in a mode, infer, differentiate, and be predicted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from noise_ops.reference.seeds import Seed
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects import modes
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import Library, reset_random_state, tensorflow


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
    def script(self, case: Case) -> str:
        """Return lines of Python that print the first output for an input `x`, with TensorFlow alone."""

    def run(self, case: Case, mode: str = "eager", calls: int = 1) -> list[FloatArray]:
        """Return the outputs of successive training calls of a new layer, in one of `modes.MODES`."""
        return self.run_together([case], mode, calls)[0]

    def run_together(self, cases: Sequence[Case], mode: str = "eager", calls: int = 1) -> list[list[FloatArray]]:
        """Return what `run` would for each case, at the cost of one trace, model, file or strategy step.

        Each case has a new layer of its own, which draws bit for bit what it draws alone. Excepted are layers of
        Keras 2 under xla, which no seed determines, and those with one op seed in a model: they share its stream.

        Args:
          cases: at least one; their inputs have one shape and dtype, and are best the same array.
          mode: a key of `modes.MODES`.
          calls: number of successive calls, at least one.
        """
        self.reset()
        return modes.MODES[mode](self, cases, calls)

    def infer(self, case: Case, mode: str = "eager", **arguments: bool) -> FloatArray:
        """Return the output of a call without training, in a mode of `modes.infer`."""
        self.reset()
        return modes.infer(self, case, mode, **arguments)

    def predict_noisily(self, case: Case) -> FloatArray:
        """Return what a functional model predicts whose layer was called with training=True."""
        self.reset()
        return modes.predict_noisily(self, case)

    def gradient(self, case: Case, mode: str = "eager") -> FloatArray:
        """Return the gradient of the summed output with respect to the input, of a first training call."""
        tf = tensorflow()
        self.reset()
        [layer] = modes.rebuilt(self, [case], mode)
        x = tf.constant(case.x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
        gradient: FloatArray = tape.gradient(y, x).numpy()
        return gradient

    def input_after(self, case: Case, mode: str = "eager") -> FloatArray:
        """Return what the tensor that a first training call is given holds after the call."""
        self.reset()
        [layer] = modes.rebuilt(self, [case], mode)
        x = tensorflow().constant(case.x)  # a copy: the case keeps what the tensor held before
        layer(x, training=True)
        after: FloatArray = x.numpy()
        return after

    def retraced(self, case: Case, inputs: Sequence[FloatArray]) -> list[FloatArray]:
        """Return the outputs of training calls on some inputs inside one `tf.function`, traced for each shape."""
        self.reset()
        return modes.retraced(self, case, inputs)

    def recomputed(self, case: Case) -> tuple[FloatArray, FloatArray]:
        """Return output and gradient of a training call under `tf.recompute_grad`, which calls twice."""
        tf = tensorflow()
        self.reset()
        layer = self.build(case)
        x = tf.Variable(case.x)
        with tf.GradientTape() as tape:
            y = tf.recompute_grad(lambda inputs: layer(inputs, training=True))(tf.identity(x))
        return y.numpy(), tape.gradient(y, x).numpy()

    def reset(self) -> None:
        """Put the random state that a run could inherit from an earlier one at its start."""
        # Forgetting every kernel costs ten calls, and the layers of Keras 3 keep no state in kernels.
        if self.library.generation == 2:
            reset_random_state()
