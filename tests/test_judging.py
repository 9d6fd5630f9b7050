"""judging.py and the package itself: what the commands render is returned as objects, and names are met halfway."""

import subprocess
import sys

import pytest

import noise_ops
from noise_ops.comparison.expected import Decision
from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.fingerprint import shipped


def test_compare_returns_what_the_command_renders():
    outcome = noise_ops.compare("2.15.1", "2.16.2", layers="keras.layers.Dropout")
    assert outcome.verdict is Verdict.LAW_CHANGED
    assert outcome.exit_code("law-changed") == 1
    conditions = {group.code: group.condition for group in outcome.comparison.groups}
    assert conditions["replicas"] == "train under MirroredStrategy"
    assert {subject for group in outcome.comparison.groups for subject in group.subjects} == {"keras.layers.Dropout"}


def test_compare_takes_sides_that_are_read_already():
    old, new = map(shipped.resolve, ("keras==3.6.0", "keras==3.7.0"))
    assert noise_ops.compare(old, new).comparison.groups[0].code == "raises"


def test_compare_is_narrowed_to_what_code_uses_and_refuses_nothing(tmp_path):
    (tmp_path / "a.py").write_text("import keras\nkeras.layers.Dropout(0.5)\n")
    narrowed = noise_ops.compare("keras==3.6.0", "keras==3.7.0", used_in=tmp_path).comparison
    assert narrowed.narrowed.touching == 1
    with pytest.raises(UserError, match="Foo"):
        noise_ops.compare("2.15.1", "2.16.2", layers=["Foo"])


def test_a_decision_returns_its_entries_and_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from datetime import date

    decision = Decision("reviewed", "", date(2100, 1, 1))
    outcome = noise_ops.compare("keras==3.6.0", "keras==3.7.0", decision=decision)
    assert {entry.code for entry in outcome.added} == {"raises", "arguments-added"}
    assert outcome.exit_code("contract-changed") == 0
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_expected_findings_that_is_not_there_is_refused(tmp_path):
    for judge in (
        lambda path: noise_ops.compare("2.15.1", "2.16.2", expected=path),
        lambda p: noise_ops.check(expected=p),
    ):
        with pytest.raises(UserError, match="there is no such file"):
            judge(tmp_path / "none.toml")


def test_check_returns_what_was_asked_and_seen():
    program = (
        "import noise_ops\n"
        "narrow = {'dtypes': ['float32'], 'modes': ['eager'], 'profile': 'quick'}\n"
        "result = noise_ops.check('tf.random.stateless_uniform', **narrow)\n"
        "print(result.verdict.value, result.asked > 5, result.subjects, result.seconds > 0)\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told == "identical True ['tf.random.stateless_uniform'] True\n"


def test_check_refuses_a_layer_that_there_is_not_with_the_nearest():
    with pytest.raises(UserError, match="'Dropout'"):
        noise_ops.check("Dropot")


@pytest.mark.parametrize(("name", "near"), [("drpout", "dropout"), ("KerasSed", "KerasSeed"), ("layer", "layers")])
def test_a_misspelt_attribute_names_the_nearest(name, near):
    with pytest.raises(AttributeError, match=f"has no attribute {name!r}; did you mean {near}"):
        getattr(noise_ops, name)


@pytest.mark.parametrize("name", ["zzz", "__wrapped__"])
def test_what_is_near_nothing_names_nothing(name):
    with pytest.raises(AttributeError, match=f"has no attribute {name!r}$"):
        getattr(noise_ops, name)


def test_what_can_be_completed_is_there_and_a_star_import_loads_no_tensorflow():
    assert {"check", "compare", "dropout", "laws", "layers", "testing"} <= set(dir(noise_ops))
    program = (
        "import sys; from noise_ops import *; assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    program = "import noise_ops; print(noise_ops.layers.MaskedGaussianNoise.__name__)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told == "MaskedGaussianNoise\n"
