"""tf.random.*: the words, uniforms and normals under every noise layer, one stage of the pipeline at a time."""

from noise_ops.checks import asked, calls, laws, outputs, stream
from noise_ops.checks.domains import every_pair, mask_cases
from noise_ops.checks.harness import examine, in_dtypes, in_modes, judge, over, over_grid
from noise_ops.subjects.catalog import functions_for

UNIFORM, NORMAL = ("uniform",), ("normal",)
DRAWS = UNIFORM + NORMAL
SUBJECTS = functions_for(DRAWS)
EAGER = in_dtypes(DRAWS, of=functions_for)
COMPILED = in_modes(DRAWS, ("function", "xla"), of=functions_for)
FLOAT32 = in_dtypes(DRAWS, ("float32",), of=functions_for)


@over(in_dtypes(UNIFORM, ("float32",), of=functions_for))
def test_predicted_words(target):
    examine(target, stream.predicted_words)


@over(EAGER + COMPILED)
def test_predicted_stream(target):
    examine(target, stream.predicted_stream, every_pair)


@over(EAGER + COMPILED)
def test_shape_and_dtype_kept(target):
    examine(target, outputs.shape_and_dtype_kept, every_pair)


@over(FLOAT32)
def test_same_seed_same_noise(target):
    examine(target, calls.same_seed_same_noise, mask_cases)


@over(FLOAT32)
def test_neighbouring_seeds_differ(target):
    examine(target, calls.neighbouring_seeds_differ, mask_cases)


@over_grid(asked.of("mask_density", SUBJECTS))
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


@over_grid(asked.of("noise_is_normal", SUBJECTS))
def test_noise_is_normal(target, parameter):
    judge(target, parameter, laws.noise_is_normal)


@over_grid(asked.of("neighbours_independent", SUBJECTS))
def test_neighbours_independent(target, parameter):
    judge(target, parameter, laws.neighbours_independent)


@over_grid(asked.of("calls_independent", SUBJECTS))
def test_calls_independent(target, parameter):
    judge(target, parameter, laws.calls_independent)


@over_grid(asked.of("evenly_spread", SUBJECTS))
def test_evenly_spread(target, parameter):
    judge(target, parameter, laws.evenly_spread)
