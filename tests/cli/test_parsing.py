"""cli/parsing.py and listing.py: a mistyped name is met halfway, help ends with examples, names can be listed."""

import argparse
import contextlib
import shlex
import subprocess

import pytest

from noise_ops import __version__, cli
from noise_ops.codes import CODES
from noise_ops.properties.catalog import QUESTIONS
from noise_ops.subjects import catalog
from tests.cli._commands import noise_ops, program

COMMANDS = cli._parser().commands


def refused(capsys, *arguments):
    """What is said of arguments that cannot be followed."""
    with pytest.raises(SystemExit, match="2"):
        cli.main(arguments)
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek"], "noise-ops: there is no command 'chek'; did you mean check?"),
        (["zzz"], "noise-ops: there is no command 'zzz'; see noise-ops --help."),
        (["predict"], "there is no command 'predict': prediction is Python, as docs/predicting.md shows; see "),
        (["compare", "a", "--fromat", "json"], "noise-ops: there is no option '--fromat'; did you mean --format?"),
        (["compare", "a", "--detials=x"], "noise-ops: there is no option '--detials'; did you mean --details?"),
        (["check", "--profil", "quick"], "noise-ops: there is no option '--profil'; did you mean --profile?"),
        (["--vers"], "noise-ops: there is no option '--vers'; did you mean --version?"),
        (["--color", "never"], "noise-ops: a command is missing; see noise-ops --help."),
        (["compare", "1", "2", "3"], "noise-ops: there is no argument '3'; see noise-ops compare --help."),
        (["--list", "layer"], "did you mean layers?"),
        (
            ["check", "-n", "2"],
            "check shares its work among the cores by itself; `pytest --pyargs noise_ops.suite",
        ),
        (["check", "-n2"], "`pytest --pyargs noise_ops.suite -n 2`"),
        (["check", "--accept", "no need"], "entries for check are written by hand"),
        (["check", "--dtype", "foat16"], "not 'foat16'; did you mean float16?"),
        (["compare", "a", "-o", "x", "-o", "y"], "noise-ops: -o is given twice; see noise-ops compare --help."),
        (["compare"], "noise-ops: the following arguments are required: OLD; see noise-ops compare --help."),
    ],
    ids=str,
)
def test_a_refusal_is_one_sentence_with_the_nearest_name(capsys, arguments, said):
    assert said in refused(capsys, *arguments)


@pytest.mark.parametrize("given", [["--format", "github"], ["--format=github"]])
@pytest.mark.parametrize("command", [name for name, parser in COMMANDS.items() if "github" in parser.format_help()])
def test_a_refusal_is_an_annotation_where_a_report_would_be(command, given, capsys):
    """Of every command that has the format, whatever is refused, and in no other format."""
    wrong = {"audit": ["missing.keras"], "compare": ["1%", "2"], "upgrade": ["", "2"]}.get(command, ["--layer", "Nope"])
    for arguments in ([command, *wrong], [command, *wrong, "--nope"]):
        for form in (given, []):
            with contextlib.suppress(SystemExit):
                assert cli.main([*arguments, *form]) == 2
            shown, said = capsys.readouterr()
            (line,) = said.splitlines()
            sentence = line.removeprefix("noise-ops: ").replace("%", "%25")
            assert shown == (f"::error::noise-ops could not answer: {sentence}\n" if form else "")


def test_without_a_command_help_is_shown_and_the_exit_code_is_2(capsys):
    assert cli.main([]) == 2
    shown = capsys.readouterr().out
    assert shown.startswith("usage: noise-ops ")
    assert all(f"\n    {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_has_exit_codes_and_two_examples_that_it_takes(name, capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main([name, "--help"])
    shown = capsys.readouterr().out.partition("\nexamples:\n")[2]
    examples, _, codes = shown.partition("exit code: ")
    codes = " ".join(codes.split())
    assert "0 if" in codes
    assert "2 if" in codes
    assert len(examples.splitlines()) == 2
    for line in examples.splitlines():
        words = shlex.split(line, comments=True)
        given = words[words.index("noise-ops") + 1 :] if "noise-ops" in words else []
        assert given or words[:2] == ["python", "probe.pyz"]
        if given:
            assert given[0] == name
            cli._parser().read(given, argparse.Namespace())


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_of_a_policy_what_no_value_of_it_lets_pass(name, capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main([name, "--help"])
    shown = " ".join(capsys.readouterr().out.split()).replace("- ", "-")
    values = "{stream-changed,contract-changed,cannot-tell,law-changed}"
    told = f"{values} mildest verdict that makes the exit code 1; cannot-tell and law-changed always do"
    assert (told in shown) == ("--fail-on" in shown) == ("or breaks a law, or cannot be told" in shown)


def test_help_and_version_need_nothing_that_is_installed(poisoned):
    assert noise_ops("--version", path=[poisoned]).stdout == f"noise-ops {__version__}\n"
    assert noise_ops("--help", path=[poisoned]).returncode == 0


@pytest.mark.parametrize(
    ("kind", "some"),
    [
        ("layers", {*catalog.names(), "keras.layers.LSTM(dropout)"}),
        ("properties", {*QUESTIONS, "seeded_by"}),
        ("modes", {"eager", "xla", "mirrored", "predict", "vectorized_map"}),
        ("codes", set(CODES)),
        ("verdicts", {"law-changed", "cannot-tell"}),
        ("deviations", {"replicas-share-noise"}),
        ("releases", {"2.16.2", "keras==3.7.0"}),
        ("dtypes", {"float16", "bfloat16", "float32", "float64"}),
        ("profiles", {"quick", "default", "thorough", "soak"}),
    ],
)
def test_names_are_listed_one_a_line_without_tensorflow(kind, some, poisoned):
    finished = noise_ops("--list", kind, path=[poisoned])
    assert (finished.returncode, finished.stderr) == (0, "")
    assert some <= set(finished.stdout.splitlines())


def test_an_option_of_the_program_is_not_taken_for_one_of_a_command():
    finished = noise_ops("check", "--list", "layers")
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr == "noise-ops: check has no option '--list'; did you mean `noise-ops --list`?\n"


def test_completion_without_its_extra_names_it():
    hidden = "import sys\nsys.modules['shtab'] = None\n"
    finished = noise_ops("--completion", "bash", source=program(hidden))
    assert finished.returncode == 2
    assert "pip install 'noise_ops[completion]'" in finished.stderr


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("com", "compare"),
        ("compare --for", "--format"),
        ("compare --format j", "json junit"),
        ("check --dtype fl", "float16 float32 float64"),
        ("--list la", "layers"),
        ("compare -o my-rep", "my-report.html"),
        ("releases --used-in my-f", "my-folder"),
    ],
)
def test_the_script_of_completion_completes_commands_options_values_and_files(typed, completed, capsys, tmp_path):
    pytest.importorskip("shtab")
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--completion", "bash"])
    (tmp_path / "script").write_text(capsys.readouterr().out)
    (tmp_path / "my-report.html").touch()
    (tmp_path / "my-folder").mkdir()
    words = typed.split()
    asking = f"COMP_WORDS=(noise-ops {typed}); COMP_CWORD={len(words)}; _shtab_noise_ops; echo ${{COMPREPLY[@]}}"
    told = subprocess.run(
        ["bash", "-c", f"source ./script; {asking}"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert told.stdout == f"{completed}\n"
