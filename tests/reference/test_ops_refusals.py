"""ops.py: what an op cannot mean is refused in one sentence, before anything is drawn."""

import random

import numpy as np
import pytest

import noise_ops
from noise_ops import KerasSeed
from tests.reference._ops import ALL_OPS, normal_input, predict

X = normal_input((2, 3, 4), "float32")
WITH_RATE = tuple(op for op in ALL_OPS if op != "gaussian_noise")
WITH_NOISE_SHAPE = ("dropout", "alpha_dropout")


def refused(ops, error, says, x=X, level=0.3, **arguments):
    named = ", ".join(f"{name}={value!r}" for name, value in arguments.items()) or f"{level!r}, {np.asarray(x).dtype}"
    return [pytest.param(op, x, level, arguments, error, says, id=f"{op}: {named}") for op in ops]


def every_refusal():
    for level in (-0.1, 1.5, float("nan"), float("inf"), 2):
        yield from refused(WITH_RATE, ValueError, "rate must lie between 0 and 1", level=level)
    for level in (-0.1, float("nan"), float("inf")):
        yield from refused(["gaussian_noise"], ValueError, "stddev must be at least 0 and finite", level=level)
    for level in ("0.3", None, 0.3j, [0.3], np.array([0.3]), True):
        yield from refused(ALL_OPS, TypeError, "(rate|stddev) must be a real number", level=level)
    yield from refused(("gaussian_dropout", "alpha_dropout"), ValueError, "takes rate < 1", level=1)
    for x in (
        X.astype(int),
        X.astype(bool),
        X.astype(complex),
        X.astype(object),
        X.astype(str),
        X.astype(np.longdouble),
    ):
        yield from refused(ALL_OPS, TypeError, "x must be a float16, bfloat16, float32 or float64 array", x=x)
    for seed in ("7", 7.0, (1, 2), [7], np.float32(7), object, True):
        yield from refused(ALL_OPS, TypeError, "seed must be an integer, None or a noise_ops seed object", seed=seed)
    for seed in (2**63, -(2**63) - 1):
        yield from refused(ALL_OPS, ValueError, r"lie in \[-2\*\*63, 2\*\*6", seed=seed)
    for noise_shape in ((2, 3), (2, 3, 4, 1), ()):
        yield from refused(WITH_NOISE_SHAPE, ValueError, "one entry an axis", noise_shape=noise_shape)
    for noise_shape in ((2, 2, 4), (2, 3, 0), (2, 3, -1)):
        yield from refused(WITH_NOISE_SHAPE, ValueError, "does not broadcast", noise_shape=noise_shape)
    for noise_shape in ("234", 2, {2, 3, 4}):
        yield from refused(WITH_NOISE_SHAPE, TypeError, "noise_shape must be a tuple or list", noise_shape=noise_shape)
    yield from refused(WITH_NOISE_SHAPE, TypeError, "noise_shape", noise_shape=(2.0, 3, 4))
    yield from refused(["spatial_dropout"], ValueError, 'must be "channels_last"', data_format="channels_middle")
    for shape in ((), (24,), (6, 4), (1, 1, 2, 3, 2, 2)):
        yield from refused(["spatial_dropout"], ValueError, f"not of rank {len(shape)}", x=np.resize(X, shape))


each_refusal = pytest.mark.parametrize(("op", "x", "level", "arguments", "error", "says"), list(every_refusal()))


@each_refusal
def test_a_bad_argument_is_refused_in_one_sentence(op, x, level, arguments, error, says):
    with pytest.raises(error, match=says) as caught:
        predict(op, x, level, **arguments)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert ". " not in sentence


@each_refusal
def test_a_refusal_leaves_the_input_and_every_random_state_alone(op, x, level, arguments, error, says):
    noise_ops.set_seed(7)
    seed, before, input_before = KerasSeed(7), (random.getstate(), np.random.get_state()[1].copy()), x.copy()
    for given_seed in ({}, {"seed": seed}):
        with pytest.raises(error):
            predict(op, x, level, **given_seed | arguments)
    assert seed.call == 0
    assert random.getstate() == before[0]
    assert (np.random.get_state()[1] == before[1]).all()
    assert np.array_equal(x, input_before)


@pytest.mark.parametrize(("rate", "stddev", "says"), [(2, 0.1, "rate"), (0.5, -1, "stddev"), (0.5, np.nan, "stddev")])
def test_masked_gaussian_noise_names_the_argument_it_refuses(rate, stddev, says):
    with pytest.raises(ValueError, match=f"^{says} must"):
        noise_ops.masked_gaussian_noise(X, rate, stddev)
