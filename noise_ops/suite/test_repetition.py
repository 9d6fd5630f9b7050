"""Every layer and function: no piece of its noise is a copy of another, in a call or between calls, seeds, replicas."""

from noise_ops.checks import asked, laws, repeats
from noise_ops.checks.harness import SINGLE_MODES, ask, in_dtypes, in_modes, judge, over, over_grid, wide
from noise_ops.subjects.catalog import functions_for, layers_for
from noise_ops.subjects.classes import KERAS_LAYERS

MASKS = ("dropout", "spatial_dropout", "alpha_dropout", "masked_gaussian_noise")
OPS = tuple(dict.fromkeys((*(entry.op for entry in KERAS_LAYERS), *MASKS)))
FUNCTIONS = ("dropout", "uniform", "normal")
LAYERS = in_dtypes(OPS, ("float32",))
DRAWS = in_dtypes(FUNCTIONS, ("float32",), of=functions_for)
COUNTED = [target for target in DRAWS if not target.subject.stateless]
# The sum of an input and noise, rounded to half precision, does not show what was added.
OTHERS = in_modes(MASKS, SINGLE_MODES) + wide(in_modes(("gaussian_noise", "gaussian_dropout"), SINGLE_MODES))


@over_grid(asked.of("lags_independent", [*layers_for(OPS), *functions_for(FUNCTIONS)]))
def test_lags_independent(target, parameter):
    judge(target, parameter, laws.lags_independent)


@over(LAYERS + DRAWS)
def test_large_call_never_repeats(target):
    ask(target, repeats.large_call_never_repeats)


@over(LAYERS + DRAWS)
def test_large_call_varies_everywhere(target):
    ask(target, repeats.large_call_varies_everywhere)


@over(LAYERS + COUNTED + OTHERS)
def test_calls_never_repeat(target):
    ask(target, repeats.calls_never_repeat)


@over(in_modes(OPS, ("function",)))
def test_looped_calls_never_repeat(target):
    ask(target, repeats.looped_calls_never_repeat)


@over(LAYERS + DRAWS)
def test_seeds_never_repeat(target):
    ask(target, repeats.seeds_never_repeat)


@over(in_modes(OPS, ("mirrored",)))
def test_replicas_never_repeat(target):
    ask(target, repeats.replicas_never_repeat)
