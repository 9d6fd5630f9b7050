"""What the script of a finding shows where its check ended in what another property asserts: that, of its outputs."""

from __future__ import annotations

from collections.abc import Callable

from noise_ops.checks.axes import LONG_RUNS
from noise_ops.checks.scripting import layer_of, run, unless
from noise_ops.checks.showing_values import amounts_lines, supported_lines
from noise_ops.comparison.script_parts import Layer, compiled
from noise_ops.properties.catalog import QUESTIONS, code_of
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

_CALLS = 3

_AMOUNTS = ("mask-density", "mean", "variance")
_COUNTED_APART = ("every_place_is_noisy", "every_stretch_is_noisy")
"""Properties that count otherwise than call by call: their own lines show an amount that is wrong."""

_NO_RESULT = ("raises", "dtype")
_CALLING_APART = (
    *("identity_at_inference", "explicit_training_wins", "distant_calls_differ", "policy_kept", "bad_rate_rejected"),
    *("gradient_is_noise_factor", "every_gradient_is_noise_factor", "recomputation_keeps_mask"),
)
"""Properties that call otherwise than a mode does: their own lines show a call that gives no result."""


def lines(property_name: str, target: Target, case: Case, code: str) -> list[str] | None:
    """Return the lines that show what failed in a check of a property, if that is what another one asserts.

    Args:
      property_name: name of the check.
      target: what was asked.
      case: what shows it.
      code: that of the finding.

    Returns:
      The lines; None where the property's own lines show it.
    """
    apart = {**dict.fromkeys(_AMOUNTS, _COUNTED_APART), **dict.fromkeys(_NO_RESULT, _CALLING_APART)}
    if code not in _ASSERTED or property_name not in QUESTIONS or property_name in apart.get(code, ()):
        return None
    if code == code_of(property_name):
        return None
    layer = layer_of(target)
    return [*_outputs(property_name, layer, target), *_ASSERTED[code](layer, target, case, "outputs")]


def _outputs(property_name: str, layer: Layer, target: Target) -> list[str]:
    """Return lines that keep the outputs that a check looks at in `outputs`."""
    if property_name == "new_trace_new_noise":
        return retraced(layer)
    if property_name == "looped_calls_never_repeat":
        return _looped(layer)
    many = property_name in ("many_calls_new_noise", "every_call_is_noisy", "every_place_is_noisy")
    return run(target, LONG_RUNS[target.mode] if many else _CALLS)


def retraced(layer: Layer) -> list[str]:
    """Return lines that keep in `outputs` what a layer gives in a trace, in one of a larger batch, and again."""
    step = ["layer = new()", *compiled(f"lambda x: {layer.called()}", "")]
    return [*step, "outputs = [np.asarray(step(y))[:len(x)] for y in (x, tf.concat([x, x[:1]], 0), x)]"]


def _looped(layer: Layer) -> list[str]:
    call = f"(number + 1, seen.write(number, {layer.called()}))"
    loop = f"tf.while_loop(lambda number, _: number < {_CALLS}, lambda number, seen: {call}, (0, seen))[1].stack()"
    return [
        "layer = new()",
        "@tf.function(autograph=False)",
        "def looped(x):",
        f"    seen = tf.TensorArray(x.dtype, {_CALLS})",
        f"    return {loop}",
        "outputs = list(np.asarray(looped(x)))",
    ]


def _result(_layer: Layer, _target: Target, _case: Case, outputs: str) -> list[str]:
    return [f'print({outputs}[0].dtype, "of shape", {outputs}[0].shape)']


def _shape(_layer: Layer, target: Target, case: Case, outputs: str) -> list[str]:
    shape = (2, *case.x.shape) if target.mode == "mirrored" else case.x.shape
    said = "Call {call} gives {y.dtype.name}, {y.shape}, where floats of the shape of the input are promised."
    kept = f"y.dtype.name in ('float16', 'bfloat16', 'float32', 'float64') and y.shape == {shape}"
    return [f"for call, y in enumerate({outputs}):", *unless(kept, said, 4)]


_ASSERTED: dict[str, Callable[[Layer, Target, Case, str], list[str]]] = {
    "raises": _result,
    "dtype": _shape,
    "support": supported_lines,
    **dict.fromkeys(_AMOUNTS, amounts_lines),
}
"""What shows, of some outputs, that what is told under a code is kept."""
