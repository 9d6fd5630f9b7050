"""audit/seeds.py: seeds given twice, and seeds that collide, are told; and what is told is what layers do."""

from itertools import combinations_with_replacement

import keras
import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from noise_ops.audit import kinds, seeds
from noise_ops.audit.judgements import Judged
from noise_ops.deviations import known
from tests.audit._audits import KERAS_3, TF_KERAS, audited, of_file, told
from tests.audit._models import LIBRARIES, in_sequence, layer, rich, saved

EARLY = Judged("keras", "3.4.1", installed=True)
BEFORE_3 = Judged("keras", "2.15.0", installed=True)
KERAS_3_MODULUS, KERAS_2_MODULUS = 2**31 - 2, 2**31 - 1


def seeded(*given, class_name="Dropout"):
    """Layers with these seeds, named by letters."""
    rate = {"rate": 0.5} if class_name == "Dropout" else {}
    return [layer(class_name, seed=seed, name=name, **rate) for seed, name in zip(given, "abcdef", strict=False)]


def test_the_seeds_of_a_real_model_that_are_given_twice_are_told():
    found = [each for each in of_file(rich("keras")).judgements if each.code.startswith("shared")]
    assert [(each.code, [place.path for place in each.places]) for each in found] == [
        ("shared-seed", ["encoder/dropout", "wrapped/inner"]),
        ("shared-seed", ["both/forward_gru", "both/backward_gru"]),
        ("shared-initial-weights", ["one/kernel_initializer", "two/kernel_initializer"]),
    ]


def both_ways(library, name, **arguments):
    """A model with a recurrent layer in both directions."""
    of = LIBRARIES[library].layers
    return in_sequence(library, of.Bidirectional(getattr(of, name)(4, **arguments)), shape=(5, 3))


@pytest.mark.parametrize("name", ["GRU", "LSTM"])
@pytest.mark.parametrize("argument", ["dropout", "recurrent_dropout"])
def test_a_seeded_layer_that_bidirectional_copies_is_told_with_why_and_what_helps(name, argument):
    path = saved("keras", f"both-{name}-{argument}.keras", both_ways("keras", name, seed=7, **{argument: 0.5}))
    (found,) = of_file(path).judgements
    assert (found.code, len(found.places)) == ("shared-seed", 2)
    assert "at every call, since Bidirectional makes both directions of one layer and its seed." in found.message
    assert "backward_layer with a seed of its own" in found.remedy


def test_layers_that_bidirectional_copies_without_a_seed_or_is_given_both_are_not_told():
    of = keras.layers
    apart = of.Bidirectional(
        of.GRU(4, dropout=0.5, seed=7), backward_layer=of.GRU(4, dropout=0.5, seed=8, go_backwards=True)
    )
    for number, model in enumerate([both_ways("keras", "GRU", dropout=0.5), in_sequence("keras", apart, shape=(5, 3))]):
        assert told(of_file(saved("keras", f"apart-{number}.keras", model))) == []


def test_initial_weights_of_both_directions_are_told_as_copies():
    ones = keras.initializers.HeNormal(seed=5)
    found = of_file(saved("keras", "both-weights.keras", both_ways("keras", "GRU", kernel_initializer=ones))).judgements
    assert [(each.code, "backward_layer" in each.remedy) for each in found] == [("shared-initial-weights", True)]


@pytest.mark.parametrize("name", ["GRU", "LSTM"])
def test_both_directions_of_one_seed_draw_the_same_noise(name):
    """Of an input that is the same both ways, with weights that are the same, by chance once in 2**64 times."""
    for seed, alike in ((7, True), (None, False)):
        same = {"kernel_initializer": "ones", "recurrent_initializer": "ones"}
        layer = getattr(keras.layers, name)(3, dropout=0.5, seed=seed, return_sequences=True, **same)
        one, other = keras.layers.Bidirectional(layer, merge_mode=None)(np.ones((64, 2, 5), np.float32), training=True)
        assert np.array_equal(one, np.asarray(other)[:, ::-1]) == alike


@pytest.mark.parametrize(
    ("judged", "modulus", "deviation"),
    [
        (KERAS_3, KERAS_3_MODULUS, "colliding-seeds"),
        (EARLY, 2**32, "colliding-seeds-32-bits"),
        (TF_KERAS, KERAS_2_MODULUS, "colliding-seeds-tf-keras"),
        (BEFORE_3, KERAS_2_MODULUS, "colliding-seeds-tf-keras"),
    ],
    ids=str,
)
def test_seeds_that_are_congruent_collide(judged, modulus, deviation, monkeypatch):
    for second in (7 + modulus, 7 - modulus, 7 + 3 * modulus):
        assert told(audited(monkeypatch, judged, *seeded(7, second))) == [("colliding-seeds", deviation)]
    for second in (8, 7 + modulus + 1, 7 + modulus - 1):
        assert told(audited(monkeypatch, judged, *seeded(7, second))) == []


def test_every_deviation_of_colliding_seeds_has_its_modulus():
    named = {deviation.name for deviation in known() if deviation.name.startswith("colliding-seeds")}
    assert named - {"colliding-seeds-tensorflow"} == seeds.MODULI.keys()
    for deviation in known():
        if deviation.name in seeds.MODULI:
            assert eval(deviation.measured.split("s + ")[1].split(" draw")[0]) == seeds.MODULI[deviation.name]


def test_seeds_of_which_two_are_one_and_a_third_collides_are_told_twice(monkeypatch):
    found = audited(monkeypatch, KERAS_3, *seeded(7, 7, 7 + KERAS_3_MODULUS))
    assert told(found) == [("shared-seed", ""), ("colliding-seeds", "colliding-seeds")]
    assert found.judgements[1].message == (
        "seeds 7 (a) and 2147483653 (c) draw the same numbers: they are equal modulo 2**31 - 2."
    )


def test_one_layer_that_draws_twice_has_one_seed_and_is_told_of_none(monkeypatch):
    assert told(audited(monkeypatch, KERAS_3, layer("LSTM", dropout=0.1, recurrent_dropout=0.1, seed=7))) == []


def test_layers_without_a_seed_share_none(monkeypatch):
    assert told(audited(monkeypatch, KERAS_3, *seeded(None, None))) == []


def test_an_initializer_and_a_layer_of_one_seed_are_not_told(monkeypatch):
    dense = layer("Dense", kernel_initializer=layer("HeNormal", "keras.initializers", seed=7))
    assert told(audited(monkeypatch, KERAS_3, dense, *seeded(7))) == []


def test_random_image_layers_are_told_with_the_others_of_keras_3_and_apart_from_those_of_keras_2(monkeypatch):
    both = [*seeded(7), layer("RandomFlip", seed=7, name="flip")]
    assert told(audited(monkeypatch, KERAS_3, *both)) == [("overlapping-seed", "")]
    assert told(audited(monkeypatch, TF_KERAS, *both)) == []
    assert told(audited(monkeypatch, TF_KERAS, *seeded(7, 7, class_name="RandomFlip"))) == [("shared-seed", "")]
    assert told(audited(monkeypatch, TF_KERAS, *seeded(7, 7 + KERAS_2_MODULUS, class_name="RandomFlip"))) == []


def alike(library, make, first, second, x):
    """Whether two layers draw the same noise at each of two calls of one tf.function."""
    LIBRARIES[library].utils.set_random_seed(1)
    layers = [make(first), make(second)]
    step = tf.function(lambda x: [layer(x, training=True) for layer in layers])
    return all(np.array_equal(*map(np.asarray, step(tf.constant(x)))) for _ in range(2))


X = np.random.RandomState(0).standard_normal((8, 6, 6, 3)).astype(np.float32)


@pytest.mark.parametrize("second", [7, 7 + KERAS_3_MODULUS, 8])
@pytest.mark.parametrize(
    "make", [lambda seed: keras.layers.Dropout(0.5, seed=seed), lambda seed: keras.layers.RandomFlip(seed=seed)]
)
def test_what_is_told_of_seeds_is_what_layers_of_keras_3_do(make, second):
    assert alike("keras", make, 7, second, X) == (second != 8)


@pytest.mark.parametrize("second", [7, 7 + KERAS_2_MODULUS, 9])
def test_what_is_told_of_seeds_is_what_layers_of_tf_keras_do(second):
    assert alike("tf_keras", lambda seed: tf_keras.layers.Dropout(0.5, seed=seed), 7, second, X) == (second != 9)


@pytest.mark.parametrize("second", [7, 7 + KERAS_2_MODULUS])
def test_what_is_told_of_seeds_is_what_image_layers_of_tf_keras_do(second):
    assert alike("tf_keras", lambda seed: tf_keras.layers.RandomFlip(seed=seed), 7, second, X) == (second == 7)


@pytest.mark.parametrize(("library", "modulus"), [("keras", KERAS_3_MODULUS), ("tf_keras", KERAS_2_MODULUS)])
def test_what_is_told_of_seeds_is_what_initializers_do(library, modulus):
    made = LIBRARIES[library].initializers.GlorotUniform
    first, again, congruent, next_one = (np.asarray(made(seed=seed)((4, 4))) for seed in (7, 7, 7 + modulus, 8))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, next_one)
    assert np.array_equal(first, congruent) == (library == "keras")


DRAWING = {
    **{name: {} for name in sorted(kinds.INITIALIZERS - {"OrthogonalInitializer"})},
    "RandomUniform": {"minval": 1.0, "maxval": 3.0},
    "VarianceScaling": {"distribution": "uniform"},
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("others", [{}, {"VarianceScaling": {"distribution": "untruncated_normal"}}], ids=str)
def test_initializers_of_one_seed_are_told_where_their_weights_are_alike_and_as_alike_as_they_are(library, others):
    of, shape = LIBRARIES[library].initializers, (30, 40)
    made = {
        name: lambda n=name, a=arguments: getattr(of, n)(seed=7, **a) for name, arguments in (DRAWING | others).items()
    }
    drawn = {name: np.asarray(make()(shape)).ravel() for name, make in made.items()}
    for one, other in combinations_with_replacement(made, 2):
        alike = abs(np.corrcoef(drawn[one], drawn[other])[0, 1]) > 0.99
        dense = [LIBRARIES[library].layers.Dense(40, kernel_initializer=made[name]()) for name in (one, other)]
        found = of_file(saved(library, "alike.json", in_sequence(library, *dense, shape=(40,)))).judgements
        assert [each.code for each in found] == ["shared-initial-weights"] * int(alike)
        said = {"start equal" in each.message for each in found}
        assert said <= {one == other}  # of two classes, one can be the other at its defaults


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", ["HeUniform", "HeNormal", "RandomNormal", "Orthogonal"])
def test_weights_of_other_shapes_take_the_same_numbers_but_those_of_orthogonal_ones(library, name):
    of = LIBRARIES[library]
    make = getattr(of.initializers, name)
    one, other = (np.asarray(make(seed=7)((300, width))).ravel()[:30_000] for width in (400, 500))
    alike = np.corrcoef(one, other)[0, 1] > 0.99
    dense = [of.layers.Dense(width, kernel_initializer=make(seed=7)) for width in (400, 500)]
    found = of_file(saved(library, "widths.json", in_sequence(library, *dense, shape=(300,)))).judgements
    assert len(found) == alike == (name != "Orthogonal")
    assert all("others with the same numbers in rows of another length" in each.message for each in found)


PACED = {
    "Dropout": {"rate": 0.3},
    "LSTM": {"units": 3, "dropout": 0.3},
    "GRU": {"units": 3, "recurrent_dropout": 0.3},
    "SimpleRNN": {"units": 3, "dropout": 0.3, "recurrent_dropout": 0.3},
    "MultiHeadAttention": {"num_heads": 1, "key_dim": 2, "dropout": 0.3},
}


def moved(name):
    """How far one call moves the seed generator of a layer of Keras 3."""
    layer, x = getattr(keras.layers, name)(seed=3, **PACED[name]), np.ones((2, 4, 5), np.float32)
    layer(*[x] * (1 + (name == "MultiHeadAttention")), training=True)
    (state,) = {tuple(np.asarray(v)) for v in layer.variables if v.name == "seed_generator_state"}
    return int(state[1])


@pytest.mark.parametrize(("one", "other"), list(combinations_with_replacement(PACED, 2)))
def test_layers_of_one_seed_are_said_to_draw_alike_at_every_call_only_if_they_draw_equally_often(
    one, other, monkeypatch
):
    both = [
        layer(class_name, name=name, seed=3, **PACED[class_name]) for class_name, name in ((one, "a"), (other, "b"))
    ]
    (found,) = audited(monkeypatch, KERAS_3, *both).judgements
    if found.code == "shared-seed":
        assert "at every call" in found.message
        assert moved(one) == moved(other)
    else:
        assert (found.code, one == other) == ("overlapping-seed", False)
        assert "at their first call, and go on at paces of their own" in found.message
    assert ("the same noise" in found.message) == (one == other)


def test_layers_of_tf_keras_are_told_by_its_own_name(monkeypatch):
    (found,) = audited(monkeypatch, TF_KERAS, *seeded(7, 7)).judgements
    assert "call tf_keras.utils.set_random_seed before" in found.remedy


def test_colliding_initializers_are_told_of_keras_3_alone(monkeypatch):
    def dense(seed, name):
        return layer("Dense", kernel_initializer=layer("HeNormal", "keras.initializers", seed=seed), name=name)

    assert told(audited(monkeypatch, KERAS_3, dense(7, "a"), dense(7 + KERAS_3_MODULUS, "b"))) == [
        ("colliding-seeds", "colliding-seeds")
    ]
    assert told(audited(monkeypatch, TF_KERAS, dense(7, "a"), dense(7 + KERAS_2_MODULUS, "b"))) == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_both_ways_of_a_real_bidirectional_share_a_seed_where_the_config_keeps_it(library):
    of = LIBRARIES[library]
    gru = of.layers.GRU(2, dropout=0.5, seed=3, kernel_initializer="zeros", recurrent_initializer="zeros")
    found = of_file(saved(library, "both.keras", in_sequence(library, of.layers.Bidirectional(gru), shape=(4, 4))))
    assert told(found) == ([("shared-seed", "")] if library == "keras" else [])
