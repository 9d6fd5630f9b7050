"""From a name that TensorFlow or Keras give to the subjects that it means: "tf.keras.layers.LSTM" to LSTM's two."""

from __future__ import annotations

import re
from functools import cached_property

from noise_ops.audit import kinds
from noise_ops.usage.used import ANYTHING, Signatures

LIBRARIES = ("tensorflow", "keras", "tf_keras")
"""The modules that give them."""

_LIKE_TENSORFLOW = {"tensorflow_core", "tensorflow_cpu"}
_INNER = {"api", "src", "python", "_v1", "_v2", "_tf_keras", "v1", "v2", "compat", "experimental", "engine"}
"""Parts of a path that say where a library keeps something, and not what it is."""

_BY_KERAS = {"keras": ("keras",), "tf_keras": ("tf_keras",), "tf.keras": ("keras", "tf_keras")}
"""The libraries whose subjects a Keras may be: behind tf.keras stands one of two, by release and environment."""

_NOISY = re.compile(
    r"tf\.(random\.[a-z]\w*|(nn|layers)\.(\w+\.)*\w*[Dd]ropout\w*|image\.\w*random\w*|raw_ops\.\w*Random\w*)"
    r"|keras\.(layers\.(Random[A-Z]\w*|\w*Dropout\w*|\w*Noise\w*)|random\.[a-z]\w*|backend\.(random_\w+|dropout))"
)
"""What draws noise by its name, known or not."""

_QUIET = re.compile(
    r"Layer|Wrapper|Lambda|Input|InputSpec|PreprocessingLayer|CuDNN(GRU|LSTM)"
    r"|(Global)?(Avg|Max)Pool\dD|(Separable)?Convolution\dD(Transpose)?"
)
"""Classes of layers that draw nothing themselves, beside those that an audit knows by the names in configs."""

_LOADING = re.compile(
    r"(tf|tf_keras|keras|tf\.keras)\.((?!activations|constraints|initializers|losses|metrics|optimizers|regularizers)\w+\.)*"
    r"(load_model|model_from_\w+|(Model|Sequential|Functional)\.from_config|deserialize|deserialize_keras_object"
    r"|TFSMLayer|saved_model\.load|load_from_saved_model|import_graph_def|applications\.(\w+\.)*"
    r"(?!DenseNet|Inception|MobileNetV2|NASNet|RegNet|ResNet(?!RS)|VGG|Xception)[A-Z]\w*)"
)
"""What makes layers that no source names; of Keras's own models, those that draw noise."""

NOISE_ARGUMENTS = ("dropout", "recurrent_dropout", "attention_dropout")
"""Arguments by which a layer draws noise that is none without them."""


class Names:
    """What the names of TensorFlow and Keras mean.

    Args:
      known: every subject, with its parameters.
    """

    def __init__(self, known: Signatures) -> None:
        self.known = known
        self._variants: dict[str, list[str]] = {}
        for subject in known:
            self._variants.setdefault(subject.partition("(")[0], []).append(subject)

    @cached_property
    def classes(self) -> frozenset[str]:
        """The names of layer classes, which say what they are wherever they stand."""
        return frozenset(base.rpartition(".")[2] for base in self._variants if ".layers." in base)

    @cached_property
    def functions(self) -> frozenset[str]:
        """The last two parts of the names of functions, such as "nn.dropout", one of which says too little."""
        return frozenset(".".join(base.split(".")[-2:]) for base in self._variants if ".layers." not in base)

    def called(self, name: str) -> tuple[str, ...]:
        """Return the subjects whose class or function has a name."""
        return tuple(
            subject for base, found in self._variants.items() if base.endswith(f".{name}") for subject in found
        )

    def below(self, path: str) -> tuple[str, ...]:
        """Return how the names of the subjects begin that are in a module, or a class, of TensorFlow or Keras."""
        written = canonical(path) or ""
        keras, rest = _parted(written)
        if not keras:
            return (f"{written}.",) if written != "tf" else ANYTHING
        name = self._class_or_function(rest)
        return tuple(f"{library}.{name}." if name else f"{library}." for library in _BY_KERAS[keras])

    def meant(self, path: str) -> tuple[str, tuple[str, ...]]:
        """Return what a path means: its name in the library that a user knows, and the subjects that it may be.

        Args:
          path: a full path, such as "tensorflow.keras.layers.Dropout".

        Returns:
          "tf.keras.layers.Dropout" and the subjects, those of a class with variants, and the methods of a generator,
          included. What draws noise and is no subject is one all the same, by its name; of anything else none.
        """
        written = canonical(path)
        if written is None:
            return path, ()
        keras, rest = _parted(written)
        if not keras:
            return self._of_tensorflow(written)
        found: list[str] = []
        name = self._class_or_function(rest)
        for library in _BY_KERAS[keras]:
            found += self._under(f"{library}.{name}")
        if not found and (_NOISY.fullmatch(f"keras.{name}") or _may_draw(name)):
            found = [f"{library}.{name}" for library in _BY_KERAS[keras]]
        return f"{keras}.{name}", tuple(found)

    def _class_or_function(self, rest: str) -> str:
        """Return "layers.Dropout" of any path within a Keras that leads there."""
        parts = [part for part in rest.split(".") if part not in _INNER]
        for number, part in enumerate(parts):
            if part in self.classes:
                return f"layers.{part}"
            if part == "random":
                return ".".join(parts[number : number + 2])
        if "layers" in parts and len(parts) > 1 and parts[-1][:1].isupper():
            return f"layers.{parts[-1]}"
        return ".".join(parts)

    def _of_tensorflow(self, written: str) -> tuple[str, tuple[str, ...]]:
        for name in dict.fromkeys((written, written.replace(".experimental", ""))):
            parts = name.split(".")
            for end in range(len(parts), 2, -1):
                shorter = ".".join(parts[:end])
                if found := self._under(shorter):
                    return shorter, tuple(found)
        return (written, (written,)) if _NOISY.fullmatch(written) else (written, ())

    def _under(self, name: str) -> list[str]:
        """Return the subjects of a name: its variants, and the methods of a class."""
        found = list(self._variants.get(name, ()))
        return found + [subject for subject in self.known if found and subject.startswith(f"{name}.")]

    def parameters(self, written: str) -> tuple[str, ...]:
        """Return the parameters of what `meant` names that can be given by position, in order."""
        _, rest = _parted(written)
        names = (written, *(f"{library}.{rest}" for library in ("keras", "tf_keras")))
        found = [self.known[subject] for name in names for subject in self._variants.get(name, ())]
        return found[0] if found else ()

    def holds_subjects(self, path: str) -> bool:
        """Return whether a path is that of a module, or a class, in which subjects are."""
        written = canonical(path)
        keras, rest = _parted(written or "")
        if keras:
            return not rest or self._class_or_function(rest) in ("", "layers", "random")
        return written is not None and any(subject.startswith(f"{written}.") for subject in self.known)

    def is_module_of_subjects(self, path: str) -> bool:
        """Return whether a path is that of a module of layers or random functions, and of no whole library."""
        whole = (*LIBRARIES, "tf", "tf.keras")
        return self.holds_subjects(path) and canonical(path) not in whole and not self.meant(path)[1]

    def makes_noise_by_argument(self, path: str) -> tuple[str, ...]:
        """Return the full names that a layer may have which is no subject and may draw noise by an argument."""
        written = canonical(path)
        keras, rest = _parted(written or "")
        name = self._class_or_function(rest)
        return tuple(f"{library}.{name}" for library in _BY_KERAS.get(keras, ()) if name.startswith("layers."))


def _may_draw(name: str) -> bool:
    """Return whether "layers.MixUp" is an image layer that draws, or a class in no table, which may."""
    module, _, last = name.rpartition(".")
    known = last in kinds.QUIET or last in kinds.STRENGTHS or _QUIET.fullmatch(last)
    return module == "layers" and last[:1].isupper() and not known


def canonical(path: str) -> str | None:
    """Return a path as users write it, "tf.keras.layers.Dropout"; None outside TensorFlow and Keras."""
    top, _, rest = path.partition(".")
    if top in ("tensorflow", *_LIKE_TENSORFLOW):
        parts = rest.split(".") if rest else []
        while parts and parts[0] in _INNER:
            parts = parts[1:]
        return ".".join(("tf", *parts))
    return path if top in LIBRARIES else None


def loads_layers(path: str) -> bool:
    """Return whether a function makes layers that no source names, from a file or a config."""
    return _LOADING.fullmatch(canonical(path) or "") is not None


def is_inside(path: str) -> bool:
    """Return whether a path is a module of TensorFlow or Keras, or something in it."""
    return path.partition(".")[0] in (*LIBRARIES, *_LIKE_TENSORFLOW)


def _parted(written: str) -> tuple[str, str]:
    """Return which Keras a path is of, "" if none, and what is below it."""
    for keras in _BY_KERAS:
        if written == keras or written.startswith(f"{keras}."):
            return keras, written[len(keras) + 1 :]
    return "", written
