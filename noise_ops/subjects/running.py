"""What a subject is asked, beside a mode's own calls: training, inference, gradients, traces, checkpoints.

Each question starts from the random state of a fresh process and raises `BrokenCallError` where the layer raises or
returns what is no result: something else than floats, or another shape than that of its input.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from noise_ops.subjects import modes
from noise_ops.subjects.broken import BrokenCallError, as_array, observed, require_shape
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import tensor

_CALL = "The constructor accepts the arguments, and the call raises"

_OP_SEED_MODULUS = 2**31 - 1


def run(subject: Subject, case: Case, mode: str = "eager", calls: int = 1) -> list[Any]:
    """Return the outputs of successive training calls of a new layer, in one of `modes.MODES`."""
    return run_together(subject, [case], mode, calls)[0]


def run_together(
    subject: Subject, cases: Sequence[Case], mode: str = "eager", calls: int = 1, sharing: bool = False
) -> list[list[Any]]:
    """Return what `run` would for each case, at the cost of one trace, model, file or strategy step.

    Each case has a new layer of its own, which draws bit for bit what it draws alone. Excepted are layers of
    Keras 2 under xla, which no seed determines.

    Args:
      subject: what is run.
      cases: at least one, of one dtype; their inputs are best the same array. In fit they have one batch size.
      mode: a key of `modes.MODES`.
      calls: number of successive calls, at least one.
      sharing: whether eager layers whose op seeds differ may follow one another without a reset between them. A
        layer that takes another op seed than it should is then not seen to draw what another one drew.
    """
    answers: dict[int, list[Any]] = {}
    for part in _parts(subject, cases, mode, calls, sharing):
        answers.update(zip(part, _run_part(subject, [cases[i] for i in part], mode, calls)))
    return [answers[i] for i in range(len(cases))]


def _run_part(subject: Subject, cases: Sequence[Case], mode: str, calls: int) -> list[list[Any]]:
    subject.reset()
    with observed(cases[0], _CALL):
        outputs = modes.MODES[mode](subject, cases, calls)
    if len(outputs) != len(cases):
        raise BrokenCallError("dtype", f"Expected {len(cases)} outputs, observed {len(outputs)}.", cases[0])
    replicas = (2,) if mode == "mirrored" else ()
    for case, successive in zip(cases, outputs):
        for output in successive:
            require_shape(output, (*replicas, *case.x.shape), case)
    return outputs


def _shares_kernels(subject: Subject, mode: str) -> bool:
    """Return whether one run of some cases draws from states that TensorFlow keeps by op seed."""
    return subject.rule in ("legacy", "keras-2") and mode in (*modes.ONE_BY_ONE, "model", "reloaded")


def _parts(subject: Subject, cases: Sequence[Case], mode: str, calls: int, sharing: bool) -> list[list[int]]:
    """Return the places of the cases, in parts that can be run together and draw what each draws alone."""
    if not _shares_kernels(subject, mode):
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


def infer_together(subject: Subject, cases: Sequence[Case], mode: str = "eager", **arguments: bool) -> list[Any]:
    """Return for each case the output of a call without training, at the cost of one trace, model or file."""
    subject.reset()
    with observed(cases[0], "At inference the call raises"):
        outputs = modes.infer_together(subject, cases, mode, **arguments)
        return [require_shape(y, case.x.shape, case) for y, case in zip(outputs, cases)]


def predict_noisily_together(subject: Subject, cases: Sequence[Case]) -> list[Any]:
    """Return what functional models predict whose layers were called with training=True, at the cost of one model."""
    subject.reset()
    with observed(cases[0], "Called with training=True in a functional model, the layer raises in predict"):
        outputs = modes.predict_noisily_together(subject, cases)
        return [require_shape(y, case.x.shape, case) for y, case in zip(outputs, cases)]


def gradient(subject: Subject, case: Case, mode: str = "eager") -> Any:
    """Return the gradient of the summed output with respect to the input, of a first training call."""
    return gradients(subject, case, mode, 1)[0][1]


def gradients(subject: Subject, case: Case, mode: str, calls: int) -> list[tuple[Any, Any]]:
    """Return outputs, and gradients of their sums, of successive training calls: eager ones, or traced as one."""
    subject.reset()
    with observed(case, "The call under a gradient tape raises"):
        [layer] = modes.rebuilt(subject, [case], mode)

        def step(x: Any) -> tuple[Any, Any]:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = layer(x, training=True)
            return y, tape.gradient(y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)

        call, x = modes.traced(step) if mode == "function" else step, tensor(case.x)
        pairs = [call(x) for _ in range(calls)]
        return [(_result(y, case), _result(tf.convert_to_tensor(slope), case)) for y, slope in pairs]


def input_after(subject: Subject, case: Case, mode: str = "eager") -> Any:
    """Return what the tensor that a first training call is given holds after the call."""
    subject.reset()
    with observed(case, _CALL):
        [layer] = modes.rebuilt(subject, [case], mode)
        x = tensor(case.x)  # a copy: the case keeps what the tensor held before
        layer(x, training=True)
        return as_array(x)


def retraced(subject: Subject, case: Case, inputs: Sequence[Any]) -> list[Any]:
    """Return the outputs of training calls on some inputs inside one `tf.function`, traced for each shape."""
    subject.reset()
    with observed(case, "Traced for one shape after another, the call raises"):
        outputs = modes.retraced(subject, case, inputs)
    return [require_shape(output, x.shape, case.on(x)) for output, x in zip(outputs, inputs)]


def looped(subject: Subject, case: Case, calls: int) -> Any:
    """Return the outputs of many training calls in a loop inside one `tf.function`, stacked."""
    subject.reset()
    with observed(case, "Called in a loop of a tf.function, the layer raises"):
        outputs = modes.looped(subject, case, calls)
    return require_shape(outputs, (calls, *case.x.shape), case)


def resumed(subject: Subject, case: Case, numbers: Sequence[int]) -> list[Any]:
    """Return the outputs of calls that go on from a checkpoint made before the calls of these numbers.

    For layers of Keras 3, whose only state is the seed and the number of the next call.
    """
    layer, x = modes.built(subject, case), tensor(case.x)
    outputs = []
    with observed(case, "Gone on with from a checkpoint, the call raises"):
        for number in numbers:
            layer.seed_generator.state.assign([case.seed, number])
            outputs.append(require_shape(as_array(layer(x, training=True)), case.x.shape, case))
    return outputs


def recomputed(subject: Subject, case: Case) -> tuple[Any, Any]:
    """Return output and gradient of a training call under `tf.recompute_grad`, which calls twice."""
    subject.reset()
    with observed(case, "The call under tf.recompute_grad raises"):
        layer = modes.built(subject, case)
        x = tf.Variable(tensor(case.x))
        with tf.GradientTape() as tape:
            y = tf.recompute_grad(lambda inputs: layer(inputs, training=True))(tf.identity(x))
        slope = tape.gradient(y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return _result(y, case), _result(tf.convert_to_tensor(slope), case)


def rebuilt_dtypes(subject: Subject, case: Case, policy: str) -> tuple[str, str]:
    """Return the compute dtypes of a layer of a policy, and of what `from_config(get_config())` makes of it."""
    layer = modes.built(subject, case, policy)
    with observed(case, "A layer of a policy, rebuilt from its config, raises"):
        return layer.compute_dtype, subject.rebuilt(layer).compute_dtype


def _result(y: Any, case: Case) -> Any:
    return require_shape(as_array(y), case.x.shape, case)


def _op_seeds_meet(one: Case, other: Case, calls: int) -> bool:
    """Return whether two layers of Keras 2 take an op seed in common in their first calls, of up to two draws each."""
    distance = (one.seed - other.seed) % _OP_SEED_MODULUS
    return min(distance, _OP_SEED_MODULUS - distance) <= calls + 1
