"""checks/calls.py: noise that is shared between seeds, calls or traces is seen, whichever of them a case names."""

import numpy as np
import pytest

from noise_ops import GeneratorSeed, Keras2Seed, KerasSeed, dropout
from noise_ops.checks import calls
from noise_ops.subjects import running
from tests.checks._told import drawn_with


def asked(check, make_seed, number=9, skipped=0):
    """What a property says of a target whose calls draw with the seed object that a case gets."""
    target = drawn_with(make_seed, skipped)
    case = target.subject_case(np.ones((8, 8), np.float32), rate=0.5, stddev=0.5, seed=number)
    return check(target, case)


def own_seed(case):
    """The seed object of a sound layer."""
    return KerasSeed(case.seed)


@pytest.mark.parametrize(
    "check", [calls.same_seed_same_noise, calls.new_call_new_noise, calls.neighbouring_seeds_differ]
)
def test_a_sound_layer_shares_what_it_should_and_nothing_else(check):
    assert asked(check, own_seed) is None


@pytest.mark.parametrize(("number", "pair"), [(8, (8, 9)), (9, (8, 9)), (-9, (-10, -9))])
def test_seeds_that_collide_in_pairs_are_seen_from_either(number, pair):
    found = asked(calls.neighbouring_seeds_differ, lambda case: KerasSeed(case.seed // 2 * 2), number)
    assert found.message == f"Call 0 with seed {pair[0]} equals call 0 with seed {pair[1]}."


def test_a_seed_that_reads_its_neighbours_stream_a_block_later_is_seen():
    found = asked(calls.neighbouring_seeds_differ, lambda case: GeneratorSeed(case.seed))
    assert "is shifted by a block from" in found.message


def test_a_call_that_draws_with_the_next_seed_is_seen():
    found = asked(calls.neighbouring_seeds_differ, lambda case: Keras2Seed(5, case.seed))
    assert found.message == "Call 1 with seed 8 equals call 0 with seed 9."


@pytest.mark.parametrize("again", [False, True])
def test_a_trace_that_begins_the_noise_again_is_seen(monkeypatch, again):
    def retraced(subject, case, inputs):
        """Go on in one stream, or begin it again where the shape is new."""
        seeds, fresh = {}, KerasSeed(case.seed)
        for x in inputs:
            seeds.setdefault(x.shape, KerasSeed(case.seed) if again else fresh)
        return [dropout(x, case.rate, seed=seeds[x.shape]) for x in inputs]

    monkeypatch.setattr(running, "retraced", retraced)
    target = drawn_with(own_seed)
    found = calls.new_trace_new_noise(target, target.standard)
    assert (found is not None) is again
    if again:
        assert found.code == "new-trace"
        assert "Call 1, in the second trace, repeats the noise of call 0, in the first trace" in found.message
