"""What the script of a finding shows: each property in lines of TensorFlow and NumPy, for a layer in a mode.

The lines take `x`, the input, and `new`, which seeds TensorFlow and makes the layer; the last one prints what the
finding speaks of.
"""

from __future__ import annotations

from collections.abc import Callable

from noise_ops.checks.axes import GRADIENT_RUNS, LONG_RUNS
from noise_ops.comparison.script_modes import in_mode, rebuilt
from noise_ops.comparison.script_parts import ALIKE, SEEN, Layer, compiled
from noise_ops.subjects.cases import Case

_ONES = "x * 0 + tf.cast(1, x.dtype)"
_FLOATS = "y = np.asarray({}).astype('float64')"
_CALLS = 3

Shows = Callable[[Layer, str, Case], list[str]]


def lines(property_name: str, class_name: str, mode: str, case: Case) -> list[str]:
    """Return the lines that show a property.

    Args:
      property_name: name of the check.
      class_name: class of the layer.
      mode: how it is run.
      case: what it is made with, which `new` knows.
    """
    layer = Layer("keras", class_name, "")
    return SHOWS.get(property_name, _outputs)(layer, mode, case)


def _outputs(layer: Layer, mode: str, _case: Case) -> list[str]:
    """Show the first elements of successive outputs."""
    return [*_run(layer, mode, _CALLS), "for output in outputs:", "    print(np.asarray(output).ravel()[:8])"]


def _run(layer: Layer, mode: str, calls: int) -> list[str]:
    if mode == "model":
        call = layer.called("layer", "inputs", "")
        around = ["inputs = keras.Input(x.shape[1:], dtype=x.dtype)", f"model = keras.Model(inputs, {call})"]
        return ["layer = new()", *around, f"outputs = [model(x, training=True) for _ in range({calls})]"]
    return in_mode(layer, mode, calls)


def _calls(layer: Layer, mode: str, _case: Case) -> list[str]:
    return [*ALIKE, *_run(layer, mode, _CALLS), "print(alike(outputs))"]


def _traces(layer: Layer, _mode: str, _case: Case) -> list[str]:
    larger = "tf.concat([x, x[:1]], 0)"
    step = ["layer = new()", *compiled(f"lambda x: {layer.called()}", "")]
    return [*ALIKE, *step, f"outputs = [step(y)[:len(x)] for y in (x, {larger}, x)]", "print(alike(outputs))"]


def _same_seed(layer: Layer, mode: str, _case: Case) -> list[str]:
    run = _run(layer, mode, 2)
    return [
        *run,
        "first = outputs",
        *run,
        "equal = [bool(np.all(a == b)) for a, b in zip(first, outputs)]",
        "print(equal)",
    ]


def _seeds(layer: Layer, _mode: str, case: Case) -> list[str]:
    made = [f"for seed in ({case.seed - 1}, {case.seed}, {case.seed + 1}):", "    layer = new(seed=seed)"]
    return [
        *ALIKE,
        "outputs = []",
        *made,
        f"    outputs += [{layer.called()}, {layer.called()}]",
        "print(alike(outputs))",
    ]


def _distant(layer: Layer, _mode: str, case: Case) -> list[str]:
    distances = ["for distance in (2**31 - 2, 2**31 - 1, 2**32):", f"    layer = new(seed={case.seed} + distance)"]
    first = ["layer = new()", f"first = np.asarray({layer.called()})"]
    same = f'    print("seeds {case.seed} and {case.seed} +", distance, "draw", "the same" if same else "other noise")'
    return [*first, *distances, f"    same = (first == np.asarray({layer.called()})).all()", same]


def _inference(layer: Layer, mode: str, _case: Case) -> list[str]:
    if mode == "predict":
        around = ["layer = new()", "inputs = keras.Input(x.shape[1:], dtype=x.dtype)"]
        model = [*around, f"model = keras.Model(inputs, {layer.called('layer', 'inputs', '')})"]
        return [*SEEN, *model, "print(seen(x, model.predict(x, verbose=0)))"]
    calls = (layer.called(training=""), layer.called(training="training=False"))
    return [*SEEN, *(f"print(seen(x, {call.replace('layer(', 'new()(', 1)}))" for call in calls)]


def _explicit(layer: Layer, _mode: str, _case: Case) -> list[str]:
    return [*SEEN, *in_mode(layer, "predict", 1), "print(seen(x, outputs[0]))"]


def _dtype(layer: Layer, mode: str, _case: Case) -> list[str]:
    return [*_run(layer, mode, 1), "y = np.asarray(outputs[0])", "print(y.dtype, y.shape)"]


def _untouched(layer: Layer, _mode: str, _case: Case) -> list[str]:
    return [
        "before = np.array(x)",
        "layer = new()",
        layer.called(),
        "print((before != np.asarray(x)).sum(), 'changed')",
    ]


def _support(layer: Layer, mode: str, case: Case) -> list[str]:
    factor = f"np.asarray(1 / (1 - {case.rate})).astype(x.dtype)"
    run = [*_run(layer, mode, 1), "y, x = np.asarray(outputs[0]), np.asarray(x)"]
    if layer.name == "AlphaDropout":  # a = ((1 - rate) (1 + rate alpha'**2))**-0.5, b = -a alpha' rate
        run += ["alpha = -1.7580993408473766", f"a = ((1 - {case.rate}) * (1 + {case.rate} * alpha**2)) ** -0.5"]
        near = f"np.isclose(y, alpha * a - a * alpha * {case.rate}) | np.isclose(y, a * x - a * alpha * {case.rate})"
        return [*run, f"wrong = ~({near})", 'print(wrong.sum(), "of", y.size, "outputs:", y[wrong][:8])']
    return [
        *run,
        f"wrong = (y != 0) & (y != x * {factor})",
        'print(wrong.sum(), "of", y.size, "outputs:", y[wrong][:8])',
    ]


def _on(layer: Layer, expressions: tuple[str, ...]) -> list[str]:
    made = (f"np.asarray({layer.called('new()', f'({x})')})" for x in expressions)
    return [f"{name} = {call}" for name, call in zip("abc", made, strict=False)]


def _scale(layer: Layer, _mode: str, _case: Case) -> list[str]:
    return [*_on(layer, ("x", "2 * x", "0 * x")), "print((b != 2 * a).sum(), np.count_nonzero(c), 'differ')"]


def _added(layer: Layer, _mode: str, _case: Case) -> list[str]:
    return [*_on(layer, ("x", "0 * x")), "print((a != np.asarray(x) + b).sum(), 'differ')"]


def _same_mask(layer: Layer, _mode: str, _case: Case) -> list[str]:
    ramp = "tf.reshape(tf.cast(tf.linspace(0.25, 1.25, tf.size(x)), x.dtype), x.shape)"
    signed = f"({ramp}) * tf.reshape(tf.cast(1 - 2 * (tf.range(tf.size(x)) % 2), x.dtype), x.shape)"
    low = ("a == np.min(a)", "np.isclose(b, np.min(a))") if layer.name == "AlphaDropout" else ("a == 0", "b == 0")
    return [*_on(layer, (_ONES, signed)), f"print((({low[0]}) != ({low[1]})).sum(), 'differ')"]


def _distinct(layer: Layer, mode: str, _case: Case) -> list[str]:
    return [*_run(layer, mode, 1), 'print(len(np.unique(np.asarray(outputs[0]))), "values of", np.size(outputs[0]))']


def _gradient(layer: Layer, _mode: str, _case: Case) -> list[str]:
    tape = ["layer = new()", "with tf.GradientTape() as tape:", "    tape.watch(x)", f"    y = {layer.called()}"]
    gradient = "slope = np.asarray(tf.convert_to_tensor(tape.gradient(y, x)))"
    ones = f"factor = np.asarray({layer.called('new()', f'({_ONES})')})"
    factor = "factor = np.ones(x.shape)" if layer.name.endswith("GaussianNoise") else ones
    return [*tape, gradient, factor, "print((slope != factor).sum(), 'of', slope.size, 'differ')"]


def _gradients(layer: Layer, mode: str, _case: Case) -> list[str]:
    step = ["layer = new()", "def step(x):", "    with tf.GradientTape() as tape:", "        tape.watch(x)"]
    step += [f"        y = {layer.called()}", "    return y, tf.convert_to_tensor(tape.gradient(y, x))"]
    traced = ["step = tf.function(step)"] if mode == "function" else []
    factors = {"AlphaDropout": "(y != np.min(y)) == (slope == np.max(slope))"}
    factors |= dict.fromkeys(("GaussianNoise", "MaskedGaussianNoise"), "slope == 1")
    calls = f"range(1 if tf.size(x) > 2**20 else {GRADIENT_RUNS.get(mode, 1)})"
    return [
        *step,
        *traced,
        f"for call in {calls}:",
        "    y, slope = map(np.asarray, step(x))",
        f"    wrong = np.sum(~({factors.get(layer.name, 'y == slope')}))",
        "    if wrong:",
        '        print(wrong, "of", y.size, "differ in call", call)',
    ]


def _every_call(layer: Layer, mode: str, _case: Case) -> list[str]:
    said = "np.std(y)" if "Gaussian" in layer.name else "np.mean(y == np.min(y))"
    what = "standard deviation" if "Gaussian" in layer.name else "share dropped"
    return [
        *_run(layer, mode, LONG_RUNS.get(mode, _CALLS)),
        f"said = [float({said}) for y in map(np.asarray, outputs)]",
        f'print("{what}:", min(said), "in call", np.argmin(said), "to", max(said), "in call", np.argmax(said))',
        "others = [call for call, y in enumerate(outputs) if not np.isin(y, outputs[0]).all()]",
        *([] if "Gaussian" in layer.name else ['print("values that call 0 has not in calls", others)']),
    ]


def _recomputed(layer: Layer, _mode: str, _case: Case) -> list[str]:
    lines = ["layer = new()", "with tf.GradientTape() as tape:", "    tape.watch(x)"]
    lines += [f"    y = tf.recompute_grad(lambda x: {layer.called()})(x)"]
    lines += ["slope = np.asarray(tape.gradient(y, x))"]
    same = "((np.asarray(y) == np.min(y)) == (slope == 0))" if layer.name == "AlphaDropout" else "(y == slope)"
    return [*lines, f'print("forward and backward pass agree on", np.mean({same}), "of the elements")']


def _kept(layer: Layer, mode: str, _case: Case) -> list[str]:
    first = ["layer = new()", f"first = np.asarray({layer.called()})"]
    again = [*rebuilt(layer, mode, "new()"), f"y = np.asarray({layer.called('again')})"]
    return [*first, *again, 'print((first != y).sum(), "of", y.size, "differ")']


def _policy(layer: Layer, _mode: str, _case: Case) -> list[str]:
    make = 'new(dtype=keras.mixed_precision.Policy("mixed_bfloat16"))'
    return [*rebuilt(layer, "from_config", make), "print(layer.compute_dtype, again.compute_dtype)"]


def _given(argument: str) -> Shows:
    def shows(layer: Layer, _mode: str, _case: Case) -> list[str]:
        return [f"layer = new({argument})", f"print(np.count_nonzero({layer.called()}), 'elements are not 0')"]

    return shows


def _nonsense(layer: Layer, _mode: str, _case: Case) -> list[str]:
    tried = ["for rate in (-1.0, 1.5):", "    layer = new(rate=rate)", f"    y = {layer.called()}"]
    return [*tried, "    print(rate, 'is accepted:', np.asarray(y).ravel()[:4])"]


def _zero(layer: Layer, mode: str, case: Case) -> list[str]:
    argument = "rate" if case.rate is not None else "stddev"
    changed = "(np.asarray(x) != y) | (np.signbit(x) != np.signbit(y))"
    nan = "~(np.isnan(np.asarray(x).astype('float64')) & np.isnan(np.asarray(y).astype('float64')))"
    run = [line.replace("new()", f"new({argument}=0.0)") for line in _run(layer, mode, 1)]
    return [*run, "y = np.asarray(outputs[0])", f"print((({changed}) & {nan}).sum(), 'differ')"]


SHOWS: dict[str, Shows] = {
    "new_call_new_noise": _calls,
    "replicas_draw_apart": _calls,
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
    "fine_grained": _distinct,
    "gradient_is_noise_factor": _gradient,
    "every_gradient_is_noise_factor": _gradients,
    "every_call_is_noisy": _every_call,
    "recomputation_keeps_mask": _recomputed,
    "data_format_kept": _kept,
    "noise_shape_kept": _kept,
    "policy_kept": _policy,
    "rate_zero_is_identity": _zero,
    "rate_one_drops_everything": _given("rate=1.0"),
    "rate_one_is_rejected_or_works": _given("rate=1.0"),
    "stddev_above_one_accepted": _given("stddev=1.5"),
    "bad_rate_rejected": _nonsense,
}
"""What shows each property; any other is shown by successive outputs."""
