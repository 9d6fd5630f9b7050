"""history.py, bisecting.py: every known break is found at its release, by properties that hold of every layer."""

import pytest

from noise_ops.comparison.compare import compare
from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.history import transitions


@pytest.fixture(scope="module")
def found():
    """The transitions of both libraries, by what they are about."""
    return {
        library: {(t.subject, t.dtype, t.mode, t.property): t.steps for t in transitions.transitions(library)}
        for library in ("tensorflow", "keras")
    }


def steps(found, library, *key):
    return [(step.release.removeprefix("keras=="), step.value) for step in found[library][key]]


ELEMENTWISE = ("Dropout", "GaussianNoise", "GaussianDropout", "AlphaDropout", "SpatialDropout1D")


@pytest.mark.parametrize("layer", ["LSTM", "GRU", "SimpleRNN"])
@pytest.mark.parametrize("rates", ["0.3", "0.5 beside 0.25"])
def test_recurrent_dropout_was_drawn_at_the_rate_of_dropout(found, layer, rates):
    key = f"keras.layers.{layer}(recurrent_dropout)", "float32", "eager", f"mask_density {rates}"
    assert steps(found, "keras", *key) == [("3.0.5", "not as documented"), ("3.2.1", "as documented")]


@pytest.mark.parametrize("layer", ["GaussianNoise", "GaussianDropout"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_gaussian_layers_raised_in_other_precisions(found, layer, dtype):
    first, second = steps(found, "keras", f"keras.layers.{layer}", dtype, "eager", "stream")
    assert first == ("3.0.5", "raises InvalidArgumentError")
    assert second[0] == "3.2.1"
    assert not second[1].startswith("raises")


@pytest.mark.parametrize("layer", [*ELEMENTWISE, "LSTM(dropout)", "GRU(dropout)", "MultiHeadAttention(dropout)"])
def test_layers_raised_under_mirrored_strategy(found, layer):
    told = steps(found, "keras", f"keras.layers.{layer}", "float32", "mirrored", "stream")
    assert [release for release, value in told if value.startswith("raises")] == ["3.7.0"]
    assert told[-1][0] == "3.8.0"


@pytest.mark.parametrize("layer", ["Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"])
def test_rate_one_raised_at_the_call(found, layer):
    told = steps(found, "keras", f"keras.layers.{layer}", "float32", "eager", "accepts rate=1")
    assert told == [("3.0.5", "raises ValueError when called"), ("3.14.1", "zeros")]


def test_a_seeded_layer_drew_one_mask_twice_in_a_trace(found):
    name = "new_call_new_noise twice_in_trace"
    told = steps(found, "tensorflow", "keras.layers.Dropout", "float32", "function", name)
    assert told == [("2.4.4", "aabb"), ("2.8.4", "abcd")]


@pytest.mark.parametrize("subject", ["keras.layers.Dropout", "keras.layers.SpatialDropout1D", "tf.nn.dropout"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_infinity_became_nan_where_dropped(found, subject, dtype):
    first, second = steps(found, "tensorflow", subject, dtype, "eager", "non_finite_dropped")
    assert first[0] == "2.4.4"
    assert "inf becomes nan" in first[1]
    assert second == ("2.11.1", "nan becomes finite, inf becomes finite, -inf becomes finite")


@pytest.mark.parametrize("mode", ["from_config", "reloaded"])
@pytest.mark.parametrize("layer", ["SpatialDropout2D", "SpatialDropout3D"])
def test_spatial_dropout_lost_its_data_format(found, mode, layer):
    told = steps(found, "tensorflow", f"keras.layers.{layer}", "float32", mode, "data_format_kept")
    assert told == [("2.4.4", "lost"), ("2.16.2", "kept")]


@pytest.mark.parametrize("dtype", ["bfloat16", "float32", "float64"])
def test_the_stream_of_xla_parted_from_that_of_eager(found, dtype):
    told = steps(found, "tensorflow", "tf.random.stateless_uniform", dtype, "xla", "mode_draws_eager_stream")
    assert [release for release, value in told if value == "bits"] == ["2.7.4"]
    assert told[-1] == ("2.13.1", "no")


def test_the_global_seed_stopped_to_determine_layers(found):
    told = steps(found, "tensorflow", "keras.layers.Dropout", "float32", "eager", "seeded_by")
    assert told[-1] == ("2.16.2", "random.seed together keras.utils.set_random_seed")


@pytest.mark.parametrize("layer", ELEMENTWISE[:4])
def test_neighbouring_seeds_shared_their_calls_in_keras_2(found, layer):
    name = "neighbouring_seeds_differ"
    told = steps(found, "tensorflow", f"keras.layers.{layer}", "float32", "eager", name)
    assert told[-2][1] == "abbc"
    assert told[-1] == ("2.16.2", "abcd")


# Bisection ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("good", "bad", "name", "patterns", "first_bad"),
    [
        ("2.12.1", "2.21.0", "mode_draws_eager_stream", ("tf.*",), "2.13.1"),
        ("2.4.4", "2.21.0", "non_finite_dropped", (), "2.11.1"),
        ("2.4.4", "2.15.1", "new_call_new_noise twice_in_trace", ("*.Dropout",), "2.8.4"),
        ("2.10.1", "2.21.0", "seeded_by", (), "2.16.2"),
        ("2.8", "2.21", "replicas_draw_apart", ("*.Dropout",), "2.16.2"),
        ("keras==3.6.0", "keras==3.7.0", "stream", (), "keras==3.7.0"),
        ("keras==3.0.5", "keras==3.15.1", "mask_density", (), "keras==3.2.1"),
        ("keras==3.15.1", "keras==3.0.5", "mask_density", (), "keras==3.1.1"),
        ("keras==3.0.5", "keras==3.15.1", "accepts rate=1", ("*.Dropout",), "keras==3.14.1"),
        ("keras==3.6.0", "keras==3.7.0", "raises", (), "keras==3.7.0"),
        ("keras==3.0.5", "keras==3.7.0", "mask-density", (), "keras==3.2.1"),
        ("2.4.4", "2.16.2", "round-trip", ("keras.layers.SpatialDropout2D",), "2.16.2"),
        ("2.12.1", "2.21.0", "mode_draws*", ("tf.*",), "2.13.1"),
    ],
)
def test_a_property_is_bisected(good, bad, name, patterns, first_bad):
    result = transitions.bisect(good, bad, name, patterns)
    assert result.first_bad == first_bad
    assert not result.rows[0].bad
    assert next(row for row in result.rows if row.bad).release == first_bad


def test_a_property_that_moved_and_came_back_is_found():
    result = transitions.bisect("keras==3.5.0", "keras==3.15.1", "stream", ("keras.layers.GaussianNoise",))
    assert result.first_bad == "keras==3.7.0"
    assert [row.release for row in result.rows if row.bad] == ["keras==3.7.0"]
    assert result.what == "stream of keras.layers.GaussianNoise in float32, mirrored"


def test_a_verdict_is_bisected():
    result = transitions.bisect("2.13.1", "2.16.2")
    assert result.rows[0].verdict is Verdict.IDENTICAL
    assert result.rows[-1].verdict is Verdict.LAW_CHANGED
    changed = [row.release for row in result.rows if row.verdict.severity >= Verdict.CONTRACT_CHANGED.severity]
    assert result.first_bad == changed[0]


@pytest.mark.parametrize(("good", "bad"), [("2.4.4", "2.21.0"), ("2.12.1", "2.15.1"), ("keras==3.0.5", "keras==3.8.0")])
def test_a_release_is_bad_by_verdict_where_an_upgrade_to_it_is_advised_against(good, bad):
    for row in transitions.bisect(good, bad).rows:
        against = compare(shipped.resolve(good), shipped.resolve(row.release), predict=False).verdict_unfixed
        assert row.bad == (against.severity >= Verdict.CONTRACT_CHANGED.severity)
        assert row.verdict is against


def test_what_is_mended_makes_no_release_bad():
    result = transitions.bisect("2.12.1", "2.14.1")
    assert (result.first_bad, result.rows[-1].value) == (None, "stream-changed")
    assert transitions.bisect("2.13.1", "2.14.1").rows[-1].value == "mended"


def test_a_release_that_recorded_nothing_is_neither_good_nor_bad():
    result = transitions.bisect("2.15.1", "2.21.0", "stream", ("keras.random.dropout",))
    assert [row.bad for row in result.rows] == [None, False, False, False, False, False, False]
    assert "2.15.1 did not record it: the others are held against 2.16.2, the first that did." in result.notes


@pytest.mark.parametrize("name", ["stream", "config", "mask_density", "seeded_by", "replicas_draw_apart"])
@pytest.mark.parametrize(
    "pattern", ["keras.layers.LSTM(dropout)", "tf.random.normal", "tf_keras.layers.Dropout", "GRU"]
)
def test_good_and_bad_are_what_was_recorded(name, pattern):
    try:
        result = transitions.bisect("2.4.4", "2.21.0", name, (pattern,))
    except UserError:
        return
    for row in result.rows:
        assert (row.bad is None) == (row.value == transitions.NOT_RECORDED)
    turned = [turn.release for turn in result.turns]
    assert result.first_bad == (turned[0] if turned else None)


def test_a_finding_that_was_mended_is_not_called_bad():
    result = transitions.bisect("keras==3.0.5", "keras==3.7.0", "mask-density")
    assert result.mends
    assert [(turn.release, turn.how.value) for turn in result.turns] == [("keras==3.2.1", "mends")]


def test_nothing_bad_is_none():
    assert transitions.bisect("keras==3.8.0", "keras==3.11.3").first_bad is None


def test_what_else_changed_in_the_same_release_is_listed():
    also = transitions.bisect("2.4.4", "2.21.0", "non_finite_dropped").also
    assert "non_finite_dropped of tf.nn.dropout in float32, eager" in also


@pytest.mark.parametrize(
    ("good", "bad", "name", "patterns", "said"),
    [
        ("2.4.4", "keras==3.7.0", None, (), "two libraries"),
        ("2.4.4", "2.4", None, (), "nothing in between"),
        ("2.4.3", "2.15.1", None, (), "not shipped"),
        ("mine.json", "2.15.1", None, (), "bisect needs shipped releases"),
        ("2.4.4", "2.15.1", "no_such", (), "there is no property"),
        ("2.4.4", "2.15.1", "seeded_by", ("tf.no_such",), "there is no layer 'tf.no_such' in any release"),
        ("2.4.4", "2.15.1", None, ("Foo",), "there is no layer 'Foo' in any release"),
        ("2.4.4", "2.15.1", None, ("",), "is empty"),
        ("2.4.4", "2.15.1", "", (), "is empty"),
        ("2.4.4", "2.15.1", "mask_density", ("GaussianNoise",), "none of these releases has the property"),
        ("2.4.4", "2.15.1", "mask_density", ("Dropout", "GaussianNoise"), "none of these releases has the property"),
        ("2.4.4", "2.15.1", "stream", ("keras.random.dropout",), "there is no layer 'keras.random.dropout' in 2.4.4"),
        ("2.15.1", "2.16.2", "stream", ("keras.random.dropout",), "in no two of these releases"),
        ("2.15.1", "2.16.2", None, ("keras.random.dropout",), "nothing of keras.random.dropout can be compared"),
        ("2.15.1", "2.16.2", "raises", ("keras.random.dropout",), "nothing of keras.random.dropout can be compared"),
        ("2.4.4", "2.15.1", "mean", (), "which is a code of `noise-ops check`"),
        ("2.4.4", "2.15.1", "rases", (), "nearest known one is 'raises'"),
        ("2.4.4", "2.15.1", "streem", (), "nearest known one is 'stream'"),
    ],
)
def test_what_cannot_be_bisected_is_said(good, bad, name, patterns, said):
    with pytest.raises(UserError, match=said):
        transitions.bisect(good, bad, name, patterns)
