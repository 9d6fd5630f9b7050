"""usage/conditions.py: each fact, and each condition that is told, is narrowed by arguments, or is known not to be."""

import pytest

from noise_ops.comparison import briefly
from noise_ops.fingerprint import shipped
from noise_ops.usage.conditions import BY_ARGUMENTS, BY_RUN, OF_EVERY_USE, concerns
from noise_ops.usage.used import UNKNOWN, Used

LSTM, GRU, DROPOUT = "keras.layers.LSTM(dropout)", "keras.layers.GRU(recurrent_dropout)", "keras.layers.Dropout"
RECORDED = {
    name
    for library in shipped.LIBRARIES
    for release in shipped.releases(library)
    for targets in release.read().recorded.values()
    for facts in targets.values()
    for name in facts
}
TOLD = {*RECORDED, *briefly._AFFECTED, *briefly._MODES}


@pytest.mark.parametrize("name", sorted({"accepts input" if " input " in n else n.partition(" ")[0] for n in TOLD}))
def test_every_fact_and_every_condition_stands_in_one_table(name):
    assert sum(name in table for table in (BY_ARGUMENTS, BY_RUN, OF_EVERY_USE)) == 1


def about(name, subject=LSTM, code="", **arguments):
    """Whether a fact is about what is used with some arguments."""
    return concerns(Used(subject, subject, arguments=tuple(sorted(arguments.items()))), subject, name, code)


RAISES = {"name": "gate_masks implementation=1", "code": "raises"}
GATES = {"name": "gate_masks implementation=1", "code": "gate-masks"}
BY_STEP = {"name": "mask_over_time usual activations", "code": "mask-over-time"}


@pytest.mark.parametrize(
    ("fact", "arguments", "told"),
    [
        (RAISES, {}, False),
        (RAISES, {"implementation": 2}, False),
        (RAISES, {"implementation": 1}, True),
        (RAISES, {"implementation": UNKNOWN}, True),
        (RAISES, {"recurrent_dropout": 0.3}, False),
        (GATES, {}, False),
        (GATES, {"implementation": 2}, False),
        (GATES, {"implementation": 1}, True),
        (GATES, {"recurrent_dropout": 0.3}, True),  # for which Keras takes implementation 1
        (GATES, {"recurrent_dropout": 0.3, "implementation": 2}, True),
        (GATES, {"recurrent_dropout": UNKNOWN}, True),
        ({"name": "gate_masks implementation=2", "code": "gate-masks"}, {}, True),
        ({"name": "gate_masks implementation=2", "code": "gate-masks"}, {"implementation": 1}, False),
        ({"name": "gate_masks implementation=2", "code": "works-now"}, {}, False),
        (BY_STEP, {}, True),
        (BY_STEP, {"recurrent_dropout": 0}, True),
        (BY_STEP, {"recurrent_dropout": 0.3}, False),
        (BY_STEP, {"recurrent_dropout": UNKNOWN}, True),
        (BY_STEP, {"activation": "tanh", "recurrent_activation": "sigmoid", "unroll": False}, True),
        (BY_STEP, {"activation": "relu"}, False),
        (BY_STEP, {"unroll": True}, False),
        ({"name": "mask_over_time"}, {"recurrent_dropout": 0.3}, True),
        ({"name": "mask_density 0.5 beside 0.25"}, {"dropout": 0.2}, False),
        ({"name": "mask_density 0.5 beside 0.25"}, {"dropout": 0.2, "recurrent_dropout": 0.1}, True),
        ({"name": "explicit_training_wins", "subject": DROPOUT}, {"training": False}, False),
        ({"name": "explicit_training_wins", "subject": DROPOUT}, {"training": True}, True),
        ({"name": "explicit_training_wins", "subject": DROPOUT}, {"training": UNKNOWN}, True),
        ({"name": "explicit_training_wins", "subject": DROPOUT}, {}, True),  # of code, whose calls are not read
        ({"name": "seeded_by"}, {"seed": 3}, False),
        ({"name": "seeded_by"}, {}, True),
    ],
)
def test_a_fact_is_about_the_arguments_that_it_depends_on(fact, arguments, told):
    assert about(**fact, **arguments) is told


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_what_is_given_and_cannot_be_told_is_told(name):
    assert concerns(Used(GRU, GRU), GRU, name, "raises")
    every = {argument: UNKNOWN for _, names in BY_ARGUMENTS.values() for argument in names}
    assert about(name, GRU, **every)
