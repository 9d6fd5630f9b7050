"""pinning.py: a check runs under the defaults, whatever is set, and whoever set it finds it again."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from noise_ops.subjects import pinning

OTHER = {
    "tf.config.run_functions_eagerly": lambda: tf.config.run_functions_eagerly(True),
    "tf.config.optimizer.set_jit": lambda: tf.config.optimizer.set_jit("autoclustering"),
    "tf.config.optimizer.set_experimental_options(auto_mixed_precision)": lambda: (
        tf.config.optimizer.set_experimental_options({"auto_mixed_precision": True})
    ),
    "tf.config.experimental.enable_tensor_float_32_execution": lambda: (
        tf.config.experimental.enable_tensor_float_32_execution(False)
    ),
    "tf.distribute.experimental_set_strategy": lambda: tf.distribute.experimental_set_strategy(
        tf.distribute.OneDeviceStrategy("CPU:0")
    ),
    "tf.debugging.enable_check_numerics": tf.debugging.enable_check_numerics,
    "keras.config.floatx": lambda: keras.config.set_floatx("float64"),
    "keras.config.epsilon": lambda: keras.config.set_epsilon(1e-3),
    "keras.config.image_data_format": lambda: keras.config.set_image_data_format("channels_first"),
    "keras.config.max_epochs": lambda: keras.config.set_max_epochs(1),
    "keras.config.max_steps_per_epoch": lambda: keras.config.set_max_steps_per_epoch(1),
    "keras.config.dtype_policy": lambda: keras.config.set_dtype_policy("mixed_bfloat16"),
    # Any object: TensorFlow is none of the backends for which Keras makes distributions.
    "keras.distribution.set_distribution": lambda: keras.distribution.set_distribution(object()),
    "tf_keras.backend.floatx": lambda: tf_keras.backend.set_floatx("float16"),
    "tf_keras.backend.epsilon": lambda: tf_keras.backend.set_epsilon(1e-3),
    "tf_keras.backend.image_data_format": lambda: tf_keras.backend.set_image_data_format("channels_first"),
    "tf_keras.mixed_precision.global_policy": lambda: tf_keras.mixed_precision.set_global_policy("mixed_bfloat16"),
    "tf_keras.backend.learning_phase": lambda: tf_keras.backend.set_learning_phase(1),
}
"""By setting, what a user may do in a conftest."""

BY_NAME = {setting.name: setting for setting in pinning.settings()}


@pytest.fixture
def given_back():
    """Undo what a test sets."""
    before = {setting: setting.read() for setting in pinning.settings()}
    yield
    for setting, value in before.items():
        if setting.read() is not value:
            setting.write(value)


def test_every_setting_has_a_way_to_be_set():
    assert OTHER.keys() == BY_NAME.keys()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("given_back")
@pytest.mark.parametrize("name", OTHER)
def test_a_setting_is_told_pinned_and_given_back(name):
    OTHER[name]()
    value = BY_NAME[name].read()
    assert name in pinning.departures()
    with pinning.pinned():
        assert not pinning.departures()
    assert BY_NAME[name].read() is value or BY_NAME[name].read() == value
    assert name in pinning.departures()


@pytest.mark.usefixtures("given_back")
def test_a_setting_is_given_back_when_a_check_fails():
    keras.config.set_floatx("float64")
    with pytest.raises(AssertionError), pinning.pinned():
        raise AssertionError
    assert keras.config.floatx() == "float64"


@pytest.mark.usefixtures("given_back")
@pytest.mark.parametrize("library", [keras, tf_keras])
def test_a_policy_that_nobody_set_still_follows_floatx_afterwards(library):
    name = "keras.config.dtype_policy" if library is keras else "tf_keras.mixed_precision.global_policy"
    BY_NAME[name].write(None)
    with pinning.pinned():
        library.layers.Dropout(0.5)  # which asks for the policy, and in Keras 3 fixes it
    backend = keras.config if library is keras else tf_keras.backend
    backend.set_floatx("float64")
    assert library.layers.Dropout(0.5).compute_dtype == "float64"


@pytest.mark.usefixtures("given_back")
def test_a_policy_that_was_only_asked_for_is_no_setting():
    keras.layers.Dropout(0.5)
    tf_keras.mixed_precision.set_global_policy("float32")
    assert not pinning.departures()


@pytest.mark.usefixtures("given_back")
def test_layers_are_made_under_the_defaults():
    keras.config.set_dtype_policy("mixed_bfloat16")
    keras.config.set_image_data_format("channels_first")
    with pinning.pinned():
        layer = keras.layers.SpatialDropout2D(0.5)
    assert (layer.compute_dtype, layer.data_format) == ("float32", "channels_last")


def test_numpys_errors_and_warnings_do_not_end_a_check():
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        with pinning.pinned():
            assert np.isinf(np.float32(1) / np.zeros(1, np.float32)).all()
        with pytest.raises(FloatingPointError):
            np.float32(1) / np.zeros(1, np.float32)


def test_the_global_seed_of_tensorflow_goes_on_where_it_was():
    tf.random.set_seed(7)
    expected = [tf.random.uniform([3]).numpy().tolist() for _ in range(2)]
    tf.random.set_seed(7)
    seen = [tf.random.uniform([3]).numpy().tolist()]
    with pinning.pinned():
        tf.random.set_seed(1)
        tf.random.uniform([3])
    assert [*seen, tf.random.uniform([3]).numpy().tolist()] == expected


@pytest.mark.parametrize("name", ["XLA_FLAGS", "TF_XLA_FLAGS", "TF_ENABLE_ONEDNN_OPTS", "TF_DETERMINISTIC_OPS"])
def test_a_variable_that_chooses_an_engine_is_named(monkeypatch, name):
    monkeypatch.setenv(name, "value")
    assert pinning.kept()[name] == "value"


@pytest.mark.parametrize("name", ["TF_CPP_MIN_LOG_LEVEL", "TF_CLI_CONFIG_FILE", "KERAS_HOME", "PYTHONHASHSEED"])
def test_a_variable_without_effect_is_not(monkeypatch, name):
    monkeypatch.setenv(name, "value")
    assert name not in pinning.kept()


def test_nothing_is_told_where_nothing_is_set(monkeypatch):
    for name in pinning.kept():
        monkeypatch.delenv(name)
    assert pinning.kept() == {}
    assert pinning.departures() == {}
