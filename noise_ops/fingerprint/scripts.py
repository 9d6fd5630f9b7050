"""Short programs that show a change with TensorFlow and NumPy alone, to be run on either side of an upgrade."""

from __future__ import annotations

import re

from noise_ops.fingerprint.changes import Change

_GLOBAL_SEED, _SEED = 20261123, 1337

_ARGUMENT = {"GaussianNoise": "stddev=0.5", "GaussianDropout": "rate=0.2"}
_SHAPES = {"SpatialDropout1D": "(4, 3, 8)", "SpatialDropout2D": "(4, 3, 3, 8)", "SpatialDropout3D": "(4, 3, 3, 3, 8)"}
_NAME = re.compile(
    r"(tf_)?keras\.layers\.[A-Za-z0-9]+(\([a-z_]+\))?|keras\.random\.[A-Za-z_]+|tf\.(random|nn)\.[A-Za-z_.]+"
)
_VALUE = re.compile(r"[a-z_]+=[-\w.*,']+")


def script(change: Change) -> str:
    """Return a program that prints what changed; empty where no program shows it.

    Names and values come from a fingerprint, which anyone may have written: what is not the name of a subject, or a
    plain value of an argument, is left out.
    """
    if not _NAME.fullmatch(change.subject):
        return ""
    lines = ["import numpy as np", "import tensorflow as tf", "print(tf.__version__)"]
    if change.mode == "mirrored":
        lines += ['cpu = tf.config.list_physical_devices("CPU")[0]']
        lines += ["tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)"]
    lines += [f"tf.random.set_seed({_GLOBAL_SEED})"]
    layers = ".layers." in change.subject
    return "\n".join([*lines, *(_of_layer(change) if layers else _of_function(change))]) + "\n"


def _of_layer(change: Change) -> list[str]:
    path, _, option = change.subject.partition("(")
    name = path.rpartition(".")[2]
    keras = "import tf_keras as keras" if path.startswith("tf_keras.") else "keras = tf.keras"
    shape = _SHAPES.get(name, "(4, 3, 8)" if option else "(4, 8)")
    base = change.mode.removeprefix("mixed_") if change.mode.startswith("mixed_") else change.dtype
    dtype = base if base in ("float16", "bfloat16", "float32", "float64") else "float32"
    lines = [keras, f"x = tf.cast(tf.reshape(tf.range(np.prod({shape})), {shape}) % 7 - 3, tf.{dtype})"]
    if change.property in ("signature", "config"):
        shows = f"print(keras.layers.{name}.__init__.__doc__ or '', keras.layers.{name}({_arguments(name, option)})"
        return [*lines, f"{shows}.get_config())", "import inspect", f"print(inspect.signature(keras.layers.{name}))"]
    if change.property.startswith(("seeded_by", "unseeded")):
        return [*lines, *_unseeded(name, option)]
    # Releases differ in whether a class takes a seed.
    seed = "" if option or name.startswith("Spatial") else f", seed={_SEED}"
    make = f"keras.layers.{name}({_arguments(name, option, change.property)}{seed}, dtype={_policy(change, dtype)})"
    if "seed=" in change.property:
        make = make.replace(f", seed={_SEED}", "")
    if change.property.startswith("neighbouring") or change.property.startswith("distant"):
        return [*lines, *_seeds(name, option)]
    if change.mode == "mirrored":
        return [*lines, *_mirrored(make, name)]
    return [*lines, f"layer = {make}", *_calls(change, name)]


def _policy(change: Change, dtype: str) -> str:
    return f'keras.mixed_precision.Policy("{change.mode}")' if change.mode.startswith("mixed_") else f'"{dtype}"'


def _arguments(name: str, option: str, property_name: str = "") -> str:
    argument = property_name.partition(" ")[2] if property_name.startswith("accepts") else ""
    given = argument if _VALUE.fullmatch(argument) else ""
    if given.startswith("noise_shape="):
        given = f"noise_shape=({given.partition('=')[2]},)"
    if given.endswith("=nan"):
        given = given.replace("=nan", '=float("nan")')
    kept = f"{option.rstrip(')')}=0.3" if option else _ARGUMENT.get(name, "rate=0.3")
    units = {"Attention": "", "MultiHeadAttention": "num_heads=2, key_dim=4, "}.get(name, "units=8, ") if option else ""
    if given.partition("=")[0] == kept.partition("=")[0]:
        return units + given
    return units + kept + (f", {given}" if given else "")


def _call(name: str, x: str = "x", training: str = "True") -> str:
    values = {"Attention": f"[{x}, {x}]", "MultiHeadAttention": f"{x}, {x}"}.get(name, x)
    return f"layer({values}, training={training})"


def _calls(change: Change, name: str) -> list[str]:
    """Return lines that call a layer in a mode and print what it returns."""
    call = _call(name)
    if change.property.startswith("accepts input"):
        return [f"print({_call(name, _input(change.property))})"]
    if change.property == "identity_at_inference":
        return [f"print({_call(name, training='False')} - x)"]
    if change.property == "non_finite_dropped":
        return ["x = x * np.inf", f"print({call})"]
    if change.property == "gradient_is_noise_factor":
        tape = [
            "with tf.GradientTape() as tape:",
            "    tape.watch(x)",
            f"    y = {call}",
            "print(y, tape.gradient(y, x))",
        ]
        return tape
    if "twice_in_trace" in change.property:
        return [f"step = tf.function(lambda x: ({call}, {call}))", "print(step(x))"]
    if change.mode in ("function", "xla"):
        compiled = ", jit_compile=True" if change.mode == "xla" else ""
        return [f"step = tf.function(lambda x: {call}{compiled})", "print(step(x), step(x), step(x))"]
    if change.mode in ("from_config", "predict", "fit", "reloaded"):
        return _models(change.mode, name)
    return [f"print({call}, {call})"]


def _input(property_name: str) -> str:
    inputs = {"scalar": "tf.constant(1.0)", "list": "[[1.0, 2.0], [3.0, 4.0]]", "int32": "tf.cast(x, tf.int32)"}
    inputs |= {"float16": "tf.cast(x, tf.float16)", "numpy float64": "np.ones(x.shape)", "empty": "x[:0]"}
    inputs |= {"ragged": "tf.ragged.constant([[1.0, 2.0], [3.0]])", "one rank less": "x[0]"}
    return inputs.get(property_name.removeprefix("accepts input "), "x")


def _models(mode: str, name: str) -> list[str]:
    """Return lines that rebuild a layer, or put it into a model, and print what it returns."""
    if mode == "from_config":
        return [
            "again = type(layer).from_config(layer.get_config())",
            f"print({_call(name)})",
            f"print({_call(name).replace('layer(', 'again(', 1)})",
            "print(layer.get_config(), again.get_config())",
        ]
    training = ", training=True" if mode == "predict" else ""
    call = _call(name, "inputs").replace(", training=True", training)
    model = ["inputs = keras.Input(x.shape[1:], dtype=x.dtype)", f"model = keras.Model(inputs, {call})"]
    if mode == "predict":
        return [*model, "print(model.predict(x) - x)"]
    if mode == "fit":
        mean = "lambda y_true, y_pred: tf.reduce_mean(y_pred)"
        return [*model, f'model.compile("sgd", {mean})', "model.fit(x, tf.zeros(len(x)), verbose=2)"]
    load = 'keras.models.load_model("model.keras", compile=False)'
    return [*model, 'model.save("model.keras")', f"again = {load}", "print(again.layers[-1].get_config())"]


def _mirrored(make: str, name: str) -> list[str]:
    return [
        'strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])',
        "with strategy.scope():",
        f"    layer = {make}",
        f"step = tf.function(lambda: strategy.run(lambda: {_call(name)}))",
        "print(strategy.experimental_local_results(step()))",
    ]


def _seeds(name: str, option: str) -> list[str]:
    """Return lines that print two calls of layers whose seeds are neighbours, or far apart."""
    seeds = f"({_SEED}, {_SEED} + 1, {_SEED} + 2**31 - 2, {_SEED} + 2**31 - 1)"
    make = f"keras.layers.{name}({_arguments(name, option)}, seed=seed)"
    return [f"for seed in {seeds}:", f"    layer = {make}", f"    print(seed, {_call(name)}, {_call(name)})"]


def _unseeded(name: str, option: str) -> list[str]:
    """Return lines that print an unseeded layer after each way to seed."""
    return [
        "import random",
        "for seed in (random.seed, np.random.seed, tf.random.set_seed):",
        "    seed(7)",
        f"    layer = keras.layers.{name}({_arguments(name, option)})",
        f"    print(seed, {_call(name)})",
    ]


def _of_function(change: Change) -> list[str]:
    """Return lines that call a function of TensorFlow, or of keras.random."""
    name, dtype = change.subject, change.dtype if "float" in change.dtype else "float32"
    if name.startswith("keras.random."):
        generator = f"generator = tf.keras.random.SeedGenerator({_SEED})"
        if name.endswith("SeedGenerator"):
            return [generator, "print(generator.state, generator.next(), generator.next())"]
        first = "tf.ones((4, 8)), 0.3" if name.endswith("dropout") else "(4, 8)"
        return [generator, f"draw = lambda: tf.{name}({first}, seed=generator)", *_drawn(change)]
    if name == "tf.random.set_seed":
        return ["print([tf.compat.v1.get_seed(seed) for seed in (None, None, 9, 0, -1, 2**31)])"]
    if name.startswith("tf.random.Generator"):
        method = name.rpartition(".")[2]
        generator = f"generator = tf.random.Generator.from_seed({_SEED})"
        if method == "Generator":
            return [generator, "print(generator.state, generator.make_seeds(2), generator.split(2)[1].state)"]
        return [generator, f"draw = lambda: generator.{method}((4, 8), dtype=tf.{dtype})", *_drawn(change)]
    if name in ("tf.random.stateless_split", "tf.random.stateless_fold_in"):
        return [f"print({name.replace('random.', 'random.experimental.')}([{_SEED}, 7], 2))"]
    seed = f"seed=[{_SEED}, 7]" if "stateless" in name else f"seed={_SEED}"
    first = f"tf.ones((4, 8), tf.{dtype}), 0.3, {seed}" if "dropout" in name else f"(4, 8), {seed}, dtype=tf.{dtype}"
    return [f"draw = lambda: {name}({first})", *_drawn(change)]


def _drawn(change: Change) -> list[str]:
    if change.mode == "eager":
        return ["print(draw(), draw())"]
    compiled = ", jit_compile=True" if change.mode == "xla" else ""
    return [f"step = tf.function(draw{compiled})", "print(draw(), step(), step())"]
