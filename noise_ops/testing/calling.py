"""How what a user gave is run: eagerly, traced, in tf.data, in fit and predict; and what comes out, as an array.

TensorFlow is imported where a mode needs it: a function of NumPy is held to its law without one.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from noise_ops.subjects.texts import telling
from noise_ops.testing.making import LayerError, Own

Structure = Any
"""An array, or a list, tuple or dictionary of them."""


class RaisedError(Exception):
    """The layer raised; the message says what, as the end of a sentence.

    Attributes:
      error: what it raised.
    """

    def __init__(self, doing: str, error: Exception) -> None:
        super().__init__(f"{doing} raises {telling(error)}")
        self.error = error


class NoArrayError(Exception):
    """What came out is no array of numbers; the message says what it is."""


def observed(doing: str, ask: Callable[[], Any]) -> Any:
    """Return what asking gives.

    Args:
      doing: the beginning of the sentence, such as "The call".
      ask: asks the layer.

    Raises:
      RaisedError: if it raises.
    """
    try:
        return ask()
    except RaisedError as error:  # whoever asks last knows best what it was doing
        raise RaisedError(doing, error.error) from error
    except (NoArrayError, LayerError, MemoryError):
        raise
    except Exception as error:
        raise RaisedError(doing, error) from error


def tf() -> Any:
    """Return TensorFlow.

    Raises:
      LayerError: if it is not installed.
    """
    try:
        # Looked up where it is loaded: this is traced too, and AutoGraph complains of an import in a trace.
        return sys.modules.get("tensorflow") or importlib.import_module("tensorflow")
    except ImportError as error:
        raise LayerError(f"this layer needs TensorFlow, which cannot be imported: {error}.") from None


def mapped(function: Callable[[Any], Any], structure: Structure) -> Structure:
    """Return a structure with a function applied to each of its arrays."""
    if isinstance(structure, dict):
        return {name: mapped(function, each) for name, each in structure.items()}
    if isinstance(structure, (list, tuple)):
        return type(structure)(mapped(function, each) for each in structure)
    return function(structure)


def first(structure: Structure) -> Any:
    """Return the first array of a structure."""
    while isinstance(structure, (dict, list, tuple)):
        structure = next(iter(structure.values() if isinstance(structure, dict) else structure))
    return structure


def arrays(structure: Structure) -> list[Any]:
    """Return the arrays of a structure in a row."""
    if isinstance(structure, dict):
        return [array for each in structure.values() for array in arrays(each)]
    if isinstance(structure, (list, tuple)):
        return [array for each in structure for array in arrays(each)]
    return [structure]


def as_array(output: Any) -> Any:
    """Return an output as a NumPy array.

    Raises:
      NoArrayError: if it is none, or one of other things than numbers.
    """
    if isinstance(output, (list, tuple, dict)):
        raise NoArrayError(f"{len(output)} outputs come out as a {type(output).__name__}; name one with output=")
    if not isinstance(output, (np.ndarray, np.generic, float, int)) and not hasattr(output, "numpy"):
        try:
            output = tf().convert_to_tensor(output)  # as a distribution of TensorFlow Probability
        except (TypeError, ValueError):
            raise NoArrayError(f"a {type(output).__name__} comes out, which is no tensor") from None
    if hasattr(output, "to_tensor"):  # ragged
        output = output.to_tensor()
    found = np.asarray(output.numpy() if hasattr(output, "numpy") else output)
    if found.dtype.kind not in "fiubV" or found.dtype.names:  # V: the bfloat16 of ml_dtypes
        raise NoArrayError(f"an array of {found.dtype} comes out, where numbers are expected")
    return found


def same(one: Any, other: Any) -> bool:
    """Return whether two outputs agree in shape and in every value; one nan is as good as another."""
    return one.shape == other.shape and np.array_equal(one.astype(np.float64), other.astype(np.float64), equal_nan=True)


def takes_arrays(own: Own) -> bool:
    """Return whether it is a function of NumPy: what it is given and gives are arrays."""
    return own.is_function and not _uses_tensorflow(own.factory)


_TENSORFLOWS = ("tensorflow", "keras", "tf_keras", "tensorflow_probability")


def _uses_tensorflow(function: Any) -> bool:
    """Return whether a function names TensorFlow or Keras, in what it sees or in what it calls of its own module."""
    seen: set[int] = set()
    waiting = [getattr(function, "func", function)]
    while waiting:
        one = waiting.pop()
        code = getattr(one, "__code__", None)
        if code is None:
            module = getattr(one, "__module__", "") or type(one).__module__
            if module.partition(".")[0] not in ("numpy", "builtins", "scipy", "math", "random"):
                return True
            continue
        if id(code) in seen:
            continue
        seen.add(id(code))
        if one.__module__.partition(".")[0] in ("tensorflow", "keras", "tf_keras"):
            return True
        values = [one.__globals__.get(name) for name in code.co_names]
        values += [cell.cell_contents for cell in one.__closure__ or () if _is_filled(cell)]
        for value in values:
            name = getattr(value, "__name__", "") if type(value).__name__ in ("module", "KerasLazyLoader") else ""
            if name.partition(".")[0] in _TENSORFLOWS or any(
                getattr(each, "__name__", "").partition(".")[0] in _TENSORFLOWS
                for each in (vars(value).values() if name else ())
            ):
                return True
            if callable(value) and not isinstance(value, type):
                waiting.append(value)
    return False


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def given(own: Own, x: Structure) -> Structure:
    """Return an input as it is given: as arrays to a function of NumPy, else as tensors."""
    return mapped(np.array, x) if takes_arrays(own) else mapped(tf().constant, x)


def eager(
    own: Own, made: Any, x: Structure, calls: int = 1, *, training: bool | None = True, seeds: Sequence[int] = ()
) -> list[Any]:
    """Return the outputs of successive calls; of a function that takes a seed, of calls with these seeds."""
    inputs = given(own, x)
    each: list[int | None] = [*seeds] or [None] * calls
    return [as_array(own.call(made, inputs, training, seed)) for seed in each]


def _chosen_outside(own: Own, *, as_tuple: bool = False) -> tuple[Own, Callable[[Any], Any]]:
    """Return what is traced, and what is done outside of the trace: a function of the user's may be one of NumPy.

    Args:
      own: the layer.
      as_tuple: whether a list comes out as a tuple, which tf.data does not stack.
    """
    if not callable(own.output):
        return own, lambda y: y

    def whole(y: Any) -> Any:
        return tuple(y) if as_tuple and isinstance(y, list) else y

    return replace(own, output=whole), own.output


def traced(own: Own, made: Any, x: Structure, calls: int = 1, *, seed: int | None = None) -> list[Any]:
    """Return the outputs of successive training calls of one `tf.function`."""
    inner, chosen = _chosen_outside(own)
    step = tf().function(lambda inputs: inner.call(made, inputs, True, seed))
    inputs = given(own, x)
    return [as_array(chosen(step(inputs))) for _ in range(calls)]


def of_unknown_batch(own: Own, made: Any, x: Structure, *, seed: int | None = None) -> list[Any]:
    """Return the outputs of a `tf.function` that is traced once, for a batch of a size that it does not know."""
    spec = mapped(lambda array: tf().TensorSpec((None, *array.shape[1:]), tf().as_dtype(array.dtype)), x)
    inner, chosen = _chosen_outside(own)
    step = tf().function(lambda inputs: inner.call(made, inputs, True, seed), input_signature=[spec])
    return [as_array(chosen(step(given(own, each)))) for each in (x, mapped(lambda array: array[: len(array) // 2], x))]


def in_dataset(own: Own, made: Any, x: Structure, calls: int, *, seed: int | None = None) -> list[Any]:
    """Return the outputs of the elements of a `tf.data.Dataset`, which are all the same, through `map`."""
    inputs = given(own, x)
    # Flat, and packed again in the map: tf.data would stack a list of tensors into one.
    data = tf().data.Dataset.from_tensors(tuple(tf().nest.flatten(inputs))).repeat(calls)
    inner, chosen = _chosen_outside(own, as_tuple=True)
    packed = data.map(lambda *flat: inner.call(made, tf().nest.pack_sequence_as(inputs, flat), True, seed))
    return [as_array(chosen(y)) for y in packed]


def model_around(own: Own, made: Any, x: Structure, training: bool | None = None) -> Any:
    """Return a functional model of the layer, for batches of any size."""
    inputs = _inputs_of_model(own.keras, x)
    return own.keras.Model(inputs, own.call(made, inputs, training))


def _inputs_of_model(keras: Any, x: Structure) -> Structure:
    """Return inputs for batches of any size; those of a dictionary bear the names of its keys, as Keras wants them."""
    if isinstance(x, dict) and all(isinstance(array, np.ndarray) for array in x.values()):
        return {name: keras.Input(each.shape[1:], dtype=each.dtype.name, name=str(name)) for name, each in x.items()}
    return mapped(lambda array: keras.Input(array.shape[1:], dtype=array.dtype.name), x)


def fitted(own: Own, made: Any, x: Structure, optimizer: Any = None, epochs: int = 1) -> Any:
    """Train a model of the layer, with a trainable scale behind it, on two batches an epoch; return the model."""
    keras, inputs = own.keras, _inputs_of_model(own.keras, x)
    y = keras.layers.Flatten()(own.call(made, inputs, None))
    model = keras.Model(inputs, keras.layers.Dense(1)(y))
    model.compile(optimizer=optimizer or keras.optimizers.SGD(1e-6), loss="mse")
    count = len(first(x))
    model.fit(given(own, x), np.zeros((count, 1), np.float32), batch_size=max(1, count // 2), epochs=epochs, verbose=0)
    return model
