"""Under observe= how often a state is one is judged, and whose it is; what is not is told, and refused by name."""

import numpy as np
import pytest

from noise_ops import laws
from noise_ops.laws.noise import LawError
from noise_ops.testing import LayerError, check_layer
from noise_ops.testing.catalog import PROPERTIES, applying, unasked
from tests.testing import _layers

PLAIN = {
    "drops": lambda **named: laws.drops(0.1, **named),
    "drops_affinely": lambda **named: laws.drops_affinely(0.1, **named),
    "adds_normal": lambda **named: laws.adds_normal(0.1, **named),
    "multiplies_normal": lambda **named: laws.multiplies_normal(0.1, **named),
    "applies": lambda **named: laws.applies(0.1, **named),
    "selects": lambda **named: laws.selects(1, **named),
    "unknown": lambda **named: laws.unknown(**named),
}


def is_zero(x, y):
    return y == 0


@pytest.mark.parametrize("name", PLAIN)
def test_whatever_observe_leaves_unasked_is_listed_and_refused_by_name(name):
    plain, seen = PLAIN[name](), PLAIN[name](observe=is_zero)
    lost = [each for each, prop in PROPERTIES.items() if prop.applies(plain) and not prop.applies(seen)]
    assert {prop.name for prop in applying(plain, {})} <= {prop.name for prop in applying(seen, {})}
    for each in lost:
        assert unasked(PROPERTIES[each], seen)[1]
        with pytest.raises(LayerError, match=f"{each} cannot be asked of .*observe=.*only how often"):
            applying(seen, {"properties": [each, "noise_is_drawn"]})
    if name.startswith("drops"):
        assert "support_and_scale" in lost


def test_what_was_judged_is_all_that_is_said_to_be_kept():
    asked = {"args": {"rate": 0.1}, "profile": "quick", "on_fail": "report"}
    told = check_layer(_layers.Unscaled, laws.drops(0.1, observe=is_zero), **asked).sentences()
    assert told[0].startswith("Unscaled keeps what was asked of drops(0.1, observe=is_zero): ")
    assert told[1].startswith("  Not judged, under observe= only how often a state is one is judged")
    assert "support_and_scale" in told[1]
    assert not any("support_and_scale" in line for line in told[2:])


def test_what_is_left_out_by_name_is_not_said_to_be_kept():
    asked = {"args": {"rate": 0.1}, "on_fail": "report", "properties": ["support_and_scale", "noise_is_drawn"]}
    assert str(check_layer(_layers.Right, laws.drops(0.1), **asked)).startswith("Right keeps what was asked of drops")


def test_a_property_of_which_a_law_promises_nothing_is_told_where_it_is_named():
    asked = {"properties": ["mean_preservation", "mask_density"], "args": {"rate": 0.1}, "profile": "quick"}
    found = {each.property: each for each in check_layer(_layers.Right, laws.drops(0.1), **asked).outcomes}
    assert (found["mean_preservation"].outcome, found["mask_density"].outcome) == ("skipped", "passed")
    assert found["mean_preservation"].message == "its law promises nothing of it"


def test_a_law_of_ones_own_is_looked_at_without_its_observe_as_it_is():
    class Odd(laws.Law):
        """A law whose constructor takes what it likes."""

        def __init__(self, often):
            super().__init__(observe=is_zero)

        @property
        def probability(self):
            return 0.5

        @property
        def state(self):
            return "y == 0"

        def elements(self, x, y, *, fused=False):
            return np.asarray(y == 0)

    assert unasked(PROPERTIES["support_and_scale"], Odd(0.5))[1]
    with pytest.raises(LawError):
        laws.drops(0.1, observe=3)
