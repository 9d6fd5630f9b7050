"""repeats.py: what is found, and how it is told; seeds are far apart in every modulus that TensorFlow knows."""

import itertools
import re
from unittest import mock

import numpy as np
import pytest

from noise_ops.checks import repeats
from noise_ops.reference.variates import FLOAT32
from noise_ops.subjects.catalog import functions_for, layers_for
from noise_ops.subjects.targets import Target


def target(op="dropout", mode="eager", of=layers_for):
    """A target that an op predicts."""
    return Target(of([op])[0], FLOAT32, mode)


def told(check, asked, broken):
    """The message of a check when `broken` makes something of the outputs by call; None without a finding."""

    def run(self, case, calls=1):
        return broken([np.array(output) for output in self.run_together([case], calls)[0]])

    with mock.patch.object(Target, "run", run):
        finding = check(asked, asked.standard)
    return finding and finding.message


def normals(calls, shape):
    """Independent normals in the place of outputs."""
    return list(np.random.default_rng(1).standard_normal((calls, *shape)).astype(np.float32))


@pytest.mark.parametrize("modulus", [2**31 - 2, 2**31 - 1])
def test_no_two_seeds_meet_in_a_modulus(modulus):
    for first, second in itertools.combinations((*repeats.DISTANCES, repeats._NEIGHBOUR), 2):
        apart = (second - first) % modulus
        # Not one step apart either, but for the neighbour: call k of Keras 2 is seeded with s + k.
        assert min(apart, modulus - apart) > (repeats._NEIGHBOUR not in (first, second))


@pytest.mark.parametrize("width", [8, 16, 20, 24, 32, 48])
def test_a_seed_that_loses_its_high_bits_meets_another_one(width):
    low = [distance % 2**width for distance in repeats.DISTANCES]
    assert len(set(low)) < len(low)


def test_a_shift_between_calls_is_found():
    def shifted(outputs):
        long = np.concatenate([output.reshape(-1) for output in outputs])
        outputs[9] = long[1_234 : 1_234 + outputs[9].size].reshape(outputs[9].shape)
        return outputs

    message = told(repeats.calls_never_repeat, target("gaussian_noise"), shifted)
    assert message.startswith("The sizes of the noise from unit 230 of call 2 on are those from unit 0 of call 9 on,")


def test_a_shift_between_replicas_is_found_in_either_direction():
    shape = target("gaussian_noise", "mirrored").standard.x.shape

    def shifted(outputs):
        drawn = normals(6, shape)
        drawn[5].reshape(-1)[100:200] = -drawn[0].reshape(-1)[50:150][::-1]
        both = [np.stack(pair) for pair in zip(drawn[::2], drawn[1::2], strict=True)]
        return [asked.standard.x + pair * np.float32(0.7) for pair in both]

    asked = target("gaussian_noise", "mirrored")
    message = told(repeats.replicas_never_repeat, asked, shifted)
    assert "from unit 50 of the first replica in call 0 on" in message
    assert "from unit 100 of the second replica in call 2 on, read backwards, over about 100 units" in message


def test_independent_replicas_are_left_alone():
    asked = target("gaussian_noise", "mirrored")
    drawn = np.stack(normals(6, asked.standard.x.shape)).reshape(3, 2, *asked.standard.x.shape)
    assert told(repeats.replicas_never_repeat, asked, lambda _: list(asked.standard.x + drawn)) is None


@pytest.mark.parametrize("value", [0.0, 1.0, np.nan, np.inf])
@pytest.mark.parametrize("op", ["dropout", "alpha_dropout", "gaussian_noise", "gaussian_dropout"])
def test_constants_are_judged_and_crash_nothing(op, value):
    constant = lambda outputs: [np.full_like(output, value) for output in outputs]  # noqa: E731
    for check in (repeats.calls_never_repeat, repeats.large_call_never_repeats):
        message = told(check, target(op), constant)
        # A mask without a state that is rare holds nothing to compare; noise of one size is a copy of itself.
        assert (message is not None) == op.startswith("gaussian")


def test_a_column_that_repeats_a_row_is_told_as_that():
    def crossed(outputs):
        units = outputs[0]
        units[:251, 3] = units[300]
        return outputs

    message = told(repeats.large_call_never_repeats, target("gaussian_noise"), crossed)
    told_places = r"along the rows from row 300, column (\d+) on are those along the columns from column 3, row \1 on"
    assert re.search(told_places, message)


def test_the_script_shows_how_much_agrees():
    with mock.patch.object(Target, "run", lambda self, case: [np.tile(normals(1, (1, 251))[0], (len(case.x), 1))]):
        finding = repeats.large_call_never_repeats(target("gaussian_noise"), None)
    compile(finding.script, "script", "exec")
    assert "pieces[0][" in finding.script
    assert "agree < 0.9" in finding.script


def test_of_a_function_that_forgets_nothing_seeds_are_compared():
    assert repeats.seeds_never_repeat(target("normal", of=functions_for), None) is None


@pytest.mark.parametrize("alike", [80, 90])
def test_a_stretch_of_units_that_are_alike_is_told(alike):
    def flat(outputs):
        outputs[0].reshape(-1)[777] = -1.0
        outputs[0].reshape(-1)[778 : 778 + alike] = 1.0
        outputs[0].reshape(-1)[778 + alike] = -1.0
        return outputs

    message = told(repeats.large_call_varies_everywhere, target("gaussian_noise"), flat)
    assert (message is None) == (alike == 80)
    assert message is None or message.endswith("90 in a row are alike, from unit 778 on.")
