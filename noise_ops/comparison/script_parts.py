"""Parts of scripts: how a subject is made, called and run in a mode, in lines of TensorFlow and NumPy.

Every part takes the arguments, inputs and seeds with which the probe records, so that a script shows what is recorded.
Only what is known of a subject's name goes into a line: a fingerprint may have been written by anyone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from noise_ops.comparison.changes import Change
from noise_ops.subjects.classes import ATTENTION, GATES, KERAS_LAYERS, OPS, Entry, heads
from noise_ops.subjects.inputs import (
    ATTENTION_SHAPE,
    DTYPES,
    GLOBAL_SEED,
    RATE,
    RECURRENT_SHAPE,
    SECOND_SEED,
    SEED,
    SHAPE,
    SPATIAL_SHAPES,
)

_ENTRIES = {entry.class_name: entry for entry in KERAS_LAYERS}

KERAS = [
    "try:",
    "    import keras",
    '    assert int(keras.__version__.split(".")[0]) >= 3',
    "except Exception:",
    "    keras = tf.keras  # before Keras 3",
]
"""Lines that import the Keras of a release: `keras` from Keras 3 on, `tf.keras` before."""

RESET = [
    "def reset():",
    f"    random.seed({GLOBAL_SEED})",
    f"    np.random.seed({GLOBAL_SEED})",
    f"    tf.random.set_seed({GLOBAL_SEED})",
]
ALIKE = [
    "def alike(outputs):",
    "    kinds = [np.asarray(output).tobytes() for output in outputs]",
    '    equal = [" = ".join(str(i + 1) for i, k in enumerate(kinds) if k == kind) for kind in dict.fromkeys(kinds)]',
    '    shared = " and ".join(numbers for numbers in equal if "=" in numbers)',
    '    return f"of {len(kinds)} draws, {shared} are the same" if shared else "all draws differ"',
]
SEEN = [
    "def seen(x, y):",
    '    x, y = np.asarray(x).astype("float64"), np.asarray(y).astype("float64")',
    "    if x.shape == y.shape and (x == y).all() and (np.signbit(x) == np.signbit(y)).all():",
    '        return "identity"',
    '    return "nan" if np.isnan(y).any() else "inf" if np.isinf(y).any() else "noise" if y.any() else "zeros"',
]
WORDS = [
    "def words(y):",
    "    raw = np.ascontiguousarray(np.asarray(y)).ravel()[:8]",
    '    return " ".join(f"{int(word):0{2 * raw.itemsize}x}" for word in raw.view(f"u{raw.itemsize}"))',
]


@dataclass(frozen=True)
class Layer:
    """A layer, as its name in a fingerprint says.

    Attributes:
      library: "keras" or "tf_keras".
      name: its class.
      option: the argument that is observed, of a recurrent or attention layer, else "".
    """

    library: str
    name: str
    option: str

    @classmethod
    def of(cls, subject: str) -> Layer:
        """Return the layer of a subject, such as "keras.layers.LSTM(dropout)"."""
        path, _, option = subject.partition("(")
        library, _, name = path.partition(".layers.")
        return cls(library, name, option.rstrip(")"))

    @property
    def recurrent(self) -> bool:
        """Whether it is a recurrent layer."""
        return self.name in GATES

    @property
    def attention(self) -> bool:
        """Whether it is an attention layer."""
        return self.name in ATTENTION

    @property
    def heads(self) -> int:
        """How many masks lie side by side in its output, of an attention layer; 0 of all others."""
        return heads(self.name) if self.attention else 0

    @property
    def _entry(self) -> Entry:
        return _ENTRIES.get(self.name, _ENTRIES["Dropout"])

    @property
    def gates(self) -> str:
        """Its gates in the order of its weights."""
        return GATES[self.name]

    @property
    def strength(self) -> tuple[str, str]:
        """The argument that says how strong its noise is, and its standard value."""
        if self.option:
            return self.option, str(RATE)
        name, value = next(iter(OPS[self._entry.op].arguments.items()))
        return name, str(value)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the standard input."""
        if self.recurrent:
            return RECURRENT_SHAPE[0], 2 if self.option == "recurrent_dropout" else 1, RECURRENT_SHAPE[1]
        if self.attention:
            return *ATTENTION_SHAPE, self.heads * ATTENTION_SHAPE[1]
        return SHAPE if self._entry.rank is None else SPATIAL_SHAPES[self._entry.rank]

    @property
    def units(self) -> str:
        """The index that takes, of an output, what is drawn by itself: one place of each map of a spatial layer."""
        return "[:, " + "0, " * (len(self.shape) - 2) + ":]" if self._entry.rank else ""

    @property
    def dropped_of_ones(self) -> str:
        """The expression of where the output `y` of an input of ones is that of a dropped unit."""
        return "y < (y.min() + y.max()) / 2" if self.name == "AlphaDropout" else "y == 0"

    def imports(self) -> list[str]:
        """Return lines that import its library as keras."""
        return ["import tf_keras as keras"] if self.library == "tf_keras" else KERAS

    def called(self, layer: str = "layer", x: str = "x", training: str = "training=True") -> str:
        """Return the expression that calls it."""
        inputs = (x, f"[{x}, {x}]", f"{x}, {x}")[self.heads]
        return f"{layer}({inputs}{', ' + training if training else ''})"


def dtype_of(change: Change) -> str:
    """Return the compute dtype of a change."""
    return change.dtype if change.dtype in DTYPES else "float32"


def inputs(layer: Layer, dtype: str, kind: str = "ramp") -> list[str]:
    """Return lines that make an input: a ramp without zeros, or a value that fills it."""
    shape = layer.shape
    if layer.attention:
        scale = ["steps = np.arange(16) * 37 % 126 - 63", "scale = np.where(steps < 0, steps, steps + 1) / 16"]
        scale = scale if kind == "ramp" else [f"scale = np.full(16, {kind})"]
        values = "np.diag(scale)" if layer.heads == 1 else "np.pad(np.diag(scale), ((0, 0), (0, 16)))"
        return [*scale, f'x = tf.cast(np.broadcast_to({values}, {shape}), "{dtype}")']
    if kind != "ramp":
        lines = [f"x = np.full({shape}, {kind})"]
    else:
        lines = [f"steps = np.arange(np.prod({shape})) * 37 % 126 - 63"]
        lines += [f"x = (np.where(steps < 0, steps, steps + 1) / 16).reshape({shape})"]
    silent = ["x[:, 1:] = 0  # the second step shows the state"] if layer.recurrent and shape[1] > 1 else []
    return [*lines, *silent, f'x = tf.cast(x, "{dtype}")']


def dropped(layer: Layer) -> str:
    """Return the expression of where something was dropped from the output `y` of any input."""
    if layer.name == "AlphaDropout":  # the one value that comes often
        return "np.asarray(y) == max(zip(*np.unique(y, return_counts=True)), key=lambda counted: counted[1])[0]"
    return "np.asarray(y) == 0"


def maker(layer: Layer, dtype: str, policy: str = "") -> list[str]:
    """Return lines that define `new`, which seeds everything and makes a layer, with a seed where it takes one.

    Args:
      layer: what is made.
      dtype: its compute dtype.
      policy: name of a mixed policy in place of the dtype.
    """
    computes = f'keras.mixed_precision.Policy("{policy}")' if policy else f'"{dtype}"'
    argument, value = layer.strength
    fixed = [f"{argument}={value}", f"dtype={computes}"]
    if layer.recurrent:
        fixed += ["units=64", 'activation="linear"', 'kernel_initializer="zeros"', 'recurrent_initializer="zeros"']
        fixed += [] if layer.name == "SimpleRNN" else ['recurrent_activation="linear"']
    elif layer.attention:
        fixed += [f"{name}={value!r}" for name, value in ATTENTION[layer.name].items()]
    return [
        *RESET,
        "def new(**changes):",
        "    reset()",
        f"    arguments = {{**dict({', '.join(fixed)}), **changes}}",
        f'    if "seed" in inspect.signature(keras.layers.{layer.name}.__init__).parameters:',
        f'        arguments.setdefault("seed", {SEED})',
        "    else:",
        '        arguments.pop("seed", None)',
        f"    layer = keras.layers.{layer.name}(**arguments)",
        *[f"    {line}" for line in _weights(layer)],
        "    return layer",
    ]


def _weights(layer: Layer) -> list[str]:
    """Return lines that give a new layer weights under which its output shows its masks."""
    if layer.heads == 1:
        return ["layer([x[:1], x[:1]])", "layer.set_weights([0 * weight for weight in layer.get_weights()])"]
    if layer.heads == 2:
        return [
            "layer(x[:1], x[:1])",
            'one = np.eye(16, dtype="float32")',
            "heads = np.stack([np.vstack([one, 0 * one])] * 2, axis=1)",
            (
                "layer.set_weights([0 * heads, 0 * heads, heads, np.stack([np.hstack([one, 0 * one]), "
                "np.hstack([0 * one, one])])])"
            ),
        ]
    if layer.recurrent:
        opened = {"LSTM": ("i", "co"), "GRU": ("h", "r"), "SimpleRNN": ("h", "")}[layer.name]
        return ["layer.build((None, *x.shape[1:]))", f"layer.set_weights(through({opened[0]!r}, {opened[1]!r}))"]
    return []


def gate_weights(layer: Layer) -> list[str]:
    """Return lines that define the weights that let input and state through at one gate, others being held at 1."""
    gates, units = layer.gates, 64
    lines = [
        "def through(gate, held):  # input and state pass at one gate, others are held open",
        f"    kernel, bias = np.zeros(({units}, {len(gates)}, {units})), np.zeros(({len(gates)}, {units}))",
        f"    kernel[:, {gates!r}.index(gate)] = np.eye({units})",
        "    for other in held:",
        f"        bias[{gates!r}.index(other)] = 1",
        f"    kernel, bias = kernel.reshape({units}, -1), bias.ravel()",
    ]
    if layer.name == "GRU":
        lines += [
            "    state = 0 * bias",
            '    if gate == "r":',
            f"        state[{2 * units}:] = 1",
            "    bias = np.stack([bias, state])",
        ]
    return [*lines, "    return [kernel, kernel, bias]"]


def function(name: str, *, whole: bool) -> list[str]:
    """Return lines that define `new`, which seeds everything and returns a function of an input, called as a layer is.

    Args:
      name: its full name, such as "tf.random.Generator.uniform".
      whole: whether integers of full range are drawn, in place of floats.
    """
    method = name.rpartition(".")[2]
    lines = ["def new(**changes):", "    reset()", f'    seed = changes.pop("seed", {SEED})']
    lines += ['    changes = {"rate": 0.3, **changes}'] if "dropout" in method else []
    count, full = "[x.shape[0] * x.shape[1]]", {"tf.random.uniform": ", 0, 2**30, tf.int32, seed=seed"}
    if name.startswith("keras.random."):
        lines += ["    generator = keras.random.SeedGenerator(seed)"]
        drawn = "x, " if method == "dropout" else "tuple(x.shape), dtype=x.dtype.name, "
        call = f"{name}({drawn}seed=generator, **changes)"
    elif name.startswith("tf.random.Generator."):
        lines += ["    generator = tf.random.Generator.from_seed(seed)"]
        words = f"uniform_full_int({count}, dtype=tf.uint32)"
        call = f"generator.{words if whole else f'{method}(tf.shape(x), dtype=x.dtype, **changes)'}"
    elif whole:
        stateless = f", [seed, {SECOND_SEED}], None, None, tf.uint32"
        call = f"{name}({count}{full.get(name, stateless)})"
    else:
        given = f"seed=tf.constant([seed, {SECOND_SEED}], tf.int64)" if "stateless" in name else "seed=seed"
        call = f"{name}({'x, ' if 'dropout' in method else 'tf.shape(x), dtype=x.dtype, '}{given}, **changes)"
    return [*lines, f"    return lambda x, training=True: {call}"]


def compiled(function: str, mode: str) -> list[str]:
    """Return lines that make `step` of a function, traced or compiled by XLA."""
    if mode != "xla":
        return [f"step = tf.function({function}, autograph=False)"]
    return [
        "try:",
        f"    step = tf.function({function}, autograph=False, jit_compile=True)",
        "except TypeError:  # TensorFlow 2.4",
        f"    step = tf.function({function}, autograph=False, experimental_compile=True)",
    ]


def integers(name: str, maximum: int, mode: str) -> list[str]:
    """Return lines that draw integers from 4 to a maximum that leaves none, and say what comes.

    Args:
      name: of the function that draws, such as "tf.random.uniform".
      maximum: at most 4.
      mode: "eager", "function" or "xla".
    """
    ends = f"minval=4, maxval={maximum}, dtype=tf.int32"
    generator = [f"generator = tf.random.Generator.from_seed({SEED})"] if "Generator" in name else []
    drawn = {
        "tf.random.uniform": f"tf.random.uniform([257], {ends}, seed={SEED})",
        "tf.random.stateless_uniform": f"tf.random.stateless_uniform([257], seed, {ends})",
    }.get(name, f"generator.uniform([257], {ends})")
    function = f"lambda seed: {drawn}"
    step = [f"step = {function}"] if mode == "eager" else compiled(function, mode)
    shown = 'print("draws minval" if (y == 4).all() else "draws other values")'
    return [
        *RESET,
        "reset()",
        *generator,
        *step,
        f"y = step(tf.constant([{SEED}, {SECOND_SEED}], tf.int64)).numpy()",
        shown,
    ]


_ARGUMENT = re.compile(r"([a-z_]+)=([-\w.*,']+)")
_PLAIN = re.compile(r"-?\d+(\.\d+)?|2\*\*\d+|None|True|False|'[a-z_0-9.]+'|nan|-?inf")
_NOT_FINITE = ("nan", "inf", "-inf")


def is_plain(text: str) -> bool:
    """Return whether a text is a plain value of Python, which may go into a script."""
    return _PLAIN.fullmatch(text) is not None and text not in _NOT_FINITE


def argument_of(property_name: str) -> tuple[str, str] | None:
    """Return the argument that a property names and its value as Python, where both are plain; else None."""
    found = _ARGUMENT.fullmatch(property_name.partition(" ")[2])
    if found is None:
        return None
    name, text = found[1], found[2]
    if name == "noise_shape" and re.fullmatch(r"(-?\d+|None)(,(-?\d+|None))*", text):
        return name, f"({text},)"
    if not _PLAIN.fullmatch(text):
        return None
    return name, f'float("{text}")' if text in _NOT_FINITE else text
