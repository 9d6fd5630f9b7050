"""What the script of a finding shows: each property in lines of TensorFlow and NumPy, for a subject in a mode.

The lines take `x`, the input, and `new`, which seeds TensorFlow and makes the layer, or the function as one. They end
in a sentence and exit code 1 where the property is broken, and with 0 where it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from noise_ops.checks import chance
from noise_ops.checks.axes import GRADIENT_RUNS, LONG_RUNS
from noise_ops.checks.promised import is_fused, law_of, mask_shape, p_one
from noise_ops.comparison.script_modes import in_mode, rebuilt
from noise_ops.comparison.script_parts import Layer, compiled
from noise_ops.reference.ops import ALPHA_PRIME, affine_correction
from noise_ops.reference.variates import FLOAT16, FloatArray, smallest_normal
from noise_ops.subjects.cases import Case
from noise_ops.subjects.inputs import SEED_DISTANCES
from noise_ops.subjects.targets import Target

_CALLS = 3
_HEAD = 8
"""Elements that a script compares with the prediction."""

UNSHOWN = "# No short program tells this from chance: this one prints what is drawn."


def _matches(a: str, b: str) -> str:
    nan = f"np.isnan({a}.astype('float64')) & np.isnan({b}.astype('float64'))"
    return f"({a} == {b}) & (np.signbit({a}) == np.signbit({b})) | {nan}"


SAME = [
    "def same(a, b):",
    "    a, b = np.asarray(a), np.asarray(b)",
    f"    return a.dtype == b.dtype and a.shape == b.shape and bool(np.all({_matches('a', 'b')}))",
]

Shows = Callable[[Layer, Target, Case], "list[str]"]


def lines(property_name: str, target: Target, case: Case) -> list[str]:
    """Return the lines that show a property, or say that they do not.

    Args:
      property_name: name of the check.
      target: what was asked.
      case: what it is made with, which `new` knows.
    """
    layer = layer_of(target)
    shows = SHOWS.get(property_name)
    if shows is None:
        return [UNSHOWN, *run(target, _CALLS), *_printed()]
    return [*shows(layer, target, case), 'print("as documented")']


def layer_of(target: Target) -> Layer:
    """Return the subject as parts of scripts know it: by its class, or by the law of its op where it is a function."""
    functions = {"dropout": "Dropout", "uniform": "uniform", "normal": "normal"}
    name = target.subject.name.rpartition(".")[2]
    is_layer = ".layers." in target.subject.name
    return Layer("keras", name if is_layer else functions.get(target.subject.op, name), "")


def unless(kept: str, sentence: str, indent: int = 0) -> list[str]:
    """Return lines that end in a sentence where an expression is false; braces in it hold values."""
    return [f"{' ' * indent}if not ({kept}):", f'{" " * indent}    raise SystemExit(f"{sentence}")']


def run(target: Target, calls: int) -> list[str]:
    """Return lines that keep the outputs of successive calls in `outputs`, those of replicas stacked."""
    layer, mode = layer_of(target), target.mode
    if mode == "model":
        call = layer.called("layer", "inputs", "")
        around = ["inputs = keras.Input(x.shape[1:], dtype=x.dtype)", f"model = keras.Model(inputs, {call})"]
        made = ["layer = new()", *around, f"outputs = [model(x, training=True) for _ in range({calls})]"]
    else:
        made = [line.replace("range(2)", f"range({calls})") for line in in_mode(layer, mode, calls)]
    stacked = ["outputs = [np.stack(outputs[i:i + 2]) for i in range(0, len(outputs), 2)]"]
    return [*made, "outputs = [np.asarray(y) for y in outputs]", *(stacked if mode == "mirrored" else [])]


def as_predicted(
    target: Target, call: int, seen: FloatArray, wanted: FloatArray, index: int | None = None
) -> list[str]:
    """Return lines that hold some elements of a call to their prediction.

    Args:
      target: what was asked.
      call: which call it is.
      seen, wanted: its output, and the predicted one.
      index: the element from which on they are compared; None for the first that differs.
    """
    start = _first_difference(seen, wanted) if index is None else index
    values = ", ".join(literal(value) for value in wanted.ravel()[start : start + _HEAD])
    near = target.mode == "xla" and target.subject.op == "masked_gaussian_noise"
    close = "np.allclose(y.astype('float64'), predicted.astype('float64'), 1e-4, 1e-5)"
    return [
        *SAME,
        *run(target, call + 1),
        f"y = outputs[{call}]",
        *unless(
            f"y.dtype.name == {wanted.dtype.name!r} and y.shape == {wanted.shape}",
            f"Call {call} gives {{y.dtype.name}} of shape {{y.shape}}, not {wanted.dtype.name} of shape {wanted.shape}.",
        ),
        f"y = y.ravel()[{start}:{start + _HEAD}]",
        f"predicted = np.array([{values}]).astype(y.dtype)",
        f'print("predicted, call {call}, elements from {start} on:", predicted)',
        'print("observed:", y)',
        *unless(close if near else "same(y, predicted)", f"Call {call} departs from the prediction."),
        'print("as predicted")',
    ]


def _first_difference(seen: FloatArray, wanted: FloatArray) -> int:
    if seen.shape != wanted.shape:
        return 0
    a, b = seen.ravel().astype(np.float64), wanted.ravel().astype(np.float64)
    differ = ~((a == b) & (np.signbit(a) == np.signbit(b)) | np.isnan(a) & np.isnan(b))
    return int(np.argmax(differ))


def literal(value: np.generic) -> str:
    """Return a number as Python reads it, as short as its dtype allows."""
    text = str(value)
    return text if np.isfinite(float(text)) else f"np.{text}".replace("np.-", "-np.")


def repeats(
    seeds: Sequence[int], calls: int, pieces: Sequence[tuple[int, slice]], backwards: bool, noise: str
) -> Shows:
    """Return what shows that a piece of the noise repeats another one.

    Args:
      seeds: those of the layers, one after another.
      calls: how often each is called.
      pieces: the number of the output, and the units in it, of each of the two pieces.
      backwards: whether the second is read backwards.
      noise: expression of what is read of an output `y`.
    """
    (first, here), (second, there) = pieces

    def shows(layer: Layer, target: Target, case: Case) -> list[str]:
        ran = [line.replace("new()", "new(seed=seed)") for line in run(target, calls)]
        if target.mode == "mirrored":
            ran.append("outputs = [replica for both in outputs for replica in both]")
        made = ["drawn = []", f"for seed in {tuple(seeds)}:", *(f"    {line}" for line in [*ran, "drawn += outputs"])]
        kept = "agree < 0.9" if "abs" in noise else "0.1 < agree < 0.9"  # a complement is a copy as well
        places = "y.reshape(len(y), -1, y.shape[-1])[:, 0]" if case.x.ndim > 2 else "y"
        return [
            *made,
            f"pieces = [{noise} for y in [{places}.astype('float64').ravel() for y in drawn]]",
            f"first, second = pieces[{first}][{here.start}:{here.stop}], pieces[{second}][{there.start}:{there.stop}]",
            f"agree = np.isclose(first, second{'[::-1]' if backwards else ''}, atol=1e-4).mean()",
            'print("share of the units that agree:", agree)',
            *unless(kept, "One piece of the noise repeats another: {agree:.0%} of its units agree."),
        ]

    return shows


def _printed() -> list[str]:
    return ["for y in outputs:", "    print(y.ravel()[:8])"]


_DISTINCT = [
    "kinds = [y.tobytes() for y in outputs]",
    "repeated = [(kinds.index(kind), call) for call, kind in enumerate(kinds) if kinds.index(kind) < call]",
]
_NO_REPEAT = unless("not repeated", "Call {repeated[0][1]} repeats the noise of call {repeated[0][0]}.")


def _calls(_layer: Layer, target: Target, _case: Case) -> list[str]:
    return [*run(target, _CALLS), *_DISTINCT, *_NO_REPEAT]


def _many_calls(layer: Layer, target: Target, _case: Case) -> list[str]:
    states = f"outputs = [({state(layer)}) for y in outputs]"
    return [*run(target, LONG_RUNS[target.mode]), "x = np.asarray(x)", states, *_DISTINCT, *_NO_REPEAT]


def _distant_calls(layer: Layer, _target: Target, case: Case) -> list[str]:
    place = case.seed % 16
    return [
        "layer, outputs = new(), []",
        f"for number in (0, 2**{place}, 2**{place + 15}, {10 ** (place % 9) + 7}):",
        f"    layer.seed_generator.state.assign([{case.seed}, number])",
        f"    outputs.append(np.asarray({layer.called()}))",
        *_DISTINCT,
        *_NO_REPEAT,
    ]


def _replicas(_layer: Layer, target: Target, _case: Case) -> list[str]:
    return [
        *run(target, _CALLS),
        "shared = [call for call, (one, other) in enumerate(outputs) if one.tobytes() == other.tobytes()]",
        *unless("not shared", "In call {shared[0]} both replicas draw the same noise."),
    ]


def _traces(layer: Layer, target: Target, case: Case) -> list[str]:
    step = ["layer = new()", *compiled(f"lambda x: {layer.called()}", "")]
    made = "outputs = [np.asarray(step(y))[:len(x)] for y in (x, tf.concat([x, x[:1]], 0), x)]"
    return [*step, made, *_DISTINCT, *_NO_REPEAT, *_amounts(layer, target, case, "outputs")]


def _same_seed(_layer: Layer, target: Target, case: Case) -> list[str]:
    ran = run(target, 2)
    return [
        *SAME,
        *ran,
        "first = outputs",
        *ran,
        "wrong = [call for call, (a, b) in enumerate(zip(first, outputs)) if not same(a, b)]",
        *unless("not wrong", f"Call {{wrong[0]}} of two layers with seed {case.seed} differs."),
    ]


def _seeds(layer: Layer, _target: Target, case: Case) -> list[str]:
    calls = f"[np.asarray({layer.called()}), np.asarray({layer.called()})]"
    return [
        *SAME,
        "drawn = {}",
        f"for seed in ({case.seed - 1}, {case.seed}, {case.seed + 1}):",
        "    layer = new(seed=seed)",
        f"    drawn[seed] = {calls}",
        f"for one, other in (({case.seed - 1}, {case.seed}), ({case.seed}, {case.seed + 1})):",
        "    for a in drawn[one]:",
        "        for b in drawn[other]:",
        *unless("not same(a, b)", "Seeds {one} and {other} share the noise of a call.", 12),
        *unless("not same(a.ravel()[4:], b.ravel()[:-4])", "Seed {other} draws what {one} draws, a block on.", 12),
    ]


def apart(seeds: Sequence[int]) -> Shows:
    """Return what shows that none of some seeds draws what the first of them draws."""

    def shows(layer: Layer, _target: Target, _case: Case) -> list[str]:
        first, *others = seeds
        return [
            *SAME,
            f"layer = new(seed={first})",
            f"first = np.asarray({layer.called()})",
            f"for seed in {tuple(others)}:",
            "    layer = new(seed=seed)",
            *unless(f"not same(first, {layer.called()})", f"Seeds {first} and {{seed}} draw the same noise.", 4),
        ]

    return shows


def _distant(layer: Layer, target: Target, case: Case) -> list[str]:
    return apart((case.seed, *(case.seed + distance for distance in SEED_DISTANCES)))(layer, target, case)


def _inference(layer: Layer, target: Target, _case: Case) -> list[str]:
    if target.mode == "predict":
        around = ["layer = new()", "inputs = keras.Input(x.shape[1:], dtype=x.dtype)"]
        call = layer.called("layer", "inputs", "")
        shown = ["y = model.predict(x, batch_size=len(x), verbose=0)"]
        return [*SAME, *around, f"model = keras.Model(inputs, {call})", *shown, *unless("same(x, y)", _CHANGED)]
    calls = (layer.called(training=""), layer.called(training="training=False"))
    made = [*rebuilt(layer, target.mode, "new()"), "layer = again"] if target.mode in _REBUILT else ["layer = new()"]
    wrap = "tf.function(lambda x: {})(x)" if target.mode == "function" else "{}"
    return [*SAME, *made, *(line for call in calls for line in unless(f"same(x, {wrap.format(call)})", _CHANGED))]


_CHANGED = "At inference the layer changes its input."
_REBUILT = ("from_config", "reloaded")


def _explicit(layer: Layer, _target: Target, _case: Case) -> list[str]:
    kept = "not same(x, np.asarray(outputs[0]))"
    return [
        *SAME,
        *in_mode(layer, "predict", 1),
        *unless(kept, "Called with training=True, it is an identity in predict."),
    ]


def _dtype(_layer: Layer, target: Target, case: Case) -> list[str]:
    shape = (2, *case.x.shape) if target.mode == "mirrored" else case.x.shape
    kept = f"(y.dtype.name, y.shape) == ({case.x.dtype.name!r}, {shape})"
    return [
        *run(target, 1),
        "y = outputs[0]",
        *unless(kept, "Expected another dtype or shape than {y.dtype.name}, {y.shape}."),
    ]


def _untouched(layer: Layer, _target: Target, _case: Case) -> list[str]:
    call = ["before = np.array(x)", "layer = new()", layer.called()]
    return [*SAME, *call, *unless("same(before, x)", "The call changed its input.")]


def _support(layer: Layer, target: Target, case: Case) -> list[str]:
    return [*run(target, 1), *_supported(layer, target, case, "outputs")]


def _supported(layer: Layer, target: Target, case: Case, outputs: str) -> list[str]:
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
        f"    right = [{_matches('y', 'v')} for v in values]",
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


def _same_mask(layer: Layer, _target: Target, case: Case) -> list[str]:
    size = "np.linspace(0.25, 1.25, tf.size(x))"
    signed = f"np.where(np.arange(tf.size(x)) % 2, {size}, -{size}).reshape(x.shape)"
    dropped = [f"{name} = {_dropped(layer, case, name)}" for name in "abc"]
    ramp = f"ramp = tf.constant({signed}, x.dtype)"
    kept = "(a == b).all() and (a == c).all()"
    said = unless(kept, "An element is dropped from one input and kept in another.")
    return [ramp, *_on(layer, (_ONES, "ramp", "-ramp")), *dropped, *said]


def _non_finite(layer: Layer, _target: Target, case: Case) -> list[str]:
    special = "tf.constant(np.resize([np.nan, np.inf, -np.inf], x.shape), x.dtype)"
    return [
        *_on(layer, (_ONES, special)),
        f"dropped, b = {_dropped(layer, case, 'a')}, np.isfinite(b.astype('float64'))",
        *unless("b[dropped].all()", "{np.sum(~b[dropped])} of {dropped.sum()} dropped elements are not finite."),
        *unless("not b[~dropped].any()", "A kept element that was nan or infinite is finite."),
    ]


def _shared(layer: Layer, target: Target, case: Case) -> list[str]:
    shown = [*_on(layer, (_ONES,)), f"dropped = {_dropped(layer, case, 'a')}"]
    shape, size = mask_shape(target, case), case.x.size
    for axis, (mask_size, length) in enumerate(zip(shape, case.x.shape, strict=True)):
        constant = f"(dropped == np.take(dropped, [0], {axis})).all()"
        if mask_size == 1 and size:
            shown += unless(constant, f"The mask is not shared along axis {axis}.")
        elif mask_size > 1 and case.rate == 0.5 and np.prod(shape) * (1 - 1 / length) >= chance.BITS:
            shown += unless(f"not {constant}", f"The mask is constant along axis {axis}.")
    return shown


def _dropped(layer: Layer, case: Case, y: str) -> str:
    """Return the expression of where an output is that of a dropped element."""
    if layer.name != "AlphaDropout":
        return f"{y} == 0"
    a, b = affine_correction(float(case.rate or 0))
    return f"np.isclose({y}.astype('float64'), {a * ALPHA_PRIME + b!r}, 0.01)"


def state(layer: Layer, x: object = "x") -> str:
    """Return the expression of the states of an output `y` on ones, which an expression names."""
    known = {"AlphaDropout": "y < 0", "MaskedGaussianNoise": f"y != {x}", "uniform": "y < 0.5", "normal": "y > 0"}
    return known.get(layer.name, f"y > {x}" if "Gaussian" in layer.name else "y == 0")


def _distinct(_layer: Layer, target: Target, _case: Case) -> list[str]:
    drawn = "y = y[y != np.asarray(x).astype(y.dtype)]"
    kept = "y.size and len(np.unique(y)) >= 0.99 * y.size"
    return [
        *run(target, 1),
        "y = outputs[0]",
        drawn,
        *unless(kept, "{y.size} draws take only {len(np.unique(y))} values."),
    ]


def _slope(layer: Layer, case: Case, y: str) -> str:
    """Return the expression of dy/dx, told from an output on ones."""
    if layer.name == "AlphaDropout":
        a = affine_correction(float(case.rate or 0))[0]
        return f"np.where({_dropped(layer, case, y)}, 0, {a!r}).astype({y}.dtype)"
    return f"np.ones_like({y})" if layer.name.endswith("GaussianNoise") else y


def _gradient(layer: Layer, target: Target, case: Case) -> list[str]:
    made = [*rebuilt(layer, target.mode, "new()"), "layer = again"] if target.mode in _REBUILT else ["layer = new()"]
    tape = [*made, "with tf.GradientTape() as tape:", "    tape.watch(x)", f"    y = {layer.called()}"]
    zero = "unconnected_gradients=tf.UnconnectedGradients.ZERO"
    return [
        *tape,
        f"slope = np.asarray(tf.convert_to_tensor(tape.gradient(y, x, {zero})))",
        f"ones = np.asarray({layer.called('new()', _ONES)})",
        f"wrong = slope != {_slope(layer, case, 'ones')}",
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
        f"    wrong = slope != {_slope(layer, case, 'y')}",
        *unless("not wrong.any()", "In call {call}, {wrong.sum()} gradients are not the noise factor.", 4),
    ]


def _recomputed(layer: Layer, _target: Target, case: Case) -> list[str]:
    shown = ["layer, x = new(), tf.Variable(x)", "with tf.GradientTape() as tape:"]
    shown += [f"    y = tf.recompute_grad(lambda x: {layer.called()})(tf.identity(x))"]
    zero = "unconnected_gradients=tf.UnconnectedGradients.ZERO"
    shown += [f"y, slope = np.asarray(y), np.asarray(tf.convert_to_tensor(tape.gradient(y, x, {zero})))"]
    shown += [f"agree = np.mean(slope == {_slope(layer, case, 'y')})"]
    return [*shown, *unless("agree == 1", "Forward and backward pass agree on {agree:.2f} of the elements.")]


def _amount(layer: Layer, target: Target, case: Case) -> list[str]:
    return [*run(target, _CALLS), *_amounts(layer, target, case, "outputs")]


def _amounts(layer: Layer, target: Target, case: Case, outputs: str) -> list[str]:
    """Return lines that hold each of some outputs to as much noise as chance allows."""
    law, x = law_of(target, case), case.x
    visible = law.visible(x)
    shown = ["given = np.asarray(x).astype('float64')", f"for call, y in enumerate({outputs}):"]
    shown += ["    y = y.astype('float64')"]
    if law.counted and visible.any():
        n = int(law.units(visible).sum())
        least, most = chance.binomial_bounds(n, p_one(target, law))
        one = state(layer, "given") if layer.name != "AlphaDropout" else _dropped(layer, case, "y")
        seen = {"Drop": "(np.abs(given) >= 1 / 128) & (np.abs(given) <= 8)"}.get("Drop" if "Drop" in layer.name else "")
        low = " & (np.abs(given + 1.758) >= 0.25)" if layer.name == "AlphaDropout" else ""
        shared = f".any(axis={law.shared_axes})" if law.shared_axes else ""
        shown += [
            f"    ones = (({one}) & {f'{seen}{low}' if seen else 'np.isfinite(given)'}){shared}.sum()",
            *unless(
                f"{least} <= ones <= {most}",
                f"In call {{call}}, {{ones}} of {n} units are dropped or noised; chance allows {least} to {most}.",
                4,
            ),
        ]
    deviation = law.stddev_in(target.dtype) if law.distribution is not None else 0.0
    if 0 < deviation < 100 and x.size:
        factor = "(y - given)[given != 0] / given[given != 0]" if "Dropout" in layer.name else "y - given"
        masked = "[y != given]" if law.has_mask else ""
        shown += [
            f"    noise = ({factor}){masked} / {deviation!r}",
            "    noise = noise[np.isfinite(noise)]",
            "    n = max(noise.size, 1)",
            "    mean, square = abs(noise.sum()) / n, (noise**2).sum() / n",
            # 9.3 standard deviations of the mean; of the square more, since it is skewed.
            "    chance = 9.3 * n**-0.5",
            *unless("mean <= chance", "In call {call} the noise has the mean {mean:.3g} in standard deviations.", 4),
            *unless(
                "max(1 - 1.5 * chance, 1e-9) <= square <= 1 + 1.5 * chance + chance**2",
                "In call {call} the noise has {square:.3g} times its variance.",
                4,
            ),
        ]
    return shown if len(shown) > 3 else []


def _every_call(layer: Layer, target: Target, case: Case) -> list[str]:
    ran = run(target, LONG_RUNS[target.mode])
    return [*ran, *_amounts(layer, target, case, "outputs"), *_supported(layer, target, case, "outputs")]


def _every_place(layer: Layer, target: Target, case: Case) -> list[str]:
    calls, law = LONG_RUNS[target.mode], law_of(target, case)
    least, most = chance.binomial_bounds(calls, p_one(target, law))
    shared = f".any(axis={law.shared_axes})" if law.shared_axes else ""
    return [
        *run(target, calls),
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
    said = f"In stretch {{wrong[0]}} of 4096 units the state is one {{ones[wrong[0]]}} times; chance allows {least} to {most}."
    return [
        *run(target, 1),
        f"y, x = outputs[0], np.asarray(x)",
        f"states = ({state(layer)}).ravel()",
        count,
        f"wrong = np.flatnonzero((ones < {least}) | (ones > {most}))",
        *unless("not len(wrong)", said),
        *_amounts(layer, target, case, "outputs"),
        *_supported(layer, target, case, "outputs"),
    ]


def _kept(layer: Layer, target: Target, _case: Case) -> list[str]:
    first = [*SAME, "layer = new()", f"first = np.asarray({layer.called()})"]
    again = [*rebuilt(layer, target.mode, "new()"), f"y = np.asarray({layer.called('again')})"]
    return [*first, *again, *unless("same(first, y)", "Rebuilt, the layer drops other elements than before.")]


def _policy(layer: Layer, _target: Target, _case: Case) -> list[str]:
    make = 'new(dtype=keras.mixed_precision.Policy("mixed_bfloat16"))'
    kept = "layer.compute_dtype == again.compute_dtype"
    return [*rebuilt(layer, "from_config", make), *unless(kept, "Rebuilt, it computes in {again.compute_dtype}.")]


def _rate_one(layer: Layer, target: Target, _case: Case) -> list[str]:
    ran = [line.replace("new()", "new(rate=1.0)") for line in run(target, 1)]
    return [*ran, *unless("not outputs[0].any()", "At rate 1, {np.count_nonzero(outputs[0])} elements are not 0.")]


def _rate_one_works(layer: Layer, target: Target, _case: Case) -> list[str]:
    ran = [line.replace("new()", "layer") for line in run(target, 1) if line != "layer = new()"]
    refused = ["try:", "    layer = new(rate=1.0)", "except ValueError:", "    raise SystemExit(0)"]
    return [*refused, *ran]


def _stddev(layer: Layer, _target: Target, _case: Case) -> list[str]:
    return ["layer = new(stddev=1.5)", layer.called()]


def _nonsense(layer: Layer, _target: Target, _case: Case) -> list[str]:
    tried = ["for rate in (-1.0, 1.5):", "    try:", "        layer = new(rate=rate)", f"        {layer.called()}"]
    refused = ["    except (ValueError, tf.errors.InvalidArgumentError):", "        continue"]
    return [*tried, *refused, '    raise SystemExit(f"rate={rate} is accepted.")']


def _zero(layer: Layer, target: Target, case: Case) -> list[str]:
    ran = [*SAME, *run(target, 1)]
    kept = f"same(outputs[0], np.asarray(x).astype({case.x.dtype.name!r}))"
    return [*ran, *unless(kept, "With the noise at 0 the layer changes its input.")]


SHOWS: dict[str, Shows] = {
    "new_call_new_noise": _calls,
    "many_calls_new_noise": _many_calls,
    "distant_calls_differ": _distant_calls,
    "replicas_draw_apart": _replicas,
    "new_trace_new_noise": _traces,
    "same_seed_same_noise": _same_seed,
    "neighbouring_seeds_differ": _seeds,
    "distant_seeds_differ": _distant,
    "identity_at_inference": _inference,
    "explicit_training_wins": _explicit,
    "shape_and_dtype_kept": _dtype,
    "input_untouched": _untouched,
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
    "data_format_kept": _kept,
    "noise_shape_kept": _kept,
    "policy_kept": _policy,
    "rate_zero_is_identity": _zero,
    "rate_one_drops_everything": _rate_one,
    "rate_one_is_rejected_or_works": _rate_one_works,
    "stddev_above_one_accepted": _stddev,
    "bad_rate_rejected": _nonsense,
}
"""What shows each property; a check whose finding needs more than its case, such as an index, has lines of its own."""
