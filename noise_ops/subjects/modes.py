"""The ways to run layers: each takes a subject and some cases to the outputs of successive calls of each.

A mode is one function (subject, cases, calls) -> for each case a list of arrays. Tracing, compiling, building a
model and saving it cost more than drawing, so the cases of one run share them, and each has a layer of its own.
Two modes run eagerly what came back from a config or a file, so that every property can be asked of that, too.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Any, Callable, List, Sequence

import numpy as np

from noise_ops.subjects.broken import NoArrayError, as_array, observed
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.models import Training, bare, distinct, joined, model_around, replicated, saved_and_loaded
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.surroundings import SURROUNDINGS, Surroundings
from noise_ops.subjects.tensors import array, compiled, fed, tensor

Outputs = List[List[Any]]
"""For each case, the outputs of successive calls."""

Run = Callable[[Subject, Sequence[Case], int], Outputs]


def traced(function: Callable[..., Any], xla: bool = False) -> Any:
    """Return a `tf.function` as users make it: with autograph, which a layer of theirs may need."""
    return compiled(function, xla, autograph=True)


def eager(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call each layer eagerly."""
    return _one_by_one(rebuilt(subject, cases, "eager"), _tensors(cases), calls)


def function(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call the layers inside one `tf.function`."""
    step = traced(_training_step(rebuilt(subject, cases, "function")))
    return _at_once(step, _tensors(cases), calls)


def xla(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call the layers inside one `tf.function(jit_compile=True)`."""
    step = traced(_training_step(rebuilt(subject, cases, "xla")), xla=True)
    return _at_once(step, _tensors(cases), calls)


def mixed_float16(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call each layer eagerly on float32 input under the policy mixed_float16."""
    return _under_policy("mixed_float16", subject, cases, calls)


def mixed_bfloat16(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call each layer eagerly on float32 input under the policy mixed_bfloat16."""
    return _under_policy("mixed_bfloat16", subject, cases, calls)


def model(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call one functional model around the layers with training=True."""
    around = model_around(subject, rebuilt(subject, cases, "model"), _arrays(cases))
    inputs = bare([tensor(x) for x in distinct(_arrays(cases))])
    return _at_once(lambda given: tf.nest.flatten(around(given, training=True)), inputs, calls)


def fit(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Train one model around the layers, one batch an epoch, and record what reaches the loss."""
    keras, x = subject.library.module, cases[0].x
    around = joined(keras, model_around(subject, rebuilt(subject, cases, "fit"), _arrays(cases)))
    inputs = bare([fed(x) for x in distinct(_arrays(cases))])
    by_epoch = Training(keras, around, x.dtype.name).fit(inputs, calls, targets=fed(x), look=as_array)
    by_call = [_split(outputs, cases) for outputs in by_epoch]
    return [list(successive) for successive in zip(*by_call)]


def _split(outputs: Any, cases: Sequence[Case]) -> list[Any]:
    """Return the outputs of each case, which were joined behind the batch axis."""
    if len(cases) == 1:
        return [outputs]
    sizes = [math.prod(case.x.shape[1:]) for case in cases]
    if outputs.shape != (len(cases[0].x), sum(sizes)):
        raise NoArrayError(f"Expected that {sum(sizes)} elements an example reach the loss, observed {outputs.shape}.")
    pieces = np.split(outputs, np.cumsum(sizes)[:-1], axis=-1)
    return [piece.reshape(case.x.shape) for piece, case in zip(pieces, cases)]


def from_config(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call eagerly what `from_config(get_config())` makes of each layer."""
    return _one_by_one(rebuilt(subject, cases, "from_config"), _tensors(cases), calls)


def reloaded(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call eagerly the layers of one model that was saved to a .keras file and loaded again."""
    return _one_by_one(rebuilt(subject, cases, "reloaded"), _tensors(cases), calls)


def mirrored(subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    """Call the layers on each of two replicas; the outputs of a call are stacked along a new first axis."""
    step = replicated(lambda: _training_step(rebuilt(subject, cases, "mirrored")), autograph=True)
    return _at_once(step, _tensors(cases), calls, _stacked)


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
        for layer, x in zip(rebuilt(subject, cases, "function"), _tensors(cases)):
            subject.reset()
            call = functools.partial(_called, layer)
            outputs.append([as_array(y) for y in surroundings(call, x, calls)])
        return outputs

    return run


_ALONE = (eager, function, xla, model, fit, mixed_float16, mixed_bfloat16, from_config, reloaded, mirrored)

MODES: dict[str, Run] = {
    **{run.__name__: run for run in _ALONE},
    **{name: _inside(surroundings) for name, surroundings in SURROUNDINGS.items()},
}
"""The training modes by name."""

ONE_BY_ONE = ("eager", "from_config", "mixed_float16", "mixed_bfloat16")
"""The modes in which several layers are called one after another, and nothing is shared but TensorFlow's kernels."""

NAMES = (*MODES, "predict")
"""Every mode that a check can be narrowed to."""


def infer_together(subject: Subject, cases: Sequence[Case], mode: str, **arguments: bool) -> list[Any]:
    """Call layers as `mode` makes them without training, or with training=False if `arguments` say so."""
    layers = rebuilt(subject, cases, mode)
    if mode == "predict":
        return _predicted(model_around(subject, layers, _arrays(cases)), cases)

    def call(inputs: Sequence[Any]) -> list[Any]:
        return [layer(x, **arguments) for layer, x in zip(layers, inputs)]

    return [as_array(y) for y in (traced(call) if mode == "function" else call)(_tensors(cases))]


def predict_noisily_together(subject: Subject, cases: Sequence[Case]) -> list[Any]:
    """Predict with a functional model whose layers were called with training=True, as Monte Carlo dropout does."""
    layers = [built(subject, case) for case in cases]
    return _predicted(model_around(subject, layers, _arrays(cases), training=True), cases)


def _predicted(around: Any, cases: Sequence[Case]) -> list[Any]:
    inputs = distinct(_arrays(cases))
    outputs = around.predict(bare([fed(x) for x in inputs]), batch_size=max(len(x) for x in inputs), verbose=0)
    predicted = [outputs] if len(cases) == 1 else outputs
    for output in predicted:
        if not isinstance(output, np.ndarray):
            raise NoArrayError(f"Expected that predict returns an array, observed a {type(output).__name__}.")
    return [array(output) for output in predicted]


def retraced(subject: Subject, case: Case, inputs: Sequence[Any]) -> list[Any]:
    """Call one layer on each of some inputs inside one `tf.function`, which it is traced for once a shape."""
    layer = built(subject, case)
    step = traced(lambda x: layer(x, training=True))
    return [as_array(step(tensor(x))) for x in inputs]


def looped(subject: Subject, case: Case, calls: int) -> Any:
    """Call one layer many times in a loop of one `tf.function`; the outputs are stacked along a new first axis."""
    layer = built(subject, case)

    def step(number: Any, outputs: Any) -> tuple[Any, Any]:
        return number + 1, outputs.write(number, layer(x, training=True))

    def loop(x: Any) -> Any:
        outputs = tf.TensorArray(x.dtype, calls)
        return tf.while_loop(lambda number, _: number < calls, step, (0, outputs))[1].stack()

    x = tensor(case.x)
    return as_array(traced(loop)(x))


def rebuilt(subject: Subject, cases: Sequence[Case], mode: str) -> list[Any]:
    """Return a layer for each case: new ones, or what configs or one file make of them in these modes."""
    layers = [built(subject, case) for case in cases]
    if mode == "from_config":
        return [subject.rebuilt(layer) for layer in layers]
    return saved_and_loaded(subject, layers, _arrays(cases)) if mode == "reloaded" else layers


def built(subject: Subject, case: Case, dtype: str | None = None) -> Any:
    """Return a new layer with the arguments and the seed of a case.

    Raises:
      BrokenCallError: if the constructor raises.
    """
    with observed(case, "The constructor raises"):
        return subject.build({**case.arguments(), "seed": case.seed}, dtype or case.x.dtype.name)


def _under_policy(policy: str, subject: Subject, cases: Sequence[Case], calls: int) -> Outputs:
    layers = [built(subject, case, policy) for case in cases]
    return _one_by_one(layers, [tensor(case.x.astype(np.float32)) for case in cases], calls)


def _one_by_one(layers: Sequence[Any], inputs: Sequence[Any], calls: int) -> Outputs:
    return [[as_array(layer(x, training=True)) for _ in range(calls)] for layer, x in zip(layers, inputs)]


def _at_once(
    step: Callable[[Any], Iterable[Any]], inputs: Any, calls: int, fetch: Callable[[Any], Any] = as_array
) -> Outputs:
    by_call = [[fetch(y) for y in step(inputs)] for _ in range(calls)]
    return [list(successive) for successive in zip(*by_call)]


def _training_step(layers: Sequence[Any]) -> Callable[[Sequence[Any]], list[Any]]:
    return lambda inputs: [layer(x, training=True) for layer, x in zip(layers, inputs)]


def _arrays(cases: Sequence[Case]) -> list[Any]:
    return [case.x for case in cases]


def _tensors(cases: Sequence[Case]) -> list[Any]:
    # Tensors, not arrays: constants can be folded at compile time with the kernels' own rounding.
    tensors = {id(x): tensor(x) for x in distinct(_arrays(cases))}
    return [tensors[id(case.x)] for case in cases]


def _stacked(replicas: Sequence[Any]) -> Any:
    # Replicas that all return one tensor, as a layer does that returns its input, are told of once.
    outputs = [as_array(replica) for replica in replicas]
    if len({output.shape for output in outputs}) > 1:
        raise NoArrayError(f"Expected one shape of all replicas, observed {[output.shape for output in outputs]}.")
    return np.stack(outputs * 2 if len(outputs) == 1 else outputs)
