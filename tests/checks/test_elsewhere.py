"""checks/elsewhere.py and needed.py: what a check does not know has another command, and what is missing a name."""

import argparse
import re
import shlex
from importlib import metadata

import pytest

from noise_ops import cli
from noise_ops.audit import kinds
from noise_ops.checks import elsewhere, needed
from noise_ops.fingerprint import shipped
from noise_ops.patterns import NoSuchNameError, matching
from noise_ops.result import Selection
from noise_ops.subjects import catalog


@pytest.mark.parametrize("name", sorted({*shipped.subjects()} - {*catalog.names()}))
def test_what_records_hold_is_sent_to_a_comparison_with_a_release_that_holds_it(name):
    (command,) = re.findall(r"^  noise-ops (.*)$", elsewhere.sentence(name), re.MULTILINE)
    compare = shlex.split(command)
    cli._parser().read(compare, argparse.Namespace())
    assert name in compare
    assert matching(name, shipped.resolve(compare[1]).fingerprint.recorded)


def test_a_name_in_two_libraries_has_a_comparison_with_a_release_of_each():
    told = elsewhere.sentence("LSTM")
    assert re.findall(r"compare (\S+) --layer (\S+)$", told, re.MULTILINE) == [
        (elsewhere._release("keras.layers.LSTM"), "keras.layers.LSTM"),
        (elsewhere._release("tf_keras.layers.LSTM"), "tf_keras.layers.LSTM"),
    ]
    assert "--layer 'tf_keras.layers.LSTM(dropout)'\n" in elsewhere.sentence("LSTM.dropout")


def test_of_two_layers_neither_is_dropped_unseen():
    with pytest.raises(NoSuchNameError) as refused:
        elsewhere.require_known(Selection(("LSTM", "Dropout", "conv2d")))
    told = str(refused.value)
    assert "--layer keras.layers.LSTM\n" in told
    assert "conv2d draws no noise itself" in told
    assert told.endswith("Nothing was checked. What check does ask is asked by\n  noise-ops check --layer Dropout")


@pytest.mark.parametrize("name", [name for name in catalog.names() if name.count(".") > 1])
@pytest.mark.parametrize("written", ["{library}.{last}", "{library}.{last}(0.3, seed=1)", "{library}.layer.{last}"])
def test_a_checked_layer_under_a_wrong_module_is_told_its_name(name, written):
    library, last = name.partition(".")[0], name.rpartition(".")[2]
    pattern = written.format(library=library, last=last)
    assert not matching(pattern, catalog.names())
    with pytest.raises(NoSuchNameError) as refused:
        elsewhere.require_known(Selection((pattern,)))
    assert f"{name!r}" in str(refused.value)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("LSTM", "--layer keras.layers.LSTM\n  noise-ops compare"),
        ("MultiHeadAttention", "--layer keras.layers.MultiHeadAttention"),
        ("keras.random.normal", "--layer keras.random.normal"),
        ("keras.layers.RandomFlip", "neither check nor a record asks RandomFlip"),
        ("conv2d", "conv2d draws no noise itself"),
        ("Bidirectional", "gives the seed of its layer to both directions"),
        ("LTSM", "the nearest are 'LSTM'"),
        ("Dropuot", "the nearest are 'Dropout' and 'dropout'"),
    ],
)
def test_a_selection_that_check_does_not_know_is_refused_with_what_does(pattern, says):
    with pytest.raises(NoSuchNameError, match=re.escape(says)):
        elsewhere.require_known(Selection((pattern,)))


def test_every_class_that_an_audit_knows_is_spoken_of():
    for name in {*kinds.STRENGTHS, *kinds.IMAGE, *kinds.INITIALIZERS, *kinds.QUIET}:
        assert matching(name, [*catalog.names(), *shipped.subjects()]) or elsewhere.sentence(name).endswith(
            "model.keras"
        )


DECLARED = ["numpy>=99", "no-such-package>=1", "pytest>=8", "shtab; extra == 'completion'"]


def test_what_is_missing_or_too_old_is_named_with_its_cure(monkeypatch):
    monkeypatch.setattr(metadata, "requires", lambda _: DECLARED)
    old, missing = needed.unmet()
    assert re.fullmatch(r"numpy \S+ is installed, and noise_ops needs >=99: pip install 'numpy>=99'\.", old)
    assert missing.startswith("no-such-package, which noise_ops needs, is not installed: pip install ")
