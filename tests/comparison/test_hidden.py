"""hidden.py: what may be hidden where it cannot be told what code uses is never passed over, in no format."""

import json
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from noise_ops import cli, judging
from noise_ops.comparison.expected import Decision, Outcome
from noise_ops.comparison.groups import Comparison
from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped
from noise_ops.report import of_comparison
from noise_ops.verdicts import Verdict
from tests.usage._trees import written

PAIRS = [(old.name, new.name) for library in shipped.LIBRARIES for old, new in pairwise(shipped.releases(library))]
PAIRS += [("2.16.2", "2.21.0"), ("2.12.1", "2.20.0"), ("keras==3.0.5", "keras==3.15.1"), ("2.15.1", "2.16.2")]
FAIL_ON = ("stream-changed", "contract-changed", "law-changed")
LAW = ("2.16.2", "2.21.0")
CONTRACT = ("keras==3.13.2", "keras==3.14.1")
OF_TENSORFLOW = ("2.4.4", "2.5.3")
KNOWN = "import keras\nkeras.layers.Dropout(0.5)\n"
HEAD = "import keras\nimport tensorflow as tf\n"


def anything(_: str) -> bool:
    return True


class Part(NamedTuple):
    """A part of a tree that cannot be read or was not recorded: its file, and of which subjects it may be."""

    text: str
    may_be: Callable[[str], bool] = anything


PARTS = {
    "b.py syntax": Part("type X Y = int\nkeras.layers.LSTM(3, recurrent_dropout=0.2)"),
    "b.py deserialize": Part(f"{HEAD}keras.layers.deserialize({{'class_name': 'LSTM'}})"),
    "b.py load": Part(f"{HEAD}keras.models.load_model(path)"),
    "b.py getattr": Part(f"{HEAD}getattr(keras.layers, cfg['layer'])()", lambda s: ".layers." in s),
    "b.py of a name": Part("def f(layers):\n    layers.LSTM(3)", lambda s: ".LSTM(" in s),
    "b.py transformers": Part("import transformers"),
    "b.py keras_hub": Part("from keras_hub.layers import TransformerEncoder"),
    "b.py mypkg": Part("from mypkg.blocks import Noise"),
    "b.py relative": Part(f"{HEAD}from .gone import block"),
    "b.py Sequential": Part(f"{HEAD}from zoo import Jitter\nkeras.Sequential([Jitter(0.1)])"),
    "b.py RandomFlip": Part(f"{HEAD}tf.keras.layers.RandomFlip()", lambda s: s.startswith(("keras.", "tf_keras."))),
    "b.py gamma": Part(f"{HEAD}tf.random.gamma([3], 1)", lambda s: s.startswith("tf.")),
}
KNOWN_LINES = [
    "keras.layers.Dropout(0.5)",
    "keras.layers.GaussianNoise(0.1, seed=3)",
    "keras.layers.LSTM(3, dropout=0.1)",
    "keras.layers.SpatialDropout2D(0.1)",
    "tf.random.normal([3])",
    "tf.nn.dropout(x, 0.1)",
    "tf.keras.layers.MultiHeadAttention(2, 8, dropout=0.1)",
]


@cache
def compared(old: str, new: str) -> Comparison:
    return judging.compare(old, new).comparison


def code(old: str, new: str, fail_on: str, folder: Path | None = None) -> int:
    """Return the exit code of a comparison."""
    try:
        return judging.compare(old, new, used_in=folder).exit_code(fail_on)
    except UserError:
        return 2


@given(
    st.sampled_from(PAIRS),
    st.lists(st.sampled_from(KNOWN_LINES), max_size=4, unique=True),
    st.sampled_from(sorted(PARTS)),
    st.sampled_from(FAIL_ON),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_is_a_pass_where_a_finding_could_be_hidden(tmp_path_factory, pair, lines, part, fail_on):
    whole = compared(*pair)
    assume(
        any(
            change.verdict.fails(Verdict(fail_on)) and PARTS[part].may_be(change.subject)
            for group in whole.groups
            if not group.fixed
            for change in group.changes
        )
    )
    folder = tmp_path_factory.mktemp("code")
    written(folder, a="\n".join([HEAD, *lines]), b=PARTS[part].text)
    assert code(*pair, fail_on, folder) != 0


@given(
    st.sampled_from(PAIRS),
    st.lists(st.sampled_from(KNOWN_LINES), min_size=1, max_size=4, unique=True),
    st.sampled_from(sorted(PARTS)),
    st.sampled_from(FAIL_ON),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_nothing_can_be_hidden_in_is_no_alarm(tmp_path_factory, pair, lines, part, fail_on):
    """Where the whole comparison passes, what is not read of the code is said, and fails nothing."""
    assume(code(*pair, fail_on) == 0)
    known = tmp_path_factory.mktemp("known")
    written(known, a="\n".join([HEAD, *lines]))
    assume(code(*pair, fail_on, known) == 0)
    written(known, b=PARTS[part].text)
    assert code(*pair, fail_on, known) == 0
    answer = answered(*pair, known)
    assert re.search(r"not be read|not be resolved|not read|Not asked", answer)


def outcome(old: str, new: str, folder: Path, **options: object) -> Outcome:
    return judging.compare(old, new, used_in=folder, **options)


def answered(old: str, new: str, folder: Path) -> str:
    return of_comparison.page(outcome(old, new, folder)).answer


@pytest.mark.parametrize("part", sorted(PARTS))
def test_the_answer_and_the_finding_name_the_place(part, tmp_path):
    written(tmp_path, a=KNOWN, b=PARTS[part].text)
    found = outcome(*(OF_TENSORFLOW if part == "b.py gamma" else ("keras==3.7.0", "keras==3.8.0")), tmp_path)
    (hides,) = [group for group in found.comparison.groups if group.hides]
    assert all(re.match(r"b\.py(:\d+| \(line \d+)", subject) for subject in hides.subjects)
    answer = of_comparison.page(found).answer
    assert not answer.startswith("Yes")
    assert f"may be hidden in {hides.subjects[0]}" in answer
    assert hides.message.startswith(hides.subjects[0])
    assert "--layer" in hides.remedy


@pytest.mark.parametrize("part", sorted(PARTS.keys() - {"b.py gamma", "b.py syntax"}))
def test_a_tree_of_nothing_else_is_answered_alike_and_is_never_a_yes(part, tmp_path, capsys):
    written(tmp_path, b=PARTS[part].text)
    found = outcome("keras==3.7.0", "keras==3.8.0", tmp_path)
    (hides,) = [group for group in found.comparison.groups if group.hides]
    answer = of_comparison.page(found).answer
    assert answer.startswith(f"Cannot tell: {hides.hides} findings may be hidden in {hides.subjects[0]}; nothing else ")
    assert found.exit_code("law-changed") == 1
    for form in ("text", "markdown", "html", "json", "junit", "github"):
        arguments = ["compare", "keras==3.7.0", "keras==3.8.0", "--used-in", str(tmp_path), "--format", form]
        assert cli.main(arguments) == 1
        assert "may be hidden in" in " ".join(capsys.readouterr().out.split())
    only_streams = next(pair for pair in PAIRS if compared(*pair).verdict is Verdict.STREAM_CHANGED)
    nothing = next(pair for pair in PAIRS if compared(*pair).verdict is Verdict.IDENTICAL)
    for pair in (only_streams, nothing):
        with pytest.raises(UserError, match="have no fact of what"):
            outcome(*pair, tmp_path)
    for command in (["bisect", "keras==3.7.0", "keras==3.8.0"], ["releases"]):
        status = cli.main([*command, "--used-in", str(tmp_path)])
        assert status == 2 or part == "b.py RandomFlip"


@pytest.mark.parametrize(
    ("pair", "spoken", "verdicts"),
    [
        (LAW, "Cannot tell", dict.fromkeys(FAIL_ON, 1)),
        (CONTRACT, "After a look", {"stream-changed": 1, "contract-changed": 1, "law-changed": 0}),
    ],
)
def test_a_run_fails_where_it_would_fail_by_the_worst_that_may_be_hidden(pair, spoken, verdicts, tmp_path):
    written(tmp_path, a=KNOWN, b="import transformers")
    found = outcome(*pair, tmp_path)
    assert of_comparison.page(found).answer.startswith(f"{spoken}: ")
    assert {fail_on: found.exit_code(fail_on) for fail_on in verdicts} == verdicts


def test_only_other_numbers_may_be_hidden_is_a_yes_that_says_so(tmp_path):
    pair = next(pair for pair in PAIRS if compared(*pair).verdict is Verdict.STREAM_CHANGED)
    written(tmp_path, a=KNOWN, b="import transformers")
    found = outcome(*pair, tmp_path)
    answer = of_comparison.page(found).answer
    assert answer.startswith("Yes: ")
    assert "may be hidden in b.py:1 transformers" in answer
    assert [found.exit_code(fail_on) for fail_on in ("stream-changed", "contract-changed")] == [1, 0]


def test_what_is_expected_hides_nothing(tmp_path):
    written(tmp_path, a=KNOWN, b="import transformers")
    lines = [
        "[[expected]]",
        "code = {code}",
        'subject = "*"',
        'versions = {{ old = "tensorflow==2.16.2", new = "tensorflow==2.21.0" }}',
        'reason = "decided"',
        "expires = 2100-01-01",
    ]
    codes = sorted({group.code for group in compared(*LAW).groups})
    path = tmp_path / "expected.toml"
    for decided, status in ((codes, 0), (codes[:-1], 1)):
        path.write_text("\n".join("\n".join(lines).format(code=json.dumps(code)) for code in decided))
        found = outcome(*LAW, tmp_path, expected=path)
        assert found.exit_code("stream-changed") == status
        assert any(group.hides for group in found.comparison.groups) is bool(status)


def test_what_may_be_hidden_can_not_be_accepted(tmp_path):
    written(tmp_path, a=KNOWN, b="import transformers")
    with pytest.raises(UserError, match="nothing was found that could be expected"):
        outcome(*CONTRACT, tmp_path, decision=Decision("decided", "", date(2100, 1, 1)))


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json", "junit", "github"])
@pytest.mark.parametrize("fail_on", FAIL_ON)
@pytest.mark.parametrize("pair", [LAW, CONTRACT], ids=" ".join)
def test_every_format_agrees(pair, fail_on, form, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    written(tmp_path, a=KNOWN, b=f"{HEAD}keras.models.load_model(path)")
    arguments = ["compare", *pair, "--used-in", str(tmp_path), "--fail-on", fail_on, "--format", form]
    status = cli.main(arguments)
    shown = capsys.readouterr().out
    told = " ".join(shown.split())
    assert "b.py:3 keras.models.load_model(path)" in told
    assert status == int(pair == LAW or fail_on != "law-changed")
    if form == "junit":
        assert (ElementTree.fromstring(shown).get("failures") != "0") is bool(status)
    elif form == "github":
        assert ("::error" in shown) is bool(status)
    elif form == "json":
        assert Verdict(json.loads(shown)["verdict_unfixed"]).fails(Verdict(fail_on)) is bool(status)
    else:
        assert ("Cannot tell" if pair == LAW else "After a look") in told


def test_with_layer_nothing_but_what_it_names_may_be_hidden(tmp_path):
    written(tmp_path, a=KNOWN, b=f"{HEAD}keras.layers.RandomFlip()\nkeras.models.load_model(path)")
    assert outcome(*LAW, tmp_path).exit_code("contract-changed") == 1
    assert outcome(*LAW, tmp_path, layers="Dropout").exit_code("law-changed") == 0
