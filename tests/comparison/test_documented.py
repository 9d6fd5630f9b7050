"""documented.py: what of a fact is documented, and whether it is so."""

import pytest

from noise_ops.comparison.documented import is_documented
from noise_ops.fingerprint.facts import Fact
from tests.fingerprint._fingerprints import DROPOUT


def fact(name, value, subject=DROPOUT, dtype="float32"):
    return Fact(subject, dtype, "eager", name, value)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("accepts rate=1", "zeros", True),
        ("accepts rate=1", "raises ValueError when made: no", True),
        ("accepts rate=1", "raises ValueError when called: no", False),
        ("accepts rate=1", "identity", False),
        ("accepts dropout=1", "raises ValueError when made: no", False),
        ("accepts rate=1.5", "identity", False),
        ("accepts rate=1.5", "raises ValueError when called: no", True),
        ("accepts stddev=1.5", "raises ValueError when made: no", False),
        ("accepts seed=-1", "noise, constant along [1,2]", True),
        ("accepts seed=1.5", "noise", None),
        ("accepts noise_shape=None,1", "noise", False),
        ("accepts noise_shape=None,1", "noise, constant along [1]", True),
        ("accepts input list", "float32 [2,2]", None),
        ("accepts minval=maxval", "draws minval", False),
        ("accepts minval>maxval", "raises InvalidArgumentError: no", True),
        ("accepts stddev=inf", "inf", False),
        ("mask_over_time", "no noise", True),
        ("new_call_new_noise", "abc", True),
        ("new_call_new_noise", "aab", False),
        ("stream", "raises TypeError: no", False),
        ("head", "raises TypeError: no", None),
        ("mask_density 0.5 beside 0.25", {"dropped": 6196, "n": 24476}, False),
        ("mask_density 0.5 beside 0.25", {"dropped": 12266, "n": 24476}, True),
    ],
)
def test_what_is_documented(name, value, expected):
    assert is_documented(fact(name, value)) is expected


def test_a_stateless_op_repeats_itself_as_documented():
    stateless = "tf.random.stateless_uniform"
    assert is_documented(fact("new_call_new_noise", "aaa", stateless)) is True
    assert is_documented(fact("new_call_new_noise", "abc", stateless)) is False
    assert is_documented(fact("neighbouring_seeds_differ", "aabb", stateless)) is True


def test_an_op_seed_in_a_trace_repeats_by_design():
    assert is_documented(fact("new_call_new_noise twice_in_trace", "aabb", "tf.nn.dropout")) is None
    assert is_documented(fact("new_call_new_noise twice_in_trace", "aabb")) is False
