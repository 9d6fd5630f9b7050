"""From an observation to a finding that anyone can see again."""

from __future__ import annotations

import math

import numpy as np

from noise_ops.checks.prediction import predict
from noise_ops.findings import Finding, Stage
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

_LISTED = 64
"""Input elements that a script lists one by one; larger inputs without a recipe are cut to them."""


def finding(
    code: str,
    property_name: str,
    target: Target,
    case: Case,
    message: str,
    stage: Stage | None = None,
    summary: str | None = None,
) -> Finding:
    """Return the finding of a check, with the command and the script that show it again.

    Args:
      code: key of `findings.CODES`.
      property_name: name of the check.
      target: what was asked.
      case: the case that shows it.
      message: one sentence with what was seen.
      stage: stage of the pipeline, if it is known.
      summary: expression of the output `y` that the script prints in place of the output.
    """
    return Finding(
        code=code,
        subject=target.subject.name,
        dtype=target.dtype.name,
        mode=target.mode,
        property=property_name,
        stage=stage,
        message=message,
        reproduce=f"noise-ops check --layer {target.subject.name} --dtype {target.dtype.name} --mode {target.mode}",
        script=script(target, case, summary),
    )


def script(target: Target, case: Case, summary: str | None = None) -> str:
    """Return a program of TensorFlow and NumPy alone that prints the output, or a summary, and what is predicted."""
    lines = ["import numpy as np", "import tensorflow as tf", f"x = tf.constant({_input(case)}, {case.x.dtype.name!r})"]
    lines.append(target.subject.script(case))
    if summary is not None:
        before, printed, output = lines.pop().rpartition("print(")
        assert printed
        lines += [
            f"{before}y = np.asarray({output.removesuffix(')')}, 'float64').reshape(len(x), -1)",
            f"print({summary})",
        ]
        return "\n".join(lines)
    try:
        expected = predict(target, case)
    except ValueError as error:
        lines.append(f"# noise_ops predicts nothing here: {error}")
        return "\n".join(lines)
    if expected is not None:
        head = np.array2string(expected[0].ravel()[:8], separator=", ", max_line_width=1000)
        lines.append(f"# predicted in mode {target.mode}, first elements: {head}")
    return "\n".join(lines)


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
