"""The recipes of docs/ci.md: each is a whole file, and its shell does what the page says, in a repository of two pins.

Both are shipped releases, so that nothing is installed.
"""

import json
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
import yaml

from tests._pages import ROOT, Page

PAGE = Page(ROOT / "docs" / "ci.md")
FILES = {
    name: block
    for name, _, block in re.findall(r"`([^`\n]+)`:\n\n```(\w+)\n(.*?)^```$", PAGE.text, re.DOTALL | re.MULTILINE)
}


def github():
    """The shell of the steps, and what the server sets."""
    steps = yaml.safe_load(FILES[".github/workflows/noise.yml"])["jobs"]["noise"]["steps"]
    return [step["run"] for step in steps if "run" in step], {"GITHUB_BASE_REF": "main"}


def gitlab():
    """The shell of the job, and what the server sets."""
    return yaml.safe_load(FILES[".gitlab-ci.yml"])["noise"]["script"], {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}


def jenkins():
    """The shell of the stage, and what the server sets."""
    (shell,) = re.findall(r"sh '''\n(.*?)'''", FILES["Jenkinsfile"], re.DOTALL)
    return [line.strip() for line in shell.splitlines() if line.strip()], {"CHANGE_TARGET": "main"}


def pre_commit():
    """What the hook runs."""
    (hook,) = yaml.safe_load(FILES[".pre-commit-config.yaml"])["repos"][0]["hooks"]
    assert re.search(hook["files"], "requirements.txt")
    return [hook["entry"]], {}


RECIPES = (github, gitlab, jenkins, pre_commit)
LEFT_OUT = re.compile(r"pip install|python3 -m venv|\. \.venv/bin/activate|noise-ops check")
"""Lines that install what is installed here, and those that judge it, which other tests run."""


def git(folder, *arguments):
    """Run git as somebody."""
    someone = ["-c", "user.name=someone", "-c", "user.email=someone@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *someone, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path):
    """A clone whose branch pins keras==3.7.0, where main pins keras==3.6.0."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    origin.mkdir()
    git(origin, "init")
    (origin / "requirements.txt").write_text("numpy>=1.26\ntensorflow>=2.16\nkeras==3.6.0  # of March\n")
    git(origin, "add", ".")
    git(origin, "commit", "-m", "pins")
    git(tmp_path, "clone", str(origin), str(clone))
    git(clone, "checkout", "-b", "upgrade")
    pinned(clone, "tensorflow>=2.16\nkeras==3.7.0\n")
    return clone


def pinned(folder, pins):
    """Commit other pins."""
    (folder / "requirements.txt").write_text(pins)
    git(folder, "add", ".")
    git(folder, "commit", "--allow-empty", "-m", "other pins")


def run(folder, recipe):
    """Run the lines of a recipe, but for those that install or check, until one fails; return how that ended."""
    lines, variables = recipe()
    bin_ = folder.parent / "bin"
    bin_.mkdir(exist_ok=True)
    program = bin_ / "noise-ops"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m noise_ops "$@"\n')
    program.chmod(0o755)
    kept = [line for line in lines if not LEFT_OUT.search(line)]
    return subprocess.run(
        ["bash", "-e", "-c", "\n".join(kept)],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            **variables,
            "PATH": f"{bin_}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": str(folder.parent / "summary.md"),
        },
    )


def test_every_recipe_is_a_file_under_its_name():
    assert list(FILES) == [
        ".github/workflows/noise.yml",
        ".gitlab-ci.yml",
        "Jenkinsfile",
        "renovate.json",
        ".github/dependabot.yml",
        ".pre-commit-config.yaml",
    ]


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_fails_where_the_pins_of_the_branch_break_something(checkout, recipe):
    ended = run(checkout, recipe)
    assert ended.returncode == 1, ended.stderr
    assert "MirroredStrategy" in ended.stdout


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_passes_where_no_pin_changes(checkout, recipe):
    pinned(checkout, "tensorflow>=2.16\nKeras == 3.6.0\nnumpy>=2\n")
    ended = run(checkout, recipe)
    assert ended.returncode == 0, ended.stderr
    told = "Safe to merge? Nothing to judge: no pin of TensorFlow or Keras changes; other packages were not judged."
    assert told in " ".join(ended.stdout.split())
    if recipe in (gitlab, jenkins):
        suite = ElementTree.parse(checkout / "noise.xml").getroot()[0]
        assert (suite.get("tests"), suite.get("failures")) == ("1", "0")


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_side_without_a_pin_is_refused(checkout, recipe):
    pinned(checkout, "keras>=3\n")
    ended = run(checkout, recipe)
    assert ended.returncode == 2
    assert "requirements.txt has 'keras>=3', which pins no version" in ended.stderr
    assert ("::error::noise-ops could not answer: requirements.txt has" in ended.stdout) == (recipe is github)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_fails_where_a_pin_changes_for_another_platform(checkout, recipe):
    """As `uv export` and `pip-compile --universal` write them: of the branch, the pin of Windows alone is another."""
    lines = [f"keras=={version} ; sys_platform == 'win32'\n" for version in ("3.6.0", "3.7.0")]
    rest = "keras==3.6.0 ; sys_platform != 'win32'\n"
    pinned(checkout.parent / "origin", lines[0] + rest)
    git(checkout, "fetch", "origin")
    pinned(checkout, lines[1] + rest)
    ended = run(checkout, recipe)
    assert ended.returncode == 1, ended.stderr
    told = " ".join(ended.stdout.split())
    assert "Cannot tell: for Python" in told
    assert "on Windows AMD64: keras==3.6.0 → keras==3.7.0 was not judged" in told


def test_the_page_leaves_no_findings_to_servers_unseen(checkout):
    run(checkout, gitlab)
    assert "<failure" in (checkout / "noise.xml").read_text()
    assert "artifacts" in FILES[".gitlab-ci.yml"]
    run(checkout, github)
    assert "Safe to merge?" in (checkout.parent / "summary.md").read_text()


def test_updates_come_in_one_pull_request():
    (rule,) = json.loads(FILES["renovate.json"])["packageRules"]
    (group,) = yaml.safe_load(FILES[".github/dependabot.yml"])["updates"][0]["groups"].values()
    assert rule["matchPackageNames"] == group["patterns"]
    assert {"tensorflow", "keras", "tf-keras"} <= set(group["patterns"])
