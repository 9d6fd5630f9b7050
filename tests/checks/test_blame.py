"""blame.py: what only comes of another rate is told as the rate, and what does not is told as what it is."""

from dataclasses import replace

import numpy as np
import pytest

from noise_ops.checks import laws, second_opinions
from noise_ops.checks.blame import Share
from noise_ops.findings import CODES
from noise_ops.properties.catalog import code_of
from noise_ops.reference.variates import FLOAT32
from tests.checks._told import Told, ToldTarget
from tests.checks.test_second_opinions import BROKEN, drawn, each, target_of

CENTRED = {
    check.__name__: check
    for check in (
        second_opinions.calls_by_binomtest,
        second_opinions.neighbours_by_binomtest,
        second_opinions.evenness_by_chisquare,
        laws.evenly_spread,
    )
}
"""The checks whose law has a rate in it, and which ask of something else."""

pytestmark = pytest.mark.usefixtures("quick_and_fresh")


def at_another_rate(op, factor):
    """A target that is sound but for its rate."""
    return ToldTarget(
        Told(lambda case, calls: drawn(replace(case, rate=factor * case.rate), calls, op), op=op), FLOAT32, "eager"
    )


@pytest.mark.parametrize("op", ["dropout", "masked_gaussian_noise"])
@pytest.mark.parametrize("name", CENTRED)
@pytest.mark.parametrize(("parameter", "factor"), [(0.3, 1.2), (0.1, 0.6), (0.9, 1.05)])
def test_a_wrong_rate_alone_is_told_as_a_wrong_rate(op, name, parameter, factor):
    finding = CENTRED[name](at_another_rate(op, factor), parameter)
    if finding is not None:  # of so small a difference, not each check sees something
        assert (finding.code, finding.property) == ("mask-density", name)
        assert "It follows from how many there are in all" in finding.message
        assert ").mean()" in finding.script


def test_each_of_them_sees_a_rate_that_is_far_off():
    codes = {name: check(at_another_rate("dropout", 1.5), 0.3).code for name, check in CENTRED.items()}
    assert set(codes.values()) == {"mask-density"}


@pytest.mark.parametrize("shift", [0.06, 1.0, 9.0])
def test_signs_that_are_shifted_are_told_as_another_distribution(shift):
    shifted = target_of("gaussian_noise", each(lambda y, case: y + np.float32(shift)))
    finding = second_opinions.calls_by_binomtest(shifted, 1.0)
    assert getattr(finding, "code", None) == (None if shift < 1 else "distribution")


@pytest.mark.parametrize(("check", "op", "parameter", "change"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_beside_the_rate_keeps_its_code(check, op, parameter, change):
    finding = getattr(second_opinions, check)(target_of(op, change), parameter)
    assert finding.code == code_of(check)
    assert finding.code in CODES


@pytest.mark.parametrize(
    ("ones", "p_value", "explains"),
    [
        (500, 1e-20, False),  # the share is as it should be
        (600, 1e-20, False),  # given it, the rest departs all the same
        (600, 0.5, True),
        (1000, 0.0, True),  # where all units are alike, nothing else can be told
    ],
)
def test_a_share_explains_what_departs_from_the_promised_one_and_not_from_its_own(ones, p_value, explains):
    assert Share(ones, 1000, 0.5).explains(1e-9, lambda seen: p_value) == explains
