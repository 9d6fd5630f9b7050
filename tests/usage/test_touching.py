"""usage/touching.py: a fact touches what is used unless it is known to be about another subject, dtype or argument."""

import pytest

from noise_ops.fingerprint import shipped
from noise_ops.usage.touching import Touching
from noise_ops.usage.used import UNKNOWN, Usage, Used

DROPOUT, NOISE = "keras.layers.Dropout", "keras.layers.GaussianNoise"
FACTS = shipped.find("2.16.2").read().by_key()


def touches(used, name, dtype="float32", mode="eager", code="", facts=(FACTS, FACTS)):
    """Whether a fact about the subject of what is used touches it."""
    return Touching(Usage("src", "your code", (used,)), *facts).touches((used.subject, dtype, mode, name), code)


def given(subject=DROPOUT, dtype=None, policy=None, **arguments):
    """Something that is used with some arguments."""
    return Used(subject, subject, dtype, tuple(sorted(arguments.items())), policy)


@pytest.mark.parametrize("key", sorted(key for key in FACTS if key[0] == DROPOUT), ids=" ".join)
def test_what_is_not_known_is_touched_by_everything(key):
    assert touches(Used(DROPOUT, DROPOUT), key[3], *key[1:3])
    every = given(rate=UNKNOWN, seed=UNKNOWN, noise_shape=UNKNOWN, data_format=UNKNOWN)
    assert touches(every, key[3], *key[1:3])


def test_another_subject_is_not_touched():
    assert not Touching(Usage("src", "your code", (given(NOISE),))).touches((DROPOUT, "any", "any", "observed"))
    assert touches(given(NOISE), "observed", "any", "any")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("accepts rate=1", 1, True),
        ("accepts rate=1", 1.0, True),
        ("accepts rate=1", True, False),
        ("accepts rate=True", True, True),
        ("accepts rate=1", 0.5, False),
        ("accepts rate=1.5", 3.0, True),
        ("accepts rate=1-2**-24", 1 - 1e-9, True),
        ("accepts rate=1-2**-24", 0.99, False),
        ("accepts rate=1e-30", 1e-9, True),
        ("accepts rate=-1.0", -0.25, True),
        ("accepts rate=inf", float("inf"), True),
        ("accepts rate=nan", float("nan"), True),
        ("accepts rate=nan", 0.5, False),
        ("accepts rate='0.3'", "0.5", True),
        ("accepts rate=None", None, True),
        ("accepts rate=np.float32(0.3)", 0.3, False),
        ("accepts rate=tf.constant(0.3)", UNKNOWN, True),
        ("rate_zero_is_identity", 0, True),
        ("rate_zero_is_identity", 0.5, False),
        ("variables rate=0", 0.0, True),
        ("variables rate=0", 0.5, False),
        ("mask_density 0.01", 0.5, True),
        ("signature", 0.5, True),
        ("accepts input ragged", 0.5, True),
    ],
)
def test_a_fact_about_a_rate_touches_what_may_have_such_a_rate(name, value, told):
    assert touches(given(rate=value), name) is told


@pytest.mark.parametrize(
    ("name", "seed", "told"),
    [
        ("accepts seed=-1", -7, True),
        ("accepts seed=-1", 7, False),
        ("accepts seed=2**31", 2**40, True),
        ("accepts seed=2**31", 2**30, False),
        ("accepts seed=2**63", 2**63, True),
        ("accepts seed=None", None, True),
        ("accepts seed='a'", "b", True),
        ("accepts seed=1.5", 1, False),
        ("distant_seeds_differ", None, False),
        ("distant_seeds_differ", 2**31 - 3, False),
        ("distant_seeds_differ", 2**31 - 2, True),
        ("distant_seeds_differ", -1, True),
        ("unseeded_stream", 1, False),
        ("unseeded_stream", None, True),
    ],
)
def test_a_fact_about_seeds_touches_what_may_have_such_a_seed(name, seed, told):
    assert touches(given(rate=0.5, seed=seed), name) is told


def test_another_stream_touches_what_has_no_seed_unless_that_draws_as_before():
    unseeded = given(rate=0.5)
    moved = FACTS | {(DROPOUT, "float32", "eager", "unseeded_stream"): "another"}
    assert touches(given(rate=0.5, seed=1), "stream", code="seed-rule")
    assert not touches(unseeded, "stream", code="seed-rule")
    assert touches(unseeded, "stream", code="seed-rule", facts=(FACTS, moved))
    assert touches(unseeded, "stream", mode="xla", code="seed-rule")  # of which it was not asked
    assert touches(unseeded, "stream", code="raises")
    assert touches(unseeded, "mode_draws_eager_stream", mode="reloaded", code="raises")
    assert not touches(unseeded, "mode_draws_eager_stream", mode="reloaded", code="round-trip")


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("accepts noise_shape=257", {}, False),
        ("accepts noise_shape=257", {"noise_shape": (1, None)}, True),
        ("noise_shape_kept", {}, False),
        ("noise_shape_kept", {"noise_shape": UNKNOWN}, True),
        ("accepts data_format='channels'", {}, False),
        ("accepts data_format='channels_first'", {}, True),  # as keras.json may say
        ("accepts data_format='channels_first'", {"data_format": "channels_last"}, False),
        ("data_format_kept", {"data_format": "channels_last"}, False),
        ("data_format_kept", {}, True),
    ],
)
def test_a_fact_about_shapes_touches_what_is_given_one(name, arguments, told):
    assert touches(given(rate=0.5, **arguments), name) is told


def test_the_map_of_a_spatial_layer_is_of_every_spatial_layer():
    assert touches(given("keras.layers.SpatialDropout2D", rate=0.5), "noise_shape_broadcasts")


@pytest.mark.parametrize(
    ("dtype", "mode", "name", "told"),
    [
        ("float32", "eager", "mask_density 0.3", False),  # which was asked in bfloat16 itself
        ("bfloat16", "eager", "mask_density 0.3", True),
        ("float16", "eager", "mask_density 0.3", False),
        ("float32", "eager", "config", True),  # which was asked in float32 alone
        ("float32", "mirrored", "stream", True),
        ("bfloat16", "mixed_bfloat16", "stream", True),
        ("float16", "mixed_float16", "stream", False),
        ("float32", "reloaded", "policy_kept", True),
        ("any", "any", "observed", True),
    ],
)
def test_what_was_not_asked_in_a_dtype_is_taken_to_be_as_in_float32(dtype, mode, name, told):
    used = given(dtype="bfloat16", policy=True, rate=0.5)
    assert touches(used, name, dtype, mode) is told


def test_what_one_side_alone_recorded_speaks_for_no_other_dtype():
    used = given(dtype="bfloat16", policy=False, rate=0.5)
    before = {key: value for key, value in FACTS.items() if key[3] != "config"}
    assert not touches(used, "config", facts=(before, FACTS))
    assert touches(used, "observed", facts=(before, FACTS))


def test_what_computes_in_float32_has_no_policy_of_mixed_precision():
    used = given(dtype="float32", policy=False, rate=0.5)
    assert not touches(used, "policy_kept", mode="reloaded")
    assert not touches(used, "stream", "bfloat16", "mixed_bfloat16")
    assert touches(used, "stream", mode="mirrored")
