"""seeds/: what is no seed is refused in one sentence."""

import random

import pytest

import noise_ops
from noise_ops.reference import seeds
from noise_ops.reference.seeds import GeneratorSeed, Keras2Seed, KerasGlobalSeed, KerasSeed, LegacySeed, StatelessSeed

REFUSED = {
    "keras: text": (lambda: KerasSeed("7"), TypeError, "must be an integer"),
    "keras: truth": (lambda: KerasSeed(True), TypeError, "must be an integer"),
    "keras: float": (lambda: KerasSeed(7.0), TypeError, "must be an integer"),
    "keras: 64 bits": (lambda: KerasSeed(2**63), ValueError, r"must lie in \[-2\*\*63, 2\*\*6"),
    "keras: -64 bits": (lambda: KerasSeed(-(2**63) - 1), ValueError, r"must lie in \[-2\*\*63, 2\*\*6"),
    "keras: engine": (lambda: KerasSeed(7, engine="gpu"), ValueError, "engine must be"),
    "global: text": (lambda: KerasGlobalSeed("7"), TypeError, "must be an integer"),
    "global: 64 bits": (lambda: KerasGlobalSeed(2**63), ValueError, r"must lie in \[-2\*\*63, 2\*\*6"),
    "stateless: number": (lambda: StatelessSeed(7), TypeError, "pair of integers"),
    "stateless: triple": (lambda: StatelessSeed((1, 2, 3)), TypeError, "pair of integers"),
    "stateless: floats": (lambda: StatelessSeed((1.0, 2)), TypeError, "must be an integer"),
    "stateless: 64 bits": (lambda: StatelessSeed((1, 2**64)), ValueError, r"must lie in \[-2\*\*63, 2\*\*6"),
    "legacy: nothing": (lambda: LegacySeed(None), ValueError, "needs a global seed or an op seed"),
    "legacy: text": (lambda: LegacySeed("7"), TypeError, "must be an integer"),
    "legacy: op float": (lambda: LegacySeed(7, 1.5), TypeError, "must be an integer"),
    "legacy: xla": (lambda: LegacySeed(7, engine="xla"), ValueError, "no seed determines"),
    "keras2: text": (lambda: Keras2Seed(7, "9"), TypeError, "must be an integer"),
    "keras2: none": (lambda: Keras2Seed(7, None), TypeError, "must be an integer"),
    "generator: float": (lambda: GeneratorSeed(1.0), TypeError, "must be an integer"),
    "generator: none": (lambda: GeneratorSeed(None), TypeError, "must be an integer"),
    "as_seed: text": (lambda: seeds.as_seed("7"), TypeError, "seed must be"),
    "as_seed: float": (lambda: seeds.as_seed(7.0), TypeError, "seed must be"),
    "as_seed: pair": (lambda: seeds.as_seed((1, 2)), TypeError, "seed must be"),
    "set_seed: negative": (lambda: noise_ops.set_seed(-1), ValueError, r"\[0, 2\*\*32\)"),
    "set_seed: 32 bits": (lambda: noise_ops.set_seed(2**32), ValueError, r"\[0, 2\*\*32\)"),
    "set_seed: none": (lambda: noise_ops.set_seed(None), TypeError, "must be an integer"),
}


@pytest.mark.parametrize(("make", "error", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_seed_is_refused_in_one_sentence(make, error, says):
    with pytest.raises(error, match=says) as caught:
        make()
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_seed_generator_is_refused_with_what_follows_it():
    keras = pytest.importorskip("keras")
    with pytest.raises(TypeError, match=r"; for a SeedGenerator give KerasSeed\(its seed\)\.$"):
        noise_ops.dropout([1.0], 0.4, seed=keras.random.SeedGenerator(5))


@pytest.mark.parametrize("seed", [-1, 2**32, None, "7"])
def test_a_refused_set_seed_leaves_the_libraries_alone(seed):
    before = random.getstate()
    with pytest.raises((TypeError, ValueError)):
        noise_ops.set_seed(seed)
    assert random.getstate() == before
