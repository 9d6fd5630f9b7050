"""audit/running.py and factories.py: what is seen of a model that is run, and of one that a function makes."""

import sys

import keras
import pytest
import tensorflow as tf
import tf_keras

from noise_ops.audit import factories, judging, places, running
from noise_ops.errors import UserError
from noise_ops.subjects import whole
from tests.audit._audits import of_file, told
from tests.audit._models import LIBRARIES, half, in_sequence, rich, saved

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


def ran(path):
    """What is told of a file that is run, beside what its config tells."""
    audit = of_file(path)
    after = running.run(audit, running.from_file(audit, path))
    return [each for each in told(after) if each not in told(audit)], after.ran


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_real_model_trains_and_predicts_as_it_should(library):
    found, (sentence,) = ran(half(library=library))
    assert found == []
    assert sentence.startswith(
        "Seen here, on inputs that were made up: after one keras.utils.set_random_seed, two training steps of a new "
    )
    assert "two calls without training give the same bits; two calls of predict give the same bits" in sentence
    assert ("predict moves no state of seed generators" in sentence) == (library == "keras")


@pytest.mark.parametrize("form", ["json", "h5"])
def test_other_files_are_run_as_well(form):
    if form == "h5":
        pytest.importorskip("h5py")
    drop = tf_keras.layers.Dropout(0.5)
    assert ran(saved("tf_keras", f"run.{form}", in_sequence("tf_keras", drop)))[0] == []


def test_recurrent_layers_of_keras_3_draw_in_predictions_and_are_named():
    assert ran(rich("keras"))[0] == [("inference-draws", "")]
    audit = of_file(path := saved("keras", "cell.keras", in_sequence("keras", lstm(), shape=(4, 3))))
    (found,) = running.run(audit, running.from_file(audit, path)).judgements
    assert found.message.startswith("predict moves the seed generators of lstm/lstm_cell, ")


def lstm(**arguments):
    """An LSTM with dropout."""
    return keras.layers.LSTM(2, dropout=0.2, seed=3, name="lstm", **arguments)


def test_a_function_that_draws_without_training_is_told():
    given = tf_keras.Input((64,))
    found, ran_as = ran(saved("tf_keras", "always.keras", tf_keras.Model(given, tf.nn.dropout(given, 0.5))))
    assert found == [("noisy-inference", "")] * 2
    assert "training steps" in ran_as[0]


def test_a_seed_that_does_not_make_a_step_repeatable_is_told():
    class Clock(keras.layers.Layer):
        def call(self, x):
            return x + tf.cast(tf.timestamp() % 1000, x.dtype)

    seen = whole.observe(lambda: in_sequence("keras", Clock()))
    assert not seen.same_step
    assert not seen.same_call


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: keras.Sequential([keras.layers.Dense(2)]), "says no shape of its inputs"),
        (lambda: in_sequence("keras", keras.layers.Hashing(4), dtype="string"), "an input of dtype string"),
        (lambda: 1 / 0, "raises ZeroDivisionError: division by zero"),
        (lambda: in_sequence("keras", lstm(implementation=1), shape=(4, 3)), r"at most rank 3 but is rank 4"),
    ],
    ids=["not built", "strings", "raises", "within a call"],
)
def test_a_model_that_cannot_be_run_is_refused_in_one_sentence(make, words):
    with pytest.raises(UserError, match=rf"^the model .*{words}.*\.$"):
        whole.observe(make)


MODULE = """
import keras

def make():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dropout(0.5, seed=7), keras.layers.Dropout(0.5, seed=7)])

class Own(keras.Model):
    def __init__(self, table):
        super().__init__()
        self.drop = keras.layers.Dropout(0.25, name="drop")

    def call(self, x):
        return self.drop(x)

def own():
    return Own(object())

def nan():
    model = make()
    model.layers[0].rate = float("nan")
    return model

def boom():
    raise ValueError("no such dataset\\nat all")

def number():
    return 7

constant = 3
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of factories in the working directory."""
    (tmp_path / "my_factories.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path])
    monkeypatch.delitem(sys.modules, "my_factories", raising=False)


def of_factory(text):
    """The audit of what a factory makes."""
    return judging.audit(places.model(factories.read(text, factories.find(text)())))


@pytest.mark.usefixtures("module")
def test_the_model_of_a_factory_is_audited_by_its_config():
    audit = of_factory("my_factories:make")
    assert (audit.model.name, audit.model.version) == ("my_factories:make", keras.__version__)
    assert told(audit) == [("shared-seed", "")]
    assert told(running.run(audit, factories.find("my_factories:make"))) == [("shared-seed", "")]


@pytest.mark.usefixtures("module")
def test_a_model_of_ones_own_class_is_not_judged_but_for_its_layers():
    audit = of_factory("my_factories:own")
    assert told(audit) == [("not-judged", "")]
    assert [(place.path, place.strength) for place in audit.model.places] == [("Own", None), ("drop", 0.25)]


@pytest.mark.usefixtures("module")
def test_a_rate_that_is_nan_is_judged_where_a_config_holds_it():
    assert ("meaningless-rate", "") in told(of_factory("my_factories:nan"))


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("my_factories:boom", "could not be called: ValueError: no such dataset at all"),
        ("my_factories:number", "returned an object of type int, and no model of Keras"),
        ("my_factories:constant", "is no function"),
        ("my_factories:missing", "has no missing"),
        ("my_missing:make", "cannot be imported: it raises ModuleNotFoundError"),
    ],
)
def test_a_factory_that_makes_no_model_is_refused_in_one_sentence(text, words):
    with pytest.raises(UserError, match=rf"^{text.partition(':')[0]}(:\w+)? {words}.*\.$"):
        of_factory(text)


@pytest.mark.parametrize("text", ["a.b:c.d", "a:b"])
def test_a_factory_is_named_by_module_and_function(text):
    assert factories.is_factory(text)


@pytest.mark.parametrize("text", ["a.keras", "C:\\a", "a:b:c", ":a", "a:", "a b:c"])
def test_a_file_is_not_taken_for_a_factory(text):
    assert not factories.is_factory(text)
