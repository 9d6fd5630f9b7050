"""What the script of a finding shows of values: which an output has, how many of them, and their gradients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from noise_ops.checks import chance
from noise_ops.checks.axes import GRADIENT_RUNS, LONG_RUNS
from noise_ops.checks.promised import is_fused, law_of, mask_shape, p_one
from noise_ops.checks.scripting import Shows, matches, run, state, unless
from noise_ops.comparison.script_modes import rebuilt
from noise_ops.comparison.script_parts import Layer
from noise_ops.reference.ops import ALPHA_PRIME, affine_correction
from noise_ops.reference.variates import FLOAT16, smallest_normal
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target

REBUILT = ("from_config", "reloaded")


def _support(layer: Layer, target: Target, case: Case) -> list[str]:
    return [*run(target, 1), *supported_lines(layer, target, case, "outputs")]


def supported_lines(layer: Layer, target: Target, case: Case, outputs: str) -> list[str]:
    """Return lines that hold each element of some outputs to the values that a dropout can give."""
    if not law_of(target, case).support(case.x, case.x):
        return []
    lines = [f"x = np.asarray(x).astype({case.x.dtype.name!r})"]
    if case.x.dtype != FLOAT16:
        tiny = float(smallest_normal(case.x.dtype))
        lines.append(f"x = np.where(np.abs(x) < {tiny!r}, np.copysign(np.zeros_like(x), x), x)")
    if layer.name == "AlphaDropout":
        a, b = affine_correction(float(case.rate or 0))
        made = [f"a, b, dropped = np.array([{a!r}, {b!r}, {ALPHA_PRIME!r}]).astype(x.dtype)"]
        if is_fused(target):  # rounded once
            values = ["a * np.float64(x) + b", "a * np.float64(dropped) + b"]
        else:
            values = ["x * a + b", "np.full_like(x, dropped * a + b)"]
        lines += [*made, f"values = [np.asarray(v).astype(x.dtype) for v in ({', '.join(values)})]"]
        extra = " | np.isnan(y.astype('float64')) & ~np.isfinite(x.astype('float64'))"
    else:
        scale = f"np.asarray(1 / (1 - {case.rate!r})).astype(x.dtype)"
        lines += [f"values = [np.zeros_like(x), x * {scale}]"]
        extra = ""
    return [
        *lines,
        f"for y in {outputs}:",
        f"    right = [{matches('y', 'v')} for v in values]",
        f"    right = right[0] | right[1]{extra}",
        "    wrong = np.argwhere(~np.atleast_1d(right))",
        *unless(
            "not len(wrong)",
            "{len(wrong)} of {y.size} outputs are none of the layer's two values, first at {wrong[0]}.",
            4,
        ),
    ]


def _on(layer: Layer, expressions: Sequence[str], names: str = "abc") -> list[str]:
    made = (f"np.asarray({layer.called('new()', f'({x})')})" for x in expressions)
    return [f"{name} = {call}" for name, call in zip(names, made, strict=False)]


def _scale(layer: Layer, _target: Target, _case: Case) -> list[str]:
    kept = "(b == 2 * a).all() and not c.any()"
    return [*_on(layer, ("x", "x + x", "0 * x")), *unless(kept, "y(2x) is not 2 y(x), or y(0) is not 0.")]


def _added(layer: Layer, _target: Target, _case: Case) -> list[str]:
    return [*_on(layer, ("x", "0 * x")), *unless("(a == np.asarray(x) + b).all()", "y(x) is not x + y(0).")]


_ONES = "tf.ones_like(x)"


def _same_mask(layer: Layer, target: Target, case: Case) -> list[str]:
    size = "np.linspace(0.25, 1.25, tf.size(x))"
    signed = f"np.where(np.arange(tf.size(x)) % 2, {size}, -{size}).reshape(x.shape)"
    dropped = [f"{name} = {_dropped(layer, target, case, name)}" for name in "abc"]
    ramp = f"ramp = tf.constant({signed}, x.dtype)"
    kept = "(a == b).all() and (a == c).all()"
    said = unless(kept, "An element is dropped from one input and kept in another.")
    return [ramp, *_on(layer, (_ONES, "ramp", "-ramp")), *dropped, *said]


def _non_finite(layer: Layer, target: Target, case: Case) -> list[str]:
    special = "tf.constant(np.resize([np.nan, np.inf, -np.inf], x.shape), x.dtype)"
    return [
        *_on(layer, (_ONES, special)),
        f"dropped, b = {_dropped(layer, target, case, 'a')}, np.isfinite(b.astype('float64'))",
        *unless("b[dropped].all()", "{np.sum(~b[dropped])} of {dropped.sum()} dropped elements are not finite."),
        *unless("not b[~dropped].any()", "A kept element that was nan or infinite is finite."),
    ]


def _shared(layer: Layer, target: Target, case: Case) -> list[str]:
    shown = [*_on(layer, (_ONES,)), f"dropped = {_dropped(layer, target, case, 'a')}"]
    shape, size = mask_shape(target, case), case.x.size
    for axis, (mask_size, length) in enumerate(zip(shape, case.x.shape, strict=True)):
        constant = f"(dropped == np.take(dropped, [0], {axis})).all()"
        if mask_size == 1 and size:
            shown += unless(constant, f"The mask is not shared along axis {axis}.")
        elif mask_size > 1 and case.rate == 0.5 and np.prod(shape) * (1 - 1 / length) >= chance.BITS:
            shown += unless(f"not {constant}", f"The mask is constant along axis {axis}.")
    return shown


def _dropped(layer: Layer, target: Target, case: Case, y: str) -> str:
    """Return the expression of where an output is that of a dropped element."""
    if layer.name != "AlphaDropout":
        return f"{y} == 0"
    a, b, alpha = np.array([*affine_correction(float(case.rate or 0)), ALPHA_PRIME]).astype(case.x.dtype)
    low = (np.float64(a) * alpha + b).astype(case.x.dtype) if is_fused(target) else a * alpha + b
    return f"{y} == {float(low)!r}"


def _distinct(_layer: Layer, target: Target, _case: Case) -> list[str]:
    drawn = "y = y[y != np.asarray(x).astype(y.dtype)]"
    kept = "y.size and len(np.unique(y)) >= 0.99 * y.size"
    return [
        *run(target, 1),
        "y = outputs[0]",
        drawn,
        *unless(kept, "{y.size} draws take only {len(np.unique(y))} values."),
    ]


def _slope(layer: Layer, target: Target, case: Case, y: str) -> str:
    """Return the expression of dy/dx, told from an output on ones."""
    if layer.name == "AlphaDropout":
        a = affine_correction(float(case.rate or 0))[0]
        return f"np.where({_dropped(layer, target, case, y)}, 0, {a!r}).astype({y}.dtype)"
    return f"np.ones_like({y})" if layer.name.endswith("GaussianNoise") else y


def _gradient(layer: Layer, target: Target, case: Case) -> list[str]:
    made = [*rebuilt(layer, target.mode, "new()"), "layer = again"] if target.mode in REBUILT else ["layer = new()"]
    tape = [*made, "with tf.GradientTape() as tape:", "    tape.watch(x)", f"    y = {layer.called()}"]
    zero = "unconnected_gradients=tf.UnconnectedGradients.ZERO"
    return [
        *tape,
        f"slope = np.asarray(tf.convert_to_tensor(tape.gradient(y, x, {zero})))",
        f"ones = np.asarray({layer.called('new()', _ONES)})",
        f"wrong = slope != {_slope(layer, target, case, 'ones')}",
        *unless("not wrong.any()", "{wrong.sum()} of {slope.size} gradients are not the noise factor."),
    ]


def _gradients(layer: Layer, target: Target, case: Case) -> list[str]:
    step = ["layer = new()", "def step(x):", "    with tf.GradientTape() as tape:", "        tape.watch(x)"]
    zero = "unconnected_gradients=tf.UnconnectedGradients.ZERO"
    step += [f"        y = {layer.called()}", f"    return y, tf.convert_to_tensor(tape.gradient(y, x, {zero}))"]
    traced = ["step = tf.function(step)"] if target.mode == "function" else []
    calls = f"range({max(1, min(GRADIENT_RUNS.get(target.mode, 1), 2**20 // max(case.x.size, 1)))})"
    return [
        *step,
        *traced,
        f"for call in {calls}:",
        "    y, slope = map(np.asarray, step(x))",
        f"    wrong = slope != {_slope(layer, target, case, 'y')}",
        *unless("not wrong.any()", "In call {call}, {wrong.sum()} gradients are not the noise factor.", 4),
    ]


def _recomputed(layer: Layer, target: Target, case: Case) -> list[str]:
    shown = ["layer, x = new(), tf.Variable(x)", "with tf.GradientTape() as tape:"]
    shown += [f"    y = tf.recompute_grad(lambda x: {layer.called()})(tf.identity(x))"]
    zero = "unconnected_gradients=tf.UnconnectedGradients.ZERO"
    shown += [f"y, slope = np.asarray(y), np.asarray(tf.convert_to_tensor(tape.gradient(y, x, {zero})))"]
    shown += [f"agree = np.mean(slope == {_slope(layer, target, case, 'y')})"]
    return [*shown, *unless("agree == 1", "Forward and backward pass agree on {agree:.2f} of the elements.")]


def _amount(layer: Layer, target: Target, case: Case) -> list[str]:
    return [*run(target, 3), *amounts_lines(layer, target, case, "outputs")]


def amounts_lines(layer: Layer, target: Target, case: Case, outputs: str) -> list[str]:
    """Return lines that hold each of some outputs to as much noise as chance allows."""
    law, x = law_of(target, case), case.x
    visible = law.visible(x)
    if not visible.any():
        return []
    sizes = np.abs(x.astype(np.float64))[visible]
    seen = f"(np.abs(given) >= {float(sizes.min())!r}) & (np.abs(given) <= {float(sizes.max())!r})"
    seen += f" & (np.abs(given - {ALPHA_PRIME!r}) >= 0.25)" if layer.name == "AlphaDropout" else ""
    counted = _counted(layer, target, case, int(law.units(visible).sum())) if law.counted else []
    normal = law.distribution is not None and law.stddev_in(target.dtype) < chance.LARGEST_DEVIATION
    noised = _normals(layer, target, case, int(visible.sum())) if normal else []
    return [
        "given = np.asarray(x).astype('float64')",
        "seen = np.ones(given.shape, bool)" if layer.name in ("uniform", "normal") else f"seen = {seen}",
        f"for call, y in enumerate({outputs}):",
        "    y = y.astype('float64')",
        *counted,
        *noised,
    ]


def _counted(layer: Layer, target: Target, case: Case, n: int) -> list[str]:
    law = law_of(target, case)
    least, most = chance.binomial_bounds(n, p_one(target, law))
    one = _dropped(layer, target, case, "y") if layer.name == "AlphaDropout" else state(layer, "given")
    shared = f".any(axis={law.shared_axes})" if law.shared_axes else ""
    said = f"In call {{call}}, {{ones}} of {n} units are dropped or noised; chance allows {least} to {most}."
    return [f"    ones = (({one}) & seen){shared}.sum()", *unless(f"{least} <= ones <= {most}", said, 4)]


def _normals(layer: Layer, target: Target, case: Case, n: int) -> list[str]:
    law = law_of(target, case)
    bound, (least, most) = chance.mean_bound(n), chance.square_bounds(n)
    if law.has_mask:  # their number is left to chance
        kept = "n < 64 or abs(mean) <= 9.3 / n**0.5 and abs(square - 1) <= 14 / n**0.5 + 90 / n"
    else:
        kept = f"abs(mean) <= {bound!r} and {least!r} <= square <= {most!r}"
    return [
        *_noise(layer, target, case, 4),
        "    n = max(noise.size, 1)",
        "    mean, square = noise.sum() / n, (noise**2).sum() / n",
        *unless(
            kept, "In call {call} the mean of {n} normals is {mean:.3g}, and that of their squares {square:.3g}.", 4
        ),
    ]


def _normals_by_stretch(layer: Layer, target: Target, case: Case) -> list[str]:
    """Return lines that hold each stretch of the normals of a first output to their law."""
    law, bound, (least, most) = law_of(target, case), chance.mean_bound(4096), chance.square_bounds(4096)
    if law.distribution is None:
        return []
    kept = f"(np.abs(means) <= {bound!r}) & ({least!r} <= squares) & (squares <= {most!r})"
    return [
        "y = outputs[0].astype('float64')",
        *_noise(layer, target, case),
        "stretches = noise[:noise.size // 4096 * 4096].reshape(-1, 4096)",
        "means, squares = stretches.mean(axis=1), (stretches**2).mean(axis=1)",
        f"wrong = np.flatnonzero(~({kept}))",
        *unless(
            "not len(wrong)",
            "Of stretch {wrong[0]}, the mean of the normals is {means[wrong[0]]:.3g}, and that of their squares "
            "{squares[wrong[0]]:.3g}.",
        ),
    ]


def _noise(layer: Layer, target: Target, case: Case, indent: int = 0) -> list[str]:
    """Return lines that keep in `noise` the standardized normals of an output `y`; `amounts_lines` make the rest."""
    law = law_of(target, case)
    shown = "seen & (y != given)" if law.has_mask else "seen"
    noise = "y" if layer.name == "normal" else "y / given - 1" if layer.name == "GaussianDropout" else "y - given"
    lines = [
        "with np.errstate(all='ignore'):",
        f"    noise = ({noise})[{shown}] / {law.stddev_in(target.dtype)!r}",
    ]
    return [f"{' ' * indent}{line}" for line in lines]


def _every_call(layer: Layer, target: Target, case: Case) -> list[str]:
    ran = run(target, LONG_RUNS[target.mode])
    return [*ran, *amounts_lines(layer, target, case, "outputs"), *supported_lines(layer, target, case, "outputs")]


def _every_place(layer: Layer, target: Target, case: Case) -> list[str]:
    calls, law = LONG_RUNS[target.mode], law_of(target, case)
    least, most = chance.binomial_bounds(calls, p_one(target, law))
    shared = f".any(axis={law.shared_axes})" if law.shared_axes else ""
    return [
        *run(target, calls),
        *supported_lines(layer, target, case, "outputs"),
        "x = np.asarray(x)",
        f"ones = sum(({state(layer)}){shared}.astype(int) for y in outputs)",
        f"wrong = np.argwhere(np.atleast_1d((ones < {least}) | (ones > {most})))",
        *unless(
            "not len(wrong)", f"At {{wrong[0]}} the state is one more or less often than {least} to {most} of {calls}."
        ),
    ]


def _every_stretch(layer: Layer, target: Target, case: Case) -> list[str]:
    least, most = chance.binomial_bounds(4096, p_one(target, law_of(target, case)))
    count = "ones = states[:states.size // 4096 * 4096].reshape(-1, 4096).sum(axis=1)"
    said = f"Of stretch {{wrong[0]}}, {{ones[wrong[0]]}} of 4096 states are one; chance allows {least} to {most}."
    return [
        *run(target, 1),
        "y, x = outputs[0], np.asarray(x)",
        f"states = ({state(layer)}).ravel()",
        count,
        f"wrong = np.flatnonzero((ones < {least}) | (ones > {most}))",
        *unless("not len(wrong)", said),
        *amounts_lines(layer, target, case, "outputs"),
        *_normals_by_stretch(layer, target, case),
        *supported_lines(layer, target, case, "outputs"),
    ]


OF_VALUES: dict[str, Shows] = {
    "support_and_scale": _support,
    "two_point_support": _support,
    "scale_equivariant": _scale,
    "noise_is_added": _added,
    "mask_independent_of_input": _same_mask,
    "non_finite_dropped": _non_finite,
    "noise_shape_broadcasts": _shared,
    "fine_grained": _distinct,
    "gradient_is_noise_factor": _gradient,
    "every_gradient_is_noise_factor": _gradients,
    "amount_of_noise": _amount,
    "every_call_is_noisy": _every_call,
    "every_place_is_noisy": _every_place,
    "every_stretch_is_noisy": _every_stretch,
    "recomputation_keeps_mask": _recomputed,
}
"""What shows each property of values."""
