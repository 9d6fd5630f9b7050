"""report/of_audit.py: the answer says what it rests on, and what is said of seeds is what libraries do."""

import numpy as np
import pytest

from noise_ops.audit import judging
from noise_ops.audit.judgements import Judged, Judgement
from noise_ops.findings import Verdict
from noise_ops.report import of_audit, text
from tests.audit._audits import KERAS_3, TF_KERAS, audited
from tests.audit._models import LIBRARIES, by_hand, in_sequence, layer, saved

DROP = layer("Dropout", rate=0.5, name="drop")
HALF = layer("Dropout", rate=0.01, dtype="bfloat16", name="half")
MINE = layer("DropPath", None, "my>DropPath", name="path")
FLIP = layer("RandomFlip", name="flip", seed=1)
ONE = layer("Dropout", rate=1.0, name="one")
DENSE = layer("Dense", name="dense")

FINE = "Yes, as far as is known: nothing is amiss with the"
OF_FLIP = "How flip changes images was not judged: hold it to its law, docs/own_layers.md."
CONTRACT = "of what layers accept or start from"


@pytest.mark.parametrize(
    ("layers", "answer"),
    [
        ([DENSE], "There is none: no layer that draws noise was found in by hand (1 layer)."),
        (
            [DROP],
            f"{FINE} one layer that draws, at its own rate, dtype and seed.",
        ),
        (
            [DROP, FLIP],
            f"{FINE} 2 layers that draw, at their own rates, dtypes and seeds. {OF_FLIP}",
        ),
        ([HALF], "No: 1 finding of the law of the noise."),
        (
            [HALF, ONE, MINE],
            f"No: 1 finding of the law of the noise, 1 {CONTRACT}; besides, the noise of 1 layer was not judged.",
        ),
        ([ONE], "After a look: 1 finding of what layers accept or start from."),
        ([MINE], "Cannot tell: the noise of 1 layer was not judged."),
        (
            [MINE, MINE, ONE],
            f"Cannot tell: the noise of 2 layers was not judged; besides, 1 finding {CONTRACT}.",
        ),
    ],
    ids=["none", "fine", "images", "law", "all", "contract", "unknown", "unknown and contract"],
)
def test_the_answer_says_what_it_rests_on(layers, answer, monkeypatch):
    assert of_audit.page(audited(monkeypatch, KERAS_3, *layers)).answer == answer


def test_draws_that_change_the_order_alone_are_almost_fine(monkeypatch):
    audit = audited(monkeypatch, KERAS_3, DROP).with_more([Judgement("inference-draws", "it draws.", ())], ())
    page = of_audit.page(audit)
    assert (page.answer, page.verdict) == ("Almost: 1 finding of which numbers are drawn.", Verdict.STREAM_CHANGED)
    assert page.entries[0].places == (("by hand", "any dtype", "run"),)


def table(audit):
    """The rows of an audit's table, without the headings."""
    return of_audit.page(audit).table[1:]


def test_the_table_has_every_place_that_draws_or_has_a_seed(monkeypatch):
    seeded = layer("Dense", name="dense", kernel_initializer=layer("HeNormal", "keras.initializers", seed=3))
    audit = audited(
        monkeypatch, KERAS_3, HALF, MINE, FLIP, layer("Dropout", rate=0, name="zero"), seeded,
        layer("LSTM", dropout=0.1, recurrent_dropout=0.2, name="lstm", kernel_initializer="glorot_uniform"),
    )  # fmt: skip
    assert table(audit) == (
        ("half", "Dropout(0.01)", "bfloat16", "none", "mask-density"),
        ("path", "my>DropPath", "float32", "none", "not-judged"),
        ("flip", "RandomFlip", "float32", "1", "law not judged"),
        ("zero", "Dropout(0)", "float32", "none", "no noise"),
        ("dense/kernel_initializer", "HeNormal", "float32", "3", "none"),
        ("lstm", "LSTM(dropout=0.1, recurrent_dropout=0.2)", "float32", "none", "none"),
    )
    quiet = audited(monkeypatch, KERAS_3, MINE, DROP, without_noise=["my>DropPath"])
    assert [row[0] for row in table(quiet)] == ["drop"]
    assert "Taken to draw nothing, as you say: my>DropPath." in of_audit.page(quiet).notes


@pytest.mark.parametrize(
    ("judged", "written", "setting"),
    [
        (Judged("keras", "3.15.1", installed=True), "3.15.1", "judged by Keras 3.15.1, installed here"),
        (
            Judged("keras", "3.15.1", installed=True),
            "3.5.0",
            "judged by Keras 3.15.1, installed here · written by Keras 3.5.0",
        ),
        (
            Judged("tf_keras", "2.18.0", installed=True),
            "2.15.0",
            "judged by tf_keras 2.18.0, installed here · written by Keras 2.15.0",
        ),
        (Judged("keras", "3.5.0", installed=False), "3.5.0", "judged by Keras 3.5.0, not installed here"),
        (
            Judged("keras", "3.5.0", installed=True),
            "",
            "judged by Keras 3.5.0, installed here · which Keras wrote it is not said",
        ),
    ],
    ids=str,
)
def test_the_setting_says_by_which_version_a_model_is_judged(judged, written, setting, monkeypatch):
    monkeypatch.setattr(judging, "judged_by", lambda model: judged)
    (line,) = of_audit.page(judging.audit(by_hand(DROP, version=written))).setting
    assert line.partition(" · ")[2] == setting


def test_the_setting_says_how_many_places_were_not_judged(monkeypatch):
    line = of_audit.page(audited(monkeypatch, KERAS_3, DROP, FLIP, MINE)).setting[0]
    assert " · of 3 layers that draw, 2 not judged · judged by " in line


def test_layers_are_counted_as_the_table_tells_them(monkeypatch):
    both = layer("LSTM", dropout=0.1, recurrent_dropout=0.2, name="lstm", kernel_initializer="glorot_uniform")
    half = layer("GRU", dropout=0.01, recurrent_dropout=0.5, name="gru", dtype="float16")
    for others in ([], [FLIP], [FLIP, half], [FLIP, MINE, DROP]):
        audit = audited(monkeypatch, KERAS_3, both, *others)
        page = of_audit.page(audit)
        number = len(table(audit))
        told = "the one layer that draws" if number == 1 else f"the {number} layers"
        assert told in page.answer or audit.judgements
        assert f"of {number} layers that draw, " in page.setting[0] or not others


def test_what_keras_2_wrote_is_said_not_to_be_asked_of_the_keras_that_tf_keras_is(monkeypatch):
    for version, compared in (("2.15.0", "2.15.1"), ("2.11.0", "2.11.1")):
        assert of_audit.page(judging.audit(by_hand(DROP, version=version))).advice == (
            f"Written by Keras {version}. Keras {KERAS_3.version}, which tf.keras is but under TF_USE_LEGACY_KERAS=1, "
            f"was not asked and may refuse this file: noise-ops compare {compared} keras==3.15.1 --model 'by hand'"
        )
    assert of_audit.page(judging.audit(by_hand(DROP))).advice == ""
    assert of_audit.page(audited(monkeypatch, TF_KERAS, DROP)).advice == ""


def test_a_seed_that_is_not_saved_is_not_said_to_be_none(monkeypatch):
    audit = audited(monkeypatch, KERAS_3, layer("SimpleRNN", dropout=0.2, name="rnn"))
    assert table(audit) == (("rnn", "SimpleRNN(dropout=0.2)", "float32", "not saved", "none"),)
    notes = of_audit.page(audit).notes
    assert "Keras 3.15.1 does not keep the seed of rnn in its config: a rebuilt one has none." in notes
    assert not any("no seed:" in note for note in notes)


REACHES = {
    KERAS_3: "1 layer has no seed: keras.utils.set_random_seed reaches what is made or loaded after it, and no layer "
    "that is there already.",
    TF_KERAS: "1 layer has no seed: tf_keras.utils.set_random_seed determines what they draw.",
    Judged("keras", "2.6.0", installed=True): "1 layer has no seed: no one call determines what they draw: seed "
    "Python, NumPy and TensorFlow.",
}


@pytest.mark.parametrize("judged", REACHES, ids=str)
def test_what_has_no_seed_is_told_with_the_call_that_reaches_it(judged, monkeypatch):
    assert of_audit.page(audited(monkeypatch, judged, DROP)).notes[0] == REACHES[judged]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_said_of_set_random_seed_is_what_it_does(library):
    of = LIBRARIES[library]
    path = saved(library, "unseeded.keras", in_sequence(library, of.layers.Dropout(0.5), shape=(64,)))
    x = np.ones((4, 64), np.float32)

    def noise(model):
        return np.asarray(model.layers[-1](x, training=True)).tobytes()

    def after(seed, model=None):
        of.utils.set_random_seed(seed)
        return noise(model or of.models.load_model(path))

    assert after(1) == after(1) != after(2)
    there = of.models.load_model(path)
    assert (after(1, there) == after(1, there)) == (library == "tf_keras")


def test_old_versions_are_said_to_have_no_known_deviations(monkeypatch):
    told = "Known deviations are recorded of Keras from 2.8 on: what older ones do otherwise is not told here."
    old = audited(monkeypatch, Judged("keras", "2.7.0", installed=True), DROP)
    assert told in of_audit.page(old).notes
    assert told not in of_audit.page(audited(monkeypatch, TF_KERAS, DROP)).notes


def test_a_name_that_would_move_a_cursor_is_shown_plainly(monkeypatch):
    hostile = layer("Dropout", rate=0.01, dtype="bfloat16", name="\x1b[2J")
    assert "\x1b" not in text.render(of_audit.page(audited(monkeypatch, KERAS_3, hostile)), rows=20)


def test_what_was_seen_when_it_was_run_is_told_first(monkeypatch):
    audit = audited(monkeypatch, KERAS_3, DROP).with_more([], ("Seen here.",))
    assert of_audit.page(audit).notes[0] == "Seen here."
