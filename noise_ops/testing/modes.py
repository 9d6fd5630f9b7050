"""Where a user's layer must work as it does eagerly: traced, in tf.data, fit and predict, in each dtype and policy."""

from __future__ import annotations

from typing import Any

import numpy as np

from noise_ops.laws.drawing import Draws
from noise_ops.laws.happening import Unknown
from noise_ops.testing import calling
from noise_ops.testing.asking import BrokenError, NotAskedError, Property
from noise_ops.testing.one_call import need_inference, unless_noisy, unsupported
from noise_ops.testing.subject import Subject

_CALLS = 4


def works_in_function(subject: Subject) -> None:
    """In a tf.function the layer does what it does eagerly, and each call draws new noise."""
    _need_tensorflow(subject)
    made, x, seed = subject.fresh("function"), subject.x(), _seed(subject)
    outputs = calling.observed(
        "In a tf.function, the call", lambda: calling.traced(subject.own, made, x, _calls(subject), seed=seed)
    )
    _judge(subject, x, outputs, "In a tf.function")


def works_in_dataset(subject: Subject) -> None:
    """In the map of a tf.data.Dataset the layer does what it does eagerly, and each element has new noise."""
    _need_tensorflow(subject)
    made, x, seed = subject.fresh("dataset"), subject.x(), _seed(subject)
    outputs = calling.observed(
        "In the map of a tf.data.Dataset, the call",
        lambda: calling.in_dataset(subject.own, made, x, _calls(subject), seed=seed),
    )
    _judge(subject, x, outputs, "In the map of a tf.data.Dataset")


def works_with_unknown_batch(subject: Subject) -> None:
    """Traced once for batches of any size, the layer takes a full one and a last, smaller one."""
    _need_tensorflow(subject)
    x = subject.x()
    if calling.first(x).ndim == 0 or (subject.given_shape and subject.given_shape[0] is not None):
        raise NotAskedError("its input has no batch of any size")
    made, seed = subject.fresh("batch"), _seed(subject)
    outputs = calling.observed(
        "Traced for a batch of unknown size, the call",
        lambda: calling.of_unknown_batch(subject.own, made, x, seed=seed),
    )
    eager = subject.outcome.shape
    for y, count in zip(outputs, (len(calling.first(x)), len(calling.first(x)) // 2), strict=True):
        if _is_of_samples(subject, x) and y.shape != (count, *eager[1:]):
            told = (
                f"Traced for a batch of unknown size, {count} samples come out as {y.shape}, not {(count, *eager[1:])}."
            )
            raise BrokenError("dtype", told)


def works_on_one_sample(subject: Subject) -> None:
    """A batch of one is a batch."""
    if subject.given_shape and subject.given_shape[0] is not None:
        raise NotAskedError("its input has no batch of any size")
    x = calling.mapped(lambda array: array[:1], subject.x())
    if calling.first(x).ndim == 0:
        raise NotAskedError("its input has no batch of any size")
    y = calling.observed("Of a batch of one sample, the call", lambda: subject.calls("one", x)[0])
    if not subject.own.is_function:
        made = subject.fresh("one")
        subject.calls("whole", subject.x(), made=made)
        calling.observed(
            "Of a batch of one sample after a larger one, the call", lambda: subject.calls("one", x, made=made)
        )
    whole = subject.outcome.shape
    if _is_of_samples(subject, subject.x()) and y.shape != (1, *whole[1:]):
        raise BrokenError("dtype", f"A batch of one sample comes out as {y.shape}, not {(1, *whole[1:])}.")
    _hold_support(subject, x, y, "Of a batch of one sample")


def works_in_fit(subject: Subject) -> None:
    """A model of the layer trains, and predicts the same twice."""
    if subject.own.keras is None:
        raise NotAskedError("it is no layer of Keras, which a model could train")
    x = subject.x()
    if any(array.dtype.kind not in "fV" for array in calling.arrays(x)) or subject.own.output is not None:
        raise NotAskedError("a model of it would need a loss that is not known")
    made = subject.fresh("fit")
    model = calling.observed("In fit, the layer", lambda: calling.fitted(subject.own, made, x))
    if any(not np.isfinite(weight).all() for weight in model.get_weights() if weight.dtype.kind == "f"):
        raise BrokenError("non-finite", "After one epoch of fit, the weights behind the layer are nan or infinite.")


def _is_of_samples(subject: Subject, x: Any) -> bool:
    """Return whether its output has a sample for each of its input, and is not what a function of the user's reads."""
    return not callable(subject.own.output) and subject.outcome.shape[:1] == calling.first(x).shape[:1]


def works_with_unknown_sides(subject: Subject) -> None:
    """A model takes the layer where no side of its input but the last is known, if it takes inputs of other sides."""
    if subject.own.keras is None or subject.is_structured or subject.own.output is not None:
        raise NotAskedError("it is no layer of one input and output, which a model could hold")
    x = calling.first(subject.x())
    if x.ndim < 3 or any(side is not None for side in (subject.given_shape or ())[1:-1]) or x.dtype.kind not in "fV":
        raise NotAskedError("its inputs have no side that is left open")
    try:
        subject.calls("sides", np.concatenate([x, x], axis=1))
    except calling.RaisedError:
        raise NotAskedError("it takes no input of other sides") from None
    keras, made = subject.own.keras, subject.fresh("sides")
    inputs = keras.Input((*[None] * (x.ndim - 2), x.shape[-1]), dtype=x.dtype.name)
    calling.observed("In a model whose sides are not known, the layer", lambda: subject.own.call(made, inputs, True))


def nothing_drawn_in_predict(subject: Subject) -> None:
    """In predict the layer draws nothing."""
    if subject.own.keras is None:
        raise NotAskedError("it is no layer of Keras, of which a model could predict")
    need_inference(subject)
    x = subject.x()
    made = subject.fresh("predict")

    def ask() -> list[Any]:
        model = calling.model_around(subject.own, made, x)
        return [calling.as_array(model.predict(x, verbose=0)) for _ in range(2)]

    one, other = calling.observed("In predict, the layer", ask)
    if not np.array_equal(one, other, equal_nan=True):
        told = f"Two calls of predict differ in {np.count_nonzero(one != other)} of {one.size} outputs"
        raise BrokenError("inference", f"{told}{unless_noisy(subject)}.")


def need_dtype(subject: Subject, dtype: str) -> None:
    """Make sure that it can be given inputs of a dtype, and computes in it.

    Raises:
      NotAskedError: if not.
    """
    if subject.is_structured or calling.first(subject.x()).dtype.kind != "f":
        raise NotAskedError("its inputs have dtypes of their own")
    if calling.takes_arrays(subject.own) and dtype == "bfloat16":
        raise NotAskedError("NumPy has no bfloat16 of its own")
    if subject.own.is_made:
        raise NotAskedError("a layer was given that is made already, in a dtype of its own")


def _in_dtype(dtype: str, subject: Subject) -> None:
    need_dtype(subject, dtype)
    x = subject.x(dtype)
    made = subject.fresh(f"dtype/{dtype}", dtype)
    y = calling.observed(f"In {dtype}, the call", lambda: subject.calls(f"dtype/{dtype}", x, made=made)[0])
    _same_dtype(subject, x, y, f"In {dtype}", dtype)


def in_float16(subject: Subject) -> None:
    """In float16 the layer computes in float16, and keeps its law."""
    _in_dtype("float16", subject)


def in_bfloat16(subject: Subject) -> None:
    """In bfloat16 the layer computes in bfloat16, and keeps its law."""
    _in_dtype("bfloat16", subject)


def in_float64(subject: Subject) -> None:
    """In float64 the layer computes in float64, and keeps its law."""
    _in_dtype("float64", subject)


def in_mixed_float16(subject: Subject) -> None:
    """Under the policy mixed_float16 the layer computes in float16, whatever it is given."""
    _under("mixed_float16", "float16", subject)


def in_mixed_bfloat16(subject: Subject) -> None:
    """Under the policy mixed_bfloat16 the layer computes in bfloat16, whatever it is given."""
    _under("mixed_bfloat16", "bfloat16", subject)


def _under(policy: str, computed: str, subject: Subject) -> None:
    y = called_under(subject, policy)
    if subject.is_structured:  # of which of its inputs the law and the dtype of the output speak is not known
        if not np.isfinite(y.astype(np.float64)).all():
            raise BrokenError("non-finite", f"Under {policy}, outputs are nan or infinite.")
    else:
        _same_dtype(subject, subject.x(computed), y, f"Under {policy}", computed)


def called_under(subject: Subject, policy: str) -> Any:
    """Return the output of a training call of a layer that was made under a policy of Keras.

    Raises:
      NotAskedError: if none reaches it.
    """
    if subject.own.keras is None or subject.own.is_made:
        raise NotAskedError("no policy of Keras reaches it: it is no layer, or made already")
    if any(array.dtype.kind != "f" for array in calling.arrays(subject.x())):
        raise NotAskedError("its inputs have dtypes of their own")
    made = subject.fresh(policy, policy)
    return calling.observed(f"Under {policy}, the call", lambda: subject.calls(policy, subject.x(), made=made)[0])


PROPERTIES = (
    Property("works_in_function", "raises", works_in_function, mode="function"),
    Property("works_in_dataset", "raises", works_in_dataset, mode="dataset"),
    Property("works_with_unknown_batch", "raises", works_with_unknown_batch, mode="function"),
    Property("works_on_one_sample", "raises", works_on_one_sample),
    Property("works_with_unknown_sides", "raises", works_with_unknown_sides, mode="function"),
    Property("works_in_fit", "raises", works_in_fit, mode="fit"),
    Property("nothing_drawn_in_predict", "inference", nothing_drawn_in_predict, mode="predict"),
    Property("in_float16", "dtype", in_float16, dtype="float16"),
    Property("in_bfloat16", "dtype", in_bfloat16, dtype="bfloat16"),
    Property("in_float64", "dtype", in_float64, dtype="float64"),
    Property("in_mixed_float16", "dtype", in_mixed_float16, mode="mixed_float16", dtype="float16"),
    Property("in_mixed_bfloat16", "dtype", in_mixed_bfloat16, mode="mixed_bfloat16", dtype="bfloat16"),
)


def _need_tensorflow(subject: Subject) -> None:
    if calling.takes_arrays(subject.own):
        raise NotAskedError("it is a function of NumPy, which is not traced")


def _seed(subject: Subject) -> int | None:
    return subject.seed("modes") if subject.own.is_function and subject.own.takes_seed else None


def _calls(subject: Subject) -> int:
    """Return how many calls are compared: as many as tell whether noise is drawn once, if those can be asked."""
    return subject.calls_that_tell(_CALLS) or _CALLS


def _judge(subject: Subject, x: Any, outputs: list[Any], where: str) -> None:
    """Hold outputs of successive calls to what eager ones keep."""
    for y in outputs:
        if not np.isfinite(y.astype(np.float64)).all():
            raise BrokenError("non-finite", f"{where}, outputs are nan or infinite.")
        _hold_support(subject, x, y, where)
    given = calling.first(x)
    seeded = subject.own.is_function and subject.own.takes_seed  # whose calls all have one seed
    if subject.calls_that_tell(_CALLS) is None or (seeded and not subject.tells()):
        return
    left_alone = all(y.shape == given.shape and np.array_equal(y, given) for y in outputs)
    if left_alone and not isinstance(subject.law, Unknown):
        raise BrokenError(
            "argument-ignored", f"{where}, {len(outputs)} training calls return their input: none is noisy."
        )
    if not left_alone and not seeded and all(np.array_equal(outputs[0], y) for y in outputs[1:]):
        eager = subject.calls("constant", x, len(outputs))
        constant = all(calling.same(eager[0], y) for y in eager[1:])
        why = ", as they do eagerly." if constant else ": the noise is drawn once, as a constant."
        raise BrokenError("new-call", f"{where}, {len(outputs)} calls return the same{why}")


def _same_dtype(subject: Subject, x: Any, y: Any, where: str, dtype: str) -> None:
    if not np.isfinite(y.astype(np.float64)).all():
        raise BrokenError("non-finite", f"{where}, outputs are nan or infinite.")
    if subject.outcome.dtype.kind not in "fV":
        raise NotAskedError(f"it returns {subject.outcome.dtype.name}, whatever it computes in")
    if y.dtype.name != dtype and not (subject.own.is_function and isinstance(subject.law, Draws)):
        raise BrokenError("dtype", f"{where}, the output is {y.dtype.name}.")
    _hold_support(subject, x, y, where)


def _hold_support(subject: Subject, x: Any, y: Any, where: str) -> None:
    """Hold an output to the values that the law allows, unless eager ones break it: that is told once."""
    wrong = "" if unsupported(subject.law, subject.x(), subject.outcome) else unsupported(subject.law, x, y)
    if wrong:
        raise BrokenError("support", f"{where}, {wrong}")
