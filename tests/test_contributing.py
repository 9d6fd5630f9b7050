"""CONTRIBUTING.md is true: each of its examples is made in a copy of the checkout, and its commands do what it says."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MARK = r"^<!-- (\w+): made by tests/test_contributing.py -->\n"
EXAMPLES = dict(re.findall(rf"{MARK}(.*?)(?=^<!--|\Z)", TEXT, re.DOTALL | re.MULTILINE))
COPIED = ("noise_ops", "tests", "tools", "docs", "conftest.py", "pyproject.toml", "README.md", "CONTRIBUTING.md")

RECORDED = """
import sys
sys.path.insert(0, "tools")
import record_releases
from noise_ops.environments import installing

def recorded(text, folder, **options):
    text = record_releases.RELEASES.joinpath("keras-3.15.1.json").read_text(encoding="ascii")
    return text.replace('"keras": "3.15.1"', '"keras": "3.16.0"')

installing.recorded = recorded
sys.exit(record_releases.main())
"""
"""Stands for tools/record_releases.py, and for a release to come: it installs nothing, and copies the newest record."""


def block(example, language):
    """The one block of a language in an example."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", EXAMPLES[example], re.DOTALL | re.MULTILINE)
    return found


def commands(example):
    """The commands of an example, as lists of arguments, of this Python."""
    lines = [shlex.split(line) for line in block(example, "bash").splitlines()]
    assert all(first == "python" for first, *_ in lines)
    return [[sys.executable, *rest] for _, *rest in lines]


def changes(diff):
    """The changes of a diff: file, lines that are there, and lines that take their place.

    After new lines, one that is there begins another change, unless the new ones stand before it.
    """
    found = []
    for line in diff.splitlines():
        if line.startswith("--- "):
            name, last = line[4:], " "
            found.append((name, [], []))
            continue
        if last == "+" != line[0] and found[-1][1]:
            found.append((name, [], []))
        _, old, new = found[-1]
        old += [line[1:]] if line[0] in " -" else []
        new += [line[1:]] if line[0] in " +" else []
        last = line[0]
    return [(name, *("".join(f"{line}\n" for line in lines) for lines in both)) for name, *both in found]


def make(example, folder):
    """Make an example in a copy of the checkout, and return the copy."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, folder / name)
    for name, old, new in changes(block(example, "diff")):
        path = folder / name
        before = path.read_text(encoding="utf-8")
        assert before.count(old) == 1, f"CONTRIBUTING.md, {example}: {name} no longer holds once\n{old}"
        path.write_text(before.replace(old, new), encoding="utf-8")
    return folder


@pytest.fixture
def made(tmp_path):
    """Makes an example in a copy of the checkout, and returns the copy."""
    return lambda example: make(example, tmp_path)


@pytest.fixture(scope="module")
def with_property(tmp_path_factory):
    """A copy of the checkout that has the property of the example, recorded."""
    folder = make("property", tmp_path_factory.mktemp("property"))
    run(folder, commands("property")[0])
    return folder


def run(folder, command, code=0):
    """What a command prints in a copy of the checkout, where it ends with a code."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
    finished = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert finished.returncode == code, finished.stdout + finished.stderr
    return finished.stdout


def facts(folder):
    """The facts that a command wrote to mine.json."""
    return json.loads((folder / "mine.json").read_text(encoding="ascii"))["facts"]


def catalogue(folder, name):
    """The text of a catalogue in a copy of the checkout."""
    return (folder / "docs" / "catalogue" / f"{name}.md").read_text(encoding="utf-8")


def test_every_section_that_adds_something_has_an_example():
    assert [f"Add a {name}" for name in EXAMPLES] == re.findall(r"^## (Add .*)$", TEXT, re.MULTILINE)


def test_a_change_is_what_goes_and_what_comes():
    diff = "--- a.py\n one\n+two\n three\n-four\n+five\n"
    assert changes(diff) == [("a.py", "one\n", "one\ntwo\n"), ("a.py", "three\nfour\n", "three\nfive\n")]
    assert changes("--- a.py\n+one\n two\n") == [("a.py", "two\n", "one\ntwo\n")]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_pleases_the_linter(example, made):
    folder = made(example)
    for arguments in (["check"], ["format", "--check"]):
        run(folder, [sys.executable, "-m", "ruff", *arguments, "--no-cache", "noise_ops", "tools"])


def test_a_mutant_is_caught(made):
    (command,) = commands("mutant")
    shown = run(made("mutant"), [*command, "-rp"])
    assert "::test_every_mutant_ends_as_it_should[tf.nn.dropout/scale-squared]" in shown


def test_a_release_is_listed(made):
    record, listing, *tables = commands("release")
    folder = made("release")
    run(folder, [sys.executable, "-c", RECORDED, *record[2:]])
    assert re.search(r"^\W*keras==3\.16\.0 +identical", run(folder, listing), re.MULTILINE)
    assert [Path(name).is_file() for _, name in tables] == [True, True]


@pytest.mark.long
def test_tables_follow_a_release(made):
    record, _, *tables = commands("release")
    folder = made("release")
    run(folder, [sys.executable, "-c", RECORDED, *record[2:]])
    before = (folder / "noise_ops" / "predictions" / "seed_rules.json").read_bytes()
    for command in tables:
        run(folder, command)
    assert (folder / "noise_ops" / "predictions" / "seed_rules.json").read_bytes() == before
    assert "| keras==3.16.0 | identical |  |  |" in catalogue(folder, "releases")


NAME = "finite_stays_finite"
SHOWS = "Whether a finite input gives a finite output."


def test_a_property_is_recorded_in_one_file_of_the_package(with_property):
    (seen,) = facts(with_property).values()
    assert [seen[f"{dtype}/eager"][NAME] for dtype in ("float16", "bfloat16", "float32", "float64")] == ["finite"] * 4
    changed = {name for name, *_ in changes(block("property", "diff"))}
    assert [name for name in changed if "/sabotage/" not in name] == ["noise_ops/properties/outputs.py"]


def test_a_property_is_checked(with_property):
    _, check, *_ = commands("property")
    run(with_property, [*check, "--junit", "junit.xml"])
    junit = (with_property / "junit.xml").read_text(encoding="utf-8")
    assert set(re.findall(rf'classname="(.*)" name="{NAME} (.*?)"', junit)) == {
        ("tf.nn.dropout", f"{dtype} eager") for dtype in ("float16", "bfloat16", "float32", "float64")
    }


SAME_UPGRADE = [sys.executable, "-m", "noise_ops", "compare", "mine.json", "broken.json"]


def test_a_property_is_explained_and_compared(with_property):
    assert SHOWS in run(with_property, commands("property")[2])
    text = (with_property / "mine.json").read_text(encoding="ascii")
    (with_property / "broken.json").write_text(text.replace(f'"{NAME}": "finite"', f'"{NAME}": "not finite"'))
    told = run(with_property, SAME_UPGRADE, code=1)
    assert "LAW-CHANGED" in told
    told = run(with_property, [*SAME_UPGRADE, "--details"], code=1)
    assert "LAW-CHANGED  support, op stage" in told
    assert f"({NAME}: " in told


def test_a_property_is_bisected(made):
    """Three releases that were recorded with it."""
    folder = made("property")
    releases = folder / "noise_ops" / "fingerprint" / "releases"
    beside = '"gradient_is_noise_factor": "noise factor"'
    for name, value in (("keras-3.13.2", "finite"), ("keras-3.14.1", "finite"), ("keras-3.15.1", "not finite")):
        text = (releases / f"{name}.json").read_text(encoding="ascii")
        (releases / f"{name}.json").write_text(text.replace(beside, f'"{NAME}": "{value}",\n    {beside}', 1))
    bisect = ["bisect", "keras==3.13.2", "keras==3.15.1", "--property", NAME]
    told = run(folder, [sys.executable, "-m", "noise_ops", *bisect])
    assert re.search(r"keras==3\.14\.1 +good +finite\n +keras==3\.15\.1 +bad +not finite", told), told


def test_a_mutant_breaks_a_property(with_property):
    *_, mutant, _ = commands("property")
    shown = run(with_property, [*mutant, "-rp"])
    assert "::test_every_mutant_ends_as_it_should[tf.nn.dropout/scale-infinite]" in shown


def test_what_holds_of_every_property_holds_of_one_that_is_added(with_property):
    """The suite's words, the codes, the catalogue and the map of questions need no other line than the table's."""
    run(with_property, commands("property")[-1])
    assert f"| `{NAME}` | {SHOWS} | exact, as recorded |" in catalogue(with_property, "properties")
    held = (
        "meta/test_architecture.py",
        "meta/test_specification.py",
        "meta/test_layout.py",
        "properties",
        "test_codes.py",
        "checks/test_recorded.py",
        "test_docs.py",
    )
    chosen = "question or suite or stands_in_the_table or up_to_date or code or asked_as_recorded"
    run(with_property, [sys.executable, "-m", "pytest", "-q", "-k", chosen, *(f"tests/{name}" for name in held)])


def test_a_subject_is_recorded(made):
    (command,) = commands("subject")
    folder = made("subject")
    run(folder, command)
    seen = facts(folder)["keras.layers.GroupQueryAttention(dropout)"]
    assert {"stream", "mask_density 0.3"} <= seen["float32/eager"].keys()
