"""No check crashes on a broken layer: whatever a layer returns or raises, each check passes or has a finding.

Real layers are opened at a seam, and the suite's own tests are called on them, one by one.
"""

import importlib
import os
import random
from unittest import mock

import pytest

from noise_ops.checks import harness
from noise_ops.checks.profiles import VARIABLE
from noise_ops.findings import FindingError, Verdict
from noise_ops.sabotage import returns, seams
from noise_ops.sabotage.mutant import Kind, Mutant, Wound
from noise_ops.sabotage.selftest import judge
from noise_ops.stats import certificate
from tests.meta._sources import LAYER_TESTS

SPOKEN = (Verdict.STREAM_CHANGED, Verdict.CONTRACT_CHANGED, Verdict.LAW_CHANGED)
GIVEN = {**returns.CONSTANTS, **returns.SHAPES, **returns.OTHERS}
BREAKAGES = (*GIVEN, *(error.__name__ for error in returns.ERRORS))
TRIPLES = 40
"""Pairs of a check and a broken layer in the default run; the long one takes all breakages to all checks."""


def asked():
    """Every test of the suite with each of its targets: (test, arguments)."""
    for path in LAYER_TESTS:
        module = importlib.import_module(f"noise_ops.suite.{path.stem}")
        for name, test in vars(module).items():
            if name.startswith("test_"):
                for arguments in test.pytestmark[0].args[1]:
                    yield test, arguments if isinstance(arguments, tuple) else (arguments,)


ASKED = list(asked())


def cuts(breakage, subject):
    """Where a breakage opens a subject."""
    if breakage in GIVEN:
        given = GIVEN[breakage][1]
        return returns.in_functions(given) if subject.name.startswith("tf.") else returns.in_training(given)
    error = {error.__name__: error for error in returns.ERRORS}[breakage]
    if subject.name.startswith("tf."):
        return returns.in_functions(lambda x: returns.refuse(error))
    return (returns.raising(error, lambda call: bool(call["training"])),)


def ends(test, arguments, breakage):
    """How a test of a broken layer ends: with nothing, or a finding."""
    subject = arguments[0].subject
    harness.forget()
    try:
        with mock.patch.dict(os.environ, {VARIABLE: "quick"}), seams.opened(subject, cuts(breakage, subject)):
            test(*arguments)
    except FindingError as error:
        return error.finding
    except pytest.skip.Exception:
        return None
    finally:
        harness.forget()
        certificate.take()
    return None


def opens(breakage, subject):
    """Whether a breakage has a place in a subject: of TensorFlow's functions, in the dropouts."""
    return not subject.name.startswith("tf.random")


@pytest.mark.parametrize("number", range(TRIPLES))
def test_a_check_of_a_broken_layer_ends_in_a_pass_or_a_finding(number):
    choice = random.Random(number)
    breakage = choice.choice(BREAKAGES)
    test, arguments = choice.choice([one for one in ASKED if opens(breakage, one[1][0].subject)])
    found = ends(test, arguments, breakage)
    assert found is None or found.verdict in SPOKEN, (test.__name__, breakage)


@pytest.mark.long
@pytest.mark.parametrize("breakage", BREAKAGES)
def test_every_check_survives(breakage):
    crashed = []
    for test, arguments in ASKED:
        if opens(breakage, arguments[0].subject) and arguments[0].dtype.name in ("float32", "bfloat16"):
            try:
                ends(test, arguments, breakage)
            except Exception as error:
                crashed.append((test.__name__, str(arguments[0]), repr(error)))
    assert crashed == []


NEVER_DRAWN = Wound("input", Kind.CONSTANT, "returns its input", returns.in_training(lambda x: x), ("mask_density",))


def test_a_layer_that_never_draws_breaks_the_law():
    outcome = judge(Mutant("keras.layers.Dropout", NEVER_DRAWN))
    assert (outcome.verdict, outcome.reason) == (Verdict.LAW_CHANGED, "")


@pytest.mark.parametrize("mode", ["fit", "mirrored", "xla"])
def test_a_layer_that_never_draws_breaks_the_law_in_every_mode(mode):
    wanted = ("keras.layers.Dropout", mode)
    chosen = [one for one in ASKED if (one[1][0].subject.name, one[1][0].mode) == wanted]
    found = [ends(test, arguments, "input-returned") for test, arguments in chosen]
    assert Verdict.LAW_CHANGED in {one.verdict for one in found if one is not None}
