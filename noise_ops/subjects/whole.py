"""A whole model of a user's own: loaded, trained a step, and asked without training, as an audit with --run does."""

from __future__ import annotations

import math
from typing import Any, Callable, NamedTuple

import numpy as np

from noise_ops.errors import UserError
from noise_ops.subjects.libraries import Library, load, tf
from noise_ops.subjects.seeding import seed_everything
from noise_ops.subjects.tensors import array, compiled, fed, tensor
from noise_ops.subjects.texts import MESSAGE_LENGTH, ascii_line, sentence

_BATCH, _OPEN = 8, 16
"""Size of a batch, and of each other axis that a model leaves open."""

_STEPS = 2
_SEED = 1

_DIGITS = {"bfloat16": 8, "float16": 11, "float32": 24, "float64": 53}
"""Binary digits of a number of each dtype."""

Make = Callable[[], Any]
"""Makes the model anew, as everything has been seeded."""


class Seen(NamedTuple):
    """What was seen of a model.

    How far two results lie apart is told as a share of the largest number in them: None where they have the same bits,
    infinity where they cannot be compared.

    Attributes:
      outputs: how far apart the outputs of two runs of some training steps from one seed were, at any step.
      gradients: how far their gradients.
      calls: how far the results of two calls without training.
      predictions: how far those of two calls of `predict`.
      rounding: how far apart rounding can bring them: half the digits of the coarsest dtype in which a layer computes.
      moved: names of the layers whose seed generators `predict` moved; None where there are none.
      looped: names of the layers that draw within a loop of a graph, whose steps TensorFlow runs as they come, by
        stateful ops, which give their numbers in the order in which they are run.
    """

    outputs: float | None
    gradients: float | None
    calls: float | None
    predictions: float | None
    rounding: float
    moved: tuple[str, ...] | None = None
    looped: tuple[str, ...] = ()


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


def observe(make: Make, like: Any = None) -> Seen:
    """Return what is seen of a model on inputs that are made up.

    Args:
      make: makes the model anew.
      like: one that it made before, as whose layers they are called: Keras gives those without a name other numbers.

    Raises:
      UserError: if the model cannot be made, says no shape of its inputs, or raises when it is called.
    """
    made: list[Any] = []

    def kept() -> Any:
        made[:] = [make()]
        return made[0]

    try:
        return _observe(kept, like)
    except UserError:
        raise
    except Exception as error:  # of a user's own model
        named = _named(made[0], like) if made else {}
        where = _where(error)
        raise UserError(f"the model cannot be run here: {named.get(where, where)} {_reason(error)}") from error


def _where(error: BaseException | None) -> str:
    """Return which layer raised, the innermost that Python knows of; "it" where none did."""
    found = ""
    while error is not None:  # from what was made of it to what was raised first
        trace = error.__traceback__
        while trace is not None:
            owner = trace.tb_frame.f_locals.get("self")
            if hasattr(owner, "compute_dtype") and hasattr(owner, "call"):
                found = str(getattr(owner, "name", ""))
            trace = trace.tb_next
        error = error.__context__
    return found or "it"


def _reason(error: Exception) -> str:
    """Return what was raised, without the lines by which Keras says where, one of which autograph takes for all."""
    lines = str(error).splitlines()
    where = [number for number, line in enumerate(lines) if "Exception encountered when calling" in line]
    told = sentence(ValueError("\n".join(lines[where[-1] + 1 :] if where else lines)))
    line = ascii_line(f"raises {type(error).__name__}: {told}").rstrip(".: ")
    return f"{line}{' ...' if len(line) > MESSAGE_LENGTH - 3 else '.'}"


def _observe(make: Make, like: Any) -> Seen:
    (first, looped), (second, _) = (_steps(make, like) for _ in range(2))
    seed_everything(_SEED)
    model = make()
    inputs = _inputs(model)
    given = _bare([tensor(x) for x in inputs])
    states = [_states(model, like)]
    # Not seeded anew between them: a trace of Keras 2 would start again, and draw the same once more.
    calls = [_arrays(model(given, training=False)) for _ in range(2)]
    predictions = [_arrays(model.predict(_bare([fed(x) for x in inputs]), verbose=0)) for _ in range(2)]
    states.append(_states(model, like))
    moved = tuple(name for name, state in states[0].items() if states[1][name] != state)
    return Seen(
        apart(first["outputs"], second["outputs"]),
        apart(first["gradients"], second["gradients"]),
        apart(*calls),
        apart(*predictions),
        _rounding(model),
        moved if states[0] else None,
        looped,
    )


def _steps(make: Make, like: Any) -> tuple[dict[str, list[Any]], tuple[str, ...]]:
    """Return outputs and gradients of training steps of a new model, made from one seed, and what draws in loops."""
    seed_everything(_SEED)
    model = make()
    given = _bare([tensor(x) for x in _inputs(model)])

    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            outputs = tf.nest.flatten(model(x, training=True))
            loss = tf.add_n([tf.reduce_mean(tf.cast(y, tf.float32)) for y in outputs])
        gradients = tape.gradient(loss, model.trainable_variables)
        return outputs, [tf.convert_to_tensor(one) for one in gradients if one is not None]

    run = compiled(step, autograph=True)
    ran = [run(given) for _ in range(_STEPS)]
    found = {what: [each for one in ran for each in _arrays(one[i])] for i, what in enumerate(("outputs", "gradients"))}
    named = _named(model, like)
    loops = [path.split("/") for path in _loops(run.get_concrete_function(given).graph.as_graph_def())]
    return found, tuple("/".join(named.get(part, part) for part in path[1:] or path) for path in loops)


def apart(first: list[Any], second: list[Any]) -> float | None:
    """Return how far apart two lists of arrays are, as `Seen` says it."""
    if [(x.shape, x.tobytes()) for x in first] == [(y.shape, y.tobytes()) for y in second]:
        return None
    if [x.shape for x in first] != [y.shape for y in second]:
        return math.inf
    x, y = (np.concatenate([np.ravel(each).astype(np.float64) for each in arrays]) for arrays in (first, second))
    with np.errstate(invalid="ignore"):
        difference = np.where((x == y) | (np.isnan(x) & np.isnan(y)), 0, np.abs(x - y)).max()
    largest = np.abs(x[np.isfinite(x)]).max(initial=0)
    return float(difference / largest) if np.isfinite(difference) and largest else math.inf


def _rounding(model: Any) -> float:
    dtypes = [getattr(layer, "compute_dtype", None) for layer in _layers(model)]
    return float(2.0 ** (-min((_DIGITS[dtype] for dtype in dtypes if dtype in _DIGITS), default=24) / 2))


def _loops(graph: Any) -> tuple[str, ...]:
    """Return the paths of what holds the loops of a graph in which stateful ops draw."""
    functions = {each.signature.name: each.node_def for each in graph.library.function}
    found: dict[str, None] = {}
    left = [(node, "") for node in graph.node]
    asked = set()
    while left:
        node, loop = left.pop(0)
        if loop and "seed2" in node.attr and not node.op.startswith("Stateless"):
            found[loop] = None
        if not loop and node.op == "While" and node.attr["parallel_iterations"].i != 1:
            loop = node.name.rpartition("/")[0] or node.name
        for value in node.attr.values():
            for name in (value.func.name, *(each.name for each in value.list.func)):
                if name in functions and (name, loop) not in asked:
                    asked.add((name, loop))
                    left += [(each, loop) for each in functions[name]]
    return tuple(found)


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


def _arrays(outputs: Any) -> list[Any]:
    return [array(each) for each in tf.nest.flatten(outputs)]


def _named(model: Any, like: Any) -> dict[str, str]:
    """Return how the layers of a model are called, by the names that they have."""
    names = [[str(layer.name) for layer in _layers(each)] for each in (model, model if like is None else like)]
    return dict(zip(*names))


def _layers(model: Any) -> Any:
    return model._flatten_layers(include_self=False)  # noqa: SLF001 - no public list has layers of layers as well


def _states(model: Any, like: Any) -> dict[str, list[bytes]]:
    """Return the states of the seed generators of Keras 3, which every draw moves, by the layer that draws."""
    owners: dict[int, list[str]] = {}
    named = _named(model, like)
    for layer in _layers(model):  # those around come first
        for each in layer.variables:
            owners.setdefault(id(each), []).append(named.get(layer.name, layer.name))
    found: dict[str, list[bytes]] = {}
    for each in model.variables:
        if each.name == "seed_generator_state":
            found.setdefault("/".join(owners.get(id(each), [model.name])), []).append(array(each).tobytes())
    return found


def _bare(items: list[Any]) -> Any:
    return items[0] if len(items) == 1 else items
