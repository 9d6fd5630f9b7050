"""From an observation to a finding that anyone can see again."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from noise_ops.checks import showing, sources
from noise_ops.checks.prediction import predict
from noise_ops.checks.sources import Source
from noise_ops.findings import Finding, Stage
from noise_ops.points import Point
from noise_ops.properties.catalog import code_of
from noise_ops.subjects.cases import Case
from noise_ops.subjects.inputs import GLOBAL_SEED
from noise_ops.subjects.targets import Target

_LISTED = 64
"""Input elements that a script lists one by one; larger inputs without a recipe are cut to them."""


def finding(
    property_name: str,
    target: Target,
    case: Case,
    message: str,
    *,
    code: str | None = None,
    stage: Stage | None = None,
    summary: str | None = None,
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
      summary: expression of the output `y` that the script prints in place of the output.
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
        reproduce=f"noise-ops check --layer {target.subject.name} --dtype {target.dtype.name} --mode {target.mode}",
        script=script(target, case, summary, property_name),
        points=tuple(points),
    )


def script(target: Target, case: Case, summary: str | None = None, property_name: str = "") -> str:
    """Return a program of TensorFlow and NumPy alone that shows a property, prints a summary, or the outputs.

    Args:
      target: what was asked.
      case: the case that shows it.
      summary: expression of the output `y` that is printed in place of all else.
      property_name: name of the check.
    """
    x = f"x = tf.constant({_input(case)}, {_given_dtype(target, case)!r})"
    source = sources.source(target.subject, case)
    if summary is not None:
        y = f"y = np.asarray({source.output}, 'float64').reshape(len(x), -1)"
        return "\n".join([*_IMPORTS, x, *_called(source), y, f"print({summary})"])
    if not source.layer:
        return "\n".join([*_IMPORTS, x, *_called(source), f"print({source.output})", *_predicted(target, case)])
    shown = showing.lines(property_name, target.subject.name.rpartition(".")[2], target.mode, case)
    body = "\n".join([*_made(target, source, case), *shown])
    modules = [f"import {name}" for name in ("os", "tempfile") if f"{name}." in body]
    replicas = _REPLICAS if target.mode == "mirrored" else []
    predicted = [] if property_name in showing.SHOWS else _predicted(target, case)
    return "\n".join([*modules, *_IMPORTS, *replicas, x, body, *predicted])


_IMPORTS = ["import numpy as np", "import tensorflow as tf"]
_REPLICAS = [
    'cpu = tf.config.list_physical_devices("CPU")[0]',
    "tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)",
]


def _given_dtype(target: Target, case: Case) -> str:
    return "float32" if target.mode.startswith("mixed_") else case.x.dtype.name


_SEEDED = f"tf.random.set_seed({GLOBAL_SEED})"


def _called(source: Source) -> list[str]:
    """Return lines after which the output of a source is the first one."""
    if not source.layer:
        return [_SEEDED]
    return [f"import {source.module}", _SEEDED, f"layer = {source.layer}({source.arguments})"]


def _made(target: Target, source: Source, case: Case) -> list[str]:
    """Return lines that define `new`, which seeds TensorFlow and makes the layer with some arguments changed."""
    library, arguments = target.subject.library.name, source.arguments
    imported = f"import {source.module}"
    module = "import keras" if library == "keras" else f"import {library} as keras"
    if target.mode.startswith("mixed_"):
        policy = f"keras.mixed_precision.Policy({target.mode!r})"
        arguments = arguments.replace(f"dtype={case.x.dtype.name!r}", f"dtype={policy}")
    return [
        imported,
        *([module] if imported != module else []),
        "def new(**changes):",
        f"    {_SEEDED}",
        f"    return {source.layer}(**{{**dict({arguments}), **changes}})",
    ]


def _predicted(target: Target, case: Case) -> list[str]:
    try:
        expected = predict(target, case)
    except ValueError as error:
        return [f"# noise_ops predicts nothing here: {error}"]
    if expected is None:
        return []
    head = np.array2string(expected[0].ravel()[:8], separator=", ", max_line_width=1000)
    return [f"# predicted in mode {target.mode}, first elements: {head}"]


def _input(case: Case) -> str:
    if case.recipe:
        return case.recipe
    if case.x.size > _LISTED:
        # What matters of a large input without a recipe is its shape: those inputs are constant.
        return f"np.full({case.x.shape}, {float(case.x.flat[0])!r})"
    values = ", ".join(_literal(value) for value in case.x.ravel())
    return f"np.array([{values}]).reshape({case.x.shape})"


def _literal(value: np.generic) -> str:
    text = str(value)  # as short as the dtype allows
    return text if math.isfinite(float(text)) else f"np.{text}".replace("np.-", "-np.")
