"""noise_ops.layers: MaskedGaussianNoise is `noise_ops.masked_gaussian_noise`, as a layer of Keras 3 and of tf_keras.

Witness: the reference op, which tests/reference/test_ops.py holds to TensorFlow's own draws.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
import tf_keras

import noise_ops
from noise_ops.layers import keras2, keras3
from tests.reference._helpers import assert_same_bits, each_dtype, numpy_dtype

each_keras = pytest.mark.parametrize(
    ("library", "module"), [(keras, keras3), (tf_keras, keras2)], ids=["keras3", "tf_keras"]
)

X = np.random.default_rng(0).standard_normal((6, 5)).astype(np.float32)


def seed_of(module, seed):
    """The seed object that a layer of this generation follows after `set_seed(3)`."""
    return noise_ops.KerasSeed(seed) if module is keras3 else noise_ops.LegacySeed(3, seed)


@each_dtype
@each_keras
@pytest.mark.parametrize("seed", [7, None])
def test_layer_equals_its_reference_over_calls(library, module, dtype, seed):
    x = X.astype(numpy_dtype(dtype))
    noise_ops.set_seed(3)
    layer = module.MaskedGaussianNoise(0.3, 0.5, seed=seed, dtype=dtype)
    witness = [layer(x, training=True) for _ in range(3)]
    noise_ops.set_seed(3)
    predicted = seed_of(module, seed)
    for drawn in witness:
        assert_same_bits(noise_ops.masked_gaussian_noise(x, 0.3, 0.5, seed=predicted), drawn)


@each_keras
@pytest.mark.parametrize("shape", [(), (7,), (2, 0, 3), (2, 3, 4, 5, 2)], ids=str)
@pytest.mark.parametrize(("rate", "stddev"), [(0.3, 2.0), (1, 0.5), (0.999, 1e-3)])
def test_layer_equals_its_reference_over_shapes(library, module, shape, rate, stddev):
    x = np.full(shape, 0.75, np.float32)
    noise_ops.set_seed(3)
    drawn = module.MaskedGaussianNoise(rate, stddev, seed=7)(x, training=True)
    assert_same_bits(noise_ops.masked_gaussian_noise(x, rate, stddev, seed=seed_of(module, 7)), drawn)


@each_keras
def test_layer_equals_its_reference_inside_a_function(library, module):
    noise_ops.set_seed(3)
    layer, predicted = module.MaskedGaussianNoise(0.3, 0.5, seed=7), seed_of(module, 7)
    call = tf.function(lambda inputs: layer(inputs, training=True))
    for _ in range(3):
        assert_same_bits(noise_ops.masked_gaussian_noise(X, 0.3, 0.5, seed=predicted), call(X))


def test_keras_3_layer_equals_its_reference_under_xla():
    layer, predicted = keras3.MaskedGaussianNoise(0.3, 0.5, seed=7), noise_ops.KerasSeed(7, engine="xla")
    call = tf.function(lambda inputs: layer(inputs, training=True), jit_compile=True)
    for _ in range(2):
        assert_same_bits(noise_ops.masked_gaussian_noise(X, 0.3, 0.5, seed=predicted), call(tf.constant(X)))


@each_keras
@pytest.mark.parametrize("arguments", [{}, {"training": False}])
def test_layer_is_the_identity_at_inference(library, module, arguments):
    assert_same_bits(module.MaskedGaussianNoise(0.3, 0.5, seed=7)(X, **arguments), X)


@each_keras
@pytest.mark.parametrize(("rate", "stddev"), [(0, 0.5), (0.3, 0)])
def test_layer_without_noise_is_the_identity(library, module, rate, stddev):
    assert_same_bits(module.MaskedGaussianNoise(rate, stddev, seed=7)(X, training=True), X)


@each_keras
def test_layer_draws_in_fit_and_not_in_predict(library, module):
    layer = module.MaskedGaussianNoise(1.0, 0.5, seed=7)
    model = library.Sequential([library.Input((5,)), layer])
    assert_same_bits(model.predict(X, verbose=0), X)
    assert not np.array_equal(model(X, training=True), X)


@each_keras
def test_layer_passes_its_mask_and_shape_on(library, module):
    layer = module.MaskedGaussianNoise(0.3, 0.5)
    assert layer.supports_masking
    assert tuple(layer.compute_output_shape((None, 5))) == (None, 5)


@each_keras
def test_gradient_is_one_everywhere(library, module):
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = module.MaskedGaussianNoise(0.3, 0.5, seed=7)(x, training=True)
    assert_same_bits(tape.gradient(y, x), np.ones_like(X))


@each_keras
@pytest.mark.parametrize("seed", [7, None])
def test_config_round_trip_keeps_every_argument(library, module, seed):
    layer = module.MaskedGaussianNoise(0.3, 0.5, seed=seed, name="noise")
    config = layer.get_config()
    assert {name: config[name] for name in ("rate", "stddev", "seed", "name")} == {
        "rate": 0.3,
        "stddev": 0.5,
        "seed": seed,
        "name": "noise",
    }
    assert module.MaskedGaussianNoise.from_config(config).get_config() == config


@each_keras
def test_saved_model_loads_without_custom_objects_and_starts_at_its_first_call(library, module, tmp_path):
    model = library.Sequential([library.Input((5,)), module.MaskedGaussianNoise(0.3, 0.5, seed=7)])
    model(X, training=True)  # not kept by the file: Keras restores the seed of its own layers too, and not the call
    model.save(tmp_path / "model.keras")
    loaded = library.models.load_model(tmp_path / "model.keras")
    noise_ops.set_seed(3)
    drawn = loaded(X, training=True)
    assert_same_bits(noise_ops.masked_gaussian_noise(X, 0.3, 0.5, seed=seed_of(module, 7)), drawn)


@each_keras
@pytest.mark.parametrize(
    ("rate", "stddev", "says"),
    [
        (-0.1, 0.5, "rate must lie between 0 and 1"),
        (1.1, 0.5, "rate must lie between 0 and 1"),
        (float("nan"), 0.5, "rate must lie between 0 and 1"),
        (0.3, -0.5, "stddev must be at least 0 and finite"),
        (0.3, float("inf"), "stddev must be at least 0 and finite"),
        (0.3, float("nan"), "stddev must be at least 0 and finite"),
    ],
)
def test_a_level_out_of_range_is_refused(library, module, rate, stddev, says):
    with pytest.raises(ValueError, match=says):
        module.MaskedGaussianNoise(rate, stddev)


@each_keras
@pytest.mark.parametrize(("rate", "stddev"), [("0.3", 0.5), (0.3, "0.5"), (None, 0.5), (0.3, None)])
def test_a_level_that_is_no_number_is_refused(library, module, rate, stddev):
    with pytest.raises(TypeError):
        module.MaskedGaussianNoise(rate, stddev)


def test_the_package_offers_the_layer_of_the_installed_generation():
    assert noise_ops.layers.MaskedGaussianNoise is keras3.MaskedGaussianNoise
