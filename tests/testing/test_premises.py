"""What a property rests on: one mistake is told once, and nothing is counted of what another property refutes."""

import re

import keras
import numpy as np
import pytest
from keras import ops

from noise_ops import laws
from noise_ops.testing import LayerError, check_layer
from noise_ops.testing.catalog import PROPERTIES
from noise_ops.testing.premises import FIRST, teller
from tests.testing import _layers

RATE = 0.2
PATHS = laws.drops(RATE, shared_axes=(1, 2))
POOLED = [name for name, prop in PROPERTIES.items() if prop.rests_on]


class Path(_layers.Right):
    """Drops whole samples."""

    def noisy(self, x):
        return ops.where(self.kept(x), x / (1 - self.rate), ops.zeros_like(x))

    def kept(self, x):
        return self.uniform(x, self.seed_generator) >= self.rate

    def uniform(self, x, seed):
        return keras.random.uniform((ops.shape(x)[0], 1, 1), seed=seed)


class Number(Path):
    """Hands the number of its seed on, and so draws the same in every call."""

    def uniform(self, x, seed):
        return super().uniform(x, self.seed or 3)


class Batch(Path):
    """Draws once for a batch."""

    def uniform(self, x, seed):
        return keras.random.uniform((1, 1, 1), seed=seed)


class Steps(Path):
    """Draws for each step."""

    def uniform(self, x, seed):
        return keras.random.uniform((ops.shape(x)[0], x.shape[1], 1), seed=seed)


class Fixed(Path):
    """Has one generator, whatever its seed is."""

    def __init__(self, rate=0.1, seed=None, **options):
        super().__init__(rate, seed, **options)
        self.seed_generator = keras.random.SeedGenerator(1337)


def outcomes(factory, law=PATHS, **options):
    """What comes of each property."""
    options = {"args": {"rate": RATE}, "profile": "quick", **options}
    report = check_layer(factory, law, on_fail="report", **options)
    return {each.property: each for each in report.outcomes}


@pytest.mark.parametrize(
    ("factory", "broken", "why"),
    [
        (Number, "new_call_new_noise", "calls are copies of each other"),
        (Batch, "samples_draw_apart", "samples are copies of each other"),
        (Steps, "axes_shared", "its units are not those of its law"),
    ],
)
def test_of_copies_nothing_is_told_but_that_they_are(factory, broken, why):
    found = outcomes(factory, properties=[broken, *POOLED])
    assert found[broken].outcome == "failed"
    for name in POOLED:
        if PROPERTIES[name].applies(PATHS):
            assert found[name].outcome == "skipped", (name, found[name].message)
            assert found[name].message == f"{why}, as {broken} says"


def test_nothing_that_fails_rests_on_what_fails():
    for factory in (Number, Batch, Steps, Fixed):
        failed = {name for name, each in outcomes(factory).items() if each.outcome == "failed"}
        assert failed
        assert not [name for name in failed if failed & {*PROPERTIES[name].rests_on}]


def test_what_is_rested_on_says_what_its_breach_means():
    named = {name for prop in PROPERTIES.values() for name in prop.rests_on}
    assert named
    assert all(PROPERTIES[name].breach for name in named)


def test_a_second_seed_that_draws_what_the_first_does_is_counted_once():
    found = outcomes(Fixed, properties=["other_seed_other_noise", *POOLED])
    assert found["other_seed_other_noise"].outcome == "failed"
    assert "8 layers, with seeds 7, 6 and others, draw the same noise" in found["other_seed_other_noise"].message
    assert {name for name in POOLED if found[name].outcome == "failed"} == set()
    one, two = (outcomes(each, properties=["mask_density"])["mask_density"].row.n for each in (Fixed, Path))
    assert one == two // 2


def test_what_is_seen_of_dependent_units_has_no_chance_of_a_right_layer():
    def streaks(x, seed):
        rng = np.random.default_rng(seed)
        drops = np.repeat(rng.random((len(x), x.shape[1] // 5)) < 2 * RATE, 5, axis=1)
        return np.where(drops, 0, x / np.float32(1 - RATE)).astype(x.dtype)

    asked = {"args": {}, "shape": (None, 40), "properties": ["mask_density", "neighbours_independent"]}
    found = outcomes(streaks, laws.drops(RATE), **asked)
    assert "at most once in" in found["neighbours_independent"].message
    assert "Its units are not independent (neighbours_independent)" in found["mask_density"].message
    assert "at most once in" not in found["mask_density"].message


class Raising(Path):
    """Has a slip of the pen where it draws."""

    def noisy(self, x):
        return x * self.keep


class Nothing(Path):
    """Returns what a statement without a return does."""

    def noisy(self, x):
        super().noisy(x)


class Empty(Path):
    """Returns no sample at all."""

    def noisy(self, x):
        return x[:0]


GIVE_NOTHING = {
    Raising: "The call raises AttributeError: 'Raising' object has no attribute 'keep'",
    Nothing: "NoneType comes out, which is no tensor",
    Empty: "gives an output of shape (0, 3, 2): it is empty",
}


@pytest.mark.parametrize("factory", GIVE_NOTHING)
@pytest.mark.parametrize("properties", [None, ["mask_density", "config_round_trip", "two_in_a_model"]])
def test_a_layer_whose_call_gives_nothing_is_told_once(factory, properties):
    narrowing = {} if properties is None else {"properties": properties}
    found = outcomes(factory, shape=(None, 3, 2), **narrowing)
    tells = FIRST if properties is None else properties[0]
    assert [name for name, each in found.items() if each.outcome == "failed"] == [tells]
    assert GIVE_NOTHING[factory] in found[tells].message
    others = {name for name, each in found.items() if each.outcome == "skipped"}
    assert all(tells in found[name].message for name in others if PROPERTIES[name].needs_call)
    assert "two_in_a_model" not in others


def test_whoever_is_asked_first_tells_what_all_would():
    assert teller(["two_in_a_model", "mask_density", FIRST]) == FIRST
    assert teller(["two_in_a_model", "mask_density", "config_round_trip"]) == "mask_density"
    assert teller(["two_in_a_model"]) == "two_in_a_model"


@pytest.mark.parametrize(
    ("factory", "says"),
    [
        (Raising, "that was tried: each time it raised AttributeError: 'Raising' object has no attribute 'keep'"),
        (Nothing, "returns nothing to judge: a NoneType comes out, which is no tensor."),
    ],
)
def test_where_no_shape_is_named_one_error_says_so(factory, says):
    with pytest.raises(LayerError, match=re.escape(says)):
        outcomes(factory)


class Tokens(_layers.Right):
    """Makes ids that of an unknown word."""

    def __init__(self, rate=0.1, unk=1, seed=None, **options):
        super().__init__(rate, seed, **{"dtype": "int32", **options})
        self.unk = unk

    def call(self, ids, training=None):
        if not training:
            return ids
        dropped = keras.random.uniform(ops.shape(ids), seed=self.seed_generator, dtype="float32") < self.rate
        return ops.where(dropped, ops.cast(self.unk, ids.dtype), ids)

    def get_config(self):
        return {**super().get_config(), "unk": self.unk}


def test_a_layer_of_ids_asks_for_them_and_is_right_with_them():
    law = laws.drops(RATE, value=1, scaled=False)
    with pytest.raises(LayerError, match=r"of numbers of float32, Tokens computes in int32: give inputs= of ids\.$"):
        outcomes(Tokens, law)
    ids = np.random.default_rng(0).integers(2, 1000, (256, 40)).astype("int32")
    assert {each.outcome for each in outcomes(Tokens, law, inputs=ids).values()} == {"passed", "skipped"}
