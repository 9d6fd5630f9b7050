"""seeds.py: each seed class names the key and counter that TensorFlow, Keras 3 or tf_keras derives.

Witness: the installed TensorFlow, Keras and tf_keras, asked for float32 uniforms (the low 23 bits of each
word) or full-range integers (the words themselves). test_bits.py holds the words, test_variates.py the normals.
"""

import json
import os
import random
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
import tf_keras
from hypothesis import given
from hypothesis import strategies as st

import noise_ops
from noise_ops.reference import seeds
from noise_ops.reference.bits import philox_words
from noise_ops.reference.seeds import (
    Draw,
    GeneratorSeed,
    Keras2Seed,
    KerasGlobalSeed,
    KerasSeed,
    LegacySeed,
    StatelessSeed,
)
from noise_ops.reference.variates import normals
from tests.reference._helpers import assert_same_bits, numpy_dtype, reproducible

KERAS_SEEDS = [0, 1, 1337, -1, -5, 2**31 - 3, 2**31 - 2, 2**32 + 5, 2**62, 2**63 - 1, -(2**63)]
LEGACY_SEEDS = [0, 7, -5, 2**31 - 2, 2**31 - 1, 2**31, 2**40 + 3, 2**64 + 9, -(2**63), np.int64(12)]


def uniforms(seed, *shape, kind="uniform", index=0):
    """The float32 uniforms of the next draw: the low 23 bits of each word."""
    count = int(np.prod(shape))
    words = philox_words(seed.next(Draw(kind, "float32", count, index)), count)
    return ((words & 0x7FFFFF).astype(np.float32) * np.float32(2**-23)).reshape(shape)


def in_new_python(program, **environment):
    """What a program prints in a fresh interpreter."""
    variables = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=variables, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.fixture(scope="module")
def legacy_process():
    """What a process with TF_USE_LEGACY_KERAS=1 draws, before tf.random.set_seed was ever called and after."""
    program = """
import json, numpy as np, tensorflow as tf, noise_ops
assert tf.keras.layers.Dropout.__module__.startswith("tf_keras"), tf.keras.layers.Dropout
never_seeded = [tf.random.uniform([3], seed=5).numpy().tolist() for _ in range(2)]
x = np.ones((4, 5), np.float32)
noise_ops.set_seed(7)
witness = [tf.keras.layers.Dropout(0.4)(x, training=True).numpy() for _ in range(3)]
noise_ops.set_seed(7)
equal = [np.array_equal(noise_ops.dropout(x, 0.4), drawn) for drawn in witness]
print(json.dumps({"never seeded": never_seeded, "equal": equal}))
"""
    return json.loads(in_new_python(program, TF_USE_LEGACY_KERAS="1"))


# --- KerasSeed: a Keras 3 layer or SeedGenerator


@pytest.mark.parametrize("seed", KERAS_SEEDS)
def test_keras_seed_follows_a_seed_generator_over_calls(seed):
    generator, predicted = keras.random.SeedGenerator(seed), KerasSeed(seed)
    for _ in range(3):
        assert_same_bits(uniforms(predicted, 6), keras.random.uniform([6], seed=generator))


@pytest.mark.parametrize("seed", KERAS_SEEDS)
def test_keras_seed_starts_with_the_draw_of_an_integer_seed(seed):
    for _ in range(2):  # an integer gives the same draw every time
        assert_same_bits(uniforms(KerasSeed(seed), 6), keras.random.uniform([6], seed=seed))


@pytest.mark.parametrize("seed", [np.int64(5), np.uint8(5), np.array(5)])
def test_keras_seed_takes_numpy_integers_for_their_value(seed):
    # Keras itself refuses them in eager mode: its state would mix Python and NumPy integers.
    assert_same_bits(uniforms(KerasSeed(seed), 6), keras.random.uniform([6], seed=5))


@pytest.mark.parametrize("layer", ["Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout"])
def test_keras_seed_follows_a_layer_over_calls(layer):
    op = {
        "Dropout": noise_ops.dropout,
        "GaussianDropout": noise_ops.gaussian_dropout,
        "GaussianNoise": noise_ops.gaussian_noise,
        "AlphaDropout": noise_ops.alpha_dropout,
    }[layer]
    x, predicted = np.ones((4, 5), np.float32), KerasSeed(9)
    witness = getattr(keras.layers, layer)(0.4, seed=9)
    for _ in range(4):
        assert_same_bits(op(x, 0.4, seed=predicted), witness(x, training=True))


# Which elements of 24 Dropout(0.5, seed=...) of Keras 3.4.1, on TensorFlow 2.16.2, kept in its first two calls.
KERAS_3_4 = {
    -1: ("x..x..xx.xxxx.xxx..x..x.", ".xx..x....xxxxx...x...xx"),
    2**31: ("x.xxx.xxxxxxxxx.x......x", "x..x.........x..xxx..x.x"),
    2**63 - 1: ("x..x..xx.xxxx.xxx..x..x.", ".xx..x....xxxxx...x...xx"),
}


@pytest.mark.parametrize("seed", KERAS_3_4)
def test_the_seed_of_an_early_keras_3_draws_what_keras_3_4_drew(seed):
    early = KerasSeed.before_3_5(seed)
    drawn = [noise_ops.dropout(np.ones(24, np.float32), 0.5, seed=early) for _ in range(2)]
    assert ["".join("x" if kept else "." for kept in outputs) for outputs in drawn] == list(KERAS_3_4[seed])


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2), st.sampled_from(["kernel", "xla"]))
def test_the_seed_of_an_early_keras_3_keeps_32_bits(seed, calls, engine):
    """And in what both ranges hold it is the seed of a later one."""
    early = KerasSeed.before_3_5(seed, engine)
    low = np.int64(seed).astype(np.int32)
    for call in range(calls + 1):
        draw = Draw("uniform", "float32", 4)
        stream = early.next(draw)
        assert stream == StatelessSeed((low, call), engine).next(draw)
        assert low < 0 or low > 2**31 - 3 or stream == _call_of(KerasSeed(int(low), engine), call)


def _call_of(seed, call):
    return [seed.next(Draw("uniform", "float32", 4)) for _ in range(call + 1)][-1]


def test_keras_seed_follows_a_layer_inside_a_graph():
    x, layer, predicted = np.ones((4, 5), np.float32), keras.layers.Dropout(0.4, seed=9), KerasSeed(9)
    call = tf.function(lambda inputs: layer(inputs, training=True))
    for _ in range(3):
        assert_same_bits(noise_ops.dropout(x, 0.4, seed=predicted), call(x))


def test_keras_seeds_of_none_are_five_unseeded_layers():
    keras.utils.set_random_seed(7)
    layers = [keras.layers.Dropout(0.4) for _ in range(5)]
    random.seed(7)
    for layer in layers:
        generator = layer.seed_generator
        assert_same_bits(uniforms(KerasSeed(None), 6), keras.random.uniform([6], seed=generator))


# --- KerasGlobalSeed: keras.random without a seed


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_keras_global_seed_follows_unseeded_keras_random(seed):
    keras.utils.set_random_seed(seed)
    witness = [keras.random.uniform([6], seed=None) for _ in range(5)]
    random.seed(seed)
    predicted = KerasGlobalSeed()
    for drawn in witness:
        assert_same_bits(uniforms(predicted, 6), drawn)


def test_keras_global_seed_is_drawn_at_the_first_use():
    keras.utils.set_random_seed(7)
    for _ in range(2):
        keras.layers.Dropout(0.4)
    drawn = keras.random.uniform([6], seed=None)
    generator = random.Random(7)
    third = [generator.randint(1, 10**9) for _ in range(3)][2]
    assert_same_bits(uniforms(KerasGlobalSeed(third), 6), drawn)


# --- StatelessSeed


@given(st.tuples(*[st.integers(-(2**63), 2**63 - 1)] * 2))
@reproducible(100)
def test_stateless_seed_draws_tensorflows_words(seed):
    witness = tf.random.stateless_uniform([6], seed, minval=None, maxval=None, dtype=tf.uint32)
    assert_same_bits(philox_words(StatelessSeed(seed).next(Draw("uniform", "uint32", 6)), 6), witness)


def test_stateless_seed_takes_unsigned_words_for_their_signed_twins():
    unsigned, signed = StatelessSeed((2**64 - 5, 2**63)), StatelessSeed((-5, -(2**63)))
    assert_same_bits(uniforms(unsigned, 6), uniforms(signed, 6))
    assert_same_bits(uniforms(unsigned, 6), tf.random.stateless_uniform([6], (-5, -(2**63))))


@tf.function(jit_compile=True)
def words_under_xla(seed):
    return tf.random.stateless_uniform([6], seed, minval=None, maxval=None, dtype=tf.uint32)


@given(st.tuples(*[st.integers(-(2**63), 2**63 - 1)] * 2))
@reproducible(50)
def test_stateless_seed_draws_the_words_of_xla(seed):
    stream = StatelessSeed(seed, engine="xla").next(Draw("uniform", "uint32", 6))
    assert_same_bits(philox_words(stream, 6), words_under_xla(tf.constant(seed, tf.int64)))


def test_stateless_seed_under_xla_keeps_the_low_32_bits():
    small, large = (StatelessSeed(pair, engine="xla") for pair in ((5, 6), (5 + 2**32, 6 - 2**40)))
    assert_same_bits(uniforms(large, 6), uniforms(small, 6))
    # The kernels keep all 64: the two pairs part there.
    assert not np.array_equal(uniforms(StatelessSeed((5 + 2**32, 6)), 6), uniforms(StatelessSeed((5, 6)), 6))


def test_stateless_seed_is_the_same_at_every_call():
    seed = StatelessSeed((3, 4))
    assert_same_bits(uniforms(seed, 6), uniforms(seed, 6))


def test_stateless_seed_moves_to_the_next_pair_for_a_second_draw_of_one_op():
    assert_same_bits(uniforms(StatelessSeed((3, 4)), 6, index=1), tf.random.stateless_uniform([6], (3, 5)))


# --- LegacySeed: tf.random.set_seed and the stateful ops


def test_golden_stream_of_seed_0():
    # `tf.random.set_seed(0); tf.random.normal([10])` in TensorFlow 2.4.4, 2.15.1, 2.16.2, 2.19.1 and 2.21.0.
    stream = LegacySeed(0).next(Draw("normal", "float32", 10))
    start = normals(stream, 10, numpy_dtype("float32"))[:3]
    assert_same_bits(start, np.float32([1.5110626, 0.42292204, -0.41969493]))


@pytest.mark.parametrize("global_seed", LEGACY_SEEDS)
def test_legacy_seed_predicts_the_kth_unseeded_eager_op(global_seed):
    tf.random.set_seed(global_seed)
    predicted = LegacySeed(global_seed)
    for k in range(4):
        assert_same_bits(uniforms(predicted, k + 2), tf.random.uniform([k + 2]))


@pytest.mark.parametrize("global_seed", [0, 7, -5, 2**31 - 1])
@pytest.mark.parametrize("op_seed", LEGACY_SEEDS)
def test_legacy_seed_with_an_op_seed_goes_on_where_the_last_call_stopped(global_seed, op_seed):
    # The pair (0, 0), also as (2**31 - 1, 0), would mean "draw at random" to the kernels: TensorFlow moves it.
    tf.random.set_seed(global_seed)
    predicted = LegacySeed(global_seed, op_seed)
    for count in (5, 3, 0, 4):
        assert_same_bits(uniforms(predicted, count), tf.random.uniform([count], seed=op_seed))


@given(st.integers(-(2**70), 2**70), st.one_of(st.none(), st.integers(-(2**63), 2**70)))
@reproducible(60)
def test_legacy_seed_holds_over_the_range_of_integers(global_seed, op_seed):
    tf.random.set_seed(global_seed)
    assert_same_bits(uniforms(LegacySeed(global_seed, op_seed), 5), tf.random.uniform([5], seed=op_seed))


def test_uniform_and_dropout_share_a_kernel():
    tf.random.set_seed(7)
    predicted = LegacySeed(7, 9)
    assert_same_bits(uniforms(predicted, 4), tf.random.uniform([4], seed=9))
    kept = tf.nn.dropout(tf.ones([64]), 0.5, seed=9).numpy() != 0
    assert np.array_equal(uniforms(predicted, 64) >= 0.5, kept)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_dtypes_do_not_share_a_kernel(dtype):
    tf.random.set_seed(7)
    predicted = LegacySeed(7, 9)
    for name in (dtype, "float32", dtype):
        stream = predicted.next(Draw("normal", name, 5))
        drawn = tf.random.normal([5], seed=9, dtype=name)
        assert_same_bits(normals(stream, 5, numpy_dtype(name)), drawn)


def test_uniform_and_normal_do_not_share_a_kernel():
    tf.random.set_seed(7)
    predicted = LegacySeed(7, 9)
    for _ in range(2):
        assert_same_bits(uniforms(predicted, 4), tf.random.uniform([4], seed=9))
        stream = predicted.next(Draw("normal", "float32", 4))
        assert_same_bits(normals(stream, 4, numpy_dtype("float32")), tf.random.normal([4], seed=9))


def test_an_unseeded_op_inside_a_function_takes_its_index_as_op_seed():
    tf.random.set_seed(7)
    draw_thrice = tf.function(lambda: [tf.random.uniform([5]) for _ in range(3)])
    predicted = [LegacySeed(7, index) for index in range(3)]
    for _ in range(2):
        for seed, drawn in zip(predicted, draw_thrice(), strict=True):
            assert_same_bits(uniforms(seed, 5), drawn)


def test_a_seeded_op_inside_a_function_goes_on_over_calls():
    tf.random.set_seed(7)
    draw, predicted = tf.function(lambda: tf.random.uniform([5], seed=9)), LegacySeed(7, 9)
    for _ in range(3):
        assert_same_bits(uniforms(predicted, 5), draw())


def test_legacy_seed_without_a_global_seed_uses_the_default_graph_seed(legacy_process):
    predicted = LegacySeed(None, 5)
    assert legacy_process["never seeded"] == [uniforms(predicted, 3).tolist() for _ in range(2)]


# --- Keras2Seed: a seeded layer of tf_keras


@pytest.mark.parametrize(("global_seed", "seed"), [(7, 9), (0, 0), (0, -1), (3, 2**31 - 2), (7, np.int64(3))])
def test_keras2_seed_follows_a_seeded_tf_keras_layer_over_eager_calls(global_seed, seed):
    tf.random.set_seed(global_seed)
    x, layer, predicted = (
        np.ones((4, 5), np.float32),
        tf_keras.layers.Dropout(0.4, seed=seed),
        Keras2Seed(global_seed, seed),
    )
    for _ in range(4):
        assert_same_bits(noise_ops.dropout(x, 0.4, seed=predicted), layer(x, training=True))


@pytest.mark.parametrize(
    ("layer", "op"),
    [
        ("GaussianNoise", noise_ops.gaussian_noise),
        ("GaussianDropout", noise_ops.gaussian_dropout),
        ("AlphaDropout", noise_ops.alpha_dropout),
    ],
)
def test_keras2_seed_follows_the_other_tf_keras_layers(layer, op):
    tf.random.set_seed(7)
    x, witness, predicted = np.ones((4, 5), np.float32), getattr(tf_keras.layers, layer)(0.4, seed=9), Keras2Seed(7, 9)
    for _ in range(4):
        assert_same_bits(op(x, 0.4, seed=predicted), witness(x, training=True))


def test_an_unseeded_tf_keras_layer_follows_the_legacy_seed():
    tf.random.set_seed(7)
    x, layer, predicted = np.ones((4, 5), np.float32), tf_keras.layers.Dropout(0.4), LegacySeed(7)
    for _ in range(4):
        assert_same_bits(noise_ops.dropout(x, 0.4, seed=predicted), layer(x, training=True))


def test_a_seeded_tf_keras_layer_inside_a_function_follows_the_legacy_seed():
    tf.random.set_seed(7)
    x, layer, predicted = tf.ones((4, 5)), tf_keras.layers.Dropout(0.4, seed=9), LegacySeed(7, 9)
    call = tf.function(lambda inputs: layer(inputs, training=True))
    for _ in range(3):
        assert_same_bits(noise_ops.dropout(x.numpy(), 0.4, seed=predicted), call(x))


# --- GeneratorSeed: tf.random.Generator

GENERATOR_SEEDS = [0, 1234, -1, -5, 2**63, 2**64 + 5, 2**192 - 1, 2**192 + 5, -(2**64) - 1]
GENERATOR_SEEDS += [np.int64(12), np.int32(-3), True]  # a NumPy integer is the key, a Python one the counter


def generator_of(seed):
    return tf.random.Generator.from_seed(seed, alg="philox")


@pytest.mark.parametrize("seed", GENERATOR_SEEDS)
def test_generator_seed_follows_a_generator_over_draws(seed):
    generator, predicted = generator_of(seed), GeneratorSeed(seed)
    for count in (5, 0, 3, 7):
        assert_same_bits(uniforms(predicted, count), generator.uniform([count]))


def test_generator_seed_serves_normals_from_the_same_counter():
    generator, predicted = generator_of(1234), GeneratorSeed(1234)
    for name in ("float32", "float64"):
        stream = predicted.next(Draw("normal", name, 7))
        assert_same_bits(normals(stream, 7, numpy_dtype(name)), generator.normal([7], dtype=name))
    assert_same_bits(uniforms(predicted, 4), generator.uniform([4]))


def test_generator_seed_carries_into_the_high_counter_word():
    seed = 2**64 - 1
    generator, predicted = generator_of(seed), GeneratorSeed(seed)
    for _ in range(2):
        assert_same_bits(uniforms(predicted, 9), generator.uniform([9]))


@pytest.mark.parametrize("seed", [1234, np.int64(12), -5])
def test_made_seeds_are_the_generators(seed):
    generator, predicted = generator_of(seed), GeneratorSeed(seed)
    for count in (3, 1, 0):
        assert predicted.make_seeds(count) == [tuple(pair) for pair in generator.make_seeds(count).numpy().T.tolist()]
    assert_same_bits(uniforms(predicted, 4), generator.uniform([4]))


def test_split_gives_the_generators_children():
    generator, predicted = generator_of(1234), GeneratorSeed(1234)
    for child, witness in zip(predicted.split(3), generator.split(3), strict=True):
        for _ in range(2):
            assert_same_bits(uniforms(child, 5), witness.uniform([5]))
    assert_same_bits(uniforms(predicted, 4), generator.uniform([4]))


def test_split_children_keep_the_engine():
    assert [child.engine for child in GeneratorSeed(1, engine="xla").split(2)] == ["xla", "xla"]


# --- set_seed and seed=None


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1])
def test_set_seed_makes_unseeded_ops_equal_unseeded_layers(seed):
    x = np.ones((4, 5), np.float32)
    noise_ops.set_seed(seed)
    witness = [keras.layers.Dropout(0.4)(x, training=True) for _ in range(3)]
    noise_ops.set_seed(seed)
    for drawn in witness:
        assert_same_bits(noise_ops.dropout(x, 0.4), drawn)


@pytest.mark.parametrize("first", [0.0, 1.0])
def test_an_op_that_draws_nothing_leaves_the_next_unseeded_layer_in_place(first):
    # A Keras 3 Dropout makes a SeedGenerator at rate 1 and none at rate 0.
    x = np.ones((4, 5), np.float32)
    noise_ops.set_seed(7)
    witness = [keras.layers.Dropout(rate)(x, training=True) for rate in (first, 0.4)]
    noise_ops.set_seed(7)
    for rate, drawn in zip((first, 0.4), witness, strict=True):
        assert_same_bits(noise_ops.dropout(x, rate), drawn)


def test_set_seed_under_legacy_keras_makes_unseeded_ops_equal_unseeded_layers(legacy_process):
    assert legacy_process["equal"] == [True, True, True]


@pytest.mark.parametrize(
    "draw",
    [random.random, np.random.random, lambda: tf.random.uniform([]).numpy(), lambda: keras.random.uniform([]).numpy()],
    ids=["python", "numpy", "tensorflow", "keras"],
)
def test_set_seed_seeds_every_loaded_library(draw):
    draws = []
    for seed in (7, 7, 8):
        noise_ops.set_seed(seed)
        draws.append(draw())
    assert draws[0] == draws[1] != draws[2]


def test_importing_the_reference_imports_no_tensorflow():
    program = (
        "import sys, noise_ops; noise_ops.set_seed(1); print({'tensorflow', 'keras', 'tf_keras'} & set(sys.modules))"
    )
    assert in_new_python(program) == "set()"


@pytest.mark.parametrize(("flag", "generation"), [("1", 2), ("True", 2), ("0", 3), ("", 3)])
def test_the_installed_generation_follows_the_legacy_flag(monkeypatch, flag, generation):
    # TensorFlow 2.21's own test of TF_USE_LEGACY_KERAS; Keras 3 and tf_keras are both installed here.
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", flag)
    assert seeds.installed_keras_generation() == generation


# --- What is refused

REFUSED = {
    "keras: text": (lambda: KerasSeed("7"), TypeError, "must be an integer"),
    "keras: float": (lambda: KerasSeed(7.0), TypeError, "must be an integer"),
    "keras: 64 bits": (lambda: KerasSeed(2**63), ValueError, "fit in 64 bits"),
    "keras: -64 bits": (lambda: KerasSeed(-(2**63) - 1), ValueError, "fit in 64 bits"),
    "keras: engine": (lambda: KerasSeed(7, engine="gpu"), ValueError, "engine must be"),
    "global: text": (lambda: KerasGlobalSeed("7"), TypeError, "must be an integer"),
    "global: 64 bits": (lambda: KerasGlobalSeed(2**63), ValueError, "fit in 64 bits"),
    "stateless: number": (lambda: StatelessSeed(7), TypeError, "pair of integers"),
    "stateless: triple": (lambda: StatelessSeed((1, 2, 3)), TypeError, "pair of integers"),
    "stateless: floats": (lambda: StatelessSeed((1.0, 2)), TypeError, "must be an integer"),
    "stateless: 64 bits": (lambda: StatelessSeed((1, 2**64)), ValueError, "fit in 64 bits"),
    "legacy: nothing": (lambda: LegacySeed(None), ValueError, "needs a global seed or an op seed"),
    "legacy: text": (lambda: LegacySeed("7"), TypeError, "must be an integer"),
    "legacy: op float": (lambda: LegacySeed(7, 1.5), TypeError, "must be an integer"),
    "legacy: xla": (lambda: LegacySeed(7, engine="xla"), ValueError, "no seed determines"),
    "keras2: text": (lambda: Keras2Seed(7, "9"), TypeError, "must be an integer"),
    "keras2: none": (lambda: Keras2Seed(7, None), TypeError, "must be an integer"),
    "generator: float": (lambda: GeneratorSeed(1.0), TypeError, "must be an integer"),
    "generator: none": (lambda: GeneratorSeed(None), TypeError, "must be an integer"),
    "as_seed: text": (lambda: seeds.as_seed("7"), TypeError, "seed must be"),
    "as_seed: float": (lambda: seeds.as_seed(7.0), TypeError, "seed must be"),
    "as_seed: pair": (lambda: seeds.as_seed((1, 2)), TypeError, "seed must be"),
    "set_seed: negative": (lambda: noise_ops.set_seed(-1), ValueError, r"\[0, 2\*\*32\)"),
    "set_seed: 32 bits": (lambda: noise_ops.set_seed(2**32), ValueError, r"\[0, 2\*\*32\)"),
    "set_seed: none": (lambda: noise_ops.set_seed(None), TypeError, "must be an integer"),
}


@pytest.mark.parametrize(("make", "error", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_seed_is_refused_in_one_sentence(make, error, says):
    with pytest.raises(error, match=says) as caught:
        make()
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seed", [-1, 2**32, None, "7"])
def test_a_refused_set_seed_leaves_the_libraries_alone(seed):
    before = random.getstate()
    with pytest.raises((TypeError, ValueError)):
        noise_ops.set_seed(seed)
    assert random.getstate() == before
