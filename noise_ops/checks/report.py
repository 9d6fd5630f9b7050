"""From an observation to a finding that anyone can see again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from noise_ops.checks import scripting, showing, sources
from noise_ops.checks.profiles import profile
from noise_ops.findings import Finding, Stage
from noise_ops.points import Point
from noise_ops.properties.catalog import code_of
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

_LONGEST_PERIOD = 64
"""Input elements after which a longer input may begin again, and is then written as so many."""


def finding(
    property_name: str,
    target: Target,
    case: Case,
    message: str,
    *,
    code: str | None = None,
    stage: Stage | None = None,
    shown: Sequence[str] | None = None,
    points: Sequence[Point] = (),
) -> Finding:
    """Return the finding of a check, with the command and the script that show it again.

    Args:
      property_name: name of the check.
      target: what was asked.
      case: the case that shows it.
      message: one sentence with what was seen.
      code: key of `findings.CODES`; None for that under which the property is declared.
      stage: stage of the pipeline, if it is known.
      shown: lines of the script that show it, where they take more than the case; None for those of the property.
      points: what a picture shows of it.
    """
    return Finding(
        code=code_of(property_name) if code is None else code,
        subject=target.subject.name,
        dtype=target.dtype.name,
        mode=target.mode,
        property=property_name,
        stage=stage,
        message=message,
        reproduce=_command(target),
        script=script(target, case, property_name, shown, code or ""),
        points=tuple(points),
    )


def _command(target: Target) -> str:
    asked = f"--layer {target.subject.name} --dtype {target.dtype.name} --mode {target.mode}"
    return f"noise-ops check {asked}{'' if profile() == 'default' else f' --profile {profile()}'}"


def script(
    target: Target,
    case: Case,
    property_name: str = "",
    shown: Sequence[str] | None = None,
    code: str = "",
) -> str:
    """Return a program of TensorFlow and NumPy alone that ends with 1, and a sentence, where a property is broken.

    Args:
      target: what was asked.
      case: the case that shows it.
      property_name: name of the check.
      shown: lines that show it; None for those of the property.
      code: that of the finding, which may be what another property asserts; "" for that of the property.
    """
    body = "\n".join(showing.lines(property_name, target, case, code) if shown is None else shown)
    made = sources.made(target, case)
    modules = [f"import {name}" for name in ("os", "tempfile") if f"{name}." in body]
    replicas = _REPLICAS if target.mode == "mirrored" else []
    return "\n".join([*modules, *_IMPORTS, *replicas, _input(target, case), *made, body])


_IMPORTS = ["import numpy as np", "import tensorflow as tf"]
_REPLICAS = [
    'cpu = tf.config.list_physical_devices("CPU")[0]',
    "tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)",
]


def _input(target: Target, case: Case) -> str:
    given = f"tf.constant({_values(case)}, {case.x.dtype.name!r})"
    cast = f"tf.cast({given}, 'float32')"
    return f"x = {cast if target.mode.startswith('mixed_') else given}"


def _values(case: Case) -> str:
    """Return the input as an expression, bit for bit: its recipe, a constant, a few values again and again, or all."""
    flat = case.x.ravel()
    if case.recipe:
        return case.recipe
    if flat.size > 1 and flat.tobytes() == np.full_like(flat, flat[0]).tobytes():
        return f"np.full({case.x.shape}, {scripting.literal(flat[0])})"
    for period in range(2, min(_LONGEST_PERIOD, flat.size // 2) + 1):
        if flat.tobytes() == np.resize(flat[:period], flat.shape).tobytes():
            return f"np.resize({_listed(flat[:period])}, {case.x.shape})"
    return f"np.array({_listed(flat)}).reshape({case.x.shape})"


def _listed(values: Iterable[np.generic]) -> str:
    return f"[{', '.join(map(scripting.literal, values))}]"
