"""samples.py: drawn once for all checks, from seeds that follow from the epoch, in draws whose size is bounded."""

from unittest import mock

import numpy as np
import pytest

from noise_ops.checks import samples
from noise_ops.checks.promised import law_at
from noise_ops.reference.variates import FLOAT32
from noise_ops.subjects.catalog import functions_for, layers_for
from noise_ops.subjects.targets import Target


def target(op="dropout", mode="eager", of=layers_for):
    """A target that an op predicts."""
    return Target(of([op])[0], FLOAT32, mode)


@pytest.fixture(autouse=True)
def forgotten():
    samples.forget()
    yield
    samples.forget()


@pytest.fixture
def runs():
    """Counts the runs of layers."""
    with mock.patch.object(Target, "run_together", autospec=True, side_effect=Target.run_together) as counted:
        yield counted


def test_what_is_drawn_serves_every_check(runs):
    first, second = (samples.evidence(target(), 0.3, (5000,), 0) for _ in range(2))
    assert first is second
    assert runs.call_count == 1


def test_a_later_look_adds_to_the_earlier_one(runs):
    first, second = (samples.evidence(target(), 0.3, (5000, 9000), look) for look in (0, 1))
    assert 5000 <= first.n < 9000 <= second.n
    assert (first.draws, second.draws, runs.call_count) == (1, 2, 2)


def test_a_large_sample_comes_in_bounded_draws(runs):
    with mock.patch.object(samples, "LARGEST_DRAW", 10_000):
        evidence = samples.evidence(target(), 0.3, (35_000,), 0)
    assert evidence.draws == runs.call_count == 4
    largest = max(call.args[1][0].x.size for call in runs.call_args_list)
    assert 4 * largest <= 10_000 + 4 * samples.COLUMNS


@pytest.mark.parametrize("mode", ["function", "xla", "fit"])
def test_modes_that_compile_do_it_once_for_the_whole_grid(runs, mode):
    for rate in samples.RATES:
        samples.evidence(target(mode=mode), rate, (5000,), 0)
    assert runs.call_count == 1


def test_a_new_epoch_draws_other_samples():
    drawn = samples.evidence(target(), 0.3, (5000,), 0)
    samples.forget()
    assert samples.evidence(target(), 0.3, (5000,), 0) == drawn
    samples.forget()
    with mock.patch.object(samples, "EPOCH", "another"):
        assert samples.evidence(target(), 0.3, (5000,), 0) != drawn


def test_layers_of_one_draw_have_seeds_of_their_own(runs):
    samples.evidence(target(mode="function"), 0.3, (5000,), 0)
    samples.evidence(target(), 0.3, (5000,), 0)
    seeds = [case.seed for call in runs.call_args_list for case in call.args[1]]
    assert len(set(seeds)) == len(seeds)


@pytest.mark.parametrize(
    ("op", "of", "output", "ones"),
    [
        ("dropout", layers_for, [0.0, 2.0], [True, False]),
        ("gaussian_noise", layers_for, [-0.5, 0.5], [False, True]),
        ("gaussian_dropout", layers_for, [0.5, 1.5], [False, True]),
        ("alpha_dropout", layers_for, [-1.5, 1.0], [True, False]),
        ("masked_gaussian_noise", layers_for, [0.0, 0.1], [False, True]),
        ("uniform", functions_for, [0.1, 0.3], [True, False]),
    ],
)
def test_a_script_counts_the_states_that_the_checks_count(op, of, output, ones):
    expression = law_at(target(op, of=of), 0.3).state
    assert eval(expression, {"y": np.array(output)}).tolist() == ones


def test_an_output_that_is_not_finite_is_counted_and_does_not_crash():
    broken = np.full((2, 20, samples.COLUMNS), np.nan, np.float32)
    with mock.patch.object(Target, "run_together", return_value=[broken, broken]):
        drawn = samples.draw(target("gaussian_noise"), (1.0,), 20, "name")[1.0]
    assert drawn.power(2) > 1e9 * drawn.n
