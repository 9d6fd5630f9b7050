# ruff: noqa: B905, UP006, UP033, UP035, UP045  (Python 3.8)
"""Records what noise the installed TensorFlow and Keras draw, and what they accept, as one JSON file.

    python probe.py -o FILE [--subjects PATTERN ...] [--modes MODE ...] [--jobs N] [--gpu]

Copy this one file next to any TensorFlow from 2.4 on: it needs the standard library, NumPy and TensorFlow alone, and
speaks Python 3.8. It is read from top to bottom:

  1. constants      seeds, inputs and shapes that a reader of a fingerprint must know
  2. values         how outputs become facts: digests, words, labels, counts, outcomes
  3. libraries      TensorFlow, Keras and tf_keras as they are installed
  4. subjects       what is observed: layers and functions, and how each is called
  5. modes          the ways to run a layer
  6. observations   one function a property: what is seen, never whether that is right
  7. steps          every observation of every subject, in order
  8. worker         a process that makes observations and reports each at once
  9. parent         hands out subjects to workers, survives their crashes, writes the file

A fingerprint holds observations, not judgements. `facts[subject][dtype/mode][property]` is a string, an integer, a
boolean, a list of these, or an object of integers and lists of integers. Whatever raises is a fact as well:
"raises ValueError: ...", and what kills or hangs its process is "crashes: ..." or "hangs". Nothing in the file depends
on time, paths, memory addresses, the number of threads, or the process: recorded twice, it is the same file.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import functools
import hashlib
import importlib
import inspect
import json
import math
import os
import platform
import queue
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
from importlib import metadata
from typing import Any, Callable, ClassVar, Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

import numpy as np

# ---------------------------------------------------------------------------------------------------------------------
# 1. Constants: what a reader must know to predict a fact
# ---------------------------------------------------------------------------------------------------------------------

SCHEMA = "noise_ops/fingerprint/1"
"""Name and version of the file format."""

PROBE = 1
"""Grows when a fact changes its meaning, so that facts of different probes are not compared."""

OLDEST = (2, 4)
"""The oldest TensorFlow that can be recorded."""

GLOBAL_SEED = 20261123
"""Given to `tf.random.set_seed`, `random.seed` and `keras.utils.set_random_seed` before every observation."""

SEED = 1337
"""The seed of every layer and function, unless the observation is about seeds."""

SECOND_SEED = 7
"""The second number of every stateless seed pair; the first is the seed."""

CALLS = 3
"""Successive calls on the ramp, which `stream` records."""

LAW_CALLS = 2
"""Further calls on the law input (ones, or zeros where noise is added), whose counts are recorded."""

RATE, STDDEV, GAUSSIAN_RATE = 0.3, 0.5, 0.2
"""Standard arguments. GaussianDropout at 0.2 has a standard deviation of exactly 1/2, as has GaussianNoise."""

SMALL_RATE = 0.01
"""A rate that the lattice of half-precision uniforms cannot express."""

SHAPE = (255, 257)
"""Input of elementwise subjects: its size is odd, so that no count is a multiple of a block of four words."""

SPATIAL_SHAPES = {3: (127, 3, 65), 4: (127, 2, 3, 65), 5: (127, 2, 2, 2, 65)}
"""Inputs of the spatial layers by rank: 8,255 maps."""

RECURRENT_SHAPE = (511, 64)
"""Batch and units of the recurrent layers."""

ATTENTION_SHAPE = (63, 16)
"""Batch and length of the attention layers; there are two heads."""

HEAD = 8
"""Outputs of the first call whose raw words are recorded."""

MOMENT_UNIT = 256
"""Noise is counted in units of 1/256 standard deviation, so that sums of powers are exact integers."""

TAILS = (1.0, 2.0, 3.0, 4.0, 4.5, 5.0)
"""Absolute values, in standard deviations, beyond which noise is counted."""

BINS = 16
"""Equal parts of [0, 1) in which uniforms are counted."""

DTYPES = ("float16", "bfloat16", "float32", "float64")

MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
"""Compute dtype of each mixed-precision policy."""

MODES = (
    "eager",
    "function",
    "xla",
    "fit",
    "predict",
    "mixed_float16",
    "mixed_bfloat16",
    "mirrored",
    "from_config",
    "reloaded",
)

STEP_SECONDS = 120
"""A step that reports nothing for so long hangs."""

START_SECONDS = 600
"""Imports may take so long, on a cold disk."""

MESSAGE_LENGTH = 160
"""Characters of an exception's sentence that are kept."""

Value = Any
Facts = Dict[str, Value]


# ---------------------------------------------------------------------------------------------------------------------
# 2. Values: how outputs become facts
# ---------------------------------------------------------------------------------------------------------------------


def ramp(shape: Sequence[int]) -> Any:
    """Return the standard input as float64: element i is k/16 with k = 37 i mod 126 - 63, plus 1 from 0 on.

    Every dtype holds it exactly, and none of its elements is 0.
    """
    steps = np.arange(int(np.prod(shape)), dtype=np.int64) * 37 % 126 - 63
    return (np.where(steps < 0, steps, steps + 1) / 16.0).reshape(shape)


def digest(array: Any) -> str:
    """Return 12 hex digits of the SHA-256 of an array's raw little-endian bytes."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:12]


def digests(arrays: Sequence[Any]) -> str:
    """Return the digests of several arrays in one string."""
    return " ".join(digest(array) for array in arrays)


def words(array: Any) -> str:
    """Return the raw words of the first elements in hex, most significant digit first."""
    raw = np.ascontiguousarray(array).ravel()[:HEAD]
    width = raw.dtype.itemsize
    return " ".join(f"{int(word):0{2 * width}x}" for word in raw.view(f"u{width}"))


def numbers(array: Any) -> Any:
    """Return an array of any float dtype as float64, which is exact."""
    with np.errstate(all="ignore"):
        return np.asarray(array).astype(np.float64)


def same(a: Any, b: Any) -> bool:
    """Return whether two arrays agree in dtype, shape and every bit, any nan being as good as another."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.tobytes() == b.tobytes():
        return True
    x, y = numbers(a), numbers(b)
    return bool(np.all(((x == y) & (np.signbit(x) == np.signbit(y))) | (np.isnan(x) & np.isnan(y))))


def labels(arrays: Sequence[Any]) -> str:
    """Name arrays "a", "b", ... in order of appearance, equal ones alike; None, which stands for a failure, is "-"."""
    seen: List[Any] = []
    names = ""
    for array in arrays:
        if array is None:
            names += "-"
            continue
        index = next((i for i, known in enumerate(seen) if same(known, array)), len(seen))
        if index == len(seen):
            seen.append(array)
        names += "abcdefghijklmnopqrstuvwxyz"[index]
    return names


def likeness(a: Any, b: Any) -> str:
    """Say how much two outputs have in common: "bits", "close", "mask" or "no"."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return "no"
    if same(a, b):
        return "bits"
    x, y = numbers(a), numbers(b)
    tolerance = 1e-2 if a.dtype.itemsize == 2 else 1e-4
    if np.allclose(x, y, rtol=tolerance, atol=tolerance, equal_nan=True):
        return "close"
    return "mask" if (x == 0).any() and np.array_equal(x == 0, y == 0) else "no"


def seen_values(x: Any, y: Any) -> str:
    """Say what a layer made of its input: "identity", "zeros", "nan", "inf" or "noise"."""
    if same(x, y):
        return "identity"
    result = numbers(y)
    if not result.size:
        return "empty"
    if np.isnan(result).any():
        return "nan"
    if np.isinf(result).any():
        return "inf"
    if not result.any():
        return "zeros"
    if x.shape == y.shape and np.array_equal(numbers(x), result):
        return "equal values"
    return "noise"


def described(array: Any) -> str:
    """Return dtype and shape as "float32 [2,3]"."""
    return "{} [{}]".format(array.dtype.name, ",".join(str(size) for size in array.shape))


def constant_axes(array: Any) -> str:
    """Name the axes of length above 1 along which an array is constant, as "[1,2]"."""
    axes = [a for a, size in enumerate(array.shape) if size > 1 and (array == np.take(array, [0], a)).all()]
    return "[{}]".format(",".join(str(axis) for axis in axes))


def raised(error: BaseException, when: str = "") -> str:
    """Return an exception as a fact: its type, when it was raised, and the first sentence that says something."""
    return ascii_line("raises {}{}: {}".format(type(error).__name__, when and " " + when, sentence(error)))


def sentence(error: BaseException) -> str:
    """Return the first telling line of an exception's message, without what differs from run to run."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in str(error).splitlines()]
    skipped = ("in user code:", "Exception encountered when calling", "File ", "Arguments received", "Detected at")
    telling = [line for line in lines if line and not line.startswith(skipped)]
    # Autograph repeats source lines before the message, which follows the name of the exception.
    named = [line for line in telling if line.startswith(type(error).__name__ + ":")]
    line = (named or telling or [""])[0]
    line = re.sub(r"\{\{.*?\}\}\s*", "", line)  # the node of a graph or of an eager call
    line = re.sub(r"0x[0-9a-fA-F]+", "0x..", line)
    line = re.sub(r"(/[\w.+~-]+){2,}", "..", line)  # a path
    line = re.sub(r"(?<=[a-z>])_\d+", "_N", line)  # layers, nodes and graphs are numbered as they are made
    line = re.sub(r"\(id=\d+\)|id=\d+", "id=N", line)
    return line[len(type(error).__name__) + 1 :].strip() if named else line


def ascii_line(text: str) -> str:
    """Return a text as one line of printable ASCII of bounded length."""
    plain = text.encode("ascii", "backslashreplace").decode("ascii")
    return "".join(c if " " <= c <= "~" else " " for c in plain)[:MESSAGE_LENGTH].rstrip()


def attempt(observe: Callable[[], Value]) -> Value:
    """Return what an observation returns, or what it raises as a fact."""
    try:
        return observe()
    except Exception as error:
        return raised(error)


# ---------------------------------------------------------------------------------------------------------------------
# 3. Libraries: TensorFlow, Keras and tf_keras as they are installed
# ---------------------------------------------------------------------------------------------------------------------

tf: Any = None
"""TensorFlow, once `import_tensorflow` has run."""


class Library(NamedTuple):
    """A Keras: its name in facts, its module, its version, and whether it is of generation 2 or 3."""

    name: str
    module: Any
    version: str
    generation: int


def import_tensorflow() -> None:
    """Import TensorFlow with two logical CPUs, so that replicas can be observed on one machine."""
    global tf
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    require_tensorflow_backend()
    tf = importlib.import_module("tensorflow")
    if tuple(map(int, _base(tf.__version__).split(".")[:2])) < OLDEST:
        raise CannotRecordError("TensorFlow {} is older than {}.{}".format(tf.__version__, *OLDEST))
    tf.get_logger().setLevel("ERROR")
    cpus = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpus[0], [tf.config.LogicalDeviceConfiguration()] * 2)


@functools.lru_cache(maxsize=None)
def libraries() -> Tuple[Library, ...]:
    """Return the Keras of `tf.keras` as "keras", unless that is tf_keras, and tf_keras, where they are installed."""
    found = []
    keras = None
    if _major(_installed_version("keras")) >= 3:
        keras = _import("keras")
    elif tuple(map(int, _base(tf.__version__).split(".")[:2])) < (2, 16):
        keras = tf.keras  # which need not be the package named keras: TensorFlow 2.4 and 2.5 bundle their own
    if keras is not None:
        version = _release(getattr(keras, "__version__", None) or _installed_version("keras"))
        found.append(Library("keras", keras, version, 3 if _major(version) >= 3 else 2))
    tf_keras = _import("tf_keras")
    if tf_keras is not None:
        found.append(Library("tf_keras", tf_keras, _release(tf_keras.__version__), 2))
    return tuple(found)


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except Exception:  # an installed Keras that does not go with this TensorFlow is none
        return None


def _installed_version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "0"


def _major(version: str) -> int:
    return int(version.split(".")[0])


def _release(version: str) -> str:
    return version.replace("-tf", "")  # the Keras bundled with TensorFlow 2.4 is 2.4.0, some add "-tf"


def environment() -> Dict[str, Any]:
    """Return what a run was made with: everything that may explain a difference and is no fact about a layer."""
    gpus = len(tf.config.list_physical_devices("GPU"))
    versions = {library.name: library.version for library in libraries()}
    keras = libraries()[0].module if libraries() else None
    backend = keras.backend if keras else None
    return {
        "tensorflow": tf.__version__,
        "distribution": _distribution(),
        "keras": versions.get("keras"),
        "tf_keras": versions.get("tf_keras"),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "libc": " ".join(platform.libc_ver()).strip(),
        "cpu": " ".join(cpu_features()),
        "device": f"{gpus} GPU" if gpus else "CPU",
        "floatx": backend.floatx() if backend else None,
        "image_data_format": backend.image_data_format() if backend else None,
        "epsilon": repr(float(backend.epsilon())) if backend else None,
        "dtype_policy": _dtype_policy(keras) if keras else None,
        "flags": flags(),
    }


def _dtype_policy(keras: Any) -> str:
    own = getattr(keras, "config", None)
    policy = own.dtype_policy() if own and hasattr(own, "dtype_policy") else _global_policy(keras)
    return str(getattr(policy, "name", policy))


def _global_policy(keras: Any) -> Any:
    precision = keras.mixed_precision
    # Keras of TensorFlow 2.4 keeps a deprecated module next to its functions.
    return precision.global_policy() if hasattr(precision, "global_policy") else precision.dtype_policy()


_GIVEN = dict(os.environ)
"""Variables as the user has set them: TensorFlow sets some of its own."""

_FLAG = re.compile(
    "TF2_BEHAVIOR|TF_(ENABLE|DISABLE|USE|XLA|DETERMINISTIC|FUNCTION|KERAS|CUDNN|CUBLAS|MLIR|MKL|ONEDNN|FP16|BF16|AUTO)"
    "|(XLA|KERAS|ONEDNN|DNNL|MKL)_|NVIDIA_TF32"
)
"""How variables begin that may change which kernels run, or how these round; other programs use TF_ as well."""

_HARMLESS = re.compile("[^=]*(LOG|THREADS|VERBOSE|KERAS_BACKEND|KERAS_HOME)|TF2_BEHAVIOR=1$")
"""What such variables hold that change no noise, that say where something is which is told itself, or that TensorFlow
sets for the programs it starts."""

_KERAS_JSON = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "backend": "tensorflow",
    "image_data_format": "channels_last",
}
"""What Keras writes into its file of settings when there is none."""


def flags() -> Dict[str, str]:
    """Return what the user has set and that may change what TensorFlow and Keras do, by name.

    Besides variables: entries of keras.json that are not the usual ones, libraries that PYTHONPATH brings in place of
    those installed, and a usercustomize, whatever it does.
    """
    named = {
        name: _GIVEN[name] for name in _GIVEN if _FLAG.match(name) and not _HARMLESS.match(f"{name}={_GIVEN[name]}")
    }
    settings = keras_json()
    named["keras.json"] = " ".join(
        f"{name}={plain(settings[name])}"
        for name in sorted(settings)
        if settings[name] not in (_KERAS_JSON.get(name), False, None)
    )
    named["PYTHONPATH"] = " ".join(_brought_by(_GIVEN.get("PYTHONPATH", "")))
    named["usercustomize"] = "loaded" if "usercustomize" in sys.modules else ""
    return {ascii_line(name): _pathless(named[name]) for name in sorted(named) if named[name]}


def _pathless(text: str) -> str:
    return ascii_line(re.sub(r"(/[\w.+~-]+){2,}", "..", text))


def _brought_by(path: str) -> List[str]:
    """Name the libraries that were imported from the folders of a PYTHONPATH."""
    folders = tuple(os.path.join(os.path.abspath(part), "") for part in path.split(os.pathsep) if part)
    modules = {"numpy": np, "tensorflow": tf, **{library.name: library.module for library in libraries()}}
    files = {name: os.path.abspath(getattr(module, "__file__", None) or "") for name, module in modules.items()}
    return sorted(name for name, file in files.items() if file.startswith(folders)) if folders else []


def keras_json() -> Dict[str, Any]:
    """Return the settings in the user's keras.json, as Keras finds it; none if it cannot be read."""
    home = os.path.expanduser("~")
    home = home if os.access(home, os.W_OK) else "/tmp"
    folder = os.environ.get("KERAS_HOME", os.path.join(home, ".keras"))
    try:
        with open(os.path.join(folder, "keras.json"), encoding="utf-8") as file:
            settings = json.load(file)
    except (OSError, ValueError):
        return {}
    return settings if isinstance(settings, dict) else {}


def require_tensorflow_backend() -> None:
    """Refuse to record a Keras 3 that the user has set to another backend, by variable or by file."""
    backend = os.environ.get("KERAS_BACKEND") or keras_json().get("backend", "tensorflow")
    if backend != "tensorflow" and _major(_installed_version("keras")) >= 3:
        raise CannotRecordError(
            f"Keras is configured for the {plain(backend)} backend, and noise is recorded of TensorFlow; "
            "set KERAS_BACKEND=tensorflow"
        )


def _distribution() -> Optional[str]:
    for name in (
        "tensorflow",
        "tensorflow-cpu",
        "tf-nightly",
        "tf-nightly-cpu",
        "tensorflow-macos",
        "tensorflow-intel",
    ):
        with contextlib.suppress(metadata.PackageNotFoundError):
            if _base(metadata.version(name)) == _base(tf.__version__):
                return name
    return None


def _base(version: str) -> str:
    return ".".join(re.findall(r"\d+", version)[:3])


def cpu_features() -> List[str]:
    """Return the instruction sets that decide how TensorFlow and XLA round, where the system names them."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            line = next((line for line in file if line.startswith(("flags", "Features"))), "")
    except OSError:
        return []
    return [name for name in ("avx", "avx2", "fma", "avx512f", "avx512_bf16", "asimd") if name in line.split()]


def reset() -> None:
    """Put every source of randomness into the state that each observation starts from."""
    seed_everything(GLOBAL_SEED)


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy, TensorFlow and the Keras libraries."""
    for library in libraries():
        if hasattr(library.module.utils, "set_random_seed"):
            library.module.utils.set_random_seed(seed)
    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)


def numpy_dtype(name: str) -> Any:
    """Return the NumPy dtype of a TensorFlow dtype's name; bfloat16's comes with TensorFlow."""
    return np.dtype(tf.as_dtype(name).as_numpy_dtype)


def compiled(function: Callable[..., Any], xla: bool = False) -> Any:
    """Return a `tf.function`, compiled by XLA if asked for; without autograph, which would parse this file."""
    if not xla:
        return tf.function(function, autograph=False)
    try:
        return tf.function(function, autograph=False, jit_compile=True)
    except TypeError:  # TensorFlow 2.4
        return tf.function(function, autograph=False, experimental_compile=True)


# ---------------------------------------------------------------------------------------------------------------------
# 4. Subjects: what is observed
# ---------------------------------------------------------------------------------------------------------------------


class Subject:
    """Something that draws noise, and how it is made and called.

    Attributes:
      name: full name in facts, such as "keras.layers.Dropout" or "keras.layers.LSTM(recurrent_dropout)".
      family: "mask" (0 or a multiple), "affine" (AlphaDropout), "product" and "sum" (Gaussian noise), or a bare draw,
        "uniform", "normal" or "integer".
      shape: shape of the standard input.
      arguments: the standard arguments.
      elementwise: whether output i depends on input i alone.
      library: the Keras of a layer, None of a function.
    """

    elementwise = True

    def __init__(
        self,
        name: str,
        family: str,
        shape: Tuple[int, ...],
        arguments: Dict[str, Any],
        library: Optional[Library] = None,
    ) -> None:
        self.name = name
        self.family = family
        self.shape = shape
        self.arguments = arguments
        self.library = library

    @property
    def draws(self) -> bool:
        """Whether the subject is a bare draw, which has no input."""
        return self.family in ("uniform", "normal", "integer")

    @property
    def strength(self) -> Optional[str]:
        """The argument that says how strong the noise is, None of bare draws."""
        return next(iter(self.arguments), None)

    @property
    def needs_seed(self) -> bool:
        """Whether there is no noise without a seed."""
        return "stateless" in self.name or "Generator" in self.name

    def takes(self, argument: str) -> bool:
        """Return whether users can give an argument of that name."""
        return argument in parameters(self.source())

    def source(self) -> Any:
        """Return the class or function whose signature users see."""
        raise NotImplementedError

    def make(self, dtype: str = "float32", seed: Any = SEED, **changes: Any) -> Any:
        """Return a new layer, or the function as one, computing in `dtype`."""
        raise NotImplementedError

    def call(self, layer: Any, x: Any, training: Optional[bool] = True) -> Any:
        """Call what `make` returned; None leaves `training` to its default."""
        return layer(x) if training is None else layer(x, training=training)

    def x(self, dtype: str, kind: str = "ramp") -> Any:
        """Return an input: "ramp", "ones", "zeros", or the name of a value that fills it."""
        values = ramp(self.shape) if kind == "ramp" else np.full(self.shape, _FILL[kind])
        return values.astype(np.float32).astype(numpy_dtype(dtype))

    def units(self, y: Any) -> Any:
        """Return one element of each group that shares its noise."""
        return y

    def output_shape(self) -> Tuple[int, ...]:
        """Return the shape that the output must have."""
        return self.shape

    def rebuilt(self, layer: Any) -> Any:
        """Return what `from_config(get_config())` makes of a layer."""
        return type(layer).from_config(layer.get_config())

    def law_kind(self) -> str:
        """Return the input on which noise is counted."""
        return "zeros" if self.family == "sum" else "ones"


_FILL = {"ones": 1.0, "zeros": 0.0, "nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class LayerSubject(Subject):
    """An elementwise or spatial noise layer."""

    class_name = ""

    def source(self) -> Any:
        """Return the layer's class."""
        assert self.library is not None
        return getattr(self.library.module.layers, self.class_name or self.name.rpartition(".")[2])

    def make(self, dtype: str = "float32", seed: Any = SEED, **changes: Any) -> Any:
        """Return a new layer."""
        assert self.library is not None
        policy = self.library.module.mixed_precision.Policy(dtype) if dtype in MIXED else dtype
        arguments = {**self.arguments, **changes, "dtype": policy}
        if self.takes("seed"):
            arguments["seed"] = seed
        return self.source()(**arguments)


class SpatialSubject(LayerSubject):
    """A layer that drops whole maps."""

    def units(self, y: Any) -> Any:
        """Return one element of each (batch, channel)."""
        return y[(slice(None), *[0] * (y.ndim - 2), slice(None))]


class WeightedSubject(LayerSubject):
    """A layer with weights, which are set so that its output shows its noise in every bit.

    The name carries the argument that is observed: "keras.layers.LSTM(recurrent_dropout)".
    """

    elementwise = False

    def __init__(self, library: Library, class_name: str, argument: str, shape: Tuple[int, ...]) -> None:
        name = f"{library.name}.layers.{class_name}({argument})"
        super().__init__(name, "mask", shape, {argument: RATE}, library)
        self.class_name = class_name

    def make(self, dtype: str = "float32", seed: Any = SEED, **changes: Any) -> Any:
        """Return a new layer, built and with its weights set."""
        return self.weighted(super().make(dtype, seed, **{**self.fixed(), **changes}))

    def rebuilt(self, layer: Any) -> Any:
        """Return the layer of a config, with the weights that no config holds."""
        return self.weighted(super().rebuilt(layer))

    def weighted(self, layer: Any) -> Any:
        """Build a layer and set its weights."""
        self.build(layer)
        layer.set_weights(self.weights(layer))
        return layer

    def build(self, layer: Any) -> None:
        """Make a layer's weights."""
        layer.build((None, *self.shape[1:]))

    def fixed(self) -> Dict[str, Any]:
        """Return the arguments that make the layer show its noise."""
        raise NotImplementedError

    def weights(self, layer: Any) -> List[Any]:
        """Return the weights that make the layer show its noise."""
        raise NotImplementedError


class RecurrentSubject(WeightedSubject):
    """A recurrent layer of identity weights and linear activations: its output is input times mask.

    `dropout` shows at the only time step. `recurrent_dropout` shows at the second of two steps, whose input is 0: its
    state is the first step's output, which is the first input, times the mask.
    """

    GATES: ClassVar[Dict[str, str]] = {"LSTM": "ifco", "GRU": "zrh", "SimpleRNN": "h"}
    """The gates of each class in the order of its weights."""

    def __init__(self, library: Library, class_name: str, argument: str) -> None:
        self.steps = 2 if argument == "recurrent_dropout" else 1
        batch, units = RECURRENT_SHAPE
        super().__init__(library, class_name, argument, (batch, self.steps, units))
        self.gates = self.GATES[class_name]
        self.open_gate = {"LSTM": "i", "GRU": "h", "SimpleRNN": "h"}[class_name]

    def fixed(self) -> Dict[str, Any]:
        """Return units and linear activations."""
        gated = {} if self.class_name == "SimpleRNN" else {"recurrent_activation": "linear"}
        zeros = {"kernel_initializer": "zeros", "recurrent_initializer": "zeros"}  # made faster, and set at once
        return {"units": self.shape[-1], "activation": "linear", **zeros, **gated}

    def weights(self, layer: Any, gate: str = "") -> List[Any]:
        """Return kernel, recurrent kernel and bias that let input and state through at one gate alone.

        A gate that only shows on a state, "f" of LSTM and "z" of GRU, is given one: the input goes through another.
        """
        gate = gate or self.open_gate
        units, width = self.shape[-1], len(self.gates)
        kernel, recurrent = self.through({"f": "i", "z": "h"}.get(gate, gate)), self.through(gate)
        # What has to be 1 for the gate's value to reach the output.
        held = {"LSTM": {"i": "co", "c": "io", "o": "ic", "f": "co"}, "GRU": {"h": "r", "r": "", "z": ""}}
        bias = np.zeros((width, units), np.float32)
        for other in held.get(self.class_name, {}).get(gate, ""):
            bias[self.gates.index(other)] = 1
        if self.class_name == "GRU":  # one bias for the input, one for the state
            state_bias = np.zeros((width, units), np.float32)
            if gate == "r":
                state_bias[self.gates.index("h")] = 1
            bias = np.stack([bias.ravel(), state_bias.ravel()])
        return [kernel, recurrent, bias if bias.ndim == 2 and self.class_name == "GRU" else bias.ravel()]

    def through(self, gate: str) -> Any:
        """Return the kernel that is the identity at one gate, and 0 at the others."""
        units, width = self.shape[-1], len(self.gates)
        by_gate = np.zeros((units, width, units), np.float32)
        by_gate[:, self.gates.index(gate)] = np.eye(units)
        return by_gate.reshape(units, width * units)

    def forgetting(self) -> List[Any]:
        """Return weights under which, with the usual activations, each step shows its own input and no state."""
        units, width = self.shape[-1], len(self.gates)
        bias = np.zeros((width, units), np.float32)
        keeping = {"LSTM": "f", "GRU": "z"}.get(self.class_name)
        if keeping:
            bias[self.gates.index(keeping)] = -30  # of which the sigmoid is 1e-13
        kernel = self.through({"LSTM": "c"}.get(self.class_name, "h"))
        biases = np.stack([bias.ravel(), 0 * bias.ravel()]) if self.class_name == "GRU" else bias.ravel()
        return [kernel, np.zeros_like(kernel), biases]

    def both_rates(self) -> Tuple[float, float]:
        """Return the observed rate and the other one, where the layer has both."""
        return (0.5, 0.25)

    def output_shape(self) -> Tuple[int, ...]:
        """Return batch and units: the last step alone is returned."""
        return (self.shape[0], self.shape[-1])

    def x(self, dtype: str, kind: str = "ramp") -> Any:
        """Return an input whose second step, if there is one, is 0."""
        x = super().x(dtype, kind)
        x[:, 1:] = 0
        return x


class AttentionSubject(WeightedSubject):
    """An attention layer whose scores are all equal and whose values are the unit vectors: its output is its mask.

    The masks of two heads lie side by side in an output that is as wide as the input, which is half 0.
    """

    def __init__(self, library: Library, class_name: str) -> None:
        batch, length = ATTENTION_SHAPE
        self.heads = 1 if class_name == "Attention" else 2
        super().__init__(library, class_name, "dropout", (batch, length, self.heads * length))

    def fixed(self) -> Dict[str, Any]:
        """Return two heads that keep apart, or a scale that can be set to 0."""
        if self.class_name == "Attention":
            return {"use_scale": True}
        return {"num_heads": self.heads, "key_dim": self.shape[1], "use_bias": False}

    def weights(self, layer: Any) -> List[Any]:
        """Return weights under which every score is 0."""
        if self.class_name == "Attention":
            return [np.zeros_like(weight) for weight in layer.get_weights()]
        one = np.eye(self.shape[1], dtype=np.float32)
        zero = np.zeros_like(one)
        heads_in = np.stack([np.vstack([one, zero])] * 2, axis=1)
        heads_out = np.stack([np.hstack([one, zero]), np.hstack([zero, one])])
        return [0 * heads_in, 0 * heads_in, heads_in, heads_out]

    def build(self, layer: Any) -> None:
        """Make a layer's weights, by calling it: what `build` takes differs between releases."""
        self.call(layer, tf.zeros((1, *self.shape[1:]), layer.compute_dtype), training=False)

    def call(self, layer: Any, x: Any, training: Optional[bool] = True) -> Any:
        """Attend from a sequence to itself."""
        arguments = {} if training is None else {"training": training}
        return layer([x, x], **arguments) if self.class_name == "Attention" else layer(x, x, **arguments)

    def x(self, dtype: str, kind: str = "ramp") -> Any:
        """Return the unit vectors, scaled by a ramp or a constant."""
        batch, length, width = self.shape
        scale = ramp((length,)) if kind == "ramp" else np.full(length, _FILL[kind])
        values = np.zeros((batch, length, width))
        values[:, :, :length] = np.diag(scale)
        return values.astype(np.float32).astype(numpy_dtype(dtype))


class FunctionSubject(Subject):
    """A function of TensorFlow, or of `keras.random`.

    `function` takes (x, seed, **arguments) to the output.
    """

    def __init__(
        self,
        name: str,
        family: str,
        arguments: Dict[str, Any],
        function: Callable[..., Any],
        library: Optional[Library] = None,
        stateful: bool = False,
    ) -> None:
        super().__init__(name, family, SHAPE, arguments, library)
        self.function = function
        self.stateful = stateful
        self.elementwise = not self.draws

    def source(self) -> Any:
        """Return the public function."""
        module, _, path = self.name.partition(".")
        assert self.library is not None or module == "tf"
        owner = self.library.module if self.library else tf
        return functools.reduce(getattr, path.split("."), owner)

    def takes(self, argument: str) -> bool:
        """Return whether users can give an argument; a generator is made with its seed."""
        return argument == "seed" or super().takes(argument)

    def make(self, dtype: str = "float32", seed: Any = SEED, **changes: Any) -> Any:
        """Return the function of an input; what keeps a state is made here."""
        arguments = {**self.arguments, **changes}
        function, arguments = self.function(seed, arguments) if self.stateful else (self.function, arguments)
        if self.stateful:
            return lambda x, training=True: function(x, **arguments)
        return lambda x, training=True: function(x, seed, **arguments)


def _pair(seed: Any) -> Any:
    return tf.constant([seed, SECOND_SEED], tf.int64)


def _generator_method(method: str) -> Callable[..., Any]:
    def bind(seed: Any, arguments: Dict[str, Any]) -> Tuple[Callable[..., Any], Dict[str, Any]]:
        generator = tf.random.Generator.from_seed(seed)
        draw = getattr(generator, method)
        return (lambda x, **rest: draw(tf.shape(x), dtype=_drawn(x, method), **rest)), arguments

    return bind


def _keras_random(library: Library, method: str) -> Callable[..., Any]:
    def bind(seed: Any, arguments: Dict[str, Any]) -> Tuple[Callable[..., Any], Dict[str, Any]]:
        generator = library.module.random.SeedGenerator(seed)
        draw = getattr(library.module.random, method)
        if method == "dropout":
            return (lambda x, **rest: draw(x, seed=generator, **rest)), arguments
        return (lambda x, **rest: draw(tuple(x.shape), dtype=x.dtype.name, seed=generator, **rest)), arguments

    return bind


def _drawn(x: Any, method: str) -> Any:
    return tf.uint32 if method == "uniform_full_int" else x.dtype


def _functions() -> List[Subject]:
    rate = {"rate": RATE}
    found: List[Subject] = [
        FunctionSubject("tf.nn.dropout", "mask", rate, lambda x, s, **a: tf.nn.dropout(x, seed=s, **a)),
        FunctionSubject(
            "tf.nn.experimental.stateless_dropout",
            "mask",
            rate,
            lambda x, s, **a: tf.nn.experimental.stateless_dropout(x, seed=_pair(s), **a),
        ),
        FunctionSubject(
            "tf.random.uniform",
            "uniform",
            {},
            lambda x, s, **a: tf.random.uniform(tf.shape(x), dtype=x.dtype, seed=s, **a),
        ),
        FunctionSubject(
            "tf.random.normal",
            "normal",
            {},
            lambda x, s, **a: tf.random.normal(tf.shape(x), dtype=x.dtype, seed=s, **a),
        ),
        FunctionSubject(
            "tf.random.stateless_uniform",
            "uniform",
            {},
            lambda x, s, **a: tf.random.stateless_uniform(tf.shape(x), _pair(s), dtype=x.dtype, **a),
        ),
        FunctionSubject(
            "tf.random.stateless_normal",
            "normal",
            {},
            lambda x, s, **a: tf.random.stateless_normal(tf.shape(x), _pair(s), dtype=x.dtype, **a),
        ),
        FunctionSubject("tf.random.Generator.uniform", "uniform", {}, _generator_method("uniform"), stateful=True),
        FunctionSubject("tf.random.Generator.normal", "normal", {}, _generator_method("normal"), stateful=True),
    ]
    for library in libraries():
        if library.generation == 3:
            for method, family, arguments in (
                ("uniform", "uniform", {}),
                ("normal", "normal", {}),
                ("dropout", "mask", rate),
            ):
                name = "keras.random." + method
                function = _keras_random(library, method)
                found.append(FunctionSubject(name, family, arguments, function, library, stateful=True))
    return [subject for subject in found if _exists(subject)]


def _exists(subject: Subject) -> bool:
    try:
        subject.source()
    except AttributeError:
        return False
    return True


def _layers(library: Library) -> List[Subject]:
    def named(class_name: str) -> str:
        return f"{library.name}.layers.{class_name}"

    found: List[Subject] = [
        LayerSubject(named("Dropout"), "mask", SHAPE, {"rate": RATE}, library),
        LayerSubject(named("GaussianDropout"), "product", SHAPE, {"rate": GAUSSIAN_RATE}, library),
        LayerSubject(named("GaussianNoise"), "sum", SHAPE, {"stddev": STDDEV}, library),
        LayerSubject(named("AlphaDropout"), "affine", SHAPE, {"rate": RATE}, library),
    ]
    for rank, shape in SPATIAL_SHAPES.items():
        found.append(SpatialSubject(named(f"SpatialDropout{rank - 2}D"), "mask", shape, {"rate": RATE}, library))
    for class_name in RecurrentSubject.GATES:
        for argument in ("dropout", "recurrent_dropout"):
            found.append(RecurrentSubject(library, class_name, argument))
    found += [AttentionSubject(library, class_name) for class_name in ("Attention", "MultiHeadAttention")]
    return [subject for subject in found if _exists(subject)]


@functools.lru_cache(maxsize=None)
def subjects() -> Tuple[Subject, ...]:
    """Return everything that is observed here, slowest first."""
    layers = [subject for library in libraries() for subject in _layers(library)]
    layers.sort(key=lambda subject: subject.elementwise)
    return (*layers, *_functions())


def parameters(source: Any) -> Dict[str, inspect.Parameter]:
    """Return the parameters of a function or of a class's constructor, without self."""
    # The class of old layers says only *args, **kwargs, as its __new__ does.
    named = inspect.signature(source.__init__ if inspect.isclass(source) else source).parameters
    return {name: parameter for name, parameter in named.items() if name != "self"}


def is_layer(subject: Subject) -> bool:
    """Return whether a subject is a Keras layer."""
    return isinstance(subject, LayerSubject)


# ---------------------------------------------------------------------------------------------------------------------
# 5. Modes: the ways to run a subject
# ---------------------------------------------------------------------------------------------------------------------


class Outputs(NamedTuple):
    """What successive calls returned: on the ramp, then on the law input."""

    ramp: List[Any]
    law: List[Any]


def run(subject: Subject, dtype: str, mode: str) -> Outputs:
    """Return the outputs of successive training calls of a new layer in a mode."""
    reset()
    if mode in MIXED:
        xs = [numbers(x).astype(np.float32) for x in standard_inputs(subject, dtype)]
        layer = subject.make(mode)
        return split([array(subject.call(layer, tf.constant(x))) for x in xs])
    xs = standard_inputs(subject, dtype)
    if mode == "fit":
        return Outputs(fitted(subject, dtype, xs[0]), [])
    if mode == "predict":
        model = model_around(subject, subject.make(dtype), dtype, training=True)
        return Outputs([np.asarray(model.predict(xs[0], batch_size=len(xs[0]), verbose=0)) for _ in range(CALLS)], [])
    if mode == "mirrored":
        return Outputs(mirrored(subject, dtype, xs[0]), [])
    call = caller(subject, dtype, mode)
    return split([array(call(tf.constant(x))) for x in xs])


def standard_inputs(subject: Subject, dtype: str) -> List[Any]:
    """Return the inputs of the calls that a mode makes."""
    law = [] if subject.draws else [subject.x(dtype, subject.law_kind())] * LAW_CALLS
    return [subject.x(dtype)] * CALLS + law


def split(outputs: List[Any]) -> Outputs:
    """Sort the outputs of `standard_inputs`; the law of a bare draw is read from its only calls."""
    return Outputs(outputs[:CALLS], outputs[CALLS:] or outputs[:CALLS])


def array(tensor: Any) -> Any:
    """Return a tensor's value."""
    return np.asarray(tensor.numpy())


def caller(subject: Subject, dtype: str, mode: str) -> Callable[[Any], Any]:
    """Return a new layer as a function of its input, called eagerly, traced, compiled or rebuilt."""
    layer = subject.make(dtype)
    if mode == "from_config":
        layer = subject.rebuilt(layer)
    elif mode == "reloaded":
        layer = saved_and_loaded(subject, layer, dtype)
    elif mode != "eager":
        return compiled_call(subject, layer, xla=mode == "xla")
    return lambda x: subject.call(layer, x)


def compiled_call(subject: Subject, layer: Any, xla: bool = False) -> Callable[[Any], Any]:
    """Return one `tf.function` around a layer."""
    function = compiled(lambda x: subject.call(layer, x), xla)
    return lambda x: function(x)


def model_around(subject: Subject, layer: Any, dtype: str, training: Optional[bool] = None) -> Any:
    """Return a functional model of one layer."""
    assert subject.library is not None
    keras = subject.library.module
    inputs = keras.Input(subject.shape[1:], dtype=dtype)
    return keras.Model(inputs, subject.call(layer, inputs, training))


def fitted(subject: Subject, dtype: str, x: Any) -> List[Any]:
    """Train a model of one layer, one batch an epoch, at learning rate 0; return what reaches the loss in each."""
    return Training(subject, subject.make(dtype), dtype).fit(x, CALLS)


class Training:
    """A compiled model of one layer, and what reaches its loss."""

    def __init__(self, subject: Subject, layer: Any, dtype: str) -> None:
        assert subject.library is not None
        self.keras = subject.library.module
        self.model = model_around(subject, layer, dtype)
        self.seen = tf.Variable(tf.zeros(subject.output_shape(), dtype))
        self.compile()

    def compile(self) -> None:
        """Compile the model, perhaps again."""

        def loss(y_true: Any, y_pred: Any) -> Any:
            del y_true
            self.seen.assign(tf.cast(y_pred, self.seen.dtype))
            return tf.reduce_mean(y_pred)

        self.model.compile(optimizer=self.keras.optimizers.SGD(0.0), loss=loss)

    def fit(self, x: Any, epochs: int) -> List[Any]:
        """Return what reaches the loss in each of some epochs of one batch."""
        outputs: List[Any] = []
        look = self.keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: outputs.append(array(self.seen)))
        targets = np.zeros(tuple(self.seen.shape), np.float32)
        self.model.fit(x, targets, batch_size=len(x), epochs=epochs, shuffle=False, verbose=0, callbacks=[look])
        return outputs


def saved_and_loaded(subject: Subject, layer: Any, dtype: str) -> Any:
    """Return the layer of a model that was saved to a .keras file and loaded again."""
    assert subject.library is not None
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        model_around(subject, layer, dtype).save(path)
        return subject.library.module.models.load_model(path, compile=False).layers[-1]


def mirrored(subject: Subject, dtype: str, x: Any) -> List[Any]:
    """Return the outputs of two calls on two replicas: call 1 on replica 1, on replica 2, call 2 on replica 1, ..."""
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        layer = subject.make(dtype)
    tensor = tf.constant(x)
    step = compiled(lambda: strategy.run(lambda value: subject.call(layer, value), args=(tensor,)))
    return [array(replica) for _ in range(2) for replica in strategy.experimental_local_results(step())]


@functools.lru_cache(maxsize=8)
def eager(subject: Subject, dtype: str) -> Outputs:
    """Return the outputs of a new layer, eagerly; kept for the observations that compare with them."""
    return twice(subject, "eager")[0] if dtype == "float32" else run(subject, dtype, "eager")


def first_call(subject: Subject, dtype: str = "float32", kind: str = "ramp", **arguments: Any) -> Any:
    """Return the output of the first training call of a new layer, eagerly."""
    return calls(subject, dtype, 1, kind, **arguments)[0]


def calls(subject: Subject, dtype: str, count: int, kind: str = "ramp", **arguments: Any) -> List[Any]:
    """Return the outputs of successive training calls of a new layer, eagerly."""
    reset()
    layer = subject.make(dtype, **arguments)
    return [array(subject.call(layer, tf.constant(subject.x(dtype, kind)))) for _ in range(count)]


# ---------------------------------------------------------------------------------------------------------------------
# 6. Observations: what is seen, never whether that is right
# ---------------------------------------------------------------------------------------------------------------------


def stream(subject: Subject, dtype: str, mode: str) -> Facts:
    """Record the bits of a mode and the counts of its noise.

    What equals the eager fact of the dtype is left out: head, mask and counts where the first call draws what the
    first eager call draws. Repetitions among calls and replicas are read from equal digests in `stream`.

    Properties:
      stream: digests of successive outputs on the ramp, "not reproducible" where a second new layer draws others.
      head: raw words of the first units of the first output.
      mask: digest of the packed mask of zeros of the first output.
      new_call_new_noise: labels of the calls, where the stream does not say.
      shape_and_dtype_kept: dtype and shape of the output, where they are not kept.
      explicit_training_wins: what training=True in a functional model makes of its input in `predict`.
      mode_draws_eager_stream: what the first output shares with the eager one.
      mask_density RATE, noise_is_normal, noise_is_uniform: exact counts.
    """
    reproducible = mode not in ("eager", "xla") or twice(subject, mode)[1]
    if mode == "eager":
        outputs = eager(subject, dtype)
    else:
        outputs = twice(subject, mode)[0] if (dtype, mode) == ("float32", "xla") else run(subject, dtype, mode)
    first = outputs.ramp[0]
    facts: Facts = {"stream": digests(outputs.ramp) if reproducible else "not reproducible"}
    if not reproducible:
        facts["new_call_new_noise"] = labels(outputs.ramp)
    if first.dtype != numpy_dtype(dtype) or first.shape != subject.output_shape():
        facts["shape_and_dtype_kept"] = described(first)
    if mode == "predict":
        facts["explicit_training_wins"] = seen_values(subject.x(dtype), first)
    if reproducible and mode != "eager":
        facts["mode_draws_eager_stream"] = attempt(lambda: likeness(eager(subject, dtype).ramp[0], first))
        if facts["mode_draws_eager_stream"] == "bits":
            return facts
    if reproducible:
        facts["head"] = words(subject.units(first))
        if subject.family == "mask":
            facts["mask"] = digest(np.packbits(numbers(subject.units(first)).ravel() == 0))
    for name, counts in law(subject, outputs.law).items():
        facts[name] = counts if reproducible else plausible(subject, counts)
    return facts


@functools.lru_cache(maxsize=4)
def twice(subject: Subject, mode: str) -> Tuple[Outputs, bool]:
    """Return the outputs in float32, and whether a second new layer of the same seed draws the same.

    Stateful ops under XLA do not; where float32 is drawn so, the other dtypes are.
    """
    outputs, again = run(subject, "float32", mode), run(subject, "float32", mode)
    return outputs, all(map(same, outputs.ramp, again.ramp))


def law(subject: Subject, outputs: Sequence[Any]) -> Facts:
    """Return exact counts of the noise in outputs on the law input; counts of several runs add up."""
    if not outputs:
        return {}
    noise = np.concatenate([numbers(subject.units(y)).ravel() for y in outputs])
    if subject.family in ("mask", "affine"):
        return {"mask_density {}".format(subject.arguments[subject.strength or ""]): density(subject, noise)}
    if subject.family == "uniform":
        return {"noise_is_uniform": uniform_counts(noise)}
    if subject.family == "product":
        noise = (noise - 1) * 2
    elif subject.family == "sum":
        noise = noise * 2
    return {"noise_is_normal": normal_counts(noise)}


def density(subject: Subject, noise: Any) -> Dict[str, int]:
    """Count the dropped among outputs on ones: zeros, or the lower of AlphaDropout's two values."""
    dropped = noise == 0 if subject.family == "mask" else noise < (noise.min() + noise.max()) / 2
    return {"dropped": int(dropped.sum()), "n": int(noise.size)}


def normal_counts(z: Any) -> Dict[str, Any]:
    """Count standardised noise: sums of the first four powers in units of 1/256, and values in the tails."""
    steps = np.rint(np.where(np.isfinite(z), z, 0) * MOMENT_UNIT).astype(np.int64)
    return {
        "n": int(z.size),
        "sums": [int((steps**power).sum()) for power in (1, 2, 3, 4)],
        "tails": [int((np.abs(z) > tail).sum()) for tail in TAILS],
        "distinct": len(np.unique(z)),
        "not_finite": int((~np.isfinite(z)).sum()),
    }


def uniform_counts(u: Any) -> Dict[str, Any]:
    """Count uniforms: by sixteenths, exact zeros, distinct values, and values outside [0, 1)."""
    inside = u[(u >= 0) & (u < 1)]
    return {
        "n": int(u.size),
        "bins": [int(count) for count in np.bincount((inside * BINS).astype(np.int64), minlength=BINS)],
        "zeros": int((u == 0).sum()),
        "distinct": len(np.unique(u)),
        "outside": int(u.size - inside.size),
    }


def plausible(subject: Subject, counts: Dict[str, Any]) -> str:
    """Say of counts that differ from run to run whether they are near the documented ones, by wide margins."""
    n = counts["n"]
    if "dropped" in counts:
        near = abs(counts["dropped"] / n - subject.arguments[subject.strength or ""]) < 0.02
    elif "sums" in counts:
        near = abs(counts["sums"][1] / MOMENT_UNIT**2 / n - 1) < 0.1
    else:
        near = max(abs(count * BINS / n - 1) for count in counts["bins"]) < 0.1
    return "not reproducible, {} the documented".format("near" if near else "far from")


def small_rate(subject: Subject, dtype: str) -> Value:
    """Count the dropped at a rate that half precision cannot express."""
    reset()
    layer = subject.make(dtype, **{subject.strength or "": SMALL_RATE})
    x = tf.constant(subject.x(dtype, "ones"))
    noise = np.concatenate([numbers(subject.units(array(subject.call(layer, x)))).ravel() for _ in range(LAW_CALLS)])
    return density(subject, noise)


def inference(subject: Subject, dtype: str) -> Value:
    """Say what a layer makes of its input outside training, by default and with training=False."""
    x = subject.x(dtype)
    noiseless = x if subject.elementwise else _noiseless(subject, dtype)
    results = []
    for training in (None, False):
        reset()
        results.append(seen_values(noiseless, array(subject.call(subject.make(dtype), tf.constant(x), training))))
    return results[0] if len(set(results)) == 1 else "{} by default, {} with training=False".format(*tuple(results))


def _noiseless(subject: Subject, dtype: str) -> Any:
    """Return the output of a layer that has no noise."""
    layer = subject.make(dtype, **{subject.strength or "": 0.0})
    return array(subject.call(layer, tf.constant(subject.x(dtype))))


def non_finite(subject: Subject, dtype: str) -> Value:
    """Say what becomes of nan and infinity where they are dropped."""
    dropped = numbers(first_call(subject, dtype, "ones"))
    dropped = dropped == 0 if subject.family == "mask" else dropped < (dropped.min() + dropped.max()) / 2
    seen = [(kind, _kinds(numbers(first_call(subject, dtype, kind))[dropped])) for kind in ("nan", "inf", "-inf")]
    return ", ".join("{} becomes {}".format(*pair) for pair in seen)


def _kinds(values: Any) -> str:
    kinds = {"nan" if math.isnan(v) else "finite" if math.isfinite(v) else f"{v:g}" for v in np.unique(values)}
    return " or ".join(sorted(kinds))


def gradient(subject: Subject, dtype: str) -> Value:
    """Say how the gradient of the summed output relates to the factor that the forward pass shows on ones."""
    reset()
    layer = subject.make(dtype)
    x = tf.constant(subject.x(dtype, "ones"))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = subject.call(layer, x)
    slope = tape.gradient(y, x)
    if slope is None:
        return "none"
    factor, slope = numbers(array(y)), numbers(array(slope))
    if subject.family == "sum":
        factor = np.ones_like(factor)
    if subject.family == "affine":
        dropped = factor < (factor.min() + factor.max()) / 2
        kept = np.unique(slope[~dropped])
        return "noise factor" if not slope[dropped].any() and len(kept) == 1 and kept[0] > 0 else "other"
    if np.array_equal(slope, factor):
        return "noise factor"
    return "noise factor, rounded" if np.allclose(slope, factor, rtol=1e-2) else "other"


def recomputes(subject: Subject, recomputing: Callable[[Any], Any], traced: bool) -> Value:
    """Say whether a wrapper that computes the forward pass again differentiates the noise of the first one."""
    reset()
    layer = subject.make()

    def step(x: Any) -> Tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = recomputing(lambda inputs: subject.call(layer, inputs))(x)
        return y, tape.gradient(y, x)

    y, slope = (
        numbers(array(z)) for z in (compiled(step) if traced else step)(tf.constant(subject.x("float32", "ones")))
    )
    if subject.family == "affine":
        y, slope = (np.where(z < (z.min() + z.max()) / 2, 0, 1) for z in (y, slope))
    return "same noise" if np.allclose(y, slope, rtol=1e-3) and _varies(slope) else "other noise"


def _varies(values: Any) -> bool:
    return bool((values != values.ravel()[0]).any())


def support(subject: Subject, dtype: str) -> Value:
    """Say what the outputs of a dropout are: 0, perhaps -0, or x / (1 - rate), exactly or nearly, or something else."""
    x, y = numbers(subject.units(subject.x(dtype))), subject.units(eager(subject, dtype).ramp[0])
    scale = np.array(1 / (1 - RATE), np.float64).astype(numpy_dtype(dtype))
    exact = numbers((subject.units(subject.x(dtype)) * scale).astype(y.dtype))
    y = numbers(y)
    zero = "0 or -0" if np.signbit(y[y == 0]).any() else "0"
    if ((y == 0) | (y == exact)).all():
        return f"{zero} or x / (1 - rate)"
    close = np.isclose(y, x / (1 - RATE), rtol=1e-2)
    return f"{zero} or nearly x / (1 - rate)" if ((y == 0) | close).all() else "other values"


def additivity(subject: Subject, dtype: str) -> Value:
    """Say whether what is added to the ramp is what is added to 0."""
    x, noise = subject.x(dtype), first_call(subject, dtype, "zeros")
    y = eager(subject, dtype).ramp[0]
    if same(y, (x + noise).astype(y.dtype)):
        return "x + y(0)"
    close = np.allclose(numbers(y), numbers(x) + numbers(noise), rtol=1e-2, atol=1e-2)
    return "nearly x + y(0)" if close else "other values"


def scaling(subject: Subject, dtype: str) -> Value:
    """Say whether multiplicative noise scales with its input: y(ramp) against ramp times y(1), zeros of any sign."""
    y, factor = eager(subject, dtype).ramp[0], first_call(subject, dtype, "ones")
    if np.array_equal(numbers(y), numbers((subject.x(dtype) * factor).astype(y.dtype))):
        return "x * y(1)"
    close = np.allclose(numbers(y), numbers(subject.x(dtype)) * numbers(factor), rtol=2e-2, atol=1e-2)
    return "nearly x * y(1)" if close else "other values"


def input_untouched(subject: Subject) -> Value:
    """Say whether a call changes the array or the tensor it is given."""
    reset()
    layer, x = subject.make(), subject.x("float32")
    tensor, before = tf.constant(x), x.copy()
    subject.call(layer, tensor)
    subject.call(layer, x)
    return "untouched" if same(x, before) and same(array(tensor), before) else "overwritten"


def mask_axes(subject: Subject) -> Value:
    """Name the axes along which the mask is constant."""
    return constant_axes(first_call(subject, kind="ones"))


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
    seen = seen_values(x if subject.elementwise or subject.draws else _noiseless(subject, "float32"), y)
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


def rate_zero(subject: Subject, dtype: str) -> Value:
    """Say what becomes of -0, a denormal, nan and infinity without noise, in training."""
    x = subject.x(dtype)
    tiny = {"float16": 2.0**-20, "bfloat16": 2.0**-130, "float32": 2.0**-130, "float64": 2.0**-1050}[dtype]
    flat = x.reshape(-1)
    for index, value in enumerate((-0.0, tiny, math.nan, math.inf)):
        flat[index] = np.float64(value).astype(flat.dtype)
    reset()
    y = array(subject.call(subject.make(dtype, **{subject.strength or "": 0}), tf.constant(x)))
    if same(x, y):
        return "identity"
    changed = numbers(x) != numbers(y)
    changed |= np.signbit(numbers(x)) != np.signbit(numbers(y))
    changed &= ~(np.isnan(numbers(x)) & np.isnan(numbers(y)))
    names = ("-0", "denormal", "nan", "inf")
    lost = [name for name, is_changed in zip(names, changed.ravel()) if is_changed]
    return "noise" if changed.ravel()[4:].any() else "changes " + " ".join(lost)


def twice_in_trace(subject: Subject, xla: bool = False) -> Value:
    """Label the outputs of a layer called twice in one `tf.function`, over two calls of that."""
    reset()
    layer = subject.make()
    x = tf.constant(subject.x("float32"))
    function = compiled(lambda value: (subject.call(layer, value), subject.call(layer, value)), xla)
    return labels([array(y) for _ in range(2) for y in function(x)])


def retraced(subject: Subject) -> Value:
    """Label the outputs of a `tf.function` traced, traced again for another argument, and called as at first."""
    reset()
    layer = subject.make()
    x = tf.constant(subject.x("float32"))

    def call(value: Any, flag: bool) -> Any:
        del flag
        return subject.call(layer, value)

    function = compiled(call)
    return labels([array(function(x, flag)) for flag in (False, True, False)])


def in_loop(subject: Subject) -> Value:
    """Label the outputs of the three iterations of a `tf.while_loop` around a layer."""
    reset()
    layer = subject.make()
    x = tf.constant(subject.x("float32"))

    def body(i: Any, collected: Any) -> Any:
        return i + 1, collected.write(i, subject.call(layer, x))

    def loop() -> Any:
        collected = tf.TensorArray(tf.float32, size=3)
        return tf.while_loop(lambda i, _: i < 3, body, (tf.constant(0), collected))[1].stack()

    return labels(list(array(compiled(loop)())))


Transformation = Callable[[Callable[[Any], Any], Any], Any]

TRANSFORMATIONS: Tuple[Tuple[str, Transformation], ...] = (
    ("in_map_fn", lambda call, xs: tf.map_fn(call, xs)),
    ("in_vectorized_map", lambda call, xs: tf.vectorized_map(call, xs)),
    ("in_scan", lambda call, xs: tf.scan(lambda _, x: call(x), xs, initializer=tf.zeros_like(xs[0]))),
)
"""Ways of TensorFlow to call a function on each element of a tensor."""


def in_transformation(subject: Subject, transformation: Transformation) -> Value:
    """Label the outputs of a layer that is called on each of three elements in one traced call."""
    reset()
    layer = subject.make()
    xs = tf.stack([tf.constant(subject.x("float32"))] * 3)
    function = compiled(lambda values: transformation(lambda x: subject.call(layer, x), values))
    return labels(list(array(function(xs))))


def in_dataset(subject: Subject) -> Value:
    """Label the outputs of a layer in `tf.data.Dataset.map`: two elements in each of two epochs."""
    reset()
    layer = subject.make()
    xs = tf.stack([tf.constant(subject.x("float32"))] * 2)
    call = tf.autograph.experimental.do_not_convert(lambda x: subject.call(layer, x))
    dataset = tf.data.Dataset.from_tensor_slices(xs).map(call)
    return labels([array(y) for _ in range(2) for y in dataset])


def in_accumulation(subject: Subject) -> Value:
    """Label the outputs of two parts of a batch whose gradients are summed in one traced step, over two steps."""
    reset()
    layer = subject.make()
    x = tf.constant(subject.x("float32"))
    total = tf.Variable(tf.zeros_like(x))

    def step(part: Any) -> List[Any]:
        outputs = []
        for _ in range(2):
            with tf.GradientTape() as tape:
                tape.watch(part)
                outputs.append(subject.call(layer, part))
            total.assign_add(tape.gradient(outputs[-1], part))
        return outputs

    function = compiled(step)
    return labels([array(y) for _ in range(2) for y in function(x)])


def changed_attribute(subject: Subject, variable: bool) -> Value:
    """Say what a traced and an eager call do after rate or stddev is changed: an attribute, or the variable given."""
    reset()
    name, x = subject.strength or "", tf.constant(subject.x("float32", subject.law_kind()))
    given = tf.Variable(subject.arguments[name]) if variable else subject.arguments[name]
    layer = subject.make(**{name: given})
    traced = compiled_call(subject, layer)
    traced(x)
    if variable:
        given.assign(_other_strength(subject))
    else:
        setattr(layer, name, _other_strength(subject))
    outputs = {"traced": array(traced(x)), "eager": array(subject.call(layer, x))}
    return ", ".join(f"{how} {_which_strength(subject, y)}" for how, y in outputs.items())


def changed_before_fit(subject: Subject) -> Value:
    """Say what `fit` does after an attribute is changed, before and after the model is compiled again."""
    reset()
    layer, x = subject.make(), subject.x("float32", subject.law_kind())
    training = Training(subject, layer, "float32")
    training.fit(x, 1)
    setattr(layer, subject.strength or "", _other_strength(subject))
    changed = training.fit(x, 1)[0]
    training.compile()
    outputs = {"fit": changed, "fit compiled again": training.fit(x, 1)[0]}
    return ", ".join(f"{how} {_which_strength(subject, y)}" for how, y in outputs.items())


def _other_strength(subject: Subject) -> float:
    return 2.0 if subject.family == "sum" else 0.9


def _which_strength(subject: Subject, y: Any) -> str:
    """Say whether noise on the law input is as strong as the argument given says, or as the one after the change."""
    noise = numbers(subject.units(y))
    if subject.family in ("mask", "affine"):
        counted = density(subject, noise)
        seen = counted["dropped"] / counted["n"]
    else:
        variance = float(noise.var())
        seen = math.sqrt(variance) if subject.family == "sum" else variance / (1 + variance)
    for which, strength in (
        ("as made", subject.arguments[subject.strength or ""]),
        ("as changed", _other_strength(subject)),
    ):
        if abs(seen / strength - 1) < 0.1:
            return which
    return "otherwise"


def neighbouring_seeds(subject: Subject) -> Value:
    """Label two calls with a seed and two with the next seed; say if one is the other, a block of four words on."""
    outputs = calls(subject, "float32", 2) + calls(subject, "float32", 2, seed=SEED + 1)
    first, second = (subject.units(y).ravel() for y in (outputs[0], outputs[2]))
    if subject.draws and same(first[4:], second[:-4]):
        return labels(outputs) + " shifted by a block"
    return labels(outputs)


def distant_seeds(subject: Subject) -> Value:
    """Label first calls with seeds s, s + 2**31 - 2, s + 2**31 - 1 and s + 2**32; "-" where a seed is refused."""
    outputs = []
    for distance in (0, 2**31 - 2, 2**31 - 1, 2**32):
        try:
            outputs.append(first_call(subject, seed=SEED + distance))
        except Exception:
            outputs.append(None)
    return labels(outputs)


def seeded_by(subject: Subject) -> Value:
    """List what determines the noise of an unseeded layer made afterwards; "together" is all but Keras's own."""
    single: Dict[str, Callable[[int], Any]] = {
        "random.seed": random.seed,
        "numpy.random.seed": np.random.seed,
        "tf.random.set_seed": tf.random.set_seed,
    }
    setters = {name: [setter] for name, setter in single.items()}
    setters["together"] = list(single.values())
    own = getattr(subject.library.module.utils, "set_random_seed", None) if subject.library else None
    if own is not None:
        setters["keras.utils.set_random_seed"] = [own]
    found = []
    for name, together in setters.items():
        outputs = []
        for other in (1, 2):
            seed_everything(other)
            for setter in together:
                setter(7)
            layer = subject.make(seed=None)
            outputs.append(array(subject.call(layer, tf.constant(subject.x("float32")))))
        if same(*outputs):
            found.append(name)
    return found


def unseeded(subject: Subject) -> Value:
    """Record two calls of each of two unseeded layers after everything was seeded with 7."""
    seed_everything(7)
    outputs = []
    for _ in range(2):
        layer = subject.make(seed=None)
        outputs += [array(subject.call(layer, tf.constant(subject.x("float32")))) for _ in range(2)]
    return digests(outputs)


def signature(subject: Subject) -> Value:
    """List the arguments of a class or function, with their defaults where these are plain."""
    listed = []
    for parameter in parameters(subject.source()).values():
        text = str(parameter.replace(annotation=inspect.Parameter.empty, default=inspect.Parameter.empty))
        if parameter.default is not inspect.Parameter.empty:
            text += "=" + plain(parameter.default)
        listed.append(ascii_line(text))
    return listed


def plain(value: Any) -> str:
    """Return a value as text if that is the same everywhere, else the name of its type."""
    if isinstance(value, (tuple, list)):
        return "({})".format(",".join(plain(item) for item in value))
    return repr(value) if value is None or isinstance(value, (bool, int, float, str)) else type(value).__name__


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
    subject.call(layer, tf.constant(subject.x("float32")))
    return layer


def rebuilt_keeps(subject: Subject, how: str, **arguments: Any) -> Value:
    """Say whether a layer with some arguments, rebuilt, draws what the original draws."""
    original = first_call(subject, **arguments)
    reset()
    layer = subject.make(**arguments)
    reset()
    layer = subject.rebuilt(layer) if how == "from_config" else saved_and_loaded(subject, layer, "float32")
    reset()
    return "kept" if same(array(subject.call(layer, tf.constant(subject.x("float32")))), original) else "lost"


def policy_kept(subject: Subject, how: str) -> Value:
    """Say in which dtype a mixed_bfloat16 layer computes after it is rebuilt."""
    reset()
    layer = subject.make("mixed_bfloat16")
    layer = subject.rebuilt(layer) if how == "from_config" else saved_and_loaded(subject, layer, "float32")
    return str(layer.compute_dtype)


def reloading(subject: Subject) -> Value:
    """Say where the noise of a layer goes on that was called twice, saved and loaded."""
    reset()
    layer = subject.make()
    x = tf.constant(subject.x("float32"))
    model = model_around(subject, layer, "float32")
    assert subject.library is not None
    before = [array(subject.call(layer, x)) for _ in range(2)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        model.save(path)
        before.append(array(subject.call(layer, x)))
        loaded = subject.library.module.models.load_model(path, compile=False).layers[-1]
    reset()
    after = array(subject.call(loaded, x))
    places = ["restarts", "repeats the last call", "continues"]
    return next((place for place, y in zip(places, before) if same(y, after)), "draws other noise")


def gate_masks(subject: RecurrentSubject, implementation: int) -> Value:
    """Label the masks of a recurrent layer's gates, on input or state, each seen alone with the others held open.

    Of input masks the gates on the state, "f" of LSTM and "z" of GRU, are left out: at the only step there is no state
    to show them.
    """
    outputs = []
    for gate in subject.gates if subject.steps > 1 else subject.gates.replace("f", "").replace("z", ""):
        reset()
        layer = subject.make(implementation=implementation)
        layer.set_weights(subject.weights(layer, gate))
        outputs.append(array(subject.call(layer, tf.constant(subject.x("float32", "ones")))) == 0)
    return labels(outputs) if any(mask.any() for mask in outputs) else "no noise"


def mask_over_time(subject: RecurrentSubject) -> Value:
    """Label the masks of three time steps: of the input, or of the state that the first input has left."""
    reset()
    layer = subject.make(return_sequences=True)
    x = np.ones((subject.shape[0], 2 + subject.steps, subject.shape[2]), np.float32)
    if subject.steps > 1:
        x[:, 1:] = 0
    y = array(layer(tf.constant(x), training=True))
    masks = [y[:, step] == 0 for step in range(subject.steps - 1, y.shape[1])]
    return labels(masks) if any(mask.any() for mask in masks) else "no noise"


def mask_over_time_as_used(subject: RecurrentSubject) -> Value:
    """Label the input masks of three time steps under the usual activations: Keras 2 has a path of its own for them."""
    reset()
    gated = {} if subject.class_name == "SimpleRNN" else {"recurrent_activation": "sigmoid"}
    layer = subject.make(return_sequences=True, activation="tanh", **gated)
    layer.set_weights(subject.forgetting())
    x = np.ones((subject.shape[0], 3, subject.shape[2]), np.float32)
    y = np.abs(array(layer(tf.constant(x), training=True)))
    return labels([y[:, step] < 1e-3 for step in range(3)])


def beside_other_dropout(subject: RecurrentSubject) -> Value:
    """Count what one dropout of a recurrent layer drops while the other one has another rate.

    A state that the first step's input dropout left at 0 tells nothing of recurrent_dropout and is not counted.
    """
    reset()
    own, other = subject.both_rates()
    names = ("dropout", "recurrent_dropout")
    rates = dict(zip(names, (own, other) if subject.strength == "dropout" else (other, own)))
    layer = subject.make("float32", SEED, return_sequences=True, **rates)
    y = array(layer(tf.constant(subject.x("float32", "ones")), training=True))
    if subject.steps == 1:
        return {"dropped": int((y[:, 0] == 0).sum()), "n": int(y[:, 0].size)}
    before = y[:, 0] != 0
    return {"dropped": int((before & (y[:, 1] == 0)).sum()), "n": int(before.sum())}


def seed_state(subject: Subject) -> Value:
    """List the state of the seed generator of a layer, or of its cell, when made and after each of two calls."""
    reset()
    layer = subject.make()
    owner = layer if hasattr(layer, "seed_generator") else layer.cell
    listed = [int(word) for word in np.asarray(owner.seed_generator.state)]
    for _ in range(2):
        subject.call(layer, tf.constant(subject.x("float32")))
        listed += [int(word) for word in np.asarray(owner.seed_generator.state)]
    return listed


# What lies under every layer: seeds and bits, without floats.


def full_range_words(name: str, mode: str) -> Facts:
    """Record words of a full-range integer draw of `tf.random`: no conversion to floats is involved."""
    reset()
    count = [int(np.prod(SHAPE))]
    if name == "tf.random.stateless_uniform":
        seed = tf.constant([SEED, SECOND_SEED], tf.int64)
        draw = functools.partial(tf.random.stateless_uniform, count, minval=None, maxval=None, dtype=tf.uint32)
        function = lambda pair: draw(seed=pair)  # noqa: E731
    elif name == "tf.random.Generator.uniform":
        seed = tf.constant(0)
        generator = tf.random.Generator.from_seed(SEED)
        function = lambda _: generator.uniform_full_int(count, dtype=tf.uint32)  # noqa: E731
    else:  # stateful integers have no full range: the low 30 bits of each word
        seed = tf.constant(0)
        function = lambda _: tf.random.uniform(count, 0, 2**30, dtype=tf.int32, seed=SEED)  # noqa: E731
    call = function if mode == "eager" else compiled(function, mode == "xla")
    outputs = [array(call(seed)) for _ in range(CALLS)]
    again = [array(call(seed)) for _ in range(CALLS)] if mode == "xla" and name == "tf.random.uniform" else None
    if again is not None:  # XLA's stateful draws start where no seed decides
        return {"words_stream": "not reproducible"}
    return {"words_stream": digests(outputs), "words_head": words(outputs[0])}


def integer_range(name: str, mode: str, low: int, high: int) -> Value:
    """Say what comes of a range of integers in which there is none."""
    reset()
    count = [257]
    draws: Dict[str, Callable[[Any], Any]] = {
        "tf.random.uniform": lambda seed: tf.random.uniform(count, low, high, dtype=tf.int32, seed=SEED),
        "tf.random.stateless_uniform": lambda seed: tf.random.stateless_uniform(
            count, seed, minval=low, maxval=high, dtype=tf.int32
        ),
    }
    if name == "tf.random.Generator.uniform":
        generator = tf.random.Generator.from_seed(SEED)
        draws[name] = lambda seed: generator.uniform(count, low, high, dtype=tf.int32)
    function = draws[name] if mode == "eager" else compiled(draws[name], mode == "xla")
    y = array(function(tf.constant([SEED, SECOND_SEED], tf.int64)))
    return "draws minval" if (y == low).all() else "draws other values"


def op_seeds() -> Value:
    """List the (graph seed, op seed) pairs that TensorFlow derives: two unseeded ops, a seeded one, extreme seeds."""
    pairs = []
    for global_seed in (7, 2**31 + 5):
        tf.random.set_seed(global_seed)
        for op_seed in (None, None, 9, 0, -1, 2**31):
            pairs.append(",".join(str(seed) for seed in tf.compat.v1.get_seed(op_seed)))
    return pairs


def generator_state(make: Callable[[], Any]) -> Value:
    """List the state words of a `tf.random.Generator`."""
    reset()
    return [int(word) for word in np.asarray(make().state).ravel()]


def integers(make: Callable[[], Any]) -> Value:
    """List the integers that a function returns, such as derived seeds."""
    reset()
    return [int(word) for word in np.asarray(make()).ravel()]


def seed_generator(library: Library, seed: Optional[int]) -> Value:
    """List the state of a new `keras.random.SeedGenerator`, and its next three seeds."""
    reset()
    generator = library.module.random.SeedGenerator(seed)
    listed = [int(word) for word in np.asarray(generator.state)]
    for _ in range(3):
        listed += [int(word) for word in np.asarray(generator.next())]
    return listed


# ---------------------------------------------------------------------------------------------------------------------
# 7. Steps: every observation of every subject, in order
# ---------------------------------------------------------------------------------------------------------------------


class Step(NamedTuple):
    """One observation.

    Attributes:
      subject: name of the subject.
      target: "dtype/mode".
      name: the property under which the value is recorded, or what was raised in its place.
      observe: returns the value, or several by property as a dict.
      several: whether `observe` returns several.
    """

    subject: str
    target: str
    name: str
    observe: Callable[[], Value]
    several: bool = False

    @property
    def key(self) -> str:
        """What identifies a step between processes."""
        return " ".join((self.subject, self.target, self.name))

    def facts(self) -> Facts:
        """Make the observation."""
        value = attempt(self.observe)
        return value if self.several and isinstance(value, dict) else {self.name: value}


STRENGTHS: Tuple[Tuple[str, Any], ...] = (
    ("1", 1),
    ("1.5", 1.5),
    ("-1.0", -1.0),
    ("0", 0),
    ("nan", math.nan),
    ("None", None),
    ("'0.3'", "0.3"),
)
"""Rates or standard deviations, by their text; the first three are asked of every subject."""

KINDS: Tuple[Tuple[str, Callable[[], Any]], ...] = (
    ("1-2**-24", lambda: 1 - 2.0**-24),
    ("1e-30", lambda: 1e-30),
    ("inf", lambda: math.inf),
    ("True", lambda: True),
    ("np.float32(0.3)", lambda: np.float32(0.3)),
    ("np.array(0.3)", lambda: np.array(0.3)),
    ("tf.constant(0.3)", lambda: tf.constant(0.3)),
    ("tf.Variable(0.3)", lambda: tf.Variable(0.3)),
)
"""Further rates or standard deviations, at their ends and of other types; made in the process that gives them."""

SEEDS: Tuple[Tuple[str, Any], ...] = (
    ("-1", -1),
    ("2**63", 2**63),
    ("2**31", 2**31),
    ("None", None),
    ("1.5", 1.5),
    ("'a'", "a"),
)
"""Seeds, by their text; the first two are asked of every subject."""

NOISE_SHAPES: Tuple[Tuple[str, Any], ...] = (
    ("None,1", (None, 1)),
    ("1,None", (1, None)),
    ("257", (257,)),
    ("2,1", (2, 1)),
    ("-1,1", (-1, 1)),
)

DATA_FORMATS: Tuple[Tuple[str, Any], ...] = (("'channels_first'", "channels_first"), ("'channels'", "channels"))


def steps(names: Optional[Set[str]] = None, modes: Optional[Set[str]] = None) -> Iterator[Step]:
    """Yield the steps of all subjects, or of those named, in all modes, or in those named."""
    for step in _all_steps(names):
        if modes is None or step.target.partition("/")[2] in modes:
            yield step


def _all_steps(names: Optional[Set[str]]) -> Iterator[Step]:
    for subject in subjects():
        if names is None or subject.name in names:
            yield from _stream_steps(subject)
            yield from _relation_steps(subject)
            yield from _argument_steps(subject)
            if subject.elementwise:
                yield from _exact_steps(subject)
                yield from _input_steps(subject)
            if isinstance(subject, LayerSubject):
                yield from _layer_steps(subject)
            if isinstance(subject, RecurrentSubject):
                yield from _recurrent_steps(subject)
    for step in _witness_steps():
        if names is None or step.subject in names:
            yield step


def subject_names() -> List[str]:
    """Return the names of all subjects, in the order in which they are handed out."""
    names = [subject.name for subject in subjects()]
    return names + sorted({step.subject for step in _witness_steps()} - set(names))


def _in_float32(subject: Subject, name: str, observe: Callable[[], Value], mode: str = "eager") -> Step:
    return Step(subject.name, "float32/" + mode, name, observe)


def _stream_steps(subject: Subject) -> Iterator[Step]:
    """The bits and counts of each mode."""
    for mode, dtypes in _targets(subject).items():
        for dtype in dtypes:
            observe = functools.partial(stream, subject, dtype, mode)
            yield Step(subject.name, f"{dtype}/{mode}", "stream", observe, several=True)


def _targets(subject: Subject) -> Dict[str, Sequence[str]]:
    """Return the dtypes of each mode. Compiling takes long: XLA sees each op in each dtype once, not in each layer."""
    one = ("float32",)
    if not is_layer(subject):
        return {"eager": DTYPES, "function": one, "xla": DTYPES if "stateless" in subject.name else one}
    if isinstance(subject, WeightedSubject):
        # A stateful op inside the time loop of a traced layer draws in the order in which threads come.
        modes = ["eager", "from_config", "reloaded"]
        modes += [] if subject.strength == "recurrent_dropout" else ["function", "fit", "mirrored"]
        modes += [] if subject.name.endswith(("LSTM(dropout)", "GRU(dropout)", "(recurrent_dropout)")) else ["xla"]
        return {**dict.fromkeys(modes, one), "mixed_float16": ("float16",)}
    modes = ["function", "fit", "predict", "mirrored", "from_config", "reloaded"]
    if len(subject.shape) > 3:  # what SpatialDropout1D does in these modes, the others do
        modes = ["function", "fit", "from_config", "reloaded"]
    mixed = {mode: (dtype,) for mode, dtype in MIXED.items()}
    xla = {3: one, 2: ("float16", "bfloat16", "float32") if subject.family in ("mask", "sum") else one}
    return {"eager": DTYPES, "xla": xla.get(len(subject.shape), ()), **mixed, **dict.fromkeys(modes, one)}


def _relation_steps(subject: Subject) -> Iterator[Step]:
    """How draws relate to one another and to seeds."""
    observations: List[Tuple[str, str, Callable[[Subject], Value]]] = []
    if subject.strength != "recurrent_dropout":
        observations.append(("new_call_new_noise twice_in_trace", "function", twice_in_trace))
    if not isinstance(subject, WeightedSubject):
        observations.append(("new_call_new_noise retraced", "function", retraced))
        observations.append(("new_call_new_noise in_loop", "function", in_loop))
        if not subject.needs_seed:
            observations.append(("seeded_by", "eager", seeded_by))
        if subject.takes("seed"):
            observations.append(("distant_seeds_differ", "eager", distant_seeds))
    observations += _transformed(subject)
    if not subject.needs_seed:
        observations.append(("unseeded_stream", "eager", unseeded))
    if subject.takes("seed"):
        observations.append(("neighbouring_seeds_differ", "eager", neighbouring_seeds))
    for name, mode, observe in observations:
        yield _in_float32(subject, name, functools.partial(observe, subject), mode)


def _transformed(subject: Subject) -> Iterator[Tuple[str, str, Callable[[Subject], Value]]]:
    """The transformations under which a subject is called; what SpatialDropout1D does there, the others do."""
    if isinstance(subject, RecurrentSubject) or len(subject.shape) > 3:
        return
    for name, transformation in TRANSFORMATIONS:
        observe = functools.partial(in_transformation, transformation=transformation)
        yield f"new_call_new_noise {name}", "function", observe
    yield "new_call_new_noise in_dataset", "function", in_dataset
    if subject.elementwise:
        yield "new_call_new_noise in_accumulation", "function", in_accumulation


def _argument_steps(subject: Subject) -> Iterator[Step]:
    """Which arguments are accepted, and what they do."""
    yield _in_float32(subject, "signature", functools.partial(signature, subject))
    grids: List[Tuple[str, Sequence[Tuple[str, Any]]]] = []
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
            yield _in_float32(subject, f"accepts {argument}={label}", observe)
    for label, make in KINDS if subject.elementwise and subject.strength and len(subject.shape) <= 3 else ():
        observe = functools.partial(outcome_of, subject, subject.strength or "", make)
        yield _in_float32(subject, f"accepts {subject.strength}={label}", observe)


def _exact_steps(subject: Subject) -> Iterator[Step]:
    """What holds of every stream of an elementwise subject, in each dtype."""
    family = subject.family
    for dtype in DTYPES:
        observations: List[Tuple[str, Callable[[Subject, str], Value]]] = []
        if family in ("mask", "affine"):
            observations += [(f"mask_density {SMALL_RATE}", small_rate), ("non_finite_dropped", non_finite)]
        if family in ("mask", "product"):
            observations += [("scale_equivariant", scaling)]
        if family == "mask":
            observations += [("support_and_scale", support)]
        if family == "sum":
            observations += [("noise_is_added", additivity)]
        observations += [("gradient_is_noise_factor", gradient), ("rate_zero_is_identity", rate_zero)]
        for name, observe in observations:
            yield Step(subject.name, dtype + "/eager", name, functools.partial(observe, subject, dtype))
    # The gradient of a sum is 1 whatever was added: it does not show which noise the backward pass drew.
    if family != "sum":
        eagerly = functools.partial(recomputes, subject, tf.recompute_grad, False)
        yield _in_float32(subject, "recomputation_keeps_mask", eagerly)
    if family != "sum" and len(subject.shape) <= 3:
        traced = functools.partial(recomputes, subject, tf.recompute_grad, True)
        yield _in_float32(subject, "recomputation_keeps_mask", traced, "function")
        remat = getattr(subject.library.module, "remat", None) if subject.library else None
        if remat is not None:
            observe = functools.partial(recomputes, subject, remat, True)
            yield _in_float32(subject, "recomputation_keeps_mask keras.remat", observe, "function")
    yield _in_float32(subject, "input_untouched", functools.partial(input_untouched, subject))
    if isinstance(subject, SpatialSubject):
        yield _in_float32(subject, "noise_shape_broadcasts", functools.partial(mask_axes, subject))


def _input_steps(subject: Subject) -> Iterator[Step]:
    """Which inputs are accepted."""
    inputs: List[Tuple[str, Callable[[], Any]]] = [
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
        yield _in_float32(subject, f"accepts input {label}", functools.partial(outcome_on, subject, make))


def _layer_steps(subject: LayerSubject) -> Iterator[Step]:
    """What a layer keeps: outside training, in its config, in a file."""
    for dtype in DTYPES if subject.elementwise else ("float32",):
        observe = functools.partial(inference, subject, dtype)
        yield Step(subject.name, dtype + "/eager", "identity_at_inference", observe)
    yield _in_float32(subject, "config", functools.partial(config, subject))
    ends = {subject.strength or "": 0.0}
    yield _in_float32(subject, "variables", functools.partial(variables, subject))
    yield _in_float32(subject, f"variables {subject.strength}=0", functools.partial(variables, subject, **ends))
    yield _in_float32(subject, "variable_names", functools.partial(variable_names, subject))
    yield _in_float32(
        subject, f"variable_names {subject.strength}=0", functools.partial(variable_names, subject, **ends)
    )
    if subject.library is not None and subject.library.generation == 3 and subject.class_name != "MultiHeadAttention":
        yield _in_float32(subject, "seed_state", functools.partial(seed_state, subject))
    if not subject.elementwise:
        return
    for mode in ("from_config", "reloaded"):
        yield _in_float32(subject, "policy_kept", functools.partial(policy_kept, subject, mode), mode)
        for argument, value in (("noise_shape", (SHAPE[0], 1)), ("data_format", "channels_first")):
            if subject.takes(argument):
                observe = functools.partial(rebuilt_keeps, subject, mode, **{argument: value})
                yield _in_float32(subject, argument + "_kept", observe, mode)
    yield _in_float32(subject, "reload_restarts_stream", functools.partial(reloading, subject), "reloaded")
    if len(subject.shape) > 3:
        return
    for name, variable in (("changed_attribute", False), ("changed_attribute tf.Variable", True)):
        observe = functools.partial(changed_attribute, subject, variable)
        yield _in_float32(subject, name, observe, "function")
    if len(subject.shape) == 2:
        yield _in_float32(subject, "changed_attribute", functools.partial(changed_before_fit, subject), "fit")


def _recurrent_steps(subject: RecurrentSubject) -> Iterator[Step]:
    """What is particular to layers with several time steps, gates and dropouts."""
    both = functools.partial(beside_other_dropout, subject)
    yield _in_float32(subject, "mask_density {} beside {}".format(*subject.both_rates()), both)
    yield _in_float32(subject, "mask_over_time", functools.partial(mask_over_time, subject))
    if subject.steps == 1:
        as_used = functools.partial(mask_over_time_as_used, subject)
        yield _in_float32(subject, "mask_over_time usual activations", as_used)
    for number in (1, 2) if len(subject.gates) > 1 else ():
        observe = functools.partial(gate_masks, subject, number)
        yield _in_float32(subject, f"gate_masks implementation={number}", observe)


def _witness_steps() -> Iterator[Step]:
    """Seeds and bits: what every stream above is made of."""
    partial = functools.partial
    for name, dtype in (
        ("tf.random.stateless_uniform", "uint32"),
        ("tf.random.Generator.uniform", "uint32"),
        ("tf.random.uniform", "int32"),
    ):
        for mode in ("eager", "function", "xla"):
            words_of = partial(full_range_words, name, mode)
            yield Step(name, f"{dtype}/{mode}", "words_stream", words_of, several=True)
            for label, low, high in (("minval=maxval", 4, 4), ("minval>maxval", 4, 3)):
                yield Step(name, f"int32/{mode}", f"accepts {label}", partial(integer_range, name, mode, low, high))
    new = tf.random.Generator
    derived: Tuple[Tuple[str, str, Callable[[], Value]], ...] = (
        ("tf.random.set_seed", "derived_seeds", op_seeds),
        ("tf.random.Generator", "seed_state from_seed", partial(generator_state, lambda: new.from_seed(SEED))),
        ("tf.random.Generator", "seed_state from_seed -1", partial(generator_state, lambda: new.from_seed(-1))),
        (
            "tf.random.Generator",
            "seed_state from_key",
            partial(generator_state, lambda: new.from_key_counter(7, [1, 2], 1)),
        ),
        ("tf.random.Generator", "seed_state split", partial(generator_state, lambda: new.from_seed(SEED).split(2)[1])),
        (
            "tf.random.Generator",
            "derived_seeds make_seeds",
            partial(integers, lambda: new.from_seed(SEED).make_seeds(2)),
        ),
        ("tf.random.stateless_split", "derived_seeds", partial(integers, lambda: _stateless("split")([SEED, 7], 2))),
        (
            "tf.random.stateless_fold_in",
            "derived_seeds",
            partial(integers, lambda: _stateless("fold_in")([SEED, 7], 3)),
        ),
    )
    for subject, name, observe in derived:
        yield Step(subject, "int64/eager", name, observe)
    for library in libraries():
        if library.generation == 3:
            for label, seed in (("seeded", SEED), ("negative", -1), ("unseeded", None)):
                observe = partial(seed_generator, library, seed)
                yield Step("keras.random.SeedGenerator", "int64/eager", "seed_state " + label, observe)


def _stateless(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(tf.random, name, None) or getattr(
        tf.random.experimental, "stateless_" + name
    )
    return function


# ---------------------------------------------------------------------------------------------------------------------
# 8. Worker: makes observations and reports each at once
# ---------------------------------------------------------------------------------------------------------------------


def work(modes: Optional[Set[str]]) -> None:
    """Read names of subjects, one JSON order a line; write one JSON line a step and one at a subject's end.

    Lines: {"ready": {...}}, {"begin": key}, {"key", "subject", "target", "facts"}, {"end": subject}.
    """
    orders: Any = queue.Queue()
    _listen(orders.put, functools.partial(os._exit, 0))
    # What TensorFlow and Keras print must not mix with the report.
    report = os.fdopen(os.dup(1), "w", encoding="ascii")
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)

    def tell(message: Dict[str, Any]) -> None:
        report.write(json.dumps(message) + "\n")
        report.flush()

    try:
        import_tensorflow()
        tell({"ready": {"environment": environment(), "subjects": subject_names()}})
    except CannotRecordError as error:
        tell({"unusable": str(error)})
        return
    except Exception as error:
        tell({"unusable": f"TensorFlow cannot be used here, since its import {raised(error)}"})
        return
    while True:
        order = json.loads(orders.get())
        skipped = set(order["skip"])
        for step in steps({order["subject"]}, modes):
            if step.key not in skipped:
                tell({"begin": step.key})
                tell({"key": step.key, "subject": step.subject, "target": step.target, "facts": step.facts()})
        tell({"end": order["subject"]})
        with contextlib.suppress(Exception):
            for library in libraries():
                library.module.backend.clear_session()


def _listen(hear: Callable[[str], None], ended: Callable[[], Any]) -> None:
    """Read standard input beside all else: it is closed when whoever holds its other end is gone, be it killed."""

    def read() -> None:
        for line in sys.stdin:
            hear(line)
        ended()

    threading.Thread(target=read, daemon=True).start()


# ---------------------------------------------------------------------------------------------------------------------
# 9. Parent: hands out subjects, survives crashes, writes the file
# ---------------------------------------------------------------------------------------------------------------------


class CannotRecordError(Exception):
    """There is nothing to record; the message says why in one sentence."""


class Worker:
    """A child process that makes observations, and a thread that reads what it reports."""

    def __init__(self, modes: Optional[Sequence[str]], gpu: bool) -> None:
        command = [sys.executable, os.path.abspath(__file__), "--worker"]
        if modes:
            command += ["--modes", *modes]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_child_environment(gpu),
        )
        self.lines: Any = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def order(self, subject: str, skip: Sequence[str]) -> None:
        """Ask for the steps of a subject but those to skip."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # a worker that died says so when it is heard
            self.process.stdin.write((json.dumps({"subject": subject, "skip": list(skip)}) + "\n").encode())
            self.process.stdin.flush()

    def hear(self, seconds: float) -> Optional[Dict[str, Any]]:
        """Return the next message, or None if the worker ended. Raises queue.Empty if it is silent for so long."""
        line = self.lines.get(timeout=seconds)
        if line is None:
            self.process.wait()
            return None
        message: Dict[str, Any] = json.loads(line.decode("ascii"))
        return message

    def stop(self) -> None:
        """End the process, whatever it does."""
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _child_environment(gpu: bool) -> Dict[str, str]:
    child = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONHASHSEED="0")
    if not gpu:
        child["CUDA_VISIBLE_DEVICES"] = "-1"
    return child


class Recorder:
    """Collects the facts of all subjects from workers that take them from one list."""

    def __init__(self, patterns: Sequence[str], modes: Optional[Sequence[str]], gpu: bool) -> None:
        self.patterns, self.modes, self.gpu = patterns, modes, gpu
        self.facts: Dict[str, Dict[str, Facts]] = {}
        self.environment: Dict[str, Any] = {}
        self.waiting: Optional[List[str]] = None
        self.problem: Optional[str] = None
        self.workers: List[Worker] = []
        self.lock = threading.Lock()

    def record(self, jobs: int) -> None:
        """Record everything, in `jobs` processes at a time."""
        threads = [threading.Thread(target=self._serve) for _ in range(jobs)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            self._interrupt()
        if self.problem is not None:
            raise CannotRecordError(self.problem)

    def _interrupt(self) -> None:
        """End the workers; the threads find them dead and start no others."""
        with self.lock:
            self.problem = "it was interrupted"
            for worker in self.workers:
                worker.process.kill()

    def _serve(self) -> None:
        worker: Optional[Worker] = None
        try:
            worker = self._ready()
            while worker is not None:
                subject = self._next_subject()
                if subject is None:
                    return
                worker = self._observe(worker, subject)
        except Exception as error:  # a thread's exception would be lost
            self.problem = f"the probe failed: {raised(error)}"
        finally:
            if worker is not None:
                worker.stop()

    def _next_subject(self) -> Optional[str]:
        with self.lock:
            return self.waiting.pop(0) if self.waiting and self.problem is None else None

    def _ready(self) -> Optional[Worker]:
        """Start a worker and wait until it has imported everything."""
        with self.lock:
            if self.problem is not None:
                return None
            worker = Worker(self.modes, self.gpu)
            self.workers.append(worker)
        try:
            message = worker.hear(START_SECONDS)
        except queue.Empty:
            message = {"unusable": f"TensorFlow is not imported after {START_SECONDS} seconds"}
        if message is None:
            message = {"unusable": f"importing TensorFlow ends the process ({ended(worker.process.returncode)})"}
        if "unusable" in message:
            self.problem = self.problem or message["unusable"]
            worker.stop()
            return None
        with self.lock:
            if self.waiting is None:
                self.environment = message["ready"]["environment"]
                self.waiting = [name for name in message["ready"]["subjects"] if self._wanted(name)]
                if not self.waiting:
                    self.problem = f"no subject here is named {' or '.join(self.patterns)}"
        return worker

    def _wanted(self, name: str) -> bool:
        return not self.patterns or any(fnmatch.fnmatchcase(name, pattern) for pattern in self.patterns)

    def _observe(self, worker: Worker, subject: str) -> Optional[Worker]:
        """Record one subject; return the worker, or a new one in place of one that died."""
        done: List[str] = []
        begun: Optional[str] = None
        worker.order(subject, done)
        while True:
            try:
                message = worker.hear(STEP_SECONDS)
                fate = None if message is not None else f"crashes: {ended(worker.process.returncode)}"
            except queue.Empty:
                message, fate = None, "hangs"
            if message is None:
                worker.stop()
                # Between two observations there is none to blame: then the rest of the subject is lost, and said to be.
                target, name = begun.split(" ", 2)[1:] if begun else ("any/any", "observed")
                self._keep(subject, target, {name: fate})
                replacement = self._ready()
                if replacement is None or begun is None:
                    return replacement
                worker = replacement
                done.append(begun)
                begun = None
                worker.order(subject, done)
            elif "begin" in message:
                begun = message["begin"]
            elif "end" in message:
                return worker
            else:
                self._keep(message["subject"], message["target"], message["facts"])
                done.append(message["key"])
                begun = None

    def _keep(self, subject: str, target: str, facts: Facts) -> None:
        with self.lock:
            self.facts.setdefault(subject, {}).setdefault(target, {}).update(facts)

    def fingerprint(self) -> Dict[str, Any]:
        """Return everything recorded as a JSON object; of a recording in part, it says of which."""
        whole = {"schema": SCHEMA, "probe": PROBE, "environment": self.environment, "facts": self.facts}
        only = {"subjects": list(self.patterns), "modes": list(self.modes or [])}
        return {**whole, "only": only} if any(only.values()) else whole


def ended(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def render(fingerprint: Dict[str, Any]) -> str:
    """Return a fingerprint as JSON with sorted keys, one fact a line."""
    lines = ["{"]
    lines.append(' "schema": {},'.format(json.dumps(fingerprint["schema"])))
    lines.append(' "probe": {},'.format(json.dumps(fingerprint["probe"])))
    if "only" in fingerprint:
        lines.append(' "only": {},'.format(json.dumps(fingerprint["only"])))
    lines.append(' "environment": {')
    lines += _entries(fingerprint["environment"], "  ")
    lines += [" },", ' "facts": {']
    facts = fingerprint["facts"]
    for i, subject in enumerate(sorted(facts)):
        lines.append(f"  {json.dumps(subject)}: {{")
        targets = facts[subject]
        for j, target in enumerate(sorted(targets)):
            lines.append(f"   {json.dumps(target)}: {{")
            lines += _entries(targets[target], "    ")
            lines.append("   }" + "," * (j < len(targets) - 1))
        lines.append("  }" + "," * (i < len(facts) - 1))
    return "\n".join([*lines, " }", "}", ""])


def _entries(entries: Dict[str, Any], indent: str) -> List[str]:
    lines = [f"{indent}{json.dumps(k)}: {json.dumps(entries[k], sort_keys=True)}" for k in sorted(entries)]
    return [line + "," for line in lines[:-1]] + lines[-1:]


def write(text: str, path: str) -> None:
    """Write a file whole or not at all."""
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="ascii", newline="\n") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Record a fingerprint; return 0, or 2 with one sentence on stderr if there is none."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write the fingerprint (default: stdout)")
    parser.add_argument("--subjects", nargs="+", default=[], metavar="PATTERN", help="record only these, as in a shell")
    parser.add_argument("--modes", nargs="+", choices=MODES, help="record only these modes")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (default: 2)")
    parser.add_argument(
        "--gpu", action="store_true", help="leave GPUs visible to TensorFlow; releases are recorded on CPU"
    )
    parser.add_argument("--lifeline", action="store_true", help="end, whatever happens, when standard input is closed")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.worker:
        work(set(options.modes) if options.modes else None)
        return 0
    recorder = Recorder(options.subjects, options.modes, options.gpu)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.lifeline:
        # The workers hold on to this process by their own standard input.
        _listen(lambda line: None, functools.partial(os._exit, 1))
    try:
        recorder.record(max(1, options.jobs))
        text = render(recorder.fingerprint())
        if options.output is None:
            sys.stdout.write(text)
        else:
            write(text, options.output)
    except CannotRecordError as error:
        print("Nothing was recorded: {}.".format(str(error).rstrip(".")), file=sys.stderr)
        return 2
    except OSError as error:
        print(f"The fingerprint cannot be written: {error}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
