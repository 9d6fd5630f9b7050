"""environments/required.py: what was recorded is not installed, and what stands beside it is what pip would take.

The installers here are scripts; what TensorFlow does is decided nowhere in this file but in the long test.
"""

import sys
from pathlib import Path

import pytest

from noise_ops.comparison.compare import compare
from noise_ops.environments import required, requirements
from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.side import Side
from tests._environments import FOLDER


def test_an_environment_without_tensorflow_is_not_recorded(uv, tmp_path):
    uv()
    with pytest.raises(UserError, match="cannot be recorded: it has no TensorFlow"):
        required.side("tensorflow==2.16.2 keras==3.7.1", tmp_path / "kept", python=Path(sys.executable))


def test_a_shipped_release_is_not_installed(uv):
    calls = uv("exit 1")
    side = required.side("keras==3.7.0")
    assert side == Side("keras==3.7.0", shipped.find("3.7.0", "keras").read())
    assert not calls.exists()


@pytest.mark.long
def test_what_is_installed_draws_what_was_shipped(without_uv):
    shipped_side = shipped.find("3.7.0", "keras").side()
    text = "tensorflow-cpu==2.16.2 keras==3.7.0 numpy==1.26.4"  # which is no pair that was recorded, since it says more
    found = compare(shipped_side, required.side(text, FOLDER), ["keras.*"])
    # Sums of products, as in Attention, are rounded as the processor adds: on the one that recorded, to the last bit.
    rounded = {"rounding"} if "cpu" in {difference.name for difference in found.differences} else set()
    assert found.verdict is Verdict.IDENTICAL or rounded
    assert {group.code for group in found.groups} <= rounded
    assert {(target.subject, target.dtype, target.mode) for target in found.targets} == {
        fact.key[:3] for fact in shipped_side.fingerprint.facts()
    }


def test_a_shipped_keras_beside_the_tensorflow_of_its_record_is_the_shipped_release():
    old, new = required.sides("tensorflow==2.16.2 keras==3.6.0", "keras==3.7.0 tensorflow-cpu==2.16.2")
    assert old.fingerprint == shipped.named("keras==3.6.0").read()
    assert new.fingerprint == shipped.named("keras==3.7.0").read()
    assert old.name == "tensorflow==2.16.2 keras==3.6.0"


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("tensorflow==2.16.2 keras==3.6.0", "keras==3.6.0"),
        ("tensorflow==2.17.1 keras==3.6.0", None),  # another TensorFlow than it was recorded on
        ("tensorflow==2.16.2 keras==3.6.1", None),
        ("tensorflow==2.16.2 keras==3.6.0 numpy==1.26.4", None),
        ("tensorflow==2.16.2", None),
    ],
)
def test_only_the_very_pair_is_the_shipped_release(text, release):
    keras = requirements.parse(text).keras
    assert (keras and keras.name) == release


@pytest.mark.parametrize(
    ("text", "keras"),
    [
        ("tensorflow==2.16.2", "3.4.1"),
        ("2.15.1", None),
        ("keras==3.6.0", None),
        ("2.16", "3.4.1"),
        ("2.21.0", "3.13.2"),
    ],
)
def test_a_tensorflow_alone_is_said_to_be_judged_with_the_keras_of_its_day(text, keras):
    side = required.side(text)
    version, note = side.environment.tensorflow, side.note
    said = f"TensorFlow {version} is judged with Keras {keras}; pip installs the newest: pin it."
    assert note == (said if keras else "")
    assert len(note) < 80


@pytest.mark.parametrize("release", shipped.releases("tensorflow"), ids=lambda release: release.version)
def test_what_a_release_was_recorded_with_is_that_release_and_not_installed(uv, release):
    """Of whichever of its Keras and tf_keras are named, in whichever order; one number off, it is installed."""
    calls = uv("exit 1")
    found = release.read().environment
    named = [("keras", found.keras)] if found.keras and release.version != requirements.KERAS_TENSORFLOW else []
    named += [("tf-keras", found.tf_keras)] if found.tf_keras else []
    for number in range(len(named) + 1):
        text = " ".join([*(f"{name}=={version}" for name, version in named[:number]), f"tensorflow=={release.version}"])
        assert required.side(text).fingerprint == release.read()
    assert not calls.exists()
    for other in ("keras==3.99.0", f"keras=={found.keras} numpy=={found.numpy}"):
        assert requirements.parse(f"tensorflow=={release.version} {other}").release is None


def test_recorded_pairs_are_compared_at_once_and_without_a_caveat(uv):
    calls = uv("exit 1")
    old, new = required.sides("tensorflow==2.20.0 keras==3.11.1", "tensorflow-cpu==2.21.0 keras==3.13.2")
    assert (old.fingerprint, new.fingerprint) == tuple(shipped.find(v).read() for v in ("2.20.0", "2.21.0"))
    assert (old.note, new.note) == ("", "")
    assert not calls.exists()


def test_a_shipped_keras_has_the_functions_of_the_tensorflow_beneath_it(uv):
    calls = uv("exit 1")
    old, new = required.sides("tensorflow==2.16.2 keras==3.13.2", "tensorflow==2.21.0 keras==3.13.2")
    keras, tensorflow = (shipped.named(name).read().recorded for name in ("keras==3.13.2", "2.16.2"))
    rest = {subject: facts for subject, facts in tensorflow.items() if not subject.startswith("keras.")}
    assert old.fingerprint.recorded == {**keras, **rest}
    assert "was recorded beside Keras 3.4.1." in old.note
    assert compare(old, new).verdict is Verdict.IDENTICAL
    assert not calls.exists()


@pytest.mark.parametrize("other", ["2.15.1", "2.21.0 keras==3.13.2"])
def test_beside_the_one_tensorflow_stands_the_newest_keras_as_pip_installs_it(other):
    """Where the other side has a Keras of its own; where neither has, one Keras stands beside both."""
    newest = shipped.releases("keras")[-1]
    _, new = required.sides(other, "tensorflow==2.16.2")
    assert new.environment.keras == newest.version
    assert new.note == f"TensorFlow 2.16.2 is judged with Keras {newest.version}, the newest that is shipped."
    assert new.fingerprint.recorded.items() >= newest.read().recorded.items()
    assert required.sides("2.21.0", "2.16.2")[1].environment.keras == "3.4.1"


@pytest.mark.parametrize(("old", "installs"), [("2.20.0", True), ("2.15.1", False), ("2.20.0 keras==3.11.1", False)])
def test_where_both_leave_keras_to_pip_and_one_is_installed_both_are(uv, old, installs):
    """So that one Keras stands beside both, and nothing is told of two."""
    calls = uv("exit 1")
    with pytest.raises(UserError, match="cannot be installed") as refused:
        required.sides(old, "tensorflow==2.21.1")
    assert (f"{old} cannot be installed" in str(refused.value)) == installs
    assert calls.exists()
