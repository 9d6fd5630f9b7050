"""A whole model of a user's own: loaded, trained a step, and asked without training, as an audit with --run does."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

import numpy as np

from noise_ops.errors import UserError
from noise_ops.subjects.libraries import Library, load, tf
from noise_ops.subjects.seeding import seed_everything
from noise_ops.subjects.tensors import array, compiled, fed, tensor
from noise_ops.subjects.texts import ascii_line, sentence

_BATCH, _OPEN = 8, 16
"""Size of a batch, and of each other axis that a model leaves open."""

_STEPS = 2
_SEED = 1

Make = Callable[[], Any]
"""Makes the model anew, as everything has been seeded."""


class Seen(NamedTuple):
    """What was seen of a model.

    Attributes:
      same_step: whether two runs from one seed gave the same outputs and gradients, in every bit and at every step.
      same_call: whether two calls without training gave the same bits.
      same_prediction: whether `predict` gave the same bits twice.
      same_states: whether that left the states of all seed generators as they were; None where there are none.
      moved: names of the layers whose states it moved.
    """

    same_step: bool
    same_call: bool
    same_prediction: bool
    same_states: bool | None
    moved: tuple[str, ...] = ()


def loaded(name: str) -> Library:
    """Return a Keras by name.

    Raises:
      UserError: if it is not installed, or does not work.
    """
    library = load(name)
    if library is None:
        raise UserError(f"{name} is not installed here: --run needs the library that the model is of.")
    return library


def from_file(library: Library, path: str, text: str | None) -> Make:
    """Return what loads the model in a file, or makes it of JSON; the HDF5 of tf_keras knows no safe mode.

    Args:
      library: the Keras that it is of.
      path: the file.
      text: the JSON that the file holds, None of any other file.
    """
    models = library.module.models
    return lambda: models.load_model(path, compile=False) if text is None else models.model_from_json(text)


def observe(make: Make) -> Seen:
    """Return what is seen of a model on inputs that are made up.

    Raises:
      UserError: if the model cannot be made, says no shape of its inputs, or raises when it is called.
    """
    try:
        return _observe(make)
    except UserError:
        raise
    except Exception as error:  # of a user's own model
        raise UserError(f"the model cannot be run here: it {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    """Return what was raised, without the lines by which Keras says where, one of which autograph takes for all."""
    lines = str(error).splitlines()
    where = [number for number, line in enumerate(lines) if "Exception encountered when calling" in line]
    told = sentence(ValueError("\n".join(lines[where[-1] + 1 :] if where else lines)))
    return ascii_line(f"raises {type(error).__name__}: {told}").rstrip(".: ")


def _observe(make: Make) -> Seen:
    steps = [_steps(make) for _ in range(2)]
    seed_everything(_SEED)
    model = make()
    inputs = _inputs(model)
    given = _bare([tensor(x) for x in inputs])
    states = [_states(model)]
    # Not seeded anew between them: a trace of Keras 2 would start again, and draw the same once more.
    calls = [_bits(model(given, training=False)) for _ in range(2)]
    predictions = [_bits(model.predict(_bare([fed(x) for x in inputs]), verbose=0)) for _ in range(2)]
    states.append(_states(model))
    moved = [name for name, state in states[0].items() if states[1][name] != state]
    return Seen(
        steps[0] == steps[1],
        calls[0] == calls[1],
        predictions[0] == predictions[1],
        not moved if states[0] else None,
        tuple(moved),
    )


def _steps(make: Make) -> list[bytes]:
    """Return the outputs and gradients of some training steps of a new model, made from one seed."""
    seed_everything(_SEED)
    model = make()
    given = _bare([tensor(x) for x in _inputs(model)])

    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            outputs = tf.nest.flatten(model(x, training=True))
            loss = tf.add_n([tf.reduce_mean(tf.cast(y, tf.float32)) for y in outputs])
        gradients = tape.gradient(loss, model.trainable_variables)
        return outputs + [tf.convert_to_tensor(one) for one in gradients if one is not None]

    run = compiled(step, autograph=True)
    return [each for _ in range(_STEPS) for each in _bits(run(given))]


def _inputs(model: Any) -> list[Any]:
    """Return an array for each input of a model: normals, or integers 0 and 1."""
    specified = getattr(model, "inputs", None)
    if not specified:
        raise UserError("the model says no shape of its inputs: --run needs one that is built, with Input layers.")
    return [_made_up(each, np.random.RandomState(0)) for each in specified]


def _made_up(specified: Any, random: Any) -> Any:
    batch, *rest = tuple(specified.shape)
    shape = (batch or _BATCH, *(_OPEN if size is None else size for size in rest))
    dtype = tf.as_dtype(specified.dtype)
    if dtype.is_floating:
        return array(tf.cast(random.standard_normal(shape), dtype))
    if dtype.is_integer or dtype.is_bool:
        return random.randint(0, 2, shape).astype(dtype.as_numpy_dtype)
    raise UserError(f"the model takes an input of dtype {dtype.name}: --run makes up numbers alone.")


def _bits(outputs: Any) -> list[bytes]:
    return [array(each).tobytes() for each in tf.nest.flatten(outputs)]


def _states(model: Any) -> dict[str, list[bytes]]:
    """Return the states of the seed generators of Keras 3, which every draw moves, by the layer that draws."""
    owners: dict[int, list[str]] = {}
    for layer in model._flatten_layers(include_self=False):  # noqa: SLF001 - those around come first
        for each in layer.variables:
            owners.setdefault(id(each), []).append(layer.name)
    found: dict[str, list[bytes]] = {}
    for each in model.variables:
        if each.name == "seed_generator_state":
            found.setdefault("/".join(owners.get(id(each), [model.name])), []).append(array(each).tobytes())
    return found


def _bare(items: list[Any]) -> Any:
    return items[0] if len(items) == 1 else items
