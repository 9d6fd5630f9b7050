"""What a script shows of a change: lines that run a layer, or a function as one, and print what the finding says."""

from __future__ import annotations

import re
from collections.abc import Callable

from noise_ops.comparison import script_contracts as contracts
from noise_ops.comparison import script_modes as modes
from noise_ops.comparison import script_parts as parts
from noise_ops.comparison.changes import Change
from noise_ops.comparison.script_parts import Layer
from noise_ops.subjects.inputs import SEED


def tried(lines: list[str]) -> list[str]:
    """Return lines that print, in place of what is to be seen, what is raised."""
    handler = ["except Exception as error:", '    print("raises", type(error).__name__ + ":", error)']
    return ["try:", *(f"    {line}" for line in lines), *handler]


def stream(change: Change, layer: Layer) -> list[str]:
    """Show the raw words of the first units, as a fingerprint holds them."""
    run = modes.in_mode(layer, change.mode, 3)
    units = f"np.asarray(outputs[0]){layer.units}"
    return [*run, *parts.WORDS, *_zeros(change), f'print("works; first units:", words({units}))']


def _zeros(change: Change) -> list[str]:
    if change.code != "signed-zeros":
        return []
    zeros = "y = np.asarray(outputs[0]).astype('float64')"
    return [zeros, 'print("of", (y == 0).sum(), "zeros,", (np.signbit(y) & (y == 0)).sum(), "are -0")']


def _labels(change: Change, layer: Layer) -> list[str]:
    """Show which of several draws are the same."""
    argument = change.property.partition(" ")[2]
    call = layer.called()
    if argument == "twice_in_trace":
        lines = ["layer = new()", *parts.compiled(f"lambda x: ({call}, {call})", ""), "outputs = [*step(x), *step(x)]"]
    elif argument == "retraced":
        lines = ["layer = new()", *parts.compiled(f"lambda x, flag: {call}", "")]
        lines += ["outputs = [step(x, flag) for flag in (False, True, False)]"]
    elif argument == "in_loop":
        lines = [
            "layer = new()",
            "draws = tf.TensorArray(tf.float32, size=3)",
            f"body = lambda i, draws: (i + 1, draws.write(i, {call}))",
            *parts.compiled("lambda: tf.while_loop(lambda i, _: i < 3, body, (tf.constant(0), draws))[1].stack()", ""),
            "outputs = list(step())",
        ]
    elif argument.removeprefix("in_") in modes.TRANSFORMATIONS:
        lines = modes.transformed(layer, argument.removeprefix("in_"))
    else:
        lines = modes.in_mode(layer, change.mode, 3)
    return [*parts.ALIKE, *lines, "print(alike(outputs))"]


def _neighbours(_change: Change, layer: Layer) -> list[str]:
    """Show two calls with a seed, and two with the next."""
    call = layer.called()
    lines = ["outputs = []", f"for seed in ({SEED}, {SEED} + 1):", "    layer = new(seed=seed)"]
    return [*parts.ALIKE, *lines, f"    outputs += [{call}, {call}]", "print(alike(outputs))"]


def _distant(_change: Change, layer: Layer) -> list[str]:
    """Show seeds far apart that draw the same."""
    return [
        (
            f'seeds = {{"s": {SEED}, "s + 2**31 - 2": {SEED} + 2**31 - 2, "s + 2**31 - 1": {SEED} + 2**31 - 1, '
            f'"s + 2**32": {SEED} + 2**32}}'
        ),
        "drawn = {}",
        "for name, seed in seeds.items():",
        "    layer = new(seed=seed)",
        f"    drawn.setdefault(np.asarray({layer.called()}).tobytes(), []).append(name)",
        'shared = " and ".join(" and ".join(names) for names in drawn.values() if len(names) > 1)',
        'print(f"seeds {shared} draw the same" if shared else "all draws differ")',
    ]


def _unseeded(_change: Change, layer: Layer) -> list[str]:
    """Show which call determines the noise of an unseeded layer."""
    own = [
        'if hasattr(keras.utils, "set_random_seed"):',
        '    ways["keras.utils.set_random_seed"] = [keras.utils.set_random_seed]',
    ]
    return [
        "reset = lambda: None",
        'ways = {"random.seed": [random.seed], "numpy.random.seed": [np.random.seed]}',
        'ways["tf.random.set_seed"] = [tf.random.set_seed]',
        'ways["together"] = [random.seed, np.random.seed, tf.random.set_seed]',
        *([] if layer.library == "tf" else own),
        "found = []",
        "for name, setters in ways.items():",
        "    outputs = []",
        "    for other in (1, 2):",
        "        for seed in ways['together'] + setters:",
        "            seed(7 if seed in setters else other)",
        "        layer = new(seed=None)",
        f"        outputs.append(np.asarray({layer.called()}))",
        "    if (outputs[0] == outputs[1]).all():",
        "        found.append(name)",
        "print(*found)",
    ]


def _unseeded_stream(_change: Change, layer: Layer) -> list[str]:
    """Show the first units of an unseeded layer after everything was seeded."""
    seeded = ["for seed in (random.seed, np.random.seed, tf.random.set_seed):", "    seed(7)"]
    lines = ["reset = lambda: None", *seeded, "layer = new(seed=None)", *parts.WORDS]
    return [*lines, f'print("works; first units:", words(np.asarray({layer.called()})))']


def _same_seed(change: Change, layer: Layer) -> list[str]:
    """Show whether two new layers of one seed agree."""
    run = modes.in_mode(layer, change.mode, 1)
    return [
        *run,
        "first = np.asarray(outputs[0])",
        *run,
        'print("yes" if (first == np.asarray(outputs[0])).all() else "no")',
    ]


def _density(change: Change, layer: Layer) -> list[str]:
    """Show how many units are dropped."""
    if "beside" in change.property and layer.recurrent:
        rates = ("0.5", "0.25") if layer.option == "dropout" else ("0.25", "0.5")
        lines = [f"layer = new(dropout={rates[0]}, recurrent_dropout={rates[1]}, return_sequences=True)"]
        lines += [f"y = np.asarray({layer.called()})"]
        dropped = "y[:, 1][y[:, 0] != 0] == 0" if layer.option == "recurrent_dropout" else "y[:, 0] == 0"
        return [*lines, f"dropped = {dropped}", *_share()]
    changes = f"{layer.strength[0]}={rate}" if (rate := _rate(change)) else ""
    calls = 2
    lines = [*modes.in_mode(layer, change.mode, 3 + calls)] if not changes else [f"layer = new({changes})"]
    if changes:
        lines += [f"outputs = [{layer.called()} for _ in range({calls})]"]
    lines += [f"y = np.concatenate([np.asarray(y).astype('float64'){layer.units}.ravel() for y in outputs[-{calls}:]])"]
    return [*lines, f"dropped = {layer.dropped_of_ones}", *_share()]


def _rate(change: Change) -> str:
    found = re.fullmatch(r"mask_density (0\.\d+)", change.property)
    return found[1] if found and found[1] != "0.3" else ""


def _share() -> list[str]:
    return ['print(f"drops {dropped.sum() / dropped.size:.4f} of {dropped.size}")']


def _normal(change: Change, layer: Layer) -> list[str]:
    """Show variance and tails of noise that is normal, with a standard deviation of one half."""
    run = modes.in_mode(layer, change.mode, 5)
    x = ["x = 0 * x"] if layer.name == "GaussianNoise" else []
    noise = "z = np.concatenate([np.asarray(y).astype('float64').ravel() for y in outputs[3:]])"
    shift = "" if layer.name == "GaussianNoise" else " - 1"
    steps = f"z = np.rint((z{shift}) * 2 * 256) / 256"
    return [*x, *run, noise, f"tail = (np.abs((z{shift}) * 2) > 4.5).sum()", steps, *_tails()]


def _tails() -> list[str]:
    return ['print(f"variance {(z**2).mean():.4f}, {tail} of {z.size} beyond 4.5 standard deviations")']


def _non_finite(_change: Change, layer: Layer) -> list[str]:
    """Show what becomes of nan and infinity where they are dropped."""
    return [
        "told = []",
        "for name in ('ones', 'nan', 'inf', '-inf'):",
        "    layer = new()",
        "    x = x * 0 + tf.cast(1.0 if name == 'ones' else float(name), x.dtype)",
        f"    y = np.asarray({layer.called()}).astype('float64')",
        "    if name == 'ones':",
        "        dropped = y < (y.min() + y.max()) / 2",
        "    else:",
        "        kinds = {'nan' if np.isnan(v) else 'finite' if np.isfinite(v) else f'{v:g}' for v in y[dropped]}",
        "        told.append(f\"{name} becomes {' or '.join(sorted(kinds))}\")",
        "    x = tf.zeros_like(x)",
        "print(', '.join(told))",
    ]


def _gradient(_change: Change, layer: Layer) -> list[str]:
    """Show the gradient of a call beside the factor of its forward pass."""
    tape = ["layer = new()", "with tf.GradientTape() as tape:", "    tape.watch(x)", f"    y = {layer.called()}"]
    slope = ["slope = tape.gradient(y, x)"]
    return [*tape, *slope, 'print("gradient:", np.asarray(slope).ravel()[:8], "factor:", np.asarray(y).ravel()[:8])']


def _recomputed(change: Change, layer: Layer) -> list[str]:
    """Show whether a forward pass that is computed again draws its noise again."""
    wrapper = "keras.remat" if change.property.endswith("keras.remat") else "tf.recompute_grad"
    if layer.name == "AlphaDropout":  # of ones, y is one value where a unit is dropped, another where it is kept
        factor, drawn = "low(y), low(slope)", ["low = lambda z: z < (z.min() + z.max()) / 2"]
    else:
        factor, drawn = "y, slope", []
    step = [
        "layer = new()",
        "def step(x):",
        "    with tf.GradientTape() as tape:",
        "        tape.watch(x)",
        f"        y = {wrapper}(lambda x: {layer.called()})(x)",
        "    return y, tape.gradient(y, x)",
    ]
    step += parts.compiled("step", "") if change.mode == "function" else []
    step += ["y, slope = (np.asarray(z) for z in step(x))", *drawn]
    return [*step, f'print("same noise" if np.allclose({factor}, rtol=1e-3) else "other noise")']


def _changed(change: Change, layer: Layer) -> list[str]:
    """Show how strong the noise is after the argument is changed: in what was traced before, and beside it."""
    name, value = layer.strength
    variable, other = change.property.endswith("tf.Variable"), "2.0" if layer.name == "GaussianNoise" else "0.9"
    lines = ["x = 0 * x" if layer.name == "GaussianNoise" else "x = tf.ones_like(x)"]
    if change.mode == "fit":
        before = [*modes.in_mode(layer, "fit", 1), f"layer.{name} = {other}"]
        fitted = "model.fit(x, np.zeros(shown.shape), epochs=1, **options)"
        run = [*before, fitted, "model.compile(keras.optimizers.SGD(0.0), loss)", fitted]
        seen = "{'fit': outputs[1], 'fit compiled again': outputs[2]}"
    else:
        made = [f"given = tf.Variable({value})", f"layer = new({name}=given)"] if variable else ["layer = new()"]
        run = [*made, *parts.compiled(f"lambda x: {layer.called()}", ""), "step(x)"]
        run += [f"given.assign({other})" if variable else f"layer.{name} = {other}"]
        seen = f"{{'traced': step(x), 'eager': {layer.called()}}}"
    strength = {
        "GaussianNoise": "y.std()",
        "GaussianDropout": "y.var() / (1 + y.var())",
    }.get(layer.name, f"({layer.dropped_of_ones}).mean()")
    return [
        *lines,
        *run,
        "told = []",
        f"for how, y in {seen}.items():",
        f"    y = np.asarray(y).astype('float64'){layer.units}",
        f"    strength = {strength}",
        f"    near = [w for w, s in (('as made', {value}), ('as changed', {other})) if abs(strength / s - 1) < 0.1]",
        "    told.append(f\"{how} {(near or ['otherwise'])[0]}\")",
        "print(', '.join(told))",
    ]


def _inference(_change: Change, layer: Layer) -> list[str]:
    """Show what is made of an input outside training."""
    return [*parts.SEEN, "layer = new()", f"print(seen(x, {layer.called(training='training=False')}))"]


def _explicit(_change: Change, layer: Layer) -> list[str]:
    """Show what training=True in a functional model is worth in predict."""
    return [*modes.in_mode(layer, "predict", 1), *parts.SEEN, "print(seen(x, outputs[0]))"]


def _likeness(change: Change, layer: Layer) -> list[str]:
    """Show what a mode shares with eager execution."""
    same, other = "draws what eager execution draws, bit for bit", "draws other noise than eager execution"
    run = modes.in_mode(layer, change.mode, 1)
    return [
        "layer = new()",
        f"eager = np.asarray({layer.called()})",
        *run,
        "y = np.asarray(outputs[0])",
        f'print("{same}" if (eager == y).all() else "{other}")',
    ]


SHOWS: dict[str, Callable[[Change, Layer], list[str]]] = {
    "new_call_new_noise": _labels,
    "replicas_draw_apart": _labels,
    "neighbouring_seeds_differ": _neighbours,
    "distant_seeds_differ": _distant,
    "seeded_by": _unseeded,
    "unseeded_stream": _unseeded_stream,
    "same_seed_same_noise": _same_seed,
    "mask_density": _density,
    "noise_is_normal": _normal,
    "accepts": contracts.replaced,
    "config": contracts.config,
    "refused": contracts.refused,
    "gate_masks": contracts.gates,
    "mask_over_time": contracts.over_time,
    "rate_zero_is_identity": contracts.rate_zero,
    "non_finite_dropped": _non_finite,
    "gradient_is_noise_factor": _gradient,
    "recomputation_keeps_mask": _recomputed,
    "changed_attribute": _changed,
    "variables": contracts.variables,
    "variable_names": contracts.variable_names,
    "identity_at_inference": _inference,
    "explicit_training_wins": _explicit,
    "mode_draws_eager_stream": _likeness,
    "policy_kept": contracts.kept,
    "noise_shape_kept": contracts.kept,
    "data_format_kept": contracts.kept,
    "shape_and_dtype_kept": contracts.described,
    "seed_state": contracts.seed_state,
}
"""What shows each property; any other is shown by the layer's stream."""
