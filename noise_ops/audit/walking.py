"""The walk through a config: every object in it that is a layer, a model or an initializer, wherever it stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from noise_ops.audit import kinds
from noise_ops.audit.kinds import Kind
from noise_ops.audit.place import Place
from noise_ops.audit.reading import ModelError, shown

Object = dict[str, Any]
"""A serialized object: a JSON object with a class_name and a config."""

MAX_LAYERS = 100_000
"""Each Bidirectional in another doubles the layers that there are: a short config can have more than can be told."""

_SKIPPED = ("compile_config", "build_config", "inbound_nodes", "dtype", "quantization_config")
_DRAWS_NOTHING = ("regularizer", "constraint", "quantizer", "loss", "optimizer", "metrics")
"""How keys end under which a config holds objects that are called and draw nothing."""

_KERAS = re.compile(r"(keras|tf_keras|tensorflow\.python\.keras)(\.|$)")
_NO_LAYERS = re.compile(
    r"(tf_)?keras\.(src\.)?(initializers|regularizers|constraints|activations|dtype_policies|mixed_precision|ops|saving"
    r"|random|quantizers|losses|metrics|optimizers)(\.|$)|tensorflow\.python\.ops\.init_ops|(builtins|tensorflow)$"
)
"""Modules whose classes are no layers and, but for the initializers that are named, draw nothing."""

_LAYER_SCALE = re.compile(r"(tf_)?keras\.(src\.)?applications\.convnext")
"""The module of the one layer of ConvNeXt that draws nothing; those of other packages bear its name as well."""

_SIZES = ("units", "filters", "kernel_size", "input_dim", "output_dim", "num_heads", "key_dim", "head_dim")

_PLAIN = frozenset({"DTypePolicy", "Policy", "SeedGenerator", "TensorShape"})


_MODELS = ("Functional", "Model", "Sequential")
"""The models whose config says how each layer is called."""


@dataclass(frozen=True)
class Around:
    """What is around an object in a config.

    Attributes:
      names: of the layers.
      dtype: name of the dtype policy of the innermost.
      training: whether one of them is called with training=True; None where the config cannot tell.
      sizes: class and sizes of the innermost, on which the shapes of its weights depend.
    """

    names: tuple[str, ...] = ()
    dtype: str = "float32"
    training: bool | None = False
    sizes: tuple[object, ...] = ()

    @property
    def path(self) -> str:
        """The names, joined by strokes."""
        return "/".join(self.names)


class Walk:
    """Goes through the config of a model and notes what draws.

    Args:
      name: how the model is called in messages.
      library: "keras" or "tf_keras".
    """

    def __init__(self, name: str, library: str) -> None:
        self.name = name
        self.library = library
        self.layers = 0
        self._found: list[Place] = []

    def model(self, config: Object) -> None:
        """Look at a whole model, whose own name says nothing.

        Raises:
          ModelError: if an argument of a layer is of no type that Keras takes.
        """
        kind = kind_of(config, "")
        if kind is Kind.INITIALIZER:
            self._refuse("the model", "class is that of an initializer")
        around = Around(training=False if config["class_name"] in _MODELS and kind is None else None)
        if kind is not None:
            alone = replace(around, names=(shown(config["class_name"]),))
            self._found += self._drawn(config, alone, kind)
        dtype = self._dtype(config["config"].get("dtype"), "float32", "the model")
        self._inside(config["config"], replace(around, dtype=dtype))

    def places(self) -> Iterator[Place]:
        """Yield the places that were found, of which no two have one path and argument."""
        seen: Counter[tuple[str, str]] = Counter()
        for place in self._found:
            seen[place.path, place.argument] += 1
            number = seen[place.path, place.argument]
            yield place if number == 1 else replace(place, path=f"{place.path} ({number})")

    def _object(self, value: Object, around: Around, key: str) -> None:
        """Look at an object that stands under a key, inside of layers."""
        class_name, config, kind = value["class_name"], value["config"], kind_of(value, key)
        if kind is Kind.INITIALIZER:
            self._initializer(value, around, key)
            return
        names = around.names
        is_layer = kind is not None or class_name in kinds.QUIET or class_name in kinds.STRENGTHS
        if is_layer:
            self.layers += 1
            if self.layers > MAX_LAYERS:
                raise ModelError(
                    f"{self.name} holds no model that can be read: it has more than {MAX_LAYERS:,} layers."
                )
            called = (name for name in (value.get("name"), config.get("name"), class_name) if isinstance(name, str))
            names = (*names, shown(next(filter(None, called), "")))
        training = None if kind is Kind.UNKNOWN or around.training is None else around.training or _trained(value)
        dtype = self._dtype(config.get("dtype"), around.dtype, "/".join(names))
        sizes = (class_name.removesuffix("Cell"), *(str(config.get(name)) for name in _SIZES))
        inner = Around(names, dtype, training, sizes)
        if kind is not None:
            self._found += self._drawn(value, inner, kind)
        if class_name == "Bidirectional" and self.library == "keras" and is_object(config.get("layer")):
            config = {**config, "layer": _copied(config["layer"])}
        self._inside(config, inner)
        if class_name == "Bidirectional" and not config.get("backward_layer") and is_object(config.get("layer")):
            self._object(_backward(config["layer"]), inner, "layer")

    def _inside(self, value: Any, around: Around, key: str = "") -> None:
        if isinstance(value, list):
            for each in value:
                self._inside(each, around, key)
        elif is_object(value):
            self._object(value, around, key)
        elif isinstance(value, dict):
            for name, each in value.items():
                if name not in _SKIPPED and not name.endswith(_DRAWS_NOTHING):
                    self._inside(each, around, name)
        elif isinstance(value, str) and key.endswith("_initializer") and value in kinds.INITIALIZER_NAMES:
            self._initializer({"class_name": value, "config": {}}, around, key)

    def _initializer(self, value: Object, around: Around, key: str) -> None:
        class_name = shown(value["class_name"])
        path = "/".join((*around.names, shown(key or class_name)))
        name = f"{self.library}.initializers.{class_name}"
        seed = self._seed(value["config"].get("seed"), path)
        drawn = Place(path, "", class_name, _plain(value), "float32", seed)
        self._found.append(replace(drawn, kind=Kind.INITIALIZER, name=name, fills=(*around.sizes, key)))

    def _drawn(self, value: Object, around: Around, kind: Kind) -> Iterator[Place]:
        """Yield the places of one layer, the last of those around: one for each argument by which it draws."""
        path = around.path
        class_name, config = shown(value["class_name"]), value["config"]
        seed = self._seed(config.get("seed"), path) if kind is not Kind.UNKNOWN else None
        named, arguments = class_name.rpartition(">")[2], _plain(value)
        found = Place(path, "", named, arguments, around.dtype, seed, kind=kind, training=around.training)
        if kind is Kind.UNKNOWN:
            yield replace(found, class_name=class_name, name=shown(value.get("registered_name") or class_name))
        elif kind is Kind.IMAGE:
            yield replace(found, name=f"{self.library}.layers.{class_name}")
        elif kind is Kind.FUNCTION:
            name, called = f"tf.{shown(config['function'])}", _called_with(value)
            argument = "rate" if "rate" in called else ""
            subject = name if name in kinds.FUNCTIONS else ""
            seed = self._seed(called.pop("seed", None), path)
            arguments = {**found.arguments, **called}
            yield replace(found, subject=subject, name=name, arguments=arguments, argument=argument, seed=seed)
        else:
            for argument in self._arguments(found):
                subject = kinds.subject(self.library, found.class_name, argument)
                name = subject or f"{self.library}.layers.{found.class_name}({argument})"
                yield replace(found, subject=subject, name=name, argument=argument)

    def _arguments(self, layer: Place) -> Iterator[str]:
        """Yield the arguments by which a layer draws: the first of one that is there for its noise, of others any."""
        always = layer.class_name in kinds.ALWAYS
        for number, argument in enumerate(kinds.STRENGTHS[layer.class_name]):
            strength = layer.arguments.get(argument, None if always else 0)
            if not isinstance(strength, (int, float)) or isinstance(strength, bool):
                self._refuse(layer.path, f"{argument} is {shown(repr(strength), 30)}, which is no number")
            if number == 0 if always else strength != 0:
                yield argument

    def _seed(self, value: Any, path: str) -> int | None:
        if is_object(value) and value["class_name"] == "SeedGenerator":
            value = value["config"].get("seed")
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            self._refuse(path, f"seed is {shown(repr(value), 30)}, which is no integer")
        return value

    def _dtype(self, value: Any, inherited: str, path: str) -> str:
        """Return the name of a dtype policy as a config holds it; without one, that of the layer around."""
        while is_object(value):  # a DTypePolicyMap holds a default, which holds a name
            value = value["config"].get("default_policy", value["config"].get("name"))
        if value is not None and not isinstance(value, str):
            self._refuse(path, f"dtype is {shown(repr(value), 30)}, which names no policy")
        return inherited if value is None else shown(value)

    def _refuse(self, path: str, why: str) -> NoReturn:
        raise ModelError(f"{self.name} holds no model that can be read: of {shown(path)}, the {why}.")


def is_object(value: Any) -> bool:
    """Return whether a value is a serialized object that has a config."""
    return (
        isinstance(value, dict) and isinstance(value.get("class_name"), str) and isinstance(value.get("config"), dict)
    )


def kind_of(value: Object, key: str) -> Kind | None:
    """Return what a serialized object that stands under a key draws; None if it draws nothing itself."""
    class_name, module, registered = value["class_name"], value.get("module"), value.get("registered_name")
    module = module if isinstance(module, str) else ""
    package = next((str(text).rpartition(">")[0] for text in (registered, class_name) if ">" in str(text)), "")
    if package == "noise_ops" and class_name.rpartition(">")[2] == "MaskedGaussianNoise":
        return Kind.NOISE
    of_keras = not package and (not module or bool(_KERAS.match(module) or _NO_LAYERS.match(module)))
    if class_name in kinds.INITIALIZERS and of_keras:
        return Kind.INITIALIZER
    if (of_keras and class_name.startswith("__")) or _NO_LAYERS.match(module):
        return None
    if class_name == "LayerScale" and _LAYER_SCALE.fullmatch(module):
        return None
    if not of_keras:
        return Kind.UNKNOWN
    if class_name == "TFOpLambda":
        function = value["config"].get("function")
        draws = isinstance(function, str) and ("random" in function or "dropout" in function)
        return Kind.FUNCTION if draws else None
    if key.endswith("_initializer") or class_name in kinds.QUIET or class_name in _PLAIN:
        return None
    if class_name in kinds.STRENGTHS:
        return Kind.NOISE
    return Kind.IMAGE if class_name in kinds.IMAGE else Kind.UNKNOWN


def _copied(layer: Object) -> Object:
    """Return the layer that Bidirectional of Keras 3 makes of one: by its config, which holds no implementation."""
    return {**layer, "config": {name: entry for name, entry in layer["config"].items() if name != "implementation"}}


def _backward(layer: Object) -> Object:
    """Return the layer that Bidirectional makes of one where it is given no second."""
    config = {**layer["config"], "name": f"backward_{layer['config'].get('name', '')}"}
    return {"class_name": layer["class_name"], "module": layer.get("module"), "config": config}


def _plain(value: Object) -> dict[str, Any]:
    """Return the entries of a config that are no objects, without those that a place has of its own."""
    left_out = (*_SKIPPED, "name", "trainable", "seed", "layers")
    return {
        shown(name): entry
        for name, entry in value["config"].items()
        if name not in left_out and not isinstance(entry, dict)
    }


def _trained(value: Object) -> bool | None:
    """Return whether a layer is called with training=True anywhere in a functional model; None if with a tensor."""
    given = list(_given(value.get("inbound_nodes"), "training"))
    return True if True in given else None if any(isinstance(each, dict | list) for each in given) else False


def _given(nodes: Any, name: str) -> Iterator[Any]:
    """Yield what the calls of a layer give by a name."""
    left = [nodes]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            if name in each:
                yield each[name]
            left += each.values()
        elif isinstance(each, list):
            left += each


def _called_with(value: Object) -> dict[str, Any]:
    """Return the numbers that a functional model of tf_keras gives to a function by name."""
    found: dict[str, Any] = {}
    left = [value.get("inbound_nodes")]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            found |= {name: given for name, given in each.items() if type(given) in (int, float)}
        elif isinstance(each, list):
            left += each
    return found
