"""README cannot drift: its commands are those that CI runs, its example is true."""

import json
import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from noise_ops import cli
from noise_ops.checks.asked import ledger
from noise_ops.stats.exact import Binomial, Mean, Variance

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_prints_what_it_says(capsys):
    example = re.search(r"```python\n(import numpy as np\n.*?)```", README, re.DOTALL).group(1)
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out == f"{np.True_}\n"


def test_ci_runs_the_test_command_of_readme():
    assert "## Run the tests" in README
    assert "/^## Run the tests/" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def blocks(language):
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


SAMPLES = re.findall(r"^```bash\n([^`]*?)```\n+```text\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
"""Commands with the output that README shows of them."""


def timeless(text):
    """A text without the figures of time."""
    return re.sub(r" in \d+ s\.", " in N s.", text)


def test_every_output_is_held_to_its_command():
    assert [output for _, output in SAMPLES] == blocks("text")
    assert [re.findall(r"noise-ops\W+(\w+)", command) for command, _ in SAMPLES] == [["check"], ["compare"], ["audit"]]


def test_the_output_of_compare_is_what_it_prints(capsys):
    (sample,) = [(command, output) for command, output in SAMPLES if command.startswith("noise-ops compare")]
    cli.main(shlex.split(sample[0])[1:])
    assert capsys.readouterr().out == sample[1]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of NumPy's, as Keras saves
def test_the_output_of_audit_is_what_it_prints_of_the_model_above_it(tmp_path, monkeypatch, capsys):
    (sample,) = [(command, output) for command, output in SAMPLES if command.startswith("noise-ops audit")]
    (model,) = [block for block in blocks("python") if ".save(" in block]
    monkeypatch.chdir(tmp_path)
    exec(compile(model, "README.md", "exec"), {})
    assert cli.main(shlex.split(sample[0])[1:]) == 1
    installed = f"Keras {version('keras')}, installed here"
    assert capsys.readouterr().out == re.sub(r"Keras [\d.]+, installed here", installed, sample[1])


@pytest.mark.long
def test_the_output_of_check_is_what_it_prints():
    (output,) = [output for command, output in SAMPLES if re.search(r"noise-ops\W+check", command)]
    finished = subprocess.run(
        [sys.executable, "-c", "import sys; from noise_ops import cli; sys.exit(cli.main(['check']))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert timeless(finished.stdout) == timeless(output)


def test_the_smallest_visible_effects_are_those_of_the_designs():
    for profile in ("quick", "default", "thorough", "soak"):
        row = re.search(rf"^\| (?:`--profile )?{profile}`? \| (.*) \|$", README, re.MULTILINE).group(1)
        design = ledger().design("mask_density", "main", profile)
        n = design.n_max
        rates = [design.delta(Binomial(n, rate)) * 100 for rate in (0.5, 0.1, 0.01)]
        told = [
            " / ".join(f"{rate:#.2g}".rstrip(".") for rate in rates) + " %",
            f"{design.delta(Variance(n)) * 100:.2g} %",
        ]
        assert row.split(" | ") == [f"{n / 1e6:.3g} million", *told, f"{design.delta(Mean(n)):.2g}"]


COMMANDS = sorted(set(re.findall(r"noise-ops ([a-z]+) ?([^`\n]*)[`\n]", README)))


@pytest.mark.parametrize(("command", "rest"), COMMANDS, ids=" ".join)
def test_every_option_of_a_command_exists(command, rest, capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])
    assert set(re.findall(r"(?<=\s)--?[a-z-]+", f" {rest}")) <= set(re.findall(r"--?[a-z-]+", capsys.readouterr().out))


def test_every_block_of_json_is_json():
    assert [json.loads(block) for block in blocks("json")]
