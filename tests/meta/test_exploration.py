"""What is said to be asked is asked: a run of the default profile counts its cases, and no property has too few."""

import json

import pytest

from noise_ops import session
from noise_ops.report import json as report
from noise_ops.result import Selection

ONCE = {
    "every_call_is_noisy",
    "every_gradient_is_noise_factor",
    "every_place_is_noisy",
    "every_stretch_is_noisy",
    "large_tensor_predicted",
    "later_calls_predicted",
    "many_calls_new_noise",
}
"""Properties whose one case is hundreds of calls or millions of units."""


class Silent:
    """Listens and tells nobody."""

    def started(self, environment):
        """Keep quiet."""

    def advanced(self, done, total, subject):
        """Keep quiet."""


@pytest.fixture(scope="module")
def counted():
    """How many cases each property of one layer was asked about, in an eager and in two compiled modes."""
    selection = Selection(
        ("keras.layers.GaussianNoise",), ("float32",), ("eager", "function", "from_config"), "default"
    )
    result = session.run(selection, Silent(), workers=0)
    return json.loads(report.render(result))["checks"]["examples"]


def test_every_explored_property_asks_hard_cases_and_at_least_twenty_drawn_ones_or_five_outside_eager_mode(counted):
    checks = [(name, check) for name, entry in counted.items() if name not in ONCE for check in entry["checks"]]
    passed = [(name, check) for name, check in checks if check["outcome"] == "passed"]
    few = [
        (name, check)
        for name, check in passed
        if check["drawn"] < (20 if check["mode"] == "eager" else 5) or not check["hard"]
    ]
    assert len({name for name, _ in passed}) > 8
    assert few == []


def test_what_is_asked_once_is_asked(counted):
    assert set(counted) >= ONCE
    assert {check["hard"] for name in ONCE for check in counted[name]["checks"]} <= {1, 2}
