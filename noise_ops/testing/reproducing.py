"""Scripts without noise_ops that show again what was found of a user's layer."""

from __future__ import annotations

import inspect

from noise_ops.testing import calling
from noise_ops.testing.asking import Property
from noise_ops.testing.subject import Subject


def script(one: Subject, prop: Property) -> str:
    """Return a program that makes the layer, calls it on what the property was asked on, and prints what comes out."""
    x = calling.first(one.x())
    lines = ["import numpy as np"]
    if not calling.takes_arrays(one.own):
        lines.append("import tensorflow as tf")
    lines += _making(one)
    low, high = (float(f(x.astype(float))) if x.size else 0.0 for f in (min_of, max_of))
    lines.append(f"x = np.random.default_rng(0).uniform({low:g}, {high:g}, {x.shape}).astype({x.dtype.name!r})")
    name = one.own.training_argument(one.own.made()) if not one.own.is_function else ""
    told = f", {name}=True" if name else ""
    told += ", seed=7" if one.own.is_function and one.own.takes_seed else ""
    lines += [
        f"# {prop.name}: {prop.says}",
        f"for call in range(3):\n    y = np.asarray(layer(x{told}))",
        "    print(y.shape, y.dtype, 'mean', y.mean(dtype='float64'), 'std', y.std(dtype='float64'), (y != x).mean())",
    ]
    return "\n".join(lines)


def min_of(x: object) -> float:
    """Return the least value of an array."""
    return float(x.min())  # type: ignore[attr-defined]


def max_of(x: object) -> float:
    """Return the greatest value of an array."""
    return float(x.max())  # type: ignore[attr-defined]


def _making(one: Subject) -> list[str]:
    """Return lines that make the layer: an import where there is one, else where its factory stands."""
    factory = one.own.factory
    module, name = getattr(factory, "__module__", ""), getattr(factory, "__qualname__", "")
    given = ", ".join(f"{key}={value!r}" for key, value in one.own.arguments.items())
    if name.isidentifier() and module not in ("", "__main__"):
        made = name if one.own.is_function else f"{name}({given})"
        return [f"from {module} import {name}", f"layer = {made}"]
    try:
        place = f"{inspect.getsourcefile(factory)}:{inspect.getsourcelines(factory)[1]}"
    except (OSError, TypeError):
        place = "your factory"
    return [f"layer = ...  # as it is made in {place}"]
