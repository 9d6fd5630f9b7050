"""What units have in common: each way of sharing noise is found, named by its place, and found where it is alone."""

import re

import numpy as np
import pytest

from noise_ops import laws
from noise_ops.testing import check_layer

RATE = 0.3
DROPS = laws.drops(RATE)
UNITS = 2**16


def found(function, law, name, **options):
    """The message of a property that is asked of a function of NumPy; "" if it passes."""
    options = {"shape": (None, 40), "units": UNITS, **options}
    report = check_layer(function, law, properties=[name], on_fail="report", **options)
    assert report.outcomes[0].outcome != "skipped", report.outcomes[0].message
    return "".join(finding.message for finding in report.findings)


def dropped_by(mask):
    """A dropout of NumPy whose mask is made of a generator and a shape."""
    return lambda x, seed: np.where(mask(np.random.default_rng(seed), x.shape), 0, x / np.float32(1 - RATE)).astype(
        x.dtype
    )


def own(rng, shape):
    return rng.random(shape) < RATE


def halves(rng, shape):
    half = own(rng, (shape[0], shape[1] // 2))
    return np.concatenate([half, half], axis=1)


def mirrored(rng, shape):
    half = own(rng, (shape[0], shape[1] // 2))
    return np.concatenate([half, half[:, ::-1]], axis=1)


def last_sample(rng, shape):
    mask = own(rng, shape)
    mask[-1] = False
    return mask


def one_place(rng, shape):
    mask = own(rng, shape)
    mask[:, 7] = rng.random(len(mask)) < 1.5 * RATE
    return mask


def copied_rows(rng, shape):
    mask = own(rng, shape)
    mask[len(mask) - len(mask) // 2 :] = mask[: len(mask) // 2]
    return mask


def lag_three(rng, shape):
    mask = own(rng, shape)
    return np.where(rng.random(shape) < 0.1, np.roll(mask, 3, axis=1), mask)


@pytest.mark.parametrize(
    ("mask", "name", "says"),
    [
        (halves, "neighbours_independent", r"Units \d+ and \d+ along axis 1 of the units correlate by \+1\.0000"),
        (mirrored, "neighbours_independent", r"Units \d+ and \d+ along axis 1 of the units correlate by \+1\.0000"),
        (lag_three, "neighbours_independent", r"Units 3 apart along axis 1 of the units correlate by \+0\.0[89]"),
        (last_sample, "evenly_spread", r"sample \d+ of \d+ has 0\.00% ones in the states"),
        (one_place, "evenly_spread", r"place 7 of 40 has 4\d\.\d+% ones in the states, where all have 30"),
        (copied_rows, "nothing_repeats", r"of [\d,]+ units from unit \(\d+, \d+\) of call 1 on are those from unit"),
    ],
    ids=lambda case: getattr(case, "__name__", None),
)
def test_shared_states_are_found(mask, name, says):
    message = found(dropped_by(mask), DROPS, name)
    assert re.search(says, message), message
    assert found(dropped_by(own), DROPS, name) == ""


def normal_of(size):
    """Normal noise of NumPy whose size is made of a generator and a shape."""

    def noise(x, seed):
        rng = np.random.default_rng(seed)
        return x + (rng.standard_normal(x.shape) * size(rng, x.shape)).astype(x.dtype)

    return noise


@pytest.mark.parametrize(
    ("size", "name", "says"),
    [
        (
            lambda rng, shape: rng.choice([0.5, 1.5], (shape[0], 1)),
            "neighbours_independent",
            "in the sizes of the noise",
        ),
        (lambda rng, shape: np.linspace(0.5, 1.5, shape[1]), "evenly_spread", "in the sizes of the noise"),
    ],
    ids=["a size a sample", "a size a column"],
)
def test_sizes_that_go_together_are_found_where_signs_do_not(size, name, says):
    assert says in found(normal_of(size), laws.adds_normal(1.0), name)


def test_noise_with_its_sign_turned_is_a_copy():
    def antithetic(x, seed):
        half = np.random.default_rng(seed).standard_normal((len(x) // 2, x.shape[1])).astype(x.dtype)
        return x + np.concatenate([half, -half, half[: len(x) % 2] * 0 + 1])

    assert "a copy." in found(antithetic, laws.adds_normal(1.0), "nothing_repeats")


@pytest.mark.parametrize("name", ["mask_density", "neighbours_independent", "nothing_repeats"])
def test_copies_are_not_counted_as_units(name):
    """One noise for a batch is told once, by the properties that name it, and not as a rate that is wrong."""
    shared = dropped_by(lambda rng, shape: np.broadcast_to(own(rng, (1, shape[1])), shape))
    report = check_layer(shared, DROPS, properties=[name, "samples_draw_apart"], on_fail="report", shape=(None, 40))
    assert {each.property: each.outcome for each in report.outcomes} == {
        name: "skipped",
        "samples_draw_apart": "failed",
    }
    assert report.outcomes[0].message == "samples are copies of each other, as samples_draw_apart says"


def test_lines_of_a_selection_are_not_taken_for_independent_units():
    def selects(x, seed):
        return np.where(np.random.default_rng(seed).random(x.shape).argsort(-1).argsort(-1) < 3, x, 0).astype(x.dtype)

    for name in ("neighbours_independent", "calls_independent", "evenly_spread", "nothing_repeats"):
        assert found(selects, laws.selects(3), name, shape=(None, 7)) == ""


def thirds(rng, shape):
    mask = own(rng, shape)
    mask[:, 2::3] = mask[:, 1::3][:, : mask[:, 2::3].shape[1]]
    return mask


def last_spared(rng, shape):
    mask = own(rng, shape)
    mask[:, -1] = False
    return mask


def row(mask, name):
    """The row that a property leaves of a dropout of NumPy."""
    options = {"shape": (None, 40), "units": UNITS, "properties": [name], "on_fail": "report"}
    return check_layer(dropped_by(mask), DROPS, **options).rows[0]


def test_a_picture_of_neighbours_shows_at_which_distance_they_are_alike():
    out = {(point.x, point.series) for point in row(thirds, "neighbours_independent").points if not point.is_kept}
    assert (1, "the states along axis 1 of the units") in out
    assert not any(series == "the states along the batch" for _, series in out)


def test_a_picture_of_places_shows_which_is_spared():
    assert [point.x for point in row(last_spared, "evenly_spread").points if not point.is_kept] == [39]


@pytest.mark.parametrize("name", ["mask_density", "neighbours_independent", "calls_independent", "evenly_spread"])
def test_of_what_is_kept_there_is_no_picture(name):
    assert row(own, name).points == ()


@pytest.mark.parametrize("rate", [0.25, 0.35])
def test_a_picture_of_a_rate_shows_the_band_that_it_leaves(rate):
    (point,) = row(lambda rng, shape: rng.random(shape) < rate, "mask_density").points
    assert (point.x, point.expected) == (RATE, RATE)
    assert (point.seen < point.low) is (rate < RATE)
    assert not point.is_kept
