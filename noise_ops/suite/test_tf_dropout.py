"""tf.nn.dropout and tf.nn.experimental.stateless_dropout: the two functions every dropout layer calls."""

from noise_ops.checks import asked, calls, laws, limits, masks, outputs, stream
from noise_ops.checks.domains import every_pair, mask_cases, noise_shape_cases
from noise_ops.checks.harness import ask, examine, in_dtypes, in_modes, judge, over, over_grid
from noise_ops.subjects.catalog import functions_for

OPS = ("dropout",)
SUBJECTS = functions_for(OPS)
EAGER = in_dtypes(OPS, of=functions_for)
COMPILED = in_modes(OPS, ("function", "xla"), of=functions_for)
FLOAT32 = in_dtypes(OPS, ("float32",), of=functions_for)


@over(EAGER + COMPILED)
def test_predicted_stream(target):
    examine(target, stream.predicted_stream, every_pair)


@over(FLOAT32)
def test_boundary_kept(target):
    ask(target, stream.boundary_kept)


@over(EAGER + COMPILED)
def test_shape_and_dtype_kept(target):
    examine(target, outputs.shape_and_dtype_kept, every_pair)


@over(EAGER + COMPILED)
def test_support_and_scale(target):
    examine(target, outputs.support_and_scale, every_pair)


@over(FLOAT32)
def test_input_untouched(target):
    examine(target, outputs.input_untouched)


@over(FLOAT32)
def test_mask_independent_of_input(target):
    examine(target, masks.mask_independent_of_input)


@over(FLOAT32)
def test_non_finite_dropped(target):
    examine(target, masks.non_finite_dropped, mask_cases)


@over(FLOAT32)
def test_rate_zero_is_identity(target):
    examine(target, limits.rate_zero_is_identity)


@over(FLOAT32)
def test_bad_rate_rejected(target):
    examine(target, limits.bad_rate_rejected, mask_cases)


@over(FLOAT32)
def test_gradient_is_noise_factor(target):
    examine(target, outputs.gradient_is_noise_factor)


@over(FLOAT32)
def test_noise_shape_broadcasts(target):
    examine(target, masks.noise_shape_broadcasts, noise_shape_cases)


@over(FLOAT32)
def test_same_seed_same_noise(target):
    examine(target, calls.same_seed_same_noise, mask_cases)


@over(FLOAT32)
def test_neighbouring_seeds_differ(target):
    examine(target, calls.neighbouring_seeds_differ, mask_cases)


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


@over_grid(asked.of("evenly_spread", SUBJECTS))
def test_evenly_spread(target, parameter):
    judge(target, parameter, laws.evenly_spread)
