"""What a script shows of a contract: what arguments and inputs lead to, what a layer stores, and what it keeps."""

from __future__ import annotations

import re

from noise_ops.comparison import script_modes as modes
from noise_ops.comparison import script_parts as parts
from noise_ops.comparison.changes import Change
from noise_ops.comparison.script_parts import Layer

_INPUTS = {
    "empty": "x[:0]",
    "scalar": "tf.constant(1.0)",
    "numpy float64": "np.ones(x.shape)",
    "float16": "tf.ones(x.shape, tf.float16)",
    "int32": "tf.ones(x.shape, tf.int32)",
    "list": "[[1.0, 2.0], [3.0, 4.0]]",
    "one rank less": "tf.ones(x.shape[1:])",
    "ragged": "tf.ragged.constant([[1.0, 2.0], [3.0]])",
    "sparse": "tf.sparse.from_dense([[1.0, 0.0], [0.0, 2.0]])",
    "no features": "tf.zeros((*x.shape[:-1], 0))",
}


def replaced(change: Change, layer: Layer) -> list[str]:
    """Show what an argument or an input leads to."""
    call = layer.called()
    if change.property.startswith("accepts input "):
        made = _INPUTS.get(change.property.removeprefix("accepts input "), "x")
        shape = "f\"{y.dtype.name} [{','.join(map(str, y.shape))}]\""
        shown = f"print({shape} if isinstance(y, tf.Tensor) else type(y).__name__)"
        return ["layer = new()", f"y = {layer.called(x=made)}", shown]
    argument = parts.argument_of(change.property)
    given = "{}={}".format(*argument) if argument else ""
    silent = f"new({layer.strength[0]}=0.0)"
    plain = f"({layer.called(silent)})" if layer.option else "x"
    lines = [
        'when, error = "made", None',
        "try:",
        f"    layer = new({given})",
        '    when = "called"',
        f"    y = {call}",
        "except Exception as raised:",
        "    error = raised",
        *parts.SEEN,
        "if error is not None:",
        '    print("raises", type(error).__name__, f"when {when}:", error)',
        "else:",
        f"    shown = seen({plain}, y)",
    ]
    if "Dropout" in layer.name and layer.name != "GaussianDropout":
        lines += [
            f"    dropped = {parts.dropped(layer)}",
            "    axes = [a for a, n in enumerate(y.shape) if n > 1 and (dropped == np.take(dropped, [0], a)).all()]",
            '    shown += f", constant along [{\',\'.join(map(str, axes))}]" if axes and shown == "noise" else ""',
        ]
    return [*lines, "    print(shown)"]


def config(_change: Change, _layer: Layer) -> list[str]:
    """Show a layer's config, entry by entry."""
    return [
        "for name, value in sorted(new().get_config().items()):",
        (
            '    print(f"{name}={value!r}" if isinstance(value, (bool, int, float, str, type(None))) else '
            'f"{name}={value}" if isinstance(value, (list, tuple)) else f"{name}={type(value).__name__}")'
        ),
    ]


def refused(change: Change, layer: Layer) -> list[str]:
    """Show that entries of an old config are refused."""
    old = [str(entry).partition("=") for entry in change.old] if isinstance(change.old, tuple) else []
    refused = change.beside if isinstance(change.beside, tuple) else ()
    named = {name: value for name, _, value in old if name in refused and re.fullmatch(r"[a-z_]+", name)}
    plain = {name: value if parts.is_plain(value) else "None" for name, value in named.items()}
    entries = ", ".join(f'"{name}": {value}' for name, value in plain.items())
    return [
        f"config = {{**new().get_config(), {entries}}}",
        f"keras.layers.{layer.name}.from_config(config)",
        'print("loads")',
    ]


def gates(change: Change, layer: Layer) -> list[str]:
    """Show which gates share their mask."""
    argument = parts.argument_of(change.property)
    given = "{}={}".format(*argument) if argument else ""
    opened = {
        "LSTM": [("i", "i", "co"), ("f", "i", "co"), ("c", "c", "io"), ("o", "o", "ic")],
        "GRU": [("z", "h", ""), ("r", "r", ""), ("h", "h", "r")],
    }.get(layer.name, [("h", "h", "")])
    if layer.option != "recurrent_dropout":  # a gate that the input does not pass shows on a state alone
        opened = [row for row in opened if row[0] == row[1]]
    return [
        *parts.ALIKE,
        "outputs = []",
        f"for gate, entered, held in {opened!r}:  # of the state, of the input, and those held open",
        f"    layer = new({given})",
        "    layer.set_weights([through(entered, held)[0], *through(gate, held)[1:]])",
        f"    outputs.append(np.asarray({layer.called()}) == 0)",
        "print(alike(outputs))",
    ]


def over_time(change: Change, layer: Layer) -> list[str]:
    """Show whether the time steps of a sequence share their mask."""
    if change.property.endswith("usual activations"):
        gated = "" if layer.name == "SimpleRNN" else ', recurrent_activation="sigmoid"'
        made = [f'layer = new(return_sequences=True, activation="tanh"{gated})', *_forgetting(layer)]
        dropped = "abs(y[:, step]) < 1e-3"
    else:
        made, dropped = ["layer = new(return_sequences=True)"], "y[:, step] == 0"
    first = 1 if layer.option == "recurrent_dropout" else 0  # a state is seen from the second step on
    sequence = [f"x = tf.ones((511, {3 + first}, 64))"]
    if first:
        sequence = [f"x = np.ones((511, {3 + first}, 64), 'float32')", "x[:, 1:] = 0", "x = tf.constant(x)"]
    return [
        *parts.ALIKE,
        *made,
        *sequence,
        f"y = np.asarray({layer.called()})",
        f"print(alike([{dropped} for step in range({first}, {3 + first})]))",
    ]


def _forgetting(layer: Layer) -> list[str]:
    """Return lines that give a layer weights under which each step shows its own input and no state."""
    if not layer.recurrent:
        return []
    if layer.name == "SimpleRNN":
        return ["layer.set_weights([np.eye(64), np.zeros((64, 64)), np.zeros(64)])"]
    gate, forgets, width = {"LSTM": ("c", "f", 4), "GRU": ("h", "z", 3)}[layer.name]
    bias = "bias" if layer.name == "LSTM" else "np.stack([bias, 0 * bias])"
    return [
        f"kernel, bias = through({gate!r}, '')[0], np.zeros({width} * 64)",
        f"bias[{layer.gates.index(forgets)} * 64:][:64] = -30  # the state is forgotten",
        f"layer.set_weights([kernel, 0 * kernel, {bias}])",
    ]


def variables(change: Change, layer: Layer) -> list[str]:
    """Show how many weights and variables a layer keeps."""
    return [*_made(change, layer), 'print("variables", len(layer.variables), "weights", len(layer.weights))']


def variable_names(change: Change, layer: Layer) -> list[str]:
    """Show under which names a layer keeps its variables."""
    name = 'str(getattr(v, "path", v.name))'
    plain = f'sorted(re.sub(r"_\\d+(?=[/:]|$)", "", {name}) for v in layer.variables)'
    return [*_made(change, layer), f"print(*{plain})"]


def _made(change: Change, layer: Layer) -> list[str]:
    argument = parts.argument_of(change.property)
    given = ", {}={}".format(*argument) if argument else ""
    return [f'layer = new(name="observed"{given})', layer.called()]


def rate_zero(change: Change, layer: Layer) -> list[str]:
    """Show what a layer without noise makes of -0 and of a denormal."""
    tiny = {"float16": "2.0**-20", "float64": "2.0**-1050"}.get(parts.dtype_of(change), "2.0**-130")
    return [
        "values = np.array(x).reshape(-1)",
        f"values[:4] = np.array([-0.0, {tiny}, np.nan, np.inf]).astype(values.dtype)",
        "x = tf.constant(values.reshape(x.shape))",
        f"layer = new({layer.strength[0]}=0)",
        f"y = np.asarray({layer.called()}).astype('float64').ravel()",
        "x = np.asarray(x).astype('float64').ravel()",
        "other = (x != y) & ~(np.isnan(x) & np.isnan(y)) | (np.signbit(x) != np.signbit(y))",
        'names = [name for name, wrong in zip(("-0", "denormal", "nan", "inf"), other) if wrong]',
        'print("noise" if other[4:].any() else " ".join(["changes", *names]) if names else "identity")',
    ]


def kept(change: Change, layer: Layer) -> list[str]:
    """Show whether a rebuilt layer keeps an argument."""
    if change.property == "policy_kept":
        make = 'new(dtype=keras.mixed_precision.Policy("mixed_bfloat16"))'
        return [*modes.rebuilt(layer, change.mode, make), "print(again.compute_dtype)"]
    given = (
        f"noise_shape=({layer.shape[0]}, 1)" if change.property.startswith("noise") else 'data_format="channels_first"'
    )
    lines = [f"layer = new({given})", f"first = np.asarray({layer.called()})"]
    lines += [*modes.rebuilt(layer, change.mode, f"new({given})"), f"y = np.asarray({layer.called('again')})"]
    return [*lines, 'print("kept" if (first == y).all() else "lost")']


def seed_state(_change: Change, layer: Layer) -> list[str]:
    """Show the state of a layer's seed generator, when made and after each of two calls."""
    return [
        "layer = new()",
        'generator = (layer if hasattr(layer, "seed_generator") else layer.cell).seed_generator',
        "states = [np.array(generator.state)]",
        "for _ in range(2):",
        f"    {layer.called()}",
        "    states.append(np.array(generator.state))",
        "print(*np.concatenate(states))",
    ]


def described(change: Change, layer: Layer) -> list[str]:
    """Show dtype and shape of what a layer returns."""
    return [
        *modes.in_mode(layer, change.mode, 1),
        "y = np.asarray(outputs[0])",
        "print(f\"{y.dtype.name} [{','.join(map(str, y.shape))}]\")",
    ]
