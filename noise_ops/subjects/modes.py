"""The ways to run layers: each takes a subject and some cases to the outputs of successive calls of each.

A mode is one function (subject, cases, calls) -> for each case a list of arrays. Tracing, compiling, building a
model and saving it cost more than drawing, so the cases of one run share them, and each has a layer of its own.
Two modes run eagerly what came back from a config or a file, so that every property can be asked of that, too.
"""

from __future__ import annotations

import functools
import math
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from noise_ops import patterns
from noise_ops.reference.variates import FloatArray
from noise_ops.subjects.broken import NoArrayError, as_array
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import tensorflow
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.surroundings import SURROUNDINGS, Surroundings
from noise_ops.subjects.tensors import array, fed, tensor

Outputs = list[list[FloatArray]]
"""For each case, the outputs of successive calls."""

Run = Callable[[Subject, Sequence[Case], int], Outputs]

_Item = TypeVar("_Item")


def eager(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call each layer eagerly."""
    return _one_by_one(rebuilt(subject, cases, "eager"), _tensors(cases), calls)


def function(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call the layers inside one `tf.function`."""
    step = tensorflow().function(_training_step(rebuilt(subject, cases, "function")))
    return _at_once(step, _tensors(cases), calls)


def xla(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call the layers inside one `tf.function(jit_compile=True)`."""
    step = tensorflow().function(_training_step(rebuilt(subject, cases, "xla")), jit_compile=True)
    return _at_once(step, _tensors(cases), calls)


def mixed_float16(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call each layer eagerly on float32 input under the policy mixed_float16."""
    return _under_policy("mixed_float16", subject, cases, calls)


def mixed_bfloat16(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call each layer eagerly on float32 input under the policy mixed_bfloat16."""
    return _under_policy("mixed_bfloat16", subject, cases, calls)


def model(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call one functional model around the layers with training=True."""
    tf = tensorflow()
    around = _model_around(subject, rebuilt(subject, cases, "model"), cases)
    inputs = _bare([tensor(x) for x in _distinct_inputs(cases)])
    return _at_once(lambda given: tf.nest.flatten(around(given, training=True)), inputs, calls)


def fit(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Train one model around the layers, one batch an epoch, and record what reaches the loss."""
    tf = tensorflow()
    trained = _joined(subject, _model_around(subject, rebuilt(subject, cases, "fit"), cases))
    x = cases[0].x
    # Of any shape: what reaches the loss is looked at afterwards.
    seen = tf.Variable(tf.zeros(x.shape, x.dtype.name), shape=tf.TensorShape(None))

    def loss(_y_true: Any, y_pred: Any) -> Any:
        seen.assign(tf.cast(y_pred, seen.dtype))
        return tf.reduce_mean(y_pred)

    trained.compile(optimizer="sgd", loss=loss)

    by_epoch: list[FloatArray] = []
    record = subject.library.module.callbacks.LambdaCallback(on_epoch_end=lambda *_: by_epoch.append(as_array(seen)))
    inputs = _bare([fed(x) for x in _distinct_inputs(cases)])
    trained.fit(inputs, fed(x), batch_size=len(x), epochs=calls, shuffle=False, verbose=0, callbacks=[record])
    by_call = [_split(outputs, cases) for outputs in by_epoch]
    return [list(successive) for successive in zip(*by_call, strict=True)]


def _split(outputs: FloatArray, cases: Sequence[Case]) -> list[FloatArray]:
    """Return the outputs of each case, which were joined behind the batch axis."""
    if len(cases) == 1:
        return [outputs]
    sizes = [math.prod(case.x.shape[1:]) for case in cases]
    if outputs.shape != (len(cases[0].x), sum(sizes)):
        raise NoArrayError(f"Expected that {sum(sizes)} elements an example reach the loss, observed {outputs.shape}.")
    pieces = np.split(outputs, np.cumsum(sizes)[:-1], axis=-1)
    return [piece.reshape(case.x.shape) for piece, case in zip(pieces, cases, strict=True)]


def from_config(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call eagerly what `from_config(get_config())` makes of each layer."""
    return _one_by_one(rebuilt(subject, cases, "from_config"), _tensors(cases), calls)


def reloaded(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call eagerly the layers of one model that was saved to a .keras file and loaded again."""
    return _one_by_one(rebuilt(subject, cases, "reloaded"), _tensors(cases), calls)


def mirrored(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call the layers on each of two replicas; the outputs of a call are stacked along a new first axis."""
    tf = tensorflow()
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        layers = rebuilt(subject, cases, "mirrored")
    replica_step = _training_step(layers)
    step = tf.function(lambda inputs: strategy.run(replica_step, args=(inputs,)))
    return _at_once(step, _tensors(cases), calls, lambda y: _stacked(strategy.experimental_local_results(y)))


def _called(layer: Any, x: Any) -> Any:
    y = layer(x, training=True)
    # A loop would refuse another shape in TensorFlow's words, and not the layer's.
    shape = getattr(y, "shape", None)
    if shape is not None and tuple(shape) != tuple(x.shape):
        raise NoArrayError(f"Expected the shape {tuple(x.shape)}, observed {tuple(shape)}.")
    return y


def _inside(surroundings: Surroundings) -> Run:
    """Return the mode that calls each layer inside something, in one trace."""

    def run(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
        outputs = []
        for layer, x in zip(rebuilt(subject, cases, "function"), _tensors(cases), strict=True):
            subject.reset()
            call = functools.partial(_called, layer)
            outputs.append([as_array(y) for y in surroundings(call, x, calls)])
        return outputs

    return run


MODES: dict[str, Run] = {
    run.__name__: run
    for run in (
        eager,
        function,
        xla,
        model,
        fit,
        mixed_float16,
        mixed_bfloat16,
        from_config,
        reloaded,
        mirrored,
    )
} | {name: _inside(surroundings) for name, surroundings in SURROUNDINGS.items()}
"""The training modes by name."""


ONE_BY_ONE = ("eager", "from_config", "mixed_float16", "mixed_bfloat16")
"""The modes in which several layers are called one after another, and nothing is shared but TensorFlow's kernels."""

NAMES = (*MODES, "predict")
"""Every mode that a check can be narrowed to."""


def matching(pattern: str) -> list[str]:
    """Return the modes that a user means by a pattern, as `noise_ops.patterns` reads it.

    Raises:
      NoSuchNameError: if there is none; the message names the nearest known ones.
    """
    return patterns.required(pattern, NAMES, "mode", forms=patterns.plain_forms)


def infer_together(subject: Subject, cases: Sequence[Case], mode: str, **arguments: bool) -> list[FloatArray]:
    """Call layers as `mode` makes them without training, or with training=False if `arguments` say so."""
    layers = rebuilt(subject, cases, mode)
    if mode == "predict":
        return _predicted(_model_around(subject, layers, cases), cases)

    def call(inputs: Sequence[Any]) -> list[Any]:
        return [layer(x, **arguments) for layer, x in zip(layers, inputs, strict=True)]

    return [as_array(y) for y in (tensorflow().function(call) if mode == "function" else call)(_tensors(cases))]


def predict_noisily_together(subject: Subject, cases: Sequence[Case]) -> list[FloatArray]:
    """Predict with a functional model whose layers were called with training=True, as Monte Carlo dropout does."""
    layers = [subject.built(case) for case in cases]
    return _predicted(_model_around(subject, layers, cases, training=True), cases)


def _predicted(around: Any, cases: Sequence[Case]) -> list[FloatArray]:
    inputs = _distinct_inputs(cases)
    outputs = around.predict(_bare([fed(x) for x in inputs]), batch_size=max(len(x) for x in inputs), verbose=0)
    predicted = [outputs] if len(cases) == 1 else outputs
    for output in predicted:
        if not isinstance(output, np.ndarray):
            raise NoArrayError(f"Expected that predict returns an array, observed a {type(output).__name__}.")
    return [array(output) for output in predicted]


def retraced(subject: Subject, case: Case, inputs: Sequence[FloatArray]) -> list[FloatArray]:
    """Call one layer on each of some inputs inside one `tf.function`, which it is traced for once a shape."""
    tf = tensorflow()
    layer = subject.built(case)
    step = tf.function(lambda x: layer(x, training=True))
    return [as_array(step(tensor(x))) for x in inputs]


def looped(subject: Subject, case: Case, calls: int) -> FloatArray:
    """Call one layer many times in a loop of one `tf.function`; the outputs are stacked along a new first axis."""
    tf = tensorflow()
    layer = subject.build(case)

    def step(number: Any, outputs: Any) -> tuple[Any, Any]:
        return number + 1, outputs.write(number, layer(x, training=True))

    def loop(x: Any) -> Any:
        outputs = tf.TensorArray(x.dtype, calls)
        return tf.while_loop(lambda number, _: number < calls, step, (0, outputs))[1].stack()

    x = tensor(case.x)
    return as_array(tf.function(loop)(x))


def rebuilt(subject: Subject, cases: Sequence[Case], mode: str) -> list[Any]:
    """Return a layer for each case: new ones, or what configs or one file make of them in these modes."""
    layers = [subject.built(case) for case in cases]
    if mode == "from_config":
        return [type(layer).from_config(layer.get_config()) for layer in layers]
    if mode != "reloaded":
        return layers
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        _model_around(subject, layers, cases).save(path)
        # Behind the inputs, a model lists its layers in the order of its outputs.
        loaded: list[Any] = subject.library.module.models.load_model(path).layers
        return loaded[-len(cases) :]


def _under_policy(policy: str, subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    layers = [subject.built(case, dtype=policy) for case in cases]
    return _one_by_one(layers, [tensor(case.x.astype(np.float32)) for case in cases], calls)


def _one_by_one(layers: Sequence[Any], inputs: Sequence[Any], calls: int) -> Outputs:
    return [[as_array(layer(x, training=True)) for _ in range(calls)] for layer, x in zip(layers, inputs, strict=True)]


def _at_once(
    step: Callable[[Any], Iterable[Any]], inputs: Any, calls: int, fetch: Callable[[Any], FloatArray] = as_array
) -> Outputs:
    by_call = [[fetch(y) for y in step(inputs)] for _ in range(calls)]
    return [list(successive) for successive in zip(*by_call, strict=True)]


def _training_step(layers: Sequence[Any]) -> Callable[[Sequence[Any]], list[Any]]:
    return lambda inputs: [layer(x, training=True) for layer, x in zip(layers, inputs, strict=True)]


def _model_around(subject: Subject, layers: Sequence[Any], cases: Sequence[Case], **arguments: bool) -> Any:
    keras = subject.library.module
    inputs = {id(x): keras.Input(x.shape[1:], dtype=x.dtype.name) for x in _distinct_inputs(cases)}
    outputs = [layer(inputs[id(case.x)], **arguments) for layer, case in zip(layers, cases, strict=True)]
    return keras.Model(_bare(list(inputs.values())), _bare(outputs))


def _joined(subject: Subject, around: Any) -> Any:
    # With several outputs, Keras has a metric for each and traces `fit` twice, which moves the op seeds of Keras 2.
    if len(around.outputs) == 1:
        return around
    keras: Any = subject.library.module
    tf = tensorflow()

    # Keras' own Concatenate raises, to 3.6.0, where every dimension but the last is 1: keras-team/keras#20430.
    class Join(keras.layers.Layer):  # type: ignore[misc]
        """Puts what the outputs hold of each example side by side."""

        def call(self, outputs: Sequence[Any]) -> Any:
            """Return the outputs as one."""
            # A layer that returns a number for a whole batch is told so afterwards, and does not end here.
            rows = [1 if output.shape.rank == 0 else tf.shape(output)[0] for output in outputs]
            return tf.concat([tf.reshape(y, (count, -1)) for y, count in zip(outputs, rows, strict=True)], -1)

    join = Join(dtype=around.outputs[0].dtype)
    return keras.Model(_bare(around.inputs), join(around.outputs))


def _distinct_inputs(cases: Sequence[Case]) -> list[FloatArray]:
    # Cases of one sample share its array, and need it in TensorFlow's memory once.
    return list({id(case.x): case.x for case in cases}.values())


def _tensors(cases: Sequence[Case]) -> list[Any]:
    # Tensors, not arrays: constants can be folded at compile time with the kernels' own rounding.
    tensors = {id(x): tensor(x) for x in _distinct_inputs(cases)}
    return [tensors[id(case.x)] for case in cases]


def _bare(items: list[_Item]) -> list[_Item] | _Item:
    # Keras treats a list of one unlike its element; one case is to run as if there were no others.
    return items[0] if len(items) == 1 else items


def _stacked(replicas: Sequence[Any]) -> FloatArray:
    # Replicas that all return one tensor, as a layer does that returns its input, are told of once.
    outputs = [as_array(replica) for replica in replicas]
    if len({output.shape for output in outputs}) > 1:
        raise NoArrayError(f"Expected one shape of all replicas, observed {[output.shape for output in outputs]}.")
    return np.stack(outputs * 2 if len(outputs) == 1 else outputs)
