"""SpatialDropout1D, 2D, 3D: Dropout of whole feature maps, one mask unit a (batch, channel) pair."""

from noise_ops.checks import asked, calls, laws, limits, masks, outputs, round_trips, stream
from noise_ops.checks.domains import (
    channels_first_cases,
    every_pair,
    finite_cases,
    mask_cases,
    moderate_seed_cases,
    noise_shape_cases,
)
from noise_ops.checks.harness import (
    INFERENCE_MODES,
    OTHER_MODES,
    REBUILT_MODES,
    examine,
    in_dtypes,
    in_modes,
    judge,
    over,
    over_grid,
)
from noise_ops.subjects.catalog import layers_for

OPS = ("spatial_dropout",)
SUBJECTS = layers_for(OPS)
EAGER = in_dtypes(OPS)
BOTH_WIDTHS = in_dtypes(OPS, ("bfloat16", "float32"))
REBUILT = in_modes(OPS, REBUILT_MODES)
FROM_CONFIG = in_modes(OPS, ("from_config",))
OTHERS = in_modes(OPS, OTHER_MODES)
FLOAT32 = in_dtypes(OPS, ("float32",))


@over(EAGER + OTHERS)
def test_predicted_stream(target):
    examine(target, stream.predicted_stream, every_pair)


@over(BOTH_WIDTHS + REBUILT + in_modes(OPS, INFERENCE_MODES))
def test_identity_at_inference(target):
    examine(target, outputs.identity_at_inference)


@over(EAGER + OTHERS)
def test_shape_and_dtype_kept(target):
    examine(target, outputs.shape_and_dtype_kept, every_pair)


@over(FLOAT32)
def test_input_untouched(target):
    examine(target, outputs.input_untouched)


@over(EAGER + OTHERS)
def test_support_and_scale(target):
    examine(target, outputs.support_and_scale, every_pair)


@over(BOTH_WIDTHS + FROM_CONFIG)
def test_mask_independent_of_input(target):
    examine(target, masks.mask_independent_of_input)


@over(BOTH_WIDTHS)
def test_non_finite_dropped(target):
    examine(target, masks.non_finite_dropped, mask_cases)


@over(BOTH_WIDTHS + FROM_CONFIG)
def test_rate_zero_is_identity(target):
    examine(target, limits.rate_zero_is_identity)


@over(BOTH_WIDTHS)
def test_rate_one_drops_everything(target):
    examine(target, limits.rate_one_drops_everything, finite_cases)


@over(BOTH_WIDTHS + FROM_CONFIG)
def test_gradient_is_noise_factor(target):
    examine(target, outputs.gradient_is_noise_factor)


@over(BOTH_WIDTHS)
def test_noise_shape_broadcasts(target):
    examine(target, masks.noise_shape_broadcasts, noise_shape_cases)


@over([target for target in REBUILT if target.subject.rank != 3])  # the 1D layer has no data_format
def test_data_format_kept(target):
    examine(target, round_trips.data_format_kept, channels_first_cases)


@over(FLOAT32 + REBUILT)
def test_same_seed_same_noise(target):
    examine(target, calls.same_seed_same_noise, mask_cases)


@over(FLOAT32 + OTHERS)
def test_new_call_new_noise(target):
    examine(target, calls.new_call_new_noise, mask_cases)


@over(FLOAT32)
def test_neighbouring_seeds_differ(target):
    examine(target, calls.neighbouring_seeds_differ, mask_cases)


@over(FLOAT32)
def test_distant_seeds_differ(target):
    examine(target, calls.distant_seeds_differ, moderate_seed_cases)


@over(FLOAT32)
def test_policy_kept(target):
    examine(target, round_trips.policy_kept, mask_cases)


@over(FLOAT32)
def test_recomputation_keeps_mask(target):
    examine(target, masks.recomputation_keeps_mask, mask_cases)


@over(FLOAT32)
def test_bad_rate_rejected(target):
    examine(target, limits.bad_rate_rejected, mask_cases)


@over(in_modes(OPS, ("predict",)))
def test_explicit_training_wins(target):
    examine(target, outputs.explicit_training_wins)


@over(in_modes(OPS, ("mirrored",)))
def test_replicas_draw_apart(target):
    examine(target, calls.replicas_draw_apart)


@over_grid(laws.decidable(asked.of("mask_density", SUBJECTS)))
def test_mask_density(target, parameter):
    judge(target, parameter, laws.mask_density)


@over_grid(asked.of("lattice_density", SUBJECTS))
def test_lattice_density(target, parameter):
    judge(target, parameter, laws.lattice_density)


@over_grid(asked.of("mean_preservation", SUBJECTS))
def test_mean_preservation(target, parameter):
    judge(target, parameter, laws.mean_preservation)


@over_grid(asked.of("noise_variance", SUBJECTS))
def test_noise_variance(target, parameter):
    judge(target, parameter, laws.noise_variance)


@over_grid(asked.of("neighbours_independent", SUBJECTS))
def test_neighbours_independent(target, parameter):
    judge(target, parameter, laws.neighbours_independent)


@over_grid(asked.of("calls_independent", SUBJECTS))
def test_calls_independent(target, parameter):
    judge(target, parameter, laws.calls_independent)


@over_grid(asked.of("replicas_independent", SUBJECTS))
def test_replicas_independent(target, parameter):
    judge(target, parameter, laws.replicas_independent)


@over_grid(asked.of("evenly_spread", SUBJECTS))
def test_evenly_spread(target, parameter):
    judge(target, parameter, laws.evenly_spread)
