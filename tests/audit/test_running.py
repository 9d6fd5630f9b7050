"""audit/running.py and factories.py: what is seen of a model that is run, and of one that a function makes."""

import sys

import keras
import numpy as np
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
        f"Seen here, on inputs that were made up: after one {library}.utils.set_random_seed, two training steps of a "
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
    assert found.message == "predict moves the seed generators of lstm."


def lstm(**arguments):
    """An LSTM with dropout."""
    return keras.layers.LSTM(2, dropout=0.2, seed=3, name="lstm", **arguments)


def test_a_function_that_draws_without_training_is_told():
    given = tf_keras.Input((64,))
    found, ran_as = ran(saved("tf_keras", "always.keras", tf_keras.Model(given, tf.nn.dropout(given, 0.5))))
    assert found == [("noisy-inference", "")]
    assert "training steps" in ran_as[0]


class Drifting(keras.layers.Layer):
    """Each that is made multiplies by another factor, and each call but those that are compiled by a further one."""

    made = 0

    def __init__(self, by_model, by_call):
        super().__init__()
        Drifting.made += 1
        self.factor, self.by_call = 1 + by_model * Drifting.made, by_call

    def call(self, x):
        self.factor *= 1 + self.by_call
        return x * self.factor


@pytest.mark.parametrize(
    ("by_model", "by_call", "codes"),
    [
        (0, 0, []),
        (1e-5, 0, ["last-digits"]),
        (1, 0, ["same-seed"]),
        (0, 1e-5, ["last-digits"]),
        (0, 1, ["noisy-inference"]),
    ],
    ids=["none", "last digits of a model", "a model", "last digits of a call", "a call"],
)
def test_what_rounding_can_do_is_told_apart_from_noise_that_differs_with_its_size(by_model, by_call, codes):
    def make():
        return in_sequence("keras", keras.layers.Dense(2), Drifting(by_model, by_call))

    found = running.run(of_layers(make()), make).judgements
    assert [each.code for each in found] == codes
    assert all(" differ by up to " in each.message for each in found)


def of_layers(model):
    """The audit of a model of Keras 3 that is none of its own noise."""
    return judging.audit(places.model(factories.read("made", model)), ["Drifting"])


def test_results_are_compared_by_their_largest_number_and_what_has_no_measure_is_infinitely_far():
    x = np.array([2.0, -4, np.nan, np.inf], np.float32)
    assert whole.apart([x], [x.copy()]) is None
    assert whole.apart([x], [x + np.array([0, 1, 0, 0], np.float32)]) == 0.25
    assert whole.apart([x], [x[:2]]) == whole.apart([x], [np.zeros(4, np.float32)]) == np.inf
    assert whole.apart([np.zeros(1)], [-np.zeros(1)]) == np.inf


@pytest.mark.parametrize("name", ["LSTM", "GRU", "SimpleRNN", "ConvLSTM1D"])
@pytest.mark.parametrize(("library", "argument"), [("keras", "recurrent_dropout"), ("tf_keras", "recurrent_dropout")])
def test_noise_that_is_drawn_in_a_loop_is_told_whether_two_runs_show_it_or_not(library, name, argument):
    of = LIBRARIES[library].layers
    made = getattr(of, name)(2, **({"kernel_size": 1} if "Conv" in name else {}), **{argument: 0.2}, name="inner")
    path = saved(
        library, f"loop-{name}-{argument}.keras", in_sequence(library, made, shape=(3, 4, 2)[: 2 + ("Conv" in name)])
    )
    audit = of_file(path)
    told = [each for each in running.run(audit, running.from_file(audit, path)).judgements if each.code == "same-seed"]
    assert [(each.message.partition(" draws")[0], [place.path for place in each.places]) for each in told] == (
        [("inner", ["inner"])] if library == "tf_keras" else []
    )


def test_layers_are_called_as_in_the_model_that_was_audited_whatever_number_keras_gives_them_next():
    def make():
        return in_sequence("keras", keras.layers.LSTM(2, dropout=0.2), shape=(4, 3))

    audit = judging.audit(places.model(factories.read("made", first := make())))
    (found,) = running.run(audit, make, first).judgements
    assert found.message == f"predict moves the seed generators of {audit.model.places[0].path}."


def test_a_model_that_raises_keeps_the_audit_of_its_config_and_is_no_pass():
    def make():
        return in_sequence("keras", keras.layers.Dropout(0.5, name="drop"), lstm(implementation=1), shape=(4, 3))

    audit = judging.audit(places.model(factories.read("made", make())))
    after = running.run(audit, make)
    assert [each.code for each in after.judgements] == ["not-run", *(each.code for each in audit.judgements)]
    assert after.judgements[0].message.startswith(
        "the model cannot be run here: lstm raises ValueError: Shape must be "
    )
    assert after.exit_code("law-changed") == 1


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
