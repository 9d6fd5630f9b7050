"""The ways to run a layer: each takes a subject and a case to the outputs of successive calls.

A mode is one function (subject, case, calls) -> list of arrays. Two modes run eagerly what came back from a
config or a file, so that every property can be asked of that, too.
"""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from noise_ops.reference.variates import FloatArray
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import tensorflow

if TYPE_CHECKING:
    from noise_ops.subjects.subject import Subject

Run = Callable[["Subject", Case, int], list[FloatArray]]


def eager(subject: Subject, case: Case, calls: int) -> list[FloatArray]:
    """Call the layer eagerly."""
    return _call(subject.build(case), case, calls)


def function(subject: Subject, case: Case, calls: int) -> list[FloatArray]:
    """Call the layer inside one `tf.function`."""
    return _call(tensorflow().function(_training_call(subject.build(case))), case, calls)


def xla(subject: Subject, case: Case, calls: int) -> list[FloatArray]:
    """Call the layer inside one `tf.function(jit_compile=True)`."""
    return _call(tensorflow().function(_training_call(subject.build(case)), jit_compile=True), case, calls)


def mixed_float16(subject: Subject, case: Case, calls: int) -> list[FloatArray]:
    """Call the layer eagerly on float32 input under the policy mixed_float16."""
    return _call(subject.build(case, dtype="mixed_float16"), case.on(case.x.astype(np.float32)), calls)


def mixed_bfloat16(subject: Subject, case: Case, calls: int) -> list[FloatArray]:
    """Call the layer eagerly on float32 input under the policy mixed_bfloat16."""
    return _call(subject.build(case, dtype="mixed_bfloat16"), case.on(case.x.astype(np.float32)), calls)


def model(subject: Subject, case: Case, calls: int) -> list[FloatArray]:
    """Call a functional model around the layer with training=True."""
    return _call(_model_around(subject, subject.build(case), case), case, calls)


def fit(subject: Subject, case: Case, calls: int) -> list[FloatArray]:
    """Train a model around the layer, one batch an epoch, and record what reaches the loss."""
    tf = tensorflow()
    trained = _model_around(subject, subject.build(case), case)
    seen = tf.Variable(tf.zeros(case.x.shape, case.x.dtype.name))

    def loss(y_true: Any, y_pred: Any) -> Any:
        del y_true
        seen.assign(tf.cast(y_pred, seen.dtype))
        return tf.reduce_mean(y_pred)

    trained.compile(optimizer="sgd", loss=loss)
    outputs = []
    for _ in range(calls):
        trained.fit(case.x, case.x, batch_size=len(case.x), epochs=1, shuffle=False, verbose=0)
        outputs.append(seen.numpy())
    return outputs


def from_config(subject: Subject, case: Case, calls: int) -> list[FloatArray]:
    """Call eagerly what `from_config(get_config())` makes of the layer."""
    return _call(rebuilt(subject, case, "from_config"), case, calls)


def reloaded(subject: Subject, case: Case, calls: int) -> list[FloatArray]:
    """Call eagerly the layer of a model that was saved to a .keras file and loaded again."""
    return _call(rebuilt(subject, case, "reloaded"), case, calls)


def mirrored(subject: Subject, case: Case, calls: int) -> list[FloatArray]:
    """Call the layer on each of two replicas; the outputs of a call are stacked along a new first axis."""
    tf = tensorflow()
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        layer = subject.build(case)
    x = tf.constant(case.x)
    step = tf.function(lambda: strategy.run(_training_call(layer), args=(x,)))
    return [
        np.stack([replica.numpy() for replica in strategy.experimental_local_results(step())]) for _ in range(calls)
    ]


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
}
"""The training modes by name."""


NAMES = (*MODES, "predict")
"""Every mode that a check can be narrowed to."""


def known(name: str) -> str:
    """Return the name of a mode if there is one.

    Raises:
      ValueError: if there is none; the message names the nearest known one.
    """
    if name not in NAMES:
        nearest = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.0)[0]
        raise ValueError(f"there is no mode {name!r}; the nearest known one is {nearest!r}.")
    return name


def infer(subject: Subject, case: Case, mode: str, **arguments: bool) -> FloatArray:
    """Call the layer as `mode` makes it without training, or with training=False if `arguments` say so."""
    layer = rebuilt(subject, case, mode)
    if mode == "predict":
        output: FloatArray = _model_around(subject, layer, case).predict(case.x, verbose=0)
        return output
    x = tensorflow().constant(case.x)
    call = tensorflow().function(layer) if mode == "function" else layer
    return _array(call(x, **arguments))


def predict_noisily(subject: Subject, case: Case) -> FloatArray:
    """Predict with a functional model whose layer was called with training=True, as Monte Carlo dropout does."""
    keras = subject.library.module
    inputs = keras.Input(case.x.shape[1:], dtype=case.x.dtype.name)
    noisy = keras.Model(inputs, subject.build(case)(inputs, training=True))
    output: FloatArray = noisy.predict(case.x, verbose=0)
    return output


def rebuilt(subject: Subject, case: Case, mode: str) -> Any:
    """Return the layer of a case: a new one, or what a config or a file makes of it in these modes."""
    layer = subject.build(case)
    if mode == "from_config":
        return type(layer).from_config(layer.get_config())
    if mode != "reloaded":
        return layer
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        _model_around(subject, layer, case).save(path)
        return subject.library.module.models.load_model(path).layers[-1]


def _training_call(layer: Any) -> Callable[[Any], Any]:
    return lambda x: layer(x, training=True)


def _call(layer: Any, case: Case, calls: int) -> list[FloatArray]:
    # A tensor, not an array: constants can be folded at compile time with the kernels' own rounding.
    x = tensorflow().constant(case.x)
    call = layer if _is_function(layer) else _training_call(layer)
    return [_array(call(x)) for _ in range(calls)]


def _is_function(call: Any) -> bool:
    return isinstance(call, type(tensorflow().function(lambda: None)))


def _model_around(subject: Subject, layer: Any, case: Case) -> Any:
    keras = subject.library.module
    inputs = keras.Input(case.x.shape[1:], dtype=case.x.dtype.name)
    return keras.Model(inputs, layer(inputs))


def _array(tensor: Any) -> FloatArray:
    array: FloatArray = tensor.numpy()
    return array
