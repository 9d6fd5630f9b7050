"""Every layer and function at the far ends of a call: long runs, large tensors, long seeds, and any amount of noise."""

from noise_ops.checks import amounts, calls, outputs, stream
from noise_ops.checks.axes import large_case, small_case
from noise_ops.checks.domains import every_pair, numbered_cases, seed_cases
from noise_ops.checks.harness import OTHER_MODES, examine, in_dtypes, in_modes, of_keras3, over, try_once
from noise_ops.subjects.catalog import functions_for

OPS = (
    "dropout",
    "spatial_dropout",
    "gaussian_dropout",
    "gaussian_noise",
    "alpha_dropout",
    "masked_gaussian_noise",
    "uniform",
    "normal",
)
LAYERS = in_dtypes(OPS, ("float32",))
FLOAT32 = LAYERS + in_dtypes(OPS, ("float32",), of=functions_for)
FUNCTION = in_modes(OPS, ("function",)) + in_modes(OPS, ("function",), of=functions_for)
XLA = in_modes(OPS, ("xla",)) + in_modes(OPS, ("xla",), of=functions_for)
CALLED_AGAIN = [target for target in FLOAT32 + FUNCTION + XLA if not target.subject.stateless]
DETERMINED = [target for target in CALLED_AGAIN if target not in XLA]
DIFFERENTIABLE = [target for target in FLOAT32 + FUNCTION if target.subject.op not in ("uniform", "normal")]
EVERYWHERE = in_dtypes(OPS) + in_dtypes(OPS, of=functions_for) + in_modes(OPS, OTHER_MODES) + FUNCTION[len(LAYERS) :]


@over(EVERYWHERE)
def test_amount_of_noise(target):
    examine(target, amounts.amount_of_noise, every_pair)


@over(CALLED_AGAIN)
def test_every_place_is_noisy(target):
    try_once(target, amounts.every_place_is_noisy, small_case)


@over(CALLED_AGAIN)
def test_every_call_is_noisy(target):
    try_once(target, amounts.every_call_is_noisy, small_case)


@over(FLOAT32 + FUNCTION)
def test_every_stretch_is_noisy(target):
    try_once(target, amounts.every_stretch_is_noisy, large_case)


@over(FLOAT32 + FUNCTION)
def test_large_tensor_predicted(target):
    try_once(target, stream.large_tensor_predicted, large_case)


@over(DETERMINED)
def test_later_calls_predicted(target):
    try_once(target, stream.later_calls_predicted, small_case)


@over(CALLED_AGAIN)
def test_many_calls_new_noise(target):
    try_once(target, calls.many_calls_new_noise, small_case)


@over(DIFFERENTIABLE)
def test_every_gradient_is_noise_factor(target):
    try_once(target, outputs.every_gradient_is_noise_factor, small_case, large_case)


@over(FLOAT32)
def test_every_bit_of_a_seed_counts(target):
    examine(target, calls.every_bit_of_a_seed_counts, seed_cases)


@over(of_keras3(LAYERS))
def test_distant_calls_differ(target):
    examine(target, calls.distant_calls_differ, numbered_cases)
