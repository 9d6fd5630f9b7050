"""patterns.py: one way to name layers, in every command; what means nothing is an error and names what is near."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops import patterns
from noise_ops.fingerprint import shipped

NAMES = shipped.subjects()
LSTMS = ["keras.layers.LSTM(dropout)", "keras.layers.LSTM(recurrent_dropout)"]
DROPOUTS = ["keras.layers.Dropout", "keras.random.dropout", "tf.nn.dropout", "tf_keras.layers.Dropout"]


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("Dropout", DROPOUTS),
        ("dropout", DROPOUTS),
        ("keras.layers.Dropout", ["keras.layers.Dropout"]),
        ("KERAS.LAYERS.DROPOUT", ["keras.layers.Dropout"]),
        ("tf.keras.layers.Dropout", ["keras.layers.Dropout"]),
        ("layers.Dropout", ["keras.layers.Dropout", "tf_keras.layers.Dropout"]),
        ("*.Dropout", ["keras.layers.Dropout", "tf_keras.layers.Dropout"]),
        ("keras.layers.LSTM", LSTMS),
        ("keras.layers.LSTM*", LSTMS),
        ("keras.layers.LSTM.*", LSTMS),
        ("keras.layers.LSTM.dropout", LSTMS[:1]),
        ("keras.layers.LSTM(dropout)", LSTMS[:1]),
        ("LSTM", [*LSTMS, *(f"tf_{name}" for name in LSTMS)]),
        ("lstm*", [*LSTMS, *(f"tf_{name}" for name in LSTMS)]),
        ("LSTM.recurrent_dropout", [LSTMS[1], f"tf_{LSTMS[1]}"]),
        ("*Dropout", [f"{lib}.layers.{n}Dropout" for lib in ("keras", "tf_keras") for n in ("Alpha", "", "Gaussian")]),
        ("[!t]*Dropout", ["keras.layers.AlphaDropout", "keras.layers.Dropout", "keras.layers.GaussianDropout"]),
        (" Generator.normal ", ["tf.random.Generator.normal"]),
    ],
)
def test_a_pattern_means(pattern, meant):
    assert patterns.matching(pattern, NAMES) == meant


@pytest.mark.parametrize("name", NAMES)
def test_a_full_name_means_itself_alone_however_it_is_written(name):
    dotted = name.replace("(", ".").rstrip(")")
    for written in (name, name.upper(), name.lower(), dotted):
        assert patterns.matching(written, NAMES) == [name]


@pytest.mark.parametrize("name", NAMES)
def test_a_last_part_means_every_library_that_has_it(name):
    last = name.partition("(")[0].rpartition(".")[2]
    found = patterns.matching(last, NAMES)
    assert name in found
    assert {other.partition("(")[0].rpartition(".")[2].lower() for other in found} == {last.lower()}


@pytest.mark.parametrize(
    ("pattern", "nearest"),
    [
        ("Dropot", "'Dropout'"),
        ("LSMT", "'LSTM'"),
        ("*Drpout", "'Dropout'"),
        ("SpatialDropout", "'SpatialDropout1D'"),
        ("tensorflow.nn.dropout", "'tf.nn.dropout'"),
        ("keras.layers.GausianNoise", "'keras.layers.GaussianNoise'"),
        ("LSTM.recurent_dropout", "'keras.layers.LSTM(recurrent_dropout)'"),
        ("LSTM(64, dropout=0.2)", "'LSTM(dropout)'"),
        ("LSTM(64, recurrent_dropout=0.2)", "'LSTM(recurrent_dropout)'"),
    ],
)
def test_what_is_near_is_named(pattern, nearest):
    with pytest.raises(patterns.NoSuchNameError, match="nearest") as refused:
        patterns.required(pattern, NAMES, "layer")
    assert nearest in str(refused.value)
    assert repr(pattern) in str(refused.value)


@pytest.mark.parametrize(
    "pattern", ["Foo", "Dense", "keras.layers.Dense", "keras.layers.Conv2D", "💥", "x" * 1000, "a", "["]
)
def test_where_nothing_is_near_nothing_is_named(pattern):
    with pytest.raises(patterns.NoSuchNameError, match="there is no layer") as refused:
        patterns.required(pattern, NAMES, "layer")
    assert "nearest" not in str(refused.value)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("pattern", ["", " ", "\t"])
def test_an_empty_name_is_no_selection_of_everything(pattern):
    with pytest.raises(patterns.NoSuchNameError, match="is empty"):
        patterns.selected([pattern], NAMES)


def test_every_pattern_has_to_mean_something():
    with pytest.raises(patterns.NoSuchNameError, match="'Foo'"):
        patterns.selected(["Dropout", "Foo"], NAMES)
    assert patterns.selected([], NAMES) == list(NAMES)
    assert patterns.selected(["GRU", "keras.layers.GRU"], NAMES) == patterns.matching("GRU", NAMES)


@given(st.text(max_size=40) | st.sampled_from(NAMES).map(lambda name: name[1:-1]))
def test_any_text_means_something_or_is_refused_in_one_printable_sentence(pattern):
    if patterns.matching(pattern, NAMES):
        assert patterns.required(pattern, NAMES, "layer")
        return
    with pytest.raises(patterns.NoSuchNameError) as refused:
        patterns.required(pattern, NAMES, "layer")
    assert str(refused.value).isprintable()
    assert str(refused.value).endswith(".")


ITEMS = [
    {"layer": layer, "dtype": dtype, "mode": mode, "property": asked}
    for layer, dtype, mode, asked in (
        ("keras.layers.Dropout", "float32", "eager", "mask_density"),
        ("keras.layers.Dropout", "float32", "fit", "predicted_stream"),
        ("keras.layers.Dropout", "float16", "eager", "mask_density"),
        ("tf.nn.dropout", "float16", "xla", "predicted_stream"),
    )
]
VALUES = {axis: sorted({item[axis] for item in ITEMS}) for axis in patterns.AXES}
each_axis = st.fixed_dictionaries({axis: st.lists(st.sampled_from(VALUES[axis]), max_size=2) for axis in VALUES})


@given(each_axis)
def test_a_selection_holds_something_of_each_value_or_is_refused(asked):
    wanted = [all(not asked[axis] or item[axis] in asked[axis] for axis in asked) for item in ITEMS]
    left = [item for item, is_wanted in zip(ITEMS, wanted, strict=True) if is_wanted]
    whole = left and all(any(item[axis] == value for item in left) for axis in asked for value in asked[axis])
    if whole:
        assert patterns.narrowed(asked, ITEMS) == wanted
    else:
        with pytest.raises(patterns.NoSuchNameError, match=r"^No check has "):
            patterns.narrowed(asked, ITEMS)


def test_nothing_is_selected_of_nothing():
    with pytest.raises(patterns.NoSuchNameError, match="none at all"):
        patterns.narrowed({}, [])


@pytest.mark.parametrize(
    ("names", "told"),
    [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), ("abcde", "a, b, c and 2 more")],
)
def test_names_are_listed(names, told):
    assert patterns.listed(names) == told
