"""usage/model.py: what a model uses is read from its file, in its dtypes and with its arguments."""

import keras
import pytest
import tf_keras

from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped
from noise_ops.usage import asked, model
from noise_ops.usage.used import UNKNOWN, Used, Why
from tests.usage._models import layer, saved
from tests.usage._trees import written

KNOWN = shipped.signatures()


def read(path):
    return model.read(path, KNOWN)


of_keras = pytest.mark.filterwarnings("ignore")  # which warns of what it does itself while it saves


@of_keras
def test_what_keras_saved_is_read_with_dtypes_and_arguments(tmp_path):
    layers = keras.layers
    built = keras.Sequential(
        [
            keras.Input((8, 4)),
            layers.Dropout(0.5, noise_shape=(None, 1, 4), seed=3, name="a"),
            layers.LSTM(4, recurrent_dropout=0.2, name="b"),
            layers.GaussianNoise(0.1, dtype="mixed_bfloat16", name="c"),
            layers.Dense(2),
        ]
    )
    built.save(tmp_path / "a.keras")
    found = {used.subject: used for used in read(tmp_path / "a.keras").used}
    dropout, noise = "keras.layers.Dropout", "keras.layers.GaussianNoise"
    recurrent = "keras.layers.LSTM(recurrent_dropout)"
    arguments = (("noise_shape", (None, 1, 4)), ("rate", 0.5), ("seed", 3), ("training", False))
    assert found.keys() == {dropout, noise, recurrent}
    assert found[dropout] == Used(dropout, dropout, "float32", arguments, False, ("a",))
    assert found[noise] == Used(noise, noise, "bfloat16", (("stddev", 0.1), ("training", False)), True, ("c",))
    assert found[recurrent].argument("recurrent_dropout") == 0.2
    assert found[recurrent].argument("seed") is None


@of_keras
def test_what_keras_2_saved_may_be_loaded_by_either_keras(tmp_path):
    built = tf_keras.Sequential([tf_keras.Input((4,)), tf_keras.layers.Dropout(0.5)])
    built.save(tmp_path / "a.h5", save_format="h5")
    found = read(tmp_path / "a.h5")
    assert {used.subject for used in found.used} == {"tf_keras.layers.Dropout", "keras.layers.Dropout"}
    assert {used.written for used in found.used} == {"tf.keras.layers.Dropout"}
    assert found.number == 1


def test_what_is_not_known_is_not_resolved_and_what_is_not_recorded_is_named(tmp_path):
    own = layer("Mine", module="mine.layers")
    found = read(saved(tmp_path / "a.json", layer("Dropout", rate=0.5), layer("RandomFlip"), own))
    (flip,) = found.unrecorded(KNOWN)
    assert flip.place.endswith("keras.layers.RandomFlip")
    (told,) = found.places(Why.UNRESOLVED)
    assert "Mine" in told


@pytest.mark.parametrize("layers", [[], [layer("Dense", units=3)], [layer("LSTM", units=3, dropout=0.0)]])
def test_a_model_without_noise_has_no_answer(layers, tmp_path):
    path = saved(tmp_path / "a.json", *layers)
    with pytest.raises(UserError, match="draws noise that noise_ops knows"):
        read(path)


def test_where_code_loads_the_model_that_is_read_it_is_in_no_doubt(tmp_path):
    path = saved(tmp_path / "a.json", layer("Dropout", rate=0.5))
    loading = "import keras\nkeras.layers.AlphaDropout(r)\nkeras.models.load_model('models/{name}')"
    for name, number in (("a.json", 0), ("b.json", 1)):
        both = asked.of(written(tmp_path / "src", a=loading.format(name=name)), path, KNOWN)
        assert len(both.doubtful) == number


def test_code_and_model_together_are_what_either_uses(tmp_path):
    code = written(tmp_path / "src", a="import keras\nkeras.layers.AlphaDropout(r)")
    path = saved(tmp_path / "a.json", layer("Dropout", rate=0.5), layer("Mine", module="mine"))
    both = asked.of(code, path, KNOWN)
    assert both.subjects == {"keras.layers.AlphaDropout", "keras.layers.Dropout"}
    assert both.owner == "your code or your model"
    assert both.source == f"{code} and {path}"
    assert len(both.places(Why.UNRESOLVED)) == 1
    assert {used.argument("rate") for used in both.used} == {0.5, UNKNOWN}
    assert asked.of(None, None, KNOWN) is None
