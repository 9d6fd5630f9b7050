"""What the script of a finding shows: each property in lines of TensorFlow and NumPy, for a subject in a mode.

The lines take `x`, the input, and `new`, which seeds TensorFlow and makes the layer, or the function as one. They end
in a sentence and exit code 1 where the property is broken, and with 0 where it is kept.
"""

from __future__ import annotations

from noise_ops.checks import showing_others
from noise_ops.checks.axes import LONG_RUNS
from noise_ops.checks.scripting import SAME, UNSHOWN, Shows, apart, layer_of, printed, run, state, unless
from noise_ops.checks.showing_values import OF_VALUES, REBUILT, supported_lines
from noise_ops.comparison.script_modes import in_mode, rebuilt
from noise_ops.comparison.script_parts import Layer
from noise_ops.subjects.cases import Case
from noise_ops.subjects.inputs import SEED_DISTANCES
from noise_ops.subjects.targets import Target

_CALLS = 3


def lines(property_name: str, target: Target, case: Case, code: str = "") -> list[str]:
    """Return the lines that show a property, or say that they do not.

    Args:
      property_name: name of the check.
      target: what was asked.
      case: what it is made with, which `new` knows.
      code: that of the finding, which may be what another property asserts; "" for that of the property.
    """
    if code and (others := showing_others.lines(property_name, target, case, code)) is not None:
        return [*others, 'print("as documented")']
    layer = layer_of(target)
    shows = SHOWS.get(property_name)
    if shows is None:
        return [UNSHOWN, *run(target, _CALLS), *printed()]
    return [*shows(layer, target, case), 'print("as documented")']


_DISTINCT = [
    "kinds = [y.tobytes() for y in outputs]",
    "repeated = [(kinds.index(kind), call) for call, kind in enumerate(kinds) if kinds.index(kind) < call]",
]

_NO_REPEAT = unless("not repeated", "Call {repeated[0][1]} repeats the noise of call {repeated[0][0]}.")


def _calls(_layer: Layer, target: Target, _case: Case) -> list[str]:
    return [*run(target, _CALLS), *_DISTINCT, *_NO_REPEAT]


def _many_calls(layer: Layer, target: Target, case: Case) -> list[str]:
    states = f"outputs = [({state(layer)}) for y in outputs]"
    supported = supported_lines(layer, target, case, "outputs")
    return [*run(target, LONG_RUNS[target.mode]), *supported, "x = np.asarray(x)", states, *_DISTINCT, *_NO_REPEAT]


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


def _traces(layer: Layer, _target: Target, _case: Case) -> list[str]:
    return [*showing_others.retraced(layer), *_DISTINCT, *_NO_REPEAT]


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


def _distant(layer: Layer, target: Target, case: Case) -> list[str]:
    return apart((case.seed, *(case.seed + distance for distance in SEED_DISTANCES)))(layer, target, case)


def _inference(layer: Layer, target: Target, _case: Case) -> list[str]:
    if target.mode == "predict":
        around = ["layer = new()", "inputs = keras.Input(x.shape[1:], dtype=x.dtype)"]
        call = layer.called("layer", "inputs", "")
        shown = ["y = model.predict(x, batch_size=len(x), verbose=0)"]
        return [*SAME, *around, f"model = keras.Model(inputs, {call})", *shown, *unless("same(x, y)", _CHANGED)]
    calls = (layer.called(training=""), layer.called(training="training=False"))
    made = [*rebuilt(layer, target.mode, "new()"), "layer = again"] if target.mode in REBUILT else ["layer = new()"]
    wrap = "tf.function(lambda x: {})(x)" if target.mode == "function" else "{}"
    return [*SAME, *made, *(line for call in calls for line in unless(f"same(x, {wrap.format(call)})", _CHANGED))]


_CHANGED = "At inference the layer changes its input."


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


def _kept(layer: Layer, target: Target, _case: Case) -> list[str]:
    first = [*SAME, "layer = new()", f"first = np.asarray({layer.called()})"]
    again = [*rebuilt(layer, target.mode, "new()"), f"y = np.asarray({layer.called('again')})"]
    return [*first, *again, *unless("same(first, y)", "Rebuilt, the layer drops other elements than before.")]


def _policy(layer: Layer, _target: Target, _case: Case) -> list[str]:
    make = 'new(dtype=keras.mixed_precision.Policy("mixed_bfloat16"))'
    kept = "layer.compute_dtype == again.compute_dtype"
    return [*rebuilt(layer, "from_config", make), *unless(kept, "Rebuilt, it computes in {again.compute_dtype}.")]


def _rate_one(_layer: Layer, target: Target, _case: Case) -> list[str]:
    ran = [line.replace("new()", "new(rate=1.0)") for line in run(target, 1)]
    return [*ran, *unless("not outputs[0].any()", "At rate 1, {np.count_nonzero(outputs[0])} elements are not 0.")]


def _rate_one_works(_layer: Layer, target: Target, _case: Case) -> list[str]:
    ran = [line.replace("new()", "layer") for line in run(target, 1) if line != "layer = new()"]
    refused = ["try:", "    layer = new(rate=1.0)", "except ValueError:", "    raise SystemExit(0)"]
    return [*refused, *ran]


def _stddev(layer: Layer, _target: Target, _case: Case) -> list[str]:
    return ["layer = new(stddev=1.5)", layer.called()]


def _nonsense(layer: Layer, _target: Target, _case: Case) -> list[str]:
    tried = ["for rate in (-1.0, 1.5):", "    try:", "        layer = new(rate=rate)", f"        {layer.called()}"]
    refused = ["    except (ValueError, tf.errors.InvalidArgumentError):", "        continue"]
    return [*tried, *refused, '    raise SystemExit(f"rate={rate} is accepted.")']


def _zero(_layer: Layer, target: Target, case: Case) -> list[str]:
    ran = [*SAME, *run(target, 1)]
    kept = f"same(outputs[0], np.asarray(x).astype({case.x.dtype.name!r}))"
    return [*ran, *unless(kept, "With the noise at 0 the layer changes its input.")]


SHOWS: dict[str, Shows] = {
    **OF_VALUES,
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
