"""What layers accept, raise, store and keep."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from noise_ops.properties.declaring import BOTH_WIDTHS, Kind, Property, Question, Stage
from noise_ops.properties.grids import DATA_FORMATS, KINDS, NOISE_SHAPES, SEEDS, STRENGTHS
from noise_ops.properties.new_layers import noiseless
from noise_ops.properties.step import Step, in_float32
from noise_ops.subjects.inputs import DTYPES
from noise_ops.subjects.layers import LayerSubject
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject, parameters
from noise_ops.subjects.tensors import array, tensor
from noise_ops.subjects.texts import ascii_line, plain, raised
from noise_ops.subjects.values import AWKWARD, Value, awkward, constant_axes, described, numbers, same, seen_values

PROPERTIES = (
    Property(
        "observed",
        Kind.CONTRACT,
        "dies",
        "What ended the observation of a subject.",
    ),
    Property(
        "accepts",
        Kind.CONTRACT,
        "does-otherwise",
        "What an argument or an input leads to.",
        Stage.LAYER,
    ),
    Property(
        "rate_zero_is_identity",
        Kind.CONTRACT,
        "rate-limit",
        "What is left without noise.",
        Stage.OP,
        right=("identity",),
    ),
    Property(
        "signature",
        Kind.CONTRACT,
        "signature",
        "Arguments with their defaults.",
        Stage.LAYER,
    ),
    Property(
        "config",
        Kind.CONTRACT,
        "config",
        "Entries of a layer's config.",
        Stage.LAYER,
    ),
    Property(
        "variables",
        Kind.CONTRACT,
        "variables",
        "How many weights and variables a layer keeps.",
        Stage.LAYER,
    ),
    Property(
        "variable_names",
        Kind.CONTEXT,
        "variables",
        "Names of the variables that a layer keeps.",
        Stage.LAYER,
    ),
)

QUESTIONS = (
    Question("rate_zero_is_identity", "every_case", of=("input",), dtypes=BOTH_WIDTHS, modes=("from_config",)),
    Question(
        "rate_one_drops_everything",
        "finite_cases",
        of=("scaled", "layer"),
        dtypes=BOTH_WIDTHS,
        code="rate-limit",
        why="The functions document rates below 1 alone.",
    ),
    Question(
        "rate_one_is_rejected_or_works",
        "mask_cases",
        of=("layer", "rate"),
        unless=("scaled",),
        code="rate-limit",
        why="Of what scales, rate_one_drops_everything says more; the functions document rates below 1 alone.",
    ),
    Question("stddev_above_one_accepted", "mask_cases", of=("stddev",), code="raises"),
    Question("bad_rate_rejected", "mask_cases", of=("rate",), code="accepts-nonsense"),
)


def outcome(subject: Subject, **arguments: Any) -> Value:
    """Say what a layer does that is made with some arguments: what it returns, or when and what it raises.

    Of noise it also says along which axes it is constant, if there are any.
    """
    reset()
    try:
        layer = subject.make(**arguments)
    except Exception as error:
        return raised(error, "when made")
    x = subject.x("float32")
    try:
        y = array(subject.call(layer, tf.constant(x)))
    except Exception as error:
        return raised(error, "when called")
    seen = seen_values(x if subject.elementwise or subject.draws else noiseless(subject, "float32"), y)
    axes = constant_axes(_dropped(subject, y)) if seen == "noise" and subject.elementwise else "[]"
    return seen if axes == "[]" else f"{seen}, constant along {axes}"


def _dropped(subject: Subject, y: Any) -> Any:
    """Return where something was dropped: all of it is 0, or the one value of AlphaDropout's that is frequent."""
    if subject.family == "affine":
        values, counts = np.unique(y, return_counts=True)
        return y == values[counts.argmax()]
    return y == 0 if subject.family == "mask" else np.arange(y.size).reshape(y.shape)


def outcome_of(subject: Subject, argument: str, make: Callable[[], Any]) -> Value:
    """Say what a layer does with an argument that has to be made first."""
    return outcome(subject, **{argument: make()})


def outcome_on(subject: Subject, make: Callable[[], Any]) -> Value:
    """Say what a layer does with an input: dtype and shape of what it returns, or what it raises."""
    reset()
    layer = subject.make()
    y = layer(make(), training=True)
    return described(array(y)) if isinstance(y, tf.Tensor) else type(y).__name__


def signature(subject: Subject) -> Value:
    """List the arguments of a class or function, with their defaults where these are plain."""
    listed = []
    for parameter in parameters(subject.source()).values():
        text = str(parameter.replace(annotation=inspect.Parameter.empty, default=inspect.Parameter.empty))
        if parameter.default is not inspect.Parameter.empty:
            text += "=" + plain(parameter.default)
        listed.append(ascii_line(text))
    return listed


def config(subject: Subject) -> Value:
    """List the entries of a layer's config, with their values where these are plain."""
    reset()
    entries = subject.make().get_config()
    return [ascii_line(f"{key}={plain(entries[key])}") for key in sorted(entries) if key != "name"]


def variables(subject: Subject, **arguments: Any) -> Value:
    """Count what a layer keeps: weights, which are saved, and all its variables."""
    layer = _called(subject, **arguments)
    return {"weights": len(layer.weights), "variables": len(layer.variables)}


def variable_names(subject: Subject, **arguments: Any) -> Value:
    """List the names of a layer's variables, under which checkpoints and files of weights keep them."""
    kept = _called(subject, **arguments).variables
    return sorted(re.sub(r"_\d+(?=[/:]|$)", "", ascii_line(str(getattr(v, "path", v.name)))) for v in kept)


def _called(subject: Subject, **arguments: Any) -> Any:
    reset()
    layer = subject.make(name="observed", **arguments)
    subject.call(layer, tensor(subject.x("float32")))
    return layer


def rate_zero(subject: Subject, dtype: str) -> Value:
    """Say what becomes of -0, a denormal, nan and infinity without noise, in training."""
    x = awkward(subject.x(dtype))
    reset()
    y = array(subject.call(subject.make(dtype, **{subject.strength or "": 0}), tf.constant(x)))
    if same(x, y):
        return "identity"
    changed = numbers(x) != numbers(y)
    changed |= np.signbit(numbers(x)) != np.signbit(numbers(y))
    changed &= ~(np.isnan(numbers(x)) & np.isnan(numbers(y)))
    lost = [name for name, is_changed in zip(AWKWARD, changed.ravel()) if is_changed]
    return "noise" if changed.ravel()[len(AWKWARD) :].any() else "changes " + " ".join(lost)


def steps(subject: Subject) -> Iterator[Step]:
    """Yield which arguments and inputs are accepted, what they do, and what a layer keeps."""
    yield in_float32(subject, "signature", functools.partial(signature, subject))
    grids: list[tuple[str, Sequence[tuple[str, Any]]]] = []
    if subject.strength:
        grids.append((subject.strength, STRENGTHS if subject.elementwise else STRENGTHS[:3]))
    if subject.takes("seed"):
        grids.append(("seed", SEEDS if subject.elementwise or subject.draws else SEEDS[:2]))
    if subject.takes("noise_shape"):
        grids.append(("noise_shape", NOISE_SHAPES))
    if subject.takes("data_format"):
        grids.append(("data_format", DATA_FORMATS))
    for argument, grid in grids:
        for label, value in grid:
            observe = functools.partial(outcome, subject, **{argument: value})
            yield in_float32(subject, f"accepts {argument}={label}", observe)
    for label, make in KINDS if subject.elementwise and subject.strength and len(subject.shape) <= 3 else ():
        observe = functools.partial(outcome_of, subject, subject.strength or "", make)
        yield in_float32(subject, f"accepts {subject.strength}={label}", observe)
    if subject.elementwise:
        for dtype in DTYPES:
            observe = functools.partial(rate_zero, subject, dtype)
            yield Step(subject.name, dtype + "/eager", "rate_zero_is_identity", observe)
        yield from _inputs(subject)
    if isinstance(subject, LayerSubject):
        yield from _kept(subject)


def _inputs(subject: Subject) -> Iterator[Step]:
    """Which inputs are accepted."""
    inputs: list[tuple[str, Callable[[], Any]]] = [
        ("empty", lambda: tf.zeros((0, *subject.shape[1:]))),
        ("scalar", lambda: tf.constant(1.0)),
        ("numpy float64", lambda: np.ones(subject.shape)),
        ("float16", lambda: tf.ones(subject.shape, tf.float16)),
        ("int32", lambda: tf.ones(subject.shape, tf.int32)),
        ("list", lambda: [[1.0, 2.0], [3.0, 4.0]]),
        ("one rank less", lambda: tf.ones(subject.shape[1:])),
        ("ragged", lambda: tf.ragged.constant([[1.0, 2.0], [3.0]])),
        ("sparse", lambda: tf.sparse.from_dense([[1.0, 0.0], [0.0, 2.0]])),
        ("no features", lambda: tf.zeros((*subject.shape[:-1], 0))),
    ]
    for label, make in inputs:
        yield in_float32(subject, f"accepts input {label}", functools.partial(outcome_on, subject, make))


def _kept(subject: LayerSubject) -> Iterator[Step]:
    """Yield what a layer keeps, and what it keeps at the end where it makes no noise."""
    yield in_float32(subject, "config", functools.partial(config, subject))
    ends = {subject.strength or "": 0.0}
    for name, observe in (("variables", variables), ("variable_names", variable_names)):
        yield in_float32(subject, name, functools.partial(observe, subject))
        yield in_float32(subject, f"{name} {subject.strength}=0", functools.partial(observe, subject, **ends))
