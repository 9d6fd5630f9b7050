"""report/explanation.py: every code is a sentence, a reason and a remedy, and a misspelt one is met halfway."""

import pytest

from noise_ops.codes import CODES as EVERY
from noise_ops.errors import UserError
from noise_ops.properties.catalog import PROPERTIES
from noise_ops.report import explanation


def refused(name):
    with pytest.raises(UserError) as error:
        explanation.render(name)
    message = str(error.value)
    assert message.isprintable()
    assert message.endswith((".", "?"))
    assert len(message) < 200
    return message


@pytest.mark.parametrize("name", EVERY)
def test_a_code_has_a_sentence_a_reason_and_a_remedy(name):
    code = EVERY[name]
    lines = explanation.render(name).replace("\n  ", " ").splitlines()
    assert lines == [
        f"{name} ({code.verdict.value}): {code.sentence}",
        f"Why it matters: {code.reason}",
        f"What to do: {code.remedy}",
    ]
    assert all(part.endswith(".") for part in (code.sentence, code.reason, code.remedy))


@pytest.mark.parametrize("name", sorted(PROPERTIES.keys() - EVERY.keys()))
def test_a_property_has_a_sentence_and_what_a_change_of_it_is(name):
    told = PROPERTIES[name]
    shown = explanation.render(name).replace("\n  ", " ")
    assert shown.startswith(f"{name} (a change is {EVERY[told.code].verdict.value}")
    assert told.shows in shown
    assert ("Documented: " in shown) == bool(told.documented)


@pytest.mark.parametrize("name", [*EVERY, *PROPERTIES])
def test_lines_fit_a_terminal(name):
    assert max(map(len, explanation.render(name).splitlines())) <= 118


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("mask-densty", "mask-density"),
        ("seedrule", "seed-rule"),
        ("see-ded_by", "seeded_by"),
    ],
)
def test_the_nearest_are_named(name, near):
    message = refused(name)
    assert message.startswith(f"there is no code {name!r}; did you mean ")
    assert near in message


@pytest.mark.parametrize("name", ["", "zzz", "\x1b[2J", "a\nb", "x" * 10_000])
def test_what_is_near_nothing_is_told_where_all_are(name):
    assert refused(name).endswith("; `noise-ops explain` lists all.")


def test_all_codes_are_listed_once_and_the_worst_first():
    lines = explanation.render_all().splitlines()
    listed = {line.split()[0]: line for line in lines}
    assert listed.keys() == EVERY.keys()
    assert len(lines) == len(EVERY)
    assert all(listed[name].endswith(code.sentence) for name, code in EVERY.items())
    severities = [EVERY[name].verdict.severity for name in listed]
    assert severities == sorted(severities, reverse=True)
