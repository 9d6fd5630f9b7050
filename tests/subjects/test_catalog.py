"""subjects/catalog.py: one list of subjects, known without TensorFlow and true of the installed one."""

import pytest

from noise_ops import __all__ as public_names
from noise_ops.result import matching_layers
from noise_ops.subjects import catalog


def test_names_are_unique():
    assert len(set(catalog.names())) == len(catalog.names())


@pytest.mark.parametrize("name", catalog.names())
def test_a_full_name_means_its_subject(name):
    assert matching_layers(name) == [name]
    assert matching_layers(name.upper()) == [name]


@pytest.mark.parametrize(
    ("pattern", "count"), [("GaussianNoise", 2), ("gaussiannoise", 2), ("MaskedGaussianNoise", 2), ("Dropout", 3)]
)
def test_a_last_part_means_every_subject_of_that_name(pattern, count):
    found = matching_layers(pattern)
    assert len(found) == count
    assert {name.rsplit(".", 1)[-1].lower() for name in found} == {pattern.lower()}


@pytest.mark.parametrize(
    ("pattern", "nearest"),
    [
        ("Dropot", "Dropout"),
        ("keras.Dropout", "keras.layers.Dropout"),
        ("tensorflow.nn.dropout", "tf.nn.dropout"),
        ("GAUSSIANNOIS", "GaussianNoise"),
        ("SpatialDropout", "SpatialDropout"),
    ],
)
def test_an_unknown_name_is_an_error_with_the_nearest_known_one(pattern, nearest):
    with pytest.raises(ValueError, match=f"'{pattern}'.*'{nearest}"):
        matching_layers(pattern)


@pytest.mark.parametrize("pattern", ["", " ", "💥", "Foo", "x" * 1000])
def test_any_text_is_answered_and_nothing_is_called_near_that_is_not(pattern):
    with pytest.raises(ValueError, match=r"is empty|there is no layer") as refused:
        matching_layers(pattern)
    assert "nearest" not in str(refused.value)


def test_a_glob_means_every_subject_that_it_fits():
    assert matching_layers("*") == catalog.names()
    assert {name.partition(".")[0] for name in matching_layers("*Dropout")} == {"keras", "tf_keras"}


def test_the_installed_subjects_are_the_ones_listed():
    installed = [subject.name for subject in catalog.checked()]
    assert sorted(installed) == sorted(catalog.names())


def test_every_subject_has_a_prediction():
    for subject in catalog.checked():
        assert subject.op in (*public_names, "uniform", "normal")


def test_subjects_are_chosen_by_their_op():
    assert {layer.name.rpartition(".")[2] for layer in catalog.layers_for(["spatial_dropout"])} == {
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
    }
    assert {function.op for function in catalog.functions_for(["normal"])} == {"normal"}
    assert catalog.layers_for([]) == []
