"""What every subject can do: run a training call in a mode, infer, differentiate, and be predicted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from noise_ops.reference.seeds import Seed
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects import modes
from noise_ops.subjects.broken import BrokenCallError, as_array, observed, require_shape
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import Library, reset_random_state, tensorflow
from noise_ops.subjects.tensors import tensor


class Subject(ABC):
    """A layer or function that draws noise.

    What runs it raises `BrokenCallError` where the layer raises or returns what is no result: something else than
    floats, or another shape than that of its input.

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

    def built(self, case: Case, dtype: str | None = None) -> Any:
        """Return what `build` does.

        Raises:
          BrokenCallError: if the constructor raises.
        """
        with observed(case, "The constructor raises"):
            return self.build(case, dtype)

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
        with observed(cases[0], _CALL):
            outputs = modes.MODES[mode](self, cases, calls)
        if len(outputs) != len(cases):
            raise BrokenCallError("dtype", f"Expected {len(cases)} outputs, observed {len(outputs)}.", cases[0])
        replicas = (2,) if mode == "mirrored" else ()
        for case, successive in zip(cases, outputs, strict=True):
            for output in successive:
                require_shape(output, (*replicas, *case.x.shape), case)
        return outputs

    def infer(self, case: Case, mode: str = "eager", **arguments: bool) -> FloatArray:
        """Return the output of a call without training, in a mode of `modes.infer`."""
        self.reset()
        with observed(case, "At inference the call raises"):
            return require_shape(modes.infer(self, case, mode, **arguments), case.x.shape, case)

    def predict_noisily(self, case: Case) -> FloatArray:
        """Return what a functional model predicts whose layer was called with training=True."""
        self.reset()
        with observed(case, "Called with training=True in a functional model, the layer raises in predict"):
            return require_shape(modes.predict_noisily(self, case), case.x.shape, case)

    def gradient(self, case: Case, mode: str = "eager") -> FloatArray:
        """Return the gradient of the summed output with respect to the input, of a first training call."""
        tf = tensorflow()
        self.reset()
        with observed(case, "The call under a gradient tape raises"):
            [layer] = modes.rebuilt(self, [case], mode)
            x = tensor(case.x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = layer(x, training=True)
            return _gradient(tape, y, x, case)

    def input_after(self, case: Case, mode: str = "eager") -> FloatArray:
        """Return what the tensor that a first training call is given holds after the call."""
        self.reset()
        with observed(case, _CALL):
            [layer] = modes.rebuilt(self, [case], mode)
            x = tensor(case.x)  # a copy: the case keeps what the tensor held before
            layer(x, training=True)
            return as_array(x)

    def retraced(self, case: Case, inputs: Sequence[FloatArray]) -> list[FloatArray]:
        """Return the outputs of training calls on some inputs inside one `tf.function`, traced for each shape."""
        self.reset()
        with observed(case, "Traced for one shape after another, the call raises"):
            outputs = modes.retraced(self, case, inputs)
        return [require_shape(output, x.shape, case.on(x)) for output, x in zip(outputs, inputs, strict=True)]

    def looped(self, case: Case, calls: int) -> FloatArray:
        """Return the outputs of many training calls in a loop inside one `tf.function`, stacked."""
        self.reset()
        with observed(case, "Called in a loop of a tf.function, the layer raises"):
            outputs = modes.looped(self, case, calls)
        return require_shape(outputs, (calls, *case.x.shape), case)

    def recomputed(self, case: Case) -> tuple[FloatArray, FloatArray]:
        """Return output and gradient of a training call under `tf.recompute_grad`, which calls twice."""
        tf = tensorflow()
        self.reset()
        with observed(case, "The call under tf.recompute_grad raises"):
            layer = self.built(case)
            x = tf.Variable(tensor(case.x))
            with tf.GradientTape() as tape:
                y = tf.recompute_grad(lambda inputs: layer(inputs, training=True))(tf.identity(x))
            return require_shape(as_array(y), case.x.shape, case), _gradient(tape, y, x, case)

    def rebuilt_dtypes(self, case: Case, policy: str) -> tuple[str, str]:
        """Return the compute dtypes of a layer of a policy, and of what `from_config(get_config())` makes of it."""
        layer = self.built(case, policy)
        with observed(case, "A layer of a policy, rebuilt from its config, raises"):
            return layer.compute_dtype, type(layer).from_config(layer.get_config()).compute_dtype

    def reset(self) -> None:
        """Put the random state that a run could inherit from an earlier one at its start."""
        # Forgetting every kernel costs ten calls, and the layers of Keras 3 keep no state in kernels.
        if self.library.generation == 2:
            reset_random_state()


_CALL = "The constructor accepts the arguments, and the call raises"


def _gradient(tape: Any, y: Any, x: Any, case: Case) -> FloatArray:
    """Return the gradient of y; 0 where y does not hang on x."""
    tf = tensorflow()
    require_shape(as_array(y), case.x.shape, case)
    gradient = tape.gradient(y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return require_shape(as_array(tf.convert_to_tensor(gradient)), case.x.shape, case)
