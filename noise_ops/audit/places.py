"""Places: everything in a model's config that draws noise, read from its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noise_ops.audit import reading
from noise_ops.audit.place import Place as Place
from noise_ops.audit.reading import Source
from noise_ops.audit.walking import Walk


@dataclass(frozen=True)
class Model:
    """What a model's config holds.

    Attributes:
      name: how it is called in what is said of it: the name of its file.
      generation: of Keras: 3, or 2 of tf_keras and of Keras before 3.
      version: the version of Keras that wrote it, or "".
      layers: how many layers it has, those in others included.
      places: where it draws noise, in the order of the config.
    """

    name: str
    generation: int
    version: str
    layers: int
    places: tuple[Place, ...]


def places(path: Path) -> tuple[Place, ...]:
    """Return where the model in a file draws noise, in the order of its config: without TensorFlow, executing nothing.

    Args:
      path: a .keras or .h5 file, or the JSON of a config.

    Raises:
      UserError: if there is no model in it that can be read; the message is one sentence.
    """
    return model(reading.read(path)).places


def model(source: Source) -> Model:
    """Return what a config holds.

    Raises:
      ModelError: if an argument of a layer is of no type that Keras takes.
    """
    generation = _generation(source)
    walk = Walk(source.name, "keras" if generation == 3 else "tf_keras")
    walk.model(source.config)
    return Model(source.name, generation, source.version, walk.layers, tuple(walk.places()))


def _generation(source: Source) -> int:
    if source.version:
        return 3 if int(source.version.partition(".")[0]) >= 3 else 2
    # The JSON of Keras 3 names no version, and only Keras 2 wrote these.
    of_keras_2 = ("batch_input_shape" in each or _top(each) == "tf_keras" for each in _objects(source.config))
    return 2 if any(of_keras_2) else 3


def _top(value: dict[str, Any]) -> str:
    return str(value.get("module")).partition(".")[0]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            yield each
            left += each.values()
        elif isinstance(each, list):
            left += each
