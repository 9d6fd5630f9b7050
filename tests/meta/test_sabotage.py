"""The suite can fail: layers broken on purpose are caught by the check that is meant to catch them.

The broken layers are real TensorFlow functions, each with one mistake; the sound one beside them is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from noise_ops.checks import invariants, laws, stream
from noise_ops.findings import Verdict
from noise_ops.reference.variates import FLOAT32
from noise_ops.subjects.cases import Case
from noise_ops.subjects.functions import FunctionSubject
from noise_ops.subjects.libraries import Library, tensorflow
from noise_ops.subjects.targets import Target


def dropout(x: Any, u: Any, rate: float, scale: float | None = None) -> Any:
    """Return a dropout of x by uniforms u, in TensorFlow's own operations."""
    tf = tensorflow()
    return tf.where(u >= rate, x * (1 / (1 - rate) if scale is None else scale), tf.zeros_like(x))


def uniforms(x: Any, case: Case, step: int = 7) -> Any:
    """Return the uniforms that `tf.nn.experimental.stateless_dropout` would draw."""
    return tensorflow().random.stateless_uniform(tensorflow().shape(x), [case.seed, step])


def target_of(function: Callable[[Any, Case], Any]) -> Target:
    """Return a target that runs `function` and is predicted as a stateless dropout."""
    library = Library("tensorflow", 2, tensorflow())
    subject = FunctionSubject(
        "tests.dropout", "dropout", library, "stateless", lambda tf, case: lambda x: function(x, case), "broken(x)"
    )
    return Target(subject, FLOAT32, "eager")


def sound(x: Any, case: Case) -> Any:
    """Drop as TensorFlow does."""
    return dropout(x, uniforms(x, case), case.rate)


def other_stream(x: Any, case: Case) -> Any:
    """Drop by the right law from another stream."""
    return dropout(x, uniforms(x, case, step=8), case.rate)


def no_scale(x: Any, case: Case) -> Any:
    """Forget the factor 1 / (1 - rate)."""
    return dropout(x, uniforms(x, case), case.rate, scale=1.0)


def scale_three_ulp_off(x: Any, case: Case) -> Any:
    """Get the factor wrong in its last bits."""
    return dropout(x, uniforms(x, case), case.rate, scale=1 / (1 - case.rate) + 4e-7)


def rate_off(x: Any, case: Case) -> Any:
    """Drop 5 % too many."""
    return dropout(x, uniforms(x, case), case.rate * 1.05, scale=1 / (1 - case.rate))


def nan_leaks(x: Any, case: Case) -> Any:
    """Multiply by the mask where it should select."""
    tf = tensorflow()
    return x / (1 - case.rate) * tf.cast(uniforms(x, case) >= case.rate, x.dtype)


def mask_from_input(x: Any, case: Case) -> Any:
    """Let large inputs survive."""
    return dropout(x, uniforms(x, case) + tensorflow().cast(abs(x) > 1.0, x.dtype), case.rate)


def shared_along_columns(x: Any, case: Case) -> Any:
    """Draw one mask a row."""
    return dropout(x, uniforms(x[:, :1], case), case.rate)


def half_precision_mask(x: Any, case: Case) -> Any:
    """Draw the mask of a float32 layer in bfloat16."""
    tf = tensorflow()
    u = tf.random.stateless_uniform(tf.shape(x), [case.seed, 7], dtype=tf.bfloat16)
    return dropout(x, tf.cast(u, x.dtype), case.rate)


SMALL = Case(np.linspace(-2, 2, 1024, dtype=np.float32).reshape(32, 32) + np.float32(1 / 64), seed=5, rate=0.5)


def test_a_sound_dropout_is_left_alone():
    target = target_of(sound)
    assert stream.predicted_stream(target, SMALL) is None
    assert invariants.support_and_scale(target, SMALL) is None
    assert laws.mask_density(target, 0.3) is None


def test_a_moved_stream_reads_stream_changed_and_nothing_worse():
    target = target_of(other_stream)
    finding = stream.predicted_stream(target, SMALL)
    assert finding is not None
    assert finding.verdict is Verdict.STREAM_CHANGED
    assert invariants.support_and_scale(target, SMALL) is None
    assert laws.mask_density(target, 0.3) is None


@pytest.mark.parametrize(
    ("broken", "check"),
    [
        (no_scale, invariants.support_and_scale),
        (scale_three_ulp_off, invariants.support_and_scale),
        (nan_leaks, invariants.non_finite_dropped),
        (mask_from_input, invariants.mask_independent_of_input),
        (shared_along_columns, invariants.noise_shape_broadcasts),
    ],
)
def test_a_broken_layer_is_caught_exactly(broken, check):
    finding = check(target_of(broken), SMALL)
    assert finding is not None
    assert finding.verdict is Verdict.LAW_CHANGED


@pytest.mark.parametrize(
    ("broken", "check", "rate"),
    [
        (rate_off, laws.mask_density, 0.3),
        (half_precision_mask, laws.mask_density, 0.01),
        (no_scale, laws.mean_preservation, 0.3),
        (shared_along_columns, laws.neighbours_independent, 0.5),
    ],
)
def test_a_broken_law_is_caught_statistically(broken, check, rate):
    finding = check(target_of(broken), rate)
    assert finding is not None
    assert finding.verdict is Verdict.LAW_CHANGED


def test_the_stage_of_a_wrong_factor_is_the_op():
    finding = stream.predicted_stream(target_of(no_scale), SMALL)
    assert finding is not None
    assert finding.stage is not None
    assert finding.stage.value == "op"
