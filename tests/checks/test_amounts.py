"""checks/amounts.py: too little, too much or no noise is seen on any case, at any place and in any stretch."""

import numpy as np
import pytest

from noise_ops import KerasSeed
from noise_ops.checks import amounts, axes
from noise_ops.reference.variates import FLOAT32
from tests.checks._told import Told, ToldTarget, changed, drawn_with


def ones(target, shape=(16, 17), rate=0.5):
    """A case of ones."""
    return target.subject_case(np.ones(shape, np.float32), rate=rate, stddev=0.5, seed=3)


def sound():
    """A target that draws as predicted."""
    return drawn_with(lambda case: KerasSeed(case.seed))


def with_unit(index, value):
    """A change of one element."""

    def change(y):
        y = y.copy()
        y.reshape(-1)[index] = value
        return y

    return change


@pytest.mark.parametrize("rate", axes.RATES)
def test_a_sound_layer_has_the_amount_that_is_asked(rate):
    target = sound()
    assert amounts.amount_of_noise(target, ones(target, rate=rate)) is None


def test_a_denormal_that_becomes_zero_is_no_noise():
    target = ToldTarget(
        Told(lambda case, calls: [np.zeros_like(case.x)] * calls, op="masked_gaussian_noise"), FLOAT32, "xla"
    )
    case = target.subject_case(np.full((4, 4), 1e-40, np.float32), rate=0.01, stddev=0.01, seed=3)
    assert amounts.amount_of_noise(target, case) is None


@pytest.mark.parametrize(("change", "code"), [(np.zeros_like, "mask-density"), (np.ones_like, "support")])
def test_noise_that_is_missing_or_everywhere_is_seen_on_a_small_input(change, code):
    target = changed(change)
    found = amounts.amount_of_noise(target, ones(target, (1, 200)))
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("index", [0, -1, 35])
@pytest.mark.parametrize("value", [0.0, 2.0])
def test_one_place_that_is_always_or_never_dropped_is_seen(index, value):
    target = changed(with_unit(index, value))
    case = axes.small_case(target)
    found = amounts.every_place_is_noisy(target, case)
    assert found is not None
    assert f"At {[int(i) for i in np.unravel_index(index % case.x.size, case.x.shape)]} " in found.message


@pytest.mark.parametrize("wrong", [np.zeros_like, np.ones_like, lambda y: y * 1.01, lambda y: y + np.nan])
@pytest.mark.parametrize("call", [1, 34, 309])
def test_one_call_that_is_not_as_the_others_is_seen(call, wrong):
    sound = drawn_with(lambda case: KerasSeed(case.seed)).subject

    def draw(case, calls):
        outputs = sound.draw(case, calls)
        return [wrong(y) if number == call else y for number, y in enumerate(outputs)]

    target = ToldTarget(Told(draw), FLOAT32, "eager")
    found = amounts.every_call_is_noisy(target, axes.small_case(target))
    assert found is not None
    assert f"In call {call}, " in found.message


def test_a_sound_layer_is_noisy_in_every_call():
    target = sound()
    assert amounts.every_call_is_noisy(target, axes.small_case(target)) is None


def test_a_sound_layer_is_noisy_at_every_place_and_in_every_stretch():
    target = sound()
    assert amounts.every_place_is_noisy(target, axes.small_case(target)) is None
    assert amounts.every_stretch_is_noisy(target, axes.large_case(target)) is None


@pytest.mark.parametrize("start", [2**16, 2**20, 2**21])
def test_a_large_tensor_whose_end_is_left_alone_is_seen(start):
    def change(y):
        return np.where(np.arange(y.size) < start, y, np.float32(1))

    target = changed(change)
    assert amounts.every_stretch_is_noisy(target, axes.large_case(target)) is not None


def test_a_picture_shows_at_which_places_noise_is_missing():
    target = changed(with_unit(-1, 2.0))
    finding = amounts.every_place_is_noisy(target, ones(target, (6, 6)))
    assert [point.x for point in finding.points if not point.is_kept] == [35]
    assert len(finding.points) == 36


def test_a_picture_shows_from_which_stretch_on_noise_is_missing():
    def ended(y):
        y = y.copy()
        y.reshape(-1)[2**20 :] = 2.0
        return y

    target = changed(ended)
    finding = amounts.every_stretch_is_noisy(target, ones(target, (2**21 + 3,)))
    assert min(point.x for point in finding.points if not point.is_kept) == 2**20 / amounts.STRETCH
