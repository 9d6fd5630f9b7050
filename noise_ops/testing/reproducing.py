"""Scripts without noise_ops that show again what was found of a user's layer."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from noise_ops.laws.continuous import Continuous
from noise_ops.laws.happening import Unknown
from noise_ops.laws.law import Law
from noise_ops.testing import calling
from noise_ops.testing.asking import Property
from noise_ops.testing.subject import Subject

_FILE = Path(__file__).with_name("scripts.toml")

_ROWS = 20_000
"""Rows of the input of a script that prints a statistic."""


def script(one: Subject, prop: Property, changes: Mapping[str, Any]) -> str:
    """Return a program that makes the layer and prints what shows a finding.

    Args:
      one: the layer.
      prop: the property that it breaks.
      changes: arguments of the constructor that are others than the user's.
    """
    body = _template(prop.name)
    for name, text in _calls(one).items():
        body = body.replace(f"{{{name}}}", text)
    lines = ["import numpy as np", *(["import tensorflow as tf"] if "tf." in body or one.own.keras is not None else [])]
    if one.own.keras is not None:
        lines.append("import keras" if one.own.keras.__name__ == "keras" else "import tf_keras as keras")
    elif "keras." in body:
        body = body.replace("keras.utils.set_random_seed(", "np.random.seed(")
    lines += _making(one, prop, changes)
    return "\n".join([*lines, _input(one, prop), f"# {prop.name}: {prop.says}", body])


def _template(name: str) -> str:
    with _FILE.open("rb") as file:
        templates = tomllib.load(file)
    found: str = templates.get(name, templates["any"])
    return found


def _calls(one: Subject) -> dict[str, str]:
    own, law = one.own, one.law
    name = "" if own.is_function else own.training_argument(own.made(seed=1))
    training, without = (f", {name}=True", f", {name}=False") if name else ("", "")

    def call(layer: str, x: str = "x", seed: str = "7", told: str = training) -> str:
        if own.is_function:
            return f"layer({x}, seed={seed})" if own.takes_seed else f"layer({x})"
        return f"{layer}({x}{told})"

    batch = ", input_signature=[tf.TensorSpec((None, *x.shape[1:]))]"
    return {
        "call": call("layer"),
        "call_given": call("layer", "given"),
        "call_one": call("one"),
        "call_inputs": call("layer", "inputs"),
        "call_some": call("layer", "x[:count]"),
        "new_call": call("new()"),
        "inference": call("layer", told=without),
        "seed_7": call("new(seed=7)"),
        "seed_8": call("new(seed=8)", seed="8"),
        "seed_any": call("new(seed=seed)", seed="seed"),
        "signature": batch if calling.first(one.x()).ndim else "",
        "origin": f"{law.origin:g}",
        "state": _state(law),
    }


def _state(law: Law) -> str:
    if law.observe is not None or isinstance(law, Unknown):
        return "y != x"
    return f"y > {law.median:g}" if isinstance(law, Continuous) and not law.has_mask else law.state


def _input(one: Subject, prop: Property) -> str:
    x = calling.first(one.x("float32" if prop.mode.startswith("mixed_") else prop.dtype))
    dtype = "float32" if x.dtype.kind == "V" or x.dtype.name == "bfloat16" else x.dtype.name
    if prop.statistical and x.ndim:
        return f"x = np.full({(_ROWS, *x.shape[1:])}, {one.law.origin:g}, {dtype!r})"
    low, high = (float(bound) for bound in (x.min(initial=0), x.max(initial=1)))
    return f"x = np.random.default_rng(0).uniform({low:.3g}, {high:.3g}, {x.shape}).astype({dtype!r})"


def _making(one: Subject, prop: Property, changes: Mapping[str, Any]) -> list[str]:
    """Return lines that make the layer: an import where there is one, else where its factory stands."""
    factory, own = one.own.factory, one.own
    module, name = getattr(factory, "__module__", ""), getattr(factory, "__qualname__", "")
    policy = prop.mode if prop.mode.startswith("mixed_") else "" if prop.dtype == "float32" else prop.dtype
    set_policy = [f"keras.mixed_precision.set_global_policy({policy!r})"] if policy and own.keras is not None else []
    given = ", ".join(f"{key}={value!r}" for key, value in own.arguments.items())
    if not name.isidentifier() or module in ("", "__main__"):
        try:
            place = f"{inspect.getsourcefile(factory)}:{inspect.getsourcelines(factory)[1]}"
        except (OSError, TypeError):
            place = "your test"
        return [*set_policy, f"def new(**changes):\n    return ...  # your layer, as {place} makes it", "layer = new()"]
    imported = f"from {module} import {name}"
    if own.is_function:
        return [imported, f"layer = {name}" if not given else f"layer = lambda *a, **k: {name}(*a, {given}, **k)"]
    made = [f"def new(**changes):\n    return {name}(**{{**dict({given}), **changes}})"]
    return [
        imported,
        *set_policy,
        *made,
        f"layer = new({', '.join(f'{key}={value!r}' for key, value in changes.items())})",
    ]
