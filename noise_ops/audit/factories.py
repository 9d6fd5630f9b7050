"""Models that a function of the user's makes: `module:factory`, which is imported and called."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from noise_ops.audit.reading import FACTORY, MAX_DEPTH, ModelError, Source, depth, shown
from noise_ops.subjects.importing import imported
from noise_ops.subjects.libraries import tensorflow

Make = Callable[[], Any]
"""Makes a model."""


def is_factory(text: str) -> bool:
    """Return whether a text names a factory, as "package.module:function" does."""
    return bool(FACTORY.fullmatch(text))


def find(text: str) -> Make:
    """Return the function that a text names, imported from the working directory or from what is installed.

    Raises:
      UserError: if TensorFlow does not work, there is no such module, its import raises, or it has no such function.
    """
    tensorflow()  # first, since its start would otherwise be told on the screen
    found = imported(text, ModelError)
    if not callable(found):
        raise ModelError(f"{text} is no function.")
    return lambda: _called(text, found)


def read(text: str, model: Any) -> Source:
    """Return the config of a model that a factory made.

    Args:
      text: the name of the factory.
      model: what it returned.

    Raises:
      ModelError: if that is no model of Keras, or its config is no JSON.
    """
    of = next((cls.__module__.partition(".")[0] for cls in type(model).__mro__ if _is_keras(cls)), "")
    if not of or not hasattr(model, "layers"):
        raise ModelError(f"{text} returned an object of type {shown(type(model).__name__)}, and no model of Keras.")
    try:
        config = json.loads(json.dumps(_serialized(model), default=_plain, skipkeys=True))
    except Exception as error:  # noqa: BLE001 - whatever a get_config of the user's raises
        raise ModelError(f"the config of what {text} returned cannot be read: {_told(error)}.") from None
    _add_implementations(config, model)
    if depth(config) > MAX_DEPTH:
        raise ModelError(f"the config of what {text} returned is nested too deeply.")
    return Source(text, config, str(getattr(sys.modules[of], "__version__", "")).replace("-tf", ""))


def _called(text: str, factory: Make) -> Any:
    try:
        return factory()
    except Exception as error:  # noqa: BLE001
        raise ModelError(f"{text} could not be called: {_told(error)}.") from None


def _is_keras(cls: type) -> bool:
    return cls.__module__.partition(".")[0] in ("keras", "tf_keras") and cls.__name__ == "Model"


def _serialized(layer: Any) -> dict[str, Any]:
    """Return a layer or model as a file would hold it; of a model whose config holds no layers, with those it keeps."""
    try:
        config = dict(layer.get_config())
    except NotImplementedError:  # a model whose constructor takes what is no config
        config = {}
    if "layers" not in config and getattr(layer, "layers", None):
        config["layers"] = [_serialized(each) for each in layer.layers]
    return {"class_name": type(layer).__name__, "module": type(layer).__module__, "config": config}


def _add_implementations(config: Any, model: Any) -> None:
    """Note in a config by which implementation its recurrent layers compute, which Keras 3 does not save."""
    made: dict[tuple[str, str], int] = {}
    flatten = getattr(model, "_flatten_layers", tuple)  # no public list has layers of layers as well
    for layer in flatten():
        number = getattr(getattr(layer, "cell", layer), "implementation", None)
        if isinstance(number, int):
            key = type(layer).__name__, str(layer.name)
            made[key] = min(number, made.get(key, number))
    left = [config]
    while left if made else ():
        each = left.pop()
        own = each.get("config") if isinstance(each, dict) else None
        if isinstance(own, dict):
            number = made.get((str(each.get("class_name")), str(own.get("name"))))
            own |= {} if number is None else {"implementation": number}
        left += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()


def _plain(value: Any) -> Any:
    """Return a number of NumPy as one of Python, and anything else as text."""
    return value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else repr(value)


def _told(error: Exception) -> str:
    return shown(f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(". "), 120)
