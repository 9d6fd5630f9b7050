"""report/of_bisection.py: the answer first, then every release with what it shows, then what to compare next."""

import json
import re
from dataclasses import replace

import pytest

from noise_ops.errors import UserError
from noise_ops.findings import Verdict
from noise_ops.history import transitions
from noise_ops.history.transitions import Bisection, Row
from noise_ops.report import of_bisection

FOUND = Bisection(
    "seeded_by of keras.layers.Dropout in float32, eager",
    (
        Row("2.14.1", "tf.random.set_seed", bad=False),
        Row("2.15.1", "tf.random.set_seed", bad=False),
        Row("2.16.2", "random.seed", bad=True),
    ),
    "2.16.2",
    ("config of keras.layers.Dropout in float32, eager", "stream of tf.nn.dropout in float32, eager"),
)
TEXT = """\
The first bad release is 2.16.2, by seeded_by of keras.layers.Dropout in float32, eager.

  2.14.1   good   tf.random.set_seed
  2.15.1   good   tf.random.set_seed
  2.16.2   bad    random.seed

In the same release: config of keras.layers.Dropout in float32, eager; stream of tf.nn.dropout in float32, eager.

Last good: 2.15.1.
Next: noise-ops compare 2.15.1 2.16.2
"""


def lines(*arguments):
    return of_bisection.render_text(transitions.bisect(*arguments), width=400).splitlines()


def test_a_table_reads():
    assert of_bisection.render_text(FOUND, width=400) == TEXT


def test_of_much_else_the_first_are_listed():
    also = tuple(f"mean {number}" for number in range(7))
    shown = of_bisection.render_text(replace(FOUND, also=also))
    assert "In the same release: mean 0; mean 1; mean 2; mean 3; mean 4, and 2 more.\n" in shown


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ((False, False, True, True), "Last good: b. No later one, up to d, was seen to be good."),
        ((False, True, None, False), "Last good before b: a. Good again, the newest of them: d."),
        ((False, False, False, True), "Last good: c."),
    ],
)
def test_which_release_to_take_instead_is_said(bad, said):
    rows = tuple(replace(FOUND.rows[0], release=name, bad=one) for name, one in zip("abcd", bad, strict=True))
    rows = tuple(replace(row, release=f"2.{'abcd'.index(row.release)}.0") for row in rows)
    first = next(row.release for row in rows if row.bad)
    shown = of_bisection.render_text(replace(FOUND, rows=rows, first_bad=first, turns=(), also=()), width=400)
    for number, name in enumerate("abcd"):
        said = re.sub(rf"\b{name}\b", f"2.{number}.0", said)
    assert said in shown.splitlines()


def test_nothing_bad_has_no_next_command():
    rows = tuple(replace(row, bad=False) for row in FOUND.rows)
    shown = of_bisection.render_text(replace(FOUND, rows=rows, first_bad=None, also=()))
    assert shown.startswith(f"Nothing turned bad: {FOUND.what} is the same in every release.\n")
    assert "Next:" not in shown


def test_what_was_broken_is_mended_and_not_bad():
    shown = of_bisection.render_text(replace(FOUND, mends=True))
    assert shown.startswith("The first release that mends it is 2.16.2, by seeded_by of ")
    assert "  2.15.1   broken   tf.random.set_seed\n  2.16.2   mended   random.seed\n" in shown


@pytest.mark.parametrize(
    ("name", "subject", "told"),
    [
        ("distant_seeds_differ", "keras.layers.Dropout", "2.16.2   bad    abca"),  # of abcd, which is documented
        ("identity_at_inference", "tf_keras.layers.Dropout", "2.15.1   -      not recorded"),
        ("identity_at_inference", "tf_keras.layers.Dropout", "2.16.2   good   identity"),
    ],
)
def test_what_is_as_wrong_as_before_or_new_is_not_called_mended(name, subject, told):
    shown = lines("2.4.4", "2.21.0", name, [subject])
    assert f"  {told}" in shown
    assert not [line for line in shown if "mend" in line or "broken" in line]


def test_what_was_never_as_documented_is_not_called_good():
    shown = lines("2.4.4", "2.21.0", "distant_seeds_differ", ["tf_keras.layers.Dropout"])
    assert "  2.15.1   -        not recorded" in shown
    assert "  2.16.2   broken   abac" in shown
    assert not [line for line in shown if line.startswith("  2") and " good " in line]


@pytest.mark.parametrize(
    ("good", "bad", "name", "layer", "told"),
    [
        (
            "2.4.4",
            "2.21.0",
            "replicas_draw_apart",
            "keras.layers.Dropout",
            "mends it is 2.8.4, and 2.16.2 breaks it again",
        ),
        (
            "2.4.4",
            "2.21.0",
            "neighbouring_seeds_differ",
            "keras.layers.Dropout",
            "bad release is 2.8.4, and 2.16.2 mends it",
        ),
        (
            "keras==3.6.0",
            "keras==3.8.0",
            "stream",
            "*.Dropout",
            "bad release is keras==3.7.0, and keras==3.8.0 mends it",
        ),
        (
            "keras==3.6.0",
            "keras==3.8.0",
            "raises",
            "*.Dropout",
            "bad release is keras==3.7.0, and keras==3.8.0 mends it",
        ),
        ("keras==3.7.0", "keras==3.8.0", "stream", "*.Dropout", "first release that mends it is keras==3.8.0, by"),
    ],
)
def test_every_turn_stands_in_the_headline(good, bad, name, layer, told):
    assert f"{told}" in lines(good, bad, name, [layer])[0]


def test_that_good_is_newer_than_bad_is_said():
    told = "keras==3.8.0, called good, is newer than keras==3.6.0: the table runs from newer to older."
    assert lines("keras==3.8.0", "keras==3.6.0", "stream", ["*.Dropout"])[0].endswith(told)
    assert "newer" not in "".join(lines("keras==3.6.0", "keras==3.8.0", "stream", ["*.Dropout"]))


def test_what_no_release_recorded_is_neither_good_nor_bad():
    shown = lines("2.15.1", "2.21.0", "mask_density")
    assert shown[0].startswith("Nothing turned bad: mask_density, in each of ")
    assert not [line for line in shown if "not recorded" in line and ("good" in line or "bad" in line)]
    rows = (Row("2.13.1", "not recorded", bad=None), *FOUND.rows)
    assert json.loads(of_bisection.render_json(replace(FOUND, rows=rows)))["rows"][0]["bad"] is None


def test_what_a_stranger_recorded_moves_no_cursor():
    row = Row("2.15.1", "\x1b[2J\n\u202e", bad=True)
    shown = of_bisection.render_text(Bisection("a\rb", (FOUND.rows[0], row), "2.15.1", ("\x9b",), notes=("\x9b",)))
    assert all(line.isprintable() for line in shown.splitlines())


def test_keras_3_7_is_marked_as_the_first_that_raises_under_mirrored_strategy():
    told = lines("keras==3.6.0", "keras==3.8.0", "stream", ["*.Dropout"])
    assert told[0] == (
        "The first bad release is keras==3.7.0, and keras==3.8.0 mends it, "
        "by stream of keras.layers.Dropout in float32, mirrored."
    )
    assert [line.split()[:2] for line in told[2:5]] == [
        ["keras==3.6.0", "good"],
        ["keras==3.7.0", "bad"],
        ["keras==3.8.0", "good"],
    ]
    assert told[3].endswith("raises ValueError")
    assert told[-1] == "Next: noise-ops compare keras==3.6.0 keras==3.7.0"


def test_a_table_of_verdicts_marks_the_release_and_all_after_it():
    told = lines("keras==3.6.0", "keras==3.8.0")
    assert told[0] == "The first bad release is keras==3.7.0, by verdict."
    assert [line.split()[1:] for line in told[2:5]] == [
        ["good", "identical"],
        ["bad", "contract-changed"],
        ["bad", "law-changed"],
    ]


def test_from_newer_to_older_the_table_runs_backwards():
    told = lines("keras==3.8.0", "keras==3.6.0", "stream", ["*.Dropout"])
    assert [line.split()[0] for line in told[2:5]] == ["keras==3.8.0", "keras==3.7.0", "keras==3.6.0"]
    assert told[-1] == "Next: noise-ops compare keras==3.8.0 keras==3.7.0"


def test_the_json_holds_it_all():
    report = json.loads(of_bisection.render_json(FOUND))
    assert list(report) == ["schema", "what", "first_bad", "mends", "used", "rows", "also", "answer", "turns", "notes"]
    assert (report["schema"], report["what"], report["first_bad"]) == (of_bisection.SCHEMA, FOUND.what, "2.16.2")
    assert report["answer"] == TEXT.splitlines()[0]
    assert report["rows"][2] == {"release": "2.16.2", "value": "random.seed", "bad": True, "verdict": None}
    assert tuple(report["also"]) == FOUND.also
    assert report["mends"] is False


def test_the_json_of_verdicts_names_them():
    row = Row("2.16.2", "law-changed", bad=True, verdict=Verdict.LAW_CHANGED)
    found = replace(FOUND, rows=(*FOUND.rows, row))
    assert json.loads(of_bisection.render_json(found))["rows"][-1]["verdict"] == "law-changed"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("2.15.1", "2.15.1"),
        ("2.15", "tensorflow==2.15.1"),
        ("2.15.1", "keras==3.7.0"),
        ("2.15.1", "2.15.0"),
        ("", "2.15"),
    ],
)
def test_there_is_no_table_between_what_is_no_span(good, bad):
    with pytest.raises(UserError) as refused:
        lines(good, bad)
    message = str(refused.value)
    assert message.endswith(".")
    assert message.isprintable()
