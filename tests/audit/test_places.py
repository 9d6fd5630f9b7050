"""audit/places.py and walking.py: every place of a real model that draws noise is found, and named as a subject is."""

import inspect

import keras
import pytest
import tf_keras

from noise_ops.audit import kinds, places, reading
from noise_ops.audit.kinds import Kind
from noise_ops.audit.reading import ModelError
from noise_ops.subjects import catalog
from tests.audit import _models
from tests.audit._models import by_hand, by_path, in_sequence, layer, read, rich, saved

LIBRARIES = ("keras", "tf_keras")
FORMS = ("keras", "json", "h5")
each_library = pytest.mark.parametrize("library", LIBRARIES)

FOUND = {
    ("encoder/dropout", "rate"): ("layers.Dropout", 0.3, "float32", 7),
    ("encoder/spatial_dropout1d", "rate"): ("layers.SpatialDropout1D", 0.2, "float32", None),
    ("wrapped/inner", "rate"): ("layers.Dropout", 0.1, "float32", 7),
    ("rnn/stacked/first", "dropout"): ("", 0.1, "float32", None),
    ("rnn/stacked/second", "recurrent_dropout"): ("", 0.2, "float32", None),
    ("attention", "dropout"): ("layers.MultiHeadAttention(dropout)", 0.1, "float32", None),
    ("lstm", "dropout"): ("layers.LSTM(dropout)", 0.3, "mixed_float16", None),
    ("lstm", "recurrent_dropout"): ("layers.LSTM(recurrent_dropout)", 0.1, "mixed_float16", None),
    ("one/kernel_initializer", ""): ("", None, "float32", 5),
    ("two/kernel_initializer", ""): ("", None, "float32", 5),
}
WAYS: dict[str, dict[tuple[str, str], int | None]] = {
    "keras": {("both/forward_gru", "dropout"): 3, ("both/backward_gru", "dropout"): 3},
    "tf_keras": {("both/gru", "dropout"): None, ("both/backward_gru", "dropout"): None},
}


@pytest.mark.parametrize("form", FORMS)
@each_library
def test_every_place_of_a_real_model_is_found(library, form):
    if form == "h5":
        pytest.importorskip("h5py")
    found = by_path(read(rich(library, form)))
    told = {key: (place.subject, place.strength, place.dtype, place.seed) for key, place in found.items()}
    named = {key: (f"{library}.{one}" if one else "", *rest) for key, (one, *rest) in FOUND.items()}
    gru = f"{library}.layers.GRU(dropout)"
    ways = {key: (gru, 0.2, "float32", seed) for key, seed in WAYS[library].items()}
    assert told == named | ways


@each_library
def test_a_public_function_gives_the_places(library):
    assert places.places(rich(library)) == read(rich(library)).places


@each_library
def test_a_subject_is_one_of_the_catalog(library):
    names = {subject.name for subject in catalog.every()}
    for class_name, arguments in kinds.STRENGTHS.items():
        told = {kinds.subject(library, class_name, argument) for argument in arguments} - {""}
        assert told <= names
    recorded = {name for name in names if name.startswith(f"{library}.layers.")}
    assert recorded <= {
        kinds.subject(library, class_name, argument)
        for class_name, arguments in kinds.STRENGTHS.items()
        for argument in arguments
    }


def exported(module):
    """The classes of layers that a library exports, by their own names."""
    found = {one.__name__: one for one in vars(module.layers).values() if inspect.isclass(one)}
    return {name: cls for name, cls in found.items() if issubclass(cls, module.layers.Layer)}


def parameters(cls):
    """What the constructors of a class and its bases take."""
    made = (vars(base)["__init__"] for base in cls.__mro__ if "__init__" in vars(base) and base is not object)
    return {name for one in made for name in inspect.signature(one).parameters}


UNKNOWN = {"Layer", "Wrapper", "Lambda", "TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper"}
"""Layers that run code of the user's, or are nothing of themselves."""


@pytest.mark.parametrize("module", [keras, tf_keras], ids=["keras", "tf_keras"])
def test_every_layer_of_a_library_is_in_one_table(module):
    """What takes a seed or a dropout draws; a layer that is new and in no table is told as not known."""
    layers = exported(module)
    drawing = {name for name, cls in layers.items() if parameters(cls) & {"seed", "dropout", "stddev"}} - UNKNOWN
    assert drawing == layers.keys() & (kinds.STRENGTHS.keys() | kinds.IMAGE)
    assert layers.keys() - drawing - UNKNOWN <= kinds.QUIET
    assert not kinds.QUIET & (kinds.STRENGTHS.keys() | kinds.IMAGE | UNKNOWN)


@pytest.mark.parametrize("module", [keras, tf_keras], ids=["keras", "tf_keras"])
def test_every_initializer_that_takes_a_seed_is_in_the_table(module):
    found = {one.__name__: one for one in vars(module.initializers).values() if inspect.isclass(one)}
    assert {name for name, cls in found.items() if "seed" in parameters(cls)} <= kinds.INITIALIZERS


@each_library
def test_random_image_layers_are_places(library):
    of = _models.LIBRARIES[library]
    model = in_sequence(library, of.layers.RandomFlip(seed=2), of.layers.RandomRotation(0.1), shape=(6, 6, 3))
    found = read(saved(library, "images.keras", model)).places
    assert [(place.kind, place.class_name, place.seed) for place in found] == [
        (Kind.IMAGE, "RandomFlip", 2),
        (Kind.IMAGE, "RandomRotation", None),
    ]


def test_functions_of_tensorflow_in_a_functional_model_are_places():
    import tensorflow as tf

    given = tf_keras.Input((4,))
    model = tf_keras.Model(given, tf.nn.dropout(given, rate=0.2, seed=3))
    (place,) = read(saved("tf_keras", "function.keras", model)).places
    assert (place.subject, place.strength, place.seed, place.kind) == ("tf.nn.dropout", 0.2, 3, Kind.FUNCTION)


@each_library
def test_a_layer_that_is_called_twice_is_one_place(library):
    of = _models.LIBRARIES[library]
    given, drop = of.Input((4,)), of.layers.Dropout(0.5, name="drop")
    model = of.Model(given, drop(drop(given)))
    assert [place.path for place in read(saved(library, "twice.keras", model)).places] == ["drop"]


@each_library
def test_a_layer_that_stands_in_two_wrappers_is_two_as_it_is_when_it_is_loaded(library):
    of = _models.LIBRARIES[library]
    given, drop = of.Input((4, 4)), of.layers.Dropout(0.5, name="drop")
    first, second = (of.layers.TimeDistributed(drop, name=name) for name in "ab")
    path = saved(library, "wrapped-twice.keras", of.Model(given, second(first(given))))
    assert [place.path for place in read(path).places] == ["a/drop", "b/drop"]
    loaded = of.models.load_model(path)
    assert loaded.get_layer("a").layer is not loaded.get_layer("b").layer


@each_library
def test_what_draws_nothing_by_default_is_no_place(library):
    of = _models.LIBRARIES[library]
    model = in_sequence(
        library, of.layers.LSTM(4, kernel_initializer="zeros", recurrent_initializer="zeros"), shape=(4, 4)
    )
    assert read(saved(library, "quiet.keras", model)).places == ()


def policy(name, class_name="DTypePolicy"):
    """A serialized dtype policy."""
    return {"class_name": class_name, "config": {"name": name}}


@pytest.mark.parametrize(
    ("policy", "compute"),
    [
        ("mixed_bfloat16", "bfloat16"),
        (policy("mixed_float16"), "float16"),
        ({"class_name": "DTypePolicyMap", "config": {"default_policy": policy("float64")}}, "float64"),
        (policy("int8_from_mixed_bfloat16", "QuantizedDTypePolicy"), "bfloat16"),
        ("my_policy", ""),
        (None, "float32"),
    ],
    ids=str,
)
def test_the_compute_dtype_follows_from_the_policy(policy, compute):
    (place,) = by_hand(layer("Dropout", rate=0.5, dtype=policy)).places
    assert place.compute_dtype == compute


def test_a_cell_without_a_dtype_computes_in_that_of_its_layer():
    (place,) = by_hand(layer("RNN", cell=layer("LSTMCell", dropout=0.1), dtype="bfloat16")).places
    assert place.dtype == "bfloat16"


@pytest.mark.parametrize(
    "unknown",
    [
        layer("DropPath", None, "my>DropPath", rate=0.1),
        layer("DropPath", "my.layers", "DropPath"),
        layer("Dropout", None, "my>Dropout", rate=0.1),
        {"class_name": "my>DropPath", "config": {"rate": 0.1}},
        {"class_name": "DropPath", "config": {}},
        layer("Lambda", function="anything"),
        layer("LayerOfTomorrow"),
        layer("__Own__", "my.layers"),
        layer("Dense", activation=layer("Noisy", "my.layers")),
    ],
    ids=lambda each: f"{each.get('module')} {each['class_name']}",
)
def test_a_layer_of_another_package_is_not_known(unknown):
    (place,) = by_hand(unknown).places
    assert (place.kind, place.subject) == (Kind.UNKNOWN, "")


def test_what_an_unknown_layer_holds_is_looked_at():
    inner = layer("Dropout", rate=0.1, name="drop")
    found = by_hand(layer("Block", "my", "my>Block", name="block", inner=inner)).places
    assert [place.path for place in found] == ["block", "block/drop"]


def test_a_layer_of_noise_ops_is_known():
    (place,) = by_hand(layer("MaskedGaussianNoise", "x", "noise_ops>MaskedGaussianNoise", rate=0.1, stddev=1)).places
    assert place.subject == "noise_ops.layers.keras3.MaskedGaussianNoise"


@pytest.mark.parametrize(
    "wrong",
    [
        layer("Dropout", rate="0.5"),
        layer("Dropout", rate=None),
        layer("Dropout", rate=True),
        layer("Dropout"),
        layer("Dropout", rate=0.5, seed="7"),
        layer("Dropout", rate=0.5, seed=7.0),
        layer("Dropout", rate=0.5, dtype=32),
        layer("LSTM", dropout=[0.1]),
        layer("Dense", kernel_initializer=layer("GlorotUniform", "keras.initializers", seed=[1])),
    ],
    ids=str,
)
def test_an_argument_of_another_type_is_refused_in_one_sentence(wrong):
    with pytest.raises(ModelError, match=r"^by hand holds no model that can be read: of .*\.$"):
        by_hand(wrong)


def test_two_places_never_have_one_path():
    found = by_hand(layer("Dropout", rate=0.1, name="a"), layer("Dropout", rate=0.1, name="a")).places
    assert [place.path for place in found] == ["a", "a (2)"]


@pytest.mark.parametrize(
    ("config", "generation"),
    [
        (_models.sequence(layer("InputLayer", batch_input_shape=[None, 4])), 2),
        (_models.sequence(layer("TFOpLambda", "tf_keras.src.engine", function="add")), 2),
        (_models.sequence(layer("InputLayer", batch_shape=[None, 4])), 3),
    ],
    ids=["batch_input_shape", "tf_keras", "batch_shape"],
)
def test_the_generation_is_told_by_the_config_where_no_version_is(config, generation):
    assert places.model(reading.Source("x", config, "")).generation == generation


def test_a_short_config_of_very_many_layers_is_refused():
    nested = layer("GRU", dropout=0.1)
    for _ in range(60):
        nested = layer("Bidirectional", layer=nested)
    with pytest.raises(ModelError, match=r"it has more than 100,000 layers\.$"):
        by_hand(nested)


@pytest.mark.parametrize(
    ("root", "paths"),
    [
        (layer("Dropout", rate=0.1, name="drop"), ["Dropout"]),
        (layer("Net", "my", "my>Net", drop=layer("Dropout", rate=0.1, name="drop")), ["Net", "drop"]),
        (layer("RandomFlip"), ["RandomFlip"]),
    ],
    ids=["layer", "own class", "image layer"],
)
def test_a_config_of_something_else_than_a_model_of_keras_is_looked_at(root, paths):
    assert [place.path for place in places.model(reading.Source("x", root, "3.15.1")).places] == paths


def test_a_config_of_an_initializer_holds_no_model():
    root = layer("HeNormal", "keras.initializers", seed=1)
    with pytest.raises(ModelError, match="class is that of an initializer"):
        places.model(reading.Source("x", root, "3.15.1"))


@each_library
@pytest.mark.parametrize("name", ["MobileNetV2", "EfficientNetV2B0", "ConvNeXtTiny"])
def test_every_layer_of_an_application_is_known(name, library):
    of = _models.LIBRARIES[library]
    model = getattr(of.applications, name)(weights=None, input_shape=(64, 64, 3), include_top=False)
    found = read(saved(library, f"{name}.json", model)).places
    assert Kind.UNKNOWN not in {place.kind for place in found}
    drops = [one for one in model.layers if isinstance(one, of.layers.Dropout)]
    assert len([place for place in found if place.kind is Kind.NOISE]) == len(drops)


def test_a_layer_of_ones_own_that_is_called_like_one_of_an_application_is_not_known():
    assert [place.kind for place in by_hand(layer("LayerScale", "my.convnext")).places] == [Kind.UNKNOWN]
