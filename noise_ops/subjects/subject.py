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

_OP_SEED_MODULUS = 2**31 - 1

_ARGUMENTS = {"gaussian_noise": ("stddev",), "masked_gaussian_noise": ("rate", "stddev"), "uniform": (), "normal": ()}
"""By op; every other one takes a rate alone."""

_MASKED = ("dropout", "alpha_dropout")
"""Ops whose mask a noise_shape lays out."""


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
    def arguments(self) -> tuple[str, ...]:
        """Which of `rate` and `stddev` it takes."""
        return _ARGUMENTS.get(self.op, ("rate",))

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

    def run_together(
        self, cases: Sequence[Case], mode: str = "eager", calls: int = 1, sharing: bool = False
    ) -> list[list[FloatArray]]:
        """Return what `run` would for each case, at the cost of one trace, model, file or strategy step.

        Each case has a new layer of its own, which draws bit for bit what it draws alone. Excepted are layers of
        Keras 2 under xla, which no seed determines.

        Args:
          cases: at least one, of one dtype; their inputs are best the same array. In fit they have one batch size.
          mode: a key of `modes.MODES`.
          calls: number of successive calls, at least one.
          sharing: whether eager layers whose op seeds differ may follow one another without a reset between them. A
            layer that takes another op seed than it should is then not seen to draw what another one drew.
        """
        answers: dict[int, list[FloatArray]] = {}
        for part in self._parts(cases, mode, calls, sharing):
            answers.update(zip(part, self._run_part([cases[i] for i in part], mode, calls), strict=True))
        return [answers[i] for i in range(len(cases))]

    def _run_part(self, cases: Sequence[Case], mode: str, calls: int) -> list[list[FloatArray]]:
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

    def shares_kernels(self, mode: str) -> bool:
        """Return whether one run of some cases draws from states that TensorFlow keeps by op seed."""
        return False

    def _parts(self, cases: Sequence[Case], mode: str, calls: int, sharing: bool) -> list[list[int]]:
        """Return the places of the cases, in parts that can be run together and draw what each draws alone."""
        if not self.shares_kernels(mode):
            return [list(range(len(cases)))]
        if mode in modes.ONE_BY_ONE and not sharing:
            return [[place] for place in range(len(cases))]
        parts: list[list[int]] = []
        for place, case in enumerate(cases):
            apart = [part for part in parts if not any(_op_seeds_meet(case, cases[i], calls) for i in part)]
            if not apart:
                parts.append([])
            (apart or parts[-1:])[0].append(place)
        return parts

    def infer(self, case: Case, mode: str = "eager", **arguments: bool) -> FloatArray:
        """Return the output of a call without training, in a mode of `modes.infer_together`."""
        return self.infer_together([case], mode, **arguments)[0]

    def infer_together(self, cases: Sequence[Case], mode: str = "eager", **arguments: bool) -> list[FloatArray]:
        """Return what `infer` would for each case, at the cost of one trace, model or file."""
        self.reset()
        with observed(cases[0], "At inference the call raises"):
            outputs = modes.infer_together(self, cases, mode, **arguments)
            return [require_shape(y, case.x.shape, case) for y, case in zip(outputs, cases, strict=True)]

    def predict_noisily(self, case: Case) -> FloatArray:
        """Return what a functional model predicts whose layer was called with training=True."""
        return self.predict_noisily_together([case])[0]

    def predict_noisily_together(self, cases: Sequence[Case]) -> list[FloatArray]:
        """Return what `predict_noisily` would for each case, at the cost of one model."""
        self.reset()
        with observed(cases[0], "Called with training=True in a functional model, the layer raises in predict"):
            outputs = modes.predict_noisily_together(self, cases)
            return [require_shape(y, case.x.shape, case) for y, case in zip(outputs, cases, strict=True)]

    def gradient(self, case: Case, mode: str = "eager") -> FloatArray:
        """Return the gradient of the summed output with respect to the input, of a first training call."""
        return self.gradients(case, mode, 1)[0][1]

    def gradients(self, case: Case, mode: str, calls: int) -> list[tuple[FloatArray, FloatArray]]:
        """Return outputs, and gradients of their sums, of successive training calls: eager ones, or traced as one."""
        tf = tensorflow()
        self.reset()
        with observed(case, "The call under a gradient tape raises"):
            [layer] = modes.rebuilt(self, [case], mode)

            def step(x: Any) -> tuple[Any, Any]:
                with tf.GradientTape() as tape:
                    tape.watch(x)
                    y = layer(x, training=True)
                return y, tape.gradient(y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)

            run, x = tf.function(step) if mode == "function" else step, tensor(case.x)
            pairs = [run(x) for _ in range(calls)]
            return [(_result(y, case), _result(tf.convert_to_tensor(slope), case)) for y, slope in pairs]

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

    def resumed(self, case: Case, numbers: Sequence[int]) -> list[FloatArray]:
        """Return the outputs of calls that go on from a checkpoint made before the calls of these numbers.

        For layers of Keras 3, whose only state is the seed and the number of the next call.
        """
        layer, x = self.built(case), tensor(case.x)
        outputs = []
        with observed(case, "Gone on with from a checkpoint, the call raises"):
            for number in numbers:
                layer.seed_generator.state.assign([case.seed, number])
                outputs.append(require_shape(as_array(layer(x, training=True)), case.x.shape, case))
        return outputs

    def recomputed(self, case: Case) -> tuple[FloatArray, FloatArray]:
        """Return output and gradient of a training call under `tf.recompute_grad`, which calls twice."""
        tf = tensorflow()
        self.reset()
        with observed(case, "The call under tf.recompute_grad raises"):
            layer = self.built(case)
            x = tf.Variable(tensor(case.x))
            with tf.GradientTape() as tape:
                y = tf.recompute_grad(lambda inputs: layer(inputs, training=True))(tf.identity(x))
            slope = tape.gradient(y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            return _result(y, case), _result(tf.convert_to_tensor(slope), case)

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


def _result(y: Any, case: Case) -> FloatArray:
    return require_shape(as_array(y), case.x.shape, case)


def _op_seeds_meet(one: Case, other: Case, calls: int) -> bool:
    """Return whether two layers of Keras 2 take an op seed in common in their first calls, of up to two draws each."""
    distance = (one.seed - other.seed) % _OP_SEED_MODULUS
    return min(distance, _OP_SEED_MODULUS - distance) <= calls + 1
