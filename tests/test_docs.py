"""README and the pages under docs/ are true: examples run, outputs are real, commands exist, links lead somewhere."""

import inspect
import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

import noise_ops
from noise_ops import cli, deviations, laws
from noise_ops.checks.asked import ledger
from noise_ops.codes import CODES
from noise_ops.comparison.expected import Outcome
from noise_ops.expected import file
from noise_ops.properties.catalog import PROPERTIES, QUESTIONS
from noise_ops.result import Result
from noise_ops.stats.exact import Binomial, Mean, Variance
from noise_ops.testing import Options
from noise_ops.testing.catalog import PROPERTIES as OWN
from noise_ops.testing.checking import check_layer
from noise_ops.verdicts import Verdict
from tests import _tools
from tests._pages import LONG, PAGES, ROOT, Page, calls

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)

TOOL = _tools.load("write_catalogues")
WRITTEN = [path for path in TOOL.pages() if TOOL.BLOCK.search(path.read_text(encoding="utf-8"))]
"""The files in which something is written by the tool."""

RUN = "import sys; from tests._pages import *; assert all(a == b for a, b in Page(Path(sys.argv[1])).run(Path.cwd()))"
"""A page run in a process of its own: a run of the suite inside this run would meet its plugins."""


@each_page
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of NumPy's, as Keras saves
def test_the_examples_of_a_page_run_and_its_outputs_are_real(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if "noise_ops.check(" in page.text:
        seen = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", RUN, page.path], check=True, env=seen)
        return
    for given, said in page.run(tmp_path):
        assert given == said


SLOW = [page for page in PAGES if any(LONG.search(command) for command, _ in page.samples)]


@pytest.mark.long
@pytest.mark.parametrize("page", SLOW, ids=lambda page: page.name)
def test_the_outputs_of_a_page_that_take_minutes_are_real(page, tmp_path):
    for given, said in page.run(tmp_path, long=True):
        assert given == said


@each_page
def test_every_output_has_its_command_above_it(page):
    assert [shown for _, shown in page.samples] == page.blocks("text")


@each_page
def test_every_command_of_a_page_and_each_of_its_options_exists(page, capsys):
    for command, rest in page.commands:
        with pytest.raises(SystemExit, match="0"):
            cli.main([command, "--help"])
        options = set(re.findall(r"--?[a-z-]+", capsys.readouterr().out))
        assert set(re.findall(r"(?<=\s)--?[a-z-]+", f" {rest}")) <= options, (command, rest)


@each_page
def test_every_call_of_a_page_is_read(page):
    """Not its options alone: how many arguments it has, and their values."""
    for call in (call for block in page.blocks("bash") for call in calls(block)):
        cli._parser().parse_args(call)


@each_page
def test_every_block_of_data_is_data(page):
    assert all(json.loads(block) for block in page.blocks("json"))
    assert all(yaml.safe_load(block) for block in page.blocks("yaml"))
    assert all(tomllib.loads(block) for block in page.blocks("toml"))


def page_of(name):
    """A page by its name."""
    return Page(ROOT / "docs" / name)


def test_every_page_is_named_in_readme():
    linked = set(re.findall(r"\]\((docs/[^)#]+)", PAGES[0].prose))
    assert {page.name for page in PAGES[1:]} - {"docs/index.md"} <= linked


def test_the_page_of_own_layers_names_every_option():
    table = page_of("own_layers.md").text.partition("| option |")[2].partition("\n\n")[0]
    named = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.partition(" | ")[0])}
    assert named == {*Options.__annotations__, "expected_failures"} - {"args"}
    assert "expected_failures" in check_layer.__annotations__


def cells(page, heading):
    """What the first cells of a table name, in code."""
    table = page.text.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return [code for row in table.splitlines()[2:] for code in re.findall(r"`([^`]+)`", row.split(" | ")[0])]


def test_the_page_of_laws_writes_every_one_as_it_is_called():
    written = {f"{name}({_plainly(getattr(laws, name))})" for name in laws.__all__ if name.islower()}
    assert written == set(cells(page_of("laws.md"), "law"))


def _plainly(law):
    """The arguments of a law as the page writes them: a distribution is F, and observe= is told once, of all."""
    parameters = [each for each in inspect.signature(law).parameters.values() if each.name != "observe"]
    names = ["F" if each.name == "distribution" else each.name for each in parameters]
    defaults = ["" if each.default is each.empty else f"={each.default!r}" for each in parameters]
    return ", ".join(map("".join, zip(names, defaults, strict=True)))


@pytest.mark.parametrize(("judge", "result"), [(noise_ops.compare, Outcome), (noise_ops.check, Result)])
def test_the_page_of_python_names_every_argument_and_only_fields_that_there_are(judge, result):
    _, _, section = page_of("python.md").text.partition(f"\n## {judge.__name__}\n")
    arguments, fields = (part.partition("\n\n")[0] for part in re.split(r"\| (?:argument|field) \|", section)[1:3])
    named = {name for row in arguments.splitlines() for name in re.findall(r"`(\w+)[=`]", row.split(" | ")[0])}
    assert named == {*inspect.signature(judge).parameters}
    there = {*dir(result), *result.__annotations__}
    told = {name for row in fields.splitlines() for name in re.findall(r"`(\w+)", row.split(" | ")[0])}
    assert told
    assert told <= there


def test_the_smallest_visible_effects_are_those_of_the_designs():
    for profile in ("quick", "default", "thorough", "soak"):
        page = page_of("deciding.md").text
        row = re.search(rf"^\| (?:`--profile )?{profile}`? \| (.*) \|$", page, re.MULTILINE).group(1)
        design = ledger().design("mask_density", "main", profile)
        n = design.n_max
        rates = [design.delta(Binomial(n, rate)) * 100 for rate in (0.5, 0.1, 0.01)]
        told = [
            " / ".join(f"{rate:#.2g}".rstrip(".") for rate in rates) + " %",
            f"{design.delta(Variance(n)) * 100:.2g} %",
        ]
        assert row.split(" | ") == [f"{n / 1e6:.3g} million", *told, f"{design.delta(Mean(n)):.2g}"]


def test_the_page_of_verdicts_says_what_each_means():
    assert cells(page_of("verdicts.md"), "verdict")[: len(Verdict)] == [verdict.value for verdict in Verdict]


def test_the_page_of_verdicts_says_by_what_each_policy_fails():
    page = page_of("verdicts.md").text
    told = dict(re.findall(r"^\| `([a-z-]+)` \| ((?:`[a-z-]+`(?:, )?)+) \|", page, re.MULTILINE))
    failing = {
        level.value: ", ".join(f"`{verdict.value}`" for verdict in Verdict if verdict.fails(level)) for level in Verdict
    }
    del failing["identical"]  # no option
    assert told == failing


def test_the_expected_findings_that_the_page_shows_are_read():
    (shown,) = page_of("verdicts.md").blocks("toml")
    assert [entry.code for entry in file.parse(shown)] == ["raises", "mask-density"]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_what_the_tool_writes_is_up_to_date(path):
    assert TOOL.written(path) == path.read_text(encoding="utf-8"), "run: python tools/write_catalogues.py"


def test_each_catalogue_stands_once_in_docs():
    texts = [path.read_text(encoding="utf-8") for path in TOOL.pages() if path != TOOL.README]
    found = [name for text in texts for name in TOOL.BLOCK.findall(text) if name not in TOOL.SAMPLES]
    assert sorted(found) == sorted(TOOL.CATALOGUES)


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "catalogue").glob("*.md")), ids=lambda path: path.stem)
def test_a_catalogue_begins_with_sentences_that_people_wrote(path):
    title, introduction = path.read_text(encoding="utf-8").partition("\n<!-- ")[0].split("\n\n")[:2]
    assert title.startswith("# ")
    assert re.search(r"\]\(\.\./(verdicts|deciding)\.md\)", path.read_text(encoding="utf-8"))
    assert 2 <= len(re.findall(r"[.?](?=\s|$)", introduction)) <= 4


@pytest.mark.parametrize(("block", "names"), [("asked", QUESTIONS), ("own", OWN), ("recorded", PROPERTIES)])
def test_every_property_stands_in_the_table(block, names):
    told = [re.match(r"\| `(\w+)` \|", line) for line in TOOL.CATALOGUES[block]()]
    assert sorted(match.group(1) for match in told if match) == sorted(names)


@pytest.mark.parametrize(
    ("block", "names"),
    [
        ("deviations", [entry.name for entry in deviations.known()]),
        ("codes", CODES),
        ("codes", [verdict.value for verdict in Verdict]),
    ],
)
def test_every_code_and_deviation_has_a_heading(block, names):
    headings = {line.lstrip("#").strip() for line in TOOL.CATALOGUES[block]() if line.startswith("#")}
    assert headings >= set(names)
