"""laws/: each law says of noise that keeps it what is true of it, and of other noise that it is not."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from noise_ops import laws
from noise_ops.errors import UserError
from noise_ops.laws import LawError
from noise_ops.reference.variates import FLOAT32, FLOAT64
from tests.laws import _samples

RARE = 1e-9
"""Probability of what no sample below shows by chance."""

RAMP = np.linspace(1, 2, _samples.SHAPE[0] * _samples.SHAPE[1]).reshape(_samples.SHAPE)

each_law = pytest.mark.parametrize(("law", "keep"), _samples.KEPT.values(), ids=_samples.KEPT)


def flat(law):
    """An input of the law's origin."""
    return np.full(_samples.SHAPE, law.origin)


@each_law
def test_states_are_one_as_often_as_the_law_says(law, keep):
    states = law.states(RAMP, keep(RAMP))
    # Elements that share a unit are counted once; those of a selection are bound to a number, and vary less.
    assert stats.binomtest(int(states.sum()), states.size, law.probability).pvalue > RARE


@each_law
def test_the_expression_tells_the_states_of_an_output_on_the_origin(law, keep):
    y = keep(flat(law))
    elements = law.elements(flat(law), y)
    assert np.array_equal(law.states_at_origin(y), elements)
    assert np.array_equal(eval(law.state, {"y": y}), elements)


@each_law
def test_an_output_that_keeps_the_law_is_supported(law, keep):
    support = law.support(RAMP, keep(RAMP))
    assert support is None or support.allowed.all()


@pytest.mark.parametrize("name", [name for name, (law, _) in _samples.KEPT.items() if law.support(RAMP, RAMP)])
def test_an_output_that_breaks_the_law_is_not_supported(name):
    law, keep = _samples.KEPT[name]
    assert not law.support(RAMP, keep(RAMP) + 0.1).allowed.all()


@each_law
def test_noise_of_a_distribution_is_read_as_standard_normals(law, keep):
    y = keep(RAMP)
    if law.distribution is None:
        pytest.skip("takes two values, or is judged by a cut")
    normals = law.standardized(RAMP, y, FLOAT64)[law.noised(RAMP, y)]
    assert stats.kstest(normals, "norm").pvalue > RARE


@each_law
def test_moments_are_those_of_the_output_on_the_origin(law, keep):
    x = flat(law)
    y = keep(x)
    try:
        mean, variance = law.mean, law.variance
    except LawError:
        pytest.skip("says nothing of moments")
    noise = y[law.noised(x, y)].astype(np.float64)
    units = noise.size if not law.shared_axes else _samples.SHAPE[0]
    assert abs(noise.mean() - mean) < 6.5 * np.sqrt(variance / units)
    assert noise.var() == pytest.approx(variance, rel=0.1)


@each_law
def test_noise_that_leaves_out_every_fifth_row_is_told_from_the_law(law, keep):
    """It shows in the states, the distribution or the support."""
    y = np.where(np.arange(_samples.SHAPE[0])[:, None] % 5 == 0, RAMP, keep(RAMP))
    states = law.states(RAMP, y)
    seen = [stats.binomtest(int(states.sum()), states.size, law.probability).pvalue < RARE]
    if (support := law.support(RAMP, y)) is not None:
        seen.append(not support.allowed.all())
    if law.distribution is not None:
        normals = law.standardized(RAMP, y, FLOAT64)[law.noised(RAMP, y)]
        seen.append(stats.kstest(normals, "norm").pvalue < RARE)
    assert any(seen)


def test_what_is_observed_takes_the_place_of_the_states():
    law = laws.adds_normal(0.1, observe=lambda x, y: y[:, 0] > x[:, 0])
    x = np.zeros((4, 3))
    assert law.states(x, np.array([[1, 0, 0], [-1, 1, 1], [1, 1, 1], [0, 1, 1]])).tolist() == [True, False, True, False]


def test_elements_of_one_unit_are_counted_once():
    x, y = np.ones((2, 3, 4)), np.full((2, 3, 4), 2.0)
    y[0, :, 1] = 0
    assert laws.drops(0.5, shared_axes=(1,)).states(x, y).tolist() == [[False, True, False, False], [False] * 4]


def test_a_selection_knows_its_share_by_the_input_alone():
    law = laws.selects(3, axis=1)
    assert law.on((5, 12, 2)).probability == 0.25
    with pytest.raises(LawError, match="has no shape yet"):
        _ = law.probability
    with pytest.raises(LawError, match=r"3 cannot be selected along axis 1"):
        law.on((5, 2))


def test_of_an_unknown_law_nothing_is_counted():
    law = laws.unknown()
    for ask in (lambda: law.probability, lambda: law.mean, lambda: law.variance, lambda: law.state):
        with pytest.raises(LawError):
            ask()
    with pytest.raises(LawError):
        law.states(RAMP, RAMP)


@pytest.mark.parametrize(
    "make",
    [
        lambda: laws.drops(1.5),
        lambda: laws.drops(float("nan")),
        lambda: laws.drops("0.1"),
        lambda: laws.drops(0.1, value=None),
        lambda: laws.drops(0.1, shared_axes=1),
        lambda: laws.drops(0.1, shared_axes=(0.5,)),
        lambda: laws.drops(0.1, observe=3),
        lambda: laws.drops_affinely(-0.1),
        lambda: laws.adds_normal(0),
        lambda: laws.adds_normal(None),
        lambda: laws.adds_normal(float("inf")),
        lambda: laws.adds(stats.norm),
        lambda: laws.adds(stats.poisson(3)),
        lambda: laws.adds(stats.cauchy()),
        lambda: laws.draws(stats.t(2)),
        lambda: laws.multiplies(0.3),
        lambda: laws.multiplies_normal(1),
        lambda: laws.adds_to_share(2, stats.norm()),
        lambda: laws.adds_to_share(stats.norm(), 0.2),
        lambda: laws.draws("normal"),
        lambda: laws.applies(-1),
        lambda: laws.applies(0.5, to=3),
        lambda: laws.selects(-1),
        lambda: laws.selects(1.5),
        lambda: laws.selects(1, axis=(0, 1)),
    ],
)
def test_what_no_noise_can_keep_is_refused_in_one_sentence(make):
    with pytest.raises(UserError) as refused:
        make()
    assert "\n" not in str(refused.value)
    assert " at 0x" not in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("dtype", [FLOAT32, FLOAT64])
@pytest.mark.parametrize("name", ["drops", "adds_normal", "multiplies_normal", "draws, cut"])
def test_arithmetic_keeps_the_documented_probability_within_a_step_of_its_lattice(name, dtype):
    law = _samples.KEPT[name][0]
    assert abs(law.p_one(dtype) - law.probability) <= 2**-23


@pytest.mark.parametrize(
    ("law", "text"),
    [
        (laws.drops(0.1), "drops(0.1)"),
        (laws.drops(0.1, shared_axes=[1, np.int64(2)]), "drops(0.1, shared_axes=(1, 2))"),
        (laws.drops(0.1, scaled=False, value=-1), "drops(0.1, scaled=False, value=-1.0)"),
        (laws.adds(stats.laplace(0, scale=0.1)), "adds(laplace(0, scale=0.1))"),
        (laws.adds_to_share(0.2, stats.norm()), "adds_to_share(0.2, norm())"),
        (laws.multiplies(stats.lognorm(0.1)), "multiplies(lognorm(0.1))"),
        (laws.draws(stats.uniform(), below=0.1), "draws(uniform(), below=0.1)"),
        (laws.selects(3), "selects(3)"),
        (laws.unknown(), "unknown()"),
    ],
)
def test_a_law_is_shown_as_it_was_named(law, text):
    assert repr(law) == text


@each_law
def test_no_law_shows_an_address_of_a_distribution(law, keep):
    assert "frozen object" not in repr(law)


def test_laws_are_an_attribute_of_the_package():
    source = "import noise_ops; assert 'laws' in dir(noise_ops); print(noise_ops.laws.drops(0.1))"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout == "drops(0.1)\n"
