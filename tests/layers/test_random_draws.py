"""tf.random.*: the words, uniforms and normals under every noise layer, one stage of the pipeline at a time."""

from noise_ops.checks import invariants, laws, stream
from noise_ops.checks.harness import examine, hold, in_dtypes, in_modes, over
from noise_ops.checks.strategies import mask_cases
from noise_ops.subjects.catalog import functions_for

UNIFORM, NORMAL = ("uniform",), ("normal",)
DRAWS = UNIFORM + NORMAL
EAGER = in_dtypes(DRAWS, of=functions_for)
COMPILED = in_modes(DRAWS, ("function", "xla"), of=functions_for)
FLOAT32 = in_dtypes(DRAWS, ("float32",), of=functions_for)


@over(in_dtypes(UNIFORM, ("float32",), of=functions_for))
def test_predicted_words(target):
    examine(target, stream.predicted_words)


@over(EAGER + COMPILED)
def test_predicted_stream(target):
    examine(target, stream.predicted_stream)


@over(EAGER + COMPILED)
def test_shape_and_dtype_kept(target):
    hold(invariants.shape_and_dtype_kept(target, target.standard))


@over(FLOAT32)
def test_same_seed_same_noise(target):
    examine(target, invariants.same_seed_same_noise, mask_cases)


@over([target for target in FLOAT32 if "stateless" in target.subject.name or "Generator" in target.subject.name])
def test_neighbouring_seeds_differ(target):
    examine(target, invariants.neighbouring_seeds_differ, mask_cases)


@over(in_dtypes(NORMAL, ("float32",), of=functions_for), (1.0,))
def test_noise_is_normal(target, parameter):
    hold(laws.noise_is_normal(target, parameter))


@over(in_dtypes(NORMAL, ("float32",), of=functions_for), (1.0,))
def test_noise_variance(target, parameter):
    hold(laws.noise_variance(target, parameter))
