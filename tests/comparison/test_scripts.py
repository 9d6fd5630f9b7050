"""scripts.py: a script runs with TensorFlow and NumPy alone, and prints what the finding says of the side it is on."""

import importlib.metadata
import re
import sys

import pytest

from noise_ops.environments import installing
from noise_ops.fingerprint import shipped
from tests import _tools
from tests._environments import FOLDER
from tests.comparison import _scripts

RELEASES = [release for library in shipped.LIBRARIES for release in shipped.releases(library)]


def recorded(library, version):
    """The shipped fingerprint of a version, if there is one."""
    return next((release.read() for release in shipped.releases(library) if release.version == version), None)


def installed(change):
    """The shipped fingerprint that tells what the installed release does in a place, if there is one."""
    of_keras = change.subject.startswith("keras.") and change.mode != "xla"  # what XLA draws is not Keras' doing
    library = "keras" if of_keras else "tensorflow"
    fingerprint = recorded(library, importlib.metadata.version(library))
    return fingerprint if fingerprint and _asked(change, fingerprint) else None


def _asked(change, fingerprint):
    return fingerprint.fact(change.subject, change.dtype, change.mode, change.property) is not None


def told(python, asked):
    """What is wrong with the scripts that are asked of a Python, by what they show."""
    printed = _scripts.run(python, [shown.script for shown, _ in asked])
    wrong = [_scripts.wrong(shown.change, facts, text) for (shown, facts), text in zip(asked, printed, strict=True)]
    named = [" ".join(map(str, (s.change.code, s.change.subject, s.change.mode, s.change.property))) for s, _ in asked]
    return {name: what for name, what in zip(named, wrong, strict=True) if what}


def asked_here(every):
    """The scripts that show something of which the installed release is recorded, each with that recording."""
    asked = [(shown, facts) for shown in every if (facts := installed(shown.change)) is not None]
    if not asked:
        pytest.skip("the installed release is not shipped, so that there is nothing to hold the scripts to")
    assert len(asked) > len(every) / 2
    return asked


@pytest.mark.long
def test_scripts_print_what_the_findings_say_of_the_installed_release():
    assert told(sys.executable, asked_here(_scripts.every())) == {}


@pytest.mark.long
def test_scripts_of_every_single_change_do_so():
    asked = asked_here(_scripts.of_changes())
    wrong = [told(sys.executable, asked[start : start + 100]) for start in range(0, len(asked), 100)]
    assert wrong == [{}] * len(wrong)


@pytest.mark.long
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_scripts_print_what_the_findings_say_of_a_release(release):
    facts = release.read()
    asked = [(shown, facts) for shown in _scripts.said_of(release) if _asked(shown.change, facts)]
    if not asked:
        pytest.skip("no change has this release as a side")
    recorded = _tools.load("record_releases").releases()
    wanted = next(other.requirements for other in recorded if other.path.name == release.path.name)
    with installing.made(wanted, FOLDER) as python:
        assert told(python, asked) == {}


@pytest.mark.parametrize("shown", _scripts.every(), ids=lambda shown: f"{shown.change.code}-{shown.change.property}")
def test_a_script_seeds_what_it_shows_and_needs_nothing_of_ours(shown):
    assert "noise_ops" not in shown.script
    compile(shown.script, "script", "exec")
    if shown.change.property not in ("signature", "config") and ".layers." in shown.change.subject:
        assert "seed" in shown.script


@pytest.mark.parametrize(
    "shown", [s for s in _scripts.every() if "=" in s.change.property], ids=lambda s: s.change.property
)
def test_a_script_carries_the_argument_that_it_is_about(shown):
    argument, _, value = shown.change.property.partition(" ")[2].partition("=")
    assert f"{argument}=" in shown.script
    assert value.strip("'") in re.sub(r'float\("(.*?)"\)', r"\1", shown.script).replace(" ", "").replace(",)", ")")
