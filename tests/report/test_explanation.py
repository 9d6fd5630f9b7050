"""report/explanation.py: whatever a report names has a sentence and an example; a misspelt name is met halfway."""

import argparse
import re
import shlex

import pytest

from noise_ops import cli
from noise_ops.codes import CODES as EVERY
from noise_ops.codes import of_models
from noise_ops.comparison.compare import compare
from noise_ops.deviations import known
from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.history.breaks import BREAKS
from noise_ops.properties.catalog import PROPERTIES, QUESTIONS, code_of
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
    assert lines[:3] == [
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


def test_what_is_both_a_code_and_a_property_is_told_as_both():
    both = EVERY.keys() & PROPERTIES.keys()
    assert both
    assert all("Why it matters: " in explanation.render(name) for name in both)
    assert all("(a change is " in explanation.render(name) for name in both)


@pytest.mark.parametrize("name", sorted(QUESTIONS.keys() - PROPERTIES.keys()))
def test_a_property_that_a_check_alone_asks_says_what_a_breach_is(name):
    assert explanation.render(name).startswith(f"{name} (a breach is {EVERY[code_of(name)].verdict.value}): ")


@pytest.mark.parametrize("entry", known(), ids=lambda entry: entry.name)
def test_a_known_deviation_is_told_with_its_size_and_reason(entry):
    shown = " ".join(explanation.render(entry.name).split())
    assert all(part in shown for part in (entry.measured, entry.reason, entry.link, f"if you {entry.group}"))


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_told_with_an_upgrade_that_has_it(verdict):
    shown = explanation.render(verdict.value)
    assert verdict.sentence in " ".join(shown.split())
    if example := re.search(r"Example: noise-ops compare (\S+) (\S+)", shown):
        compared = compare(*map(shipped.resolve, example.groups()), predict=False)
        assert compared.verdict is verdict


@pytest.mark.parametrize("library", shipped.LIBRARIES)
def test_a_release_is_told_with_every_break_that_it_has(library):
    told = {release.version: explanation.render(release.name, width=1000) for release in shipped.releases(library)}
    for each in BREAKS:
        assert {version for version in told if each.library == library and each.sentence in told[version]} == {
            version for version in each.releases() if each.library == library
        }


NAMES = [*EVERY, *PROPERTIES, *QUESTIONS, *(verdict.value for verdict in Verdict), *(entry.name for entry in known())]


def test_what_an_audit_alone_finds_is_shown_by_an_audit():
    for name in of_models.CODES.keys() - {"not-judged", "not-run"}:
        run = " --run" if name in of_models.RUN else ""
        assert explanation.render(name).endswith(f"Example: noise-ops audit model.keras{run}\n")


@pytest.mark.parametrize("name", NAMES)
def test_all_but_what_cannot_be_told_has_an_example_that_the_program_takes(name):
    examples = re.findall(r"^Example: noise-ops (.*(?:\n  .*)*)$", explanation.render(name), re.MULTILINE)
    cannot_be_shown = {code for code, meaning in EVERY.items() if meaning.verdict is Verdict.CANNOT_TELL}
    assert examples or name in {*cannot_be_shown, "cannot-tell"}
    for example in examples:
        cli._parser().read(shlex.split(example.replace("\n ", "")), argparse.Namespace())


@pytest.mark.parametrize("name", NAMES)
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


@pytest.mark.parametrize("name", ["LSTM", "keras.layers.Dropout", "LSTM(dropout)"])
def test_of_a_layer_the_command_that_asks_it_is_told(name):
    assert refused(name).endswith(f"; of a layer, ask `noise-ops check --layer {shlex.quote(name)}`.")


def test_all_codes_are_listed_once_and_the_worst_first():
    lines = explanation.render_all().splitlines()
    listed = {line.split()[0]: line for line in lines}
    assert listed.keys() == EVERY.keys()
    assert len(lines) == len(EVERY)
    assert all(listed[name].endswith(code.sentence) for name, code in EVERY.items())
    severities = [EVERY[name].verdict.severity for name in listed]
    assert severities == sorted(severities, reverse=True)
