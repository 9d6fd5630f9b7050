"""The wheel and the source distribution hold what they should and nothing else, and describe themselves rightly."""

import email
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests._wheels import built

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def long_description():
    """README as pyproject.toml says that it is shown."""
    hook = PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    text = README + hook["fragments"][1]["text"]
    for each in hook["substitutions"]:
        text = re.sub(each["pattern"], each["replacement"], text)
    return text


def tokens(text):
    """The tokens of Markdown, those of a line among them."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        yield token
        yield from token.children or ()


def code(text):
    """The blocks of code."""
    return [token.content for token in tokens(text) if token.type == "fence"]


def test_a_package_index_shows_no_link_to_a_file_beside_it():
    shown = list(tokens(long_description()))
    targets = [
        token.attrs.get("href", token.attrs.get("src")) for token in shown if token.type in ("link_open", "image")
    ]
    assert targets
    assert [target for target in targets if not target.startswith(("https://", "#"))] == []
    assert not any("src=" in token.content for token in shown if token.type in ("html_block", "html_inline"))


def test_a_package_index_shows_the_code_of_readme_as_it_is():
    assert code(long_description()) == code(README)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Wheel and source distribution."""
    return built(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def wheel(both):
    """The wheel, open."""
    with zipfile.ZipFile(both[0]) as archive:
        yield archive


def files(folder):
    """The files of a folder of the checkout, without those that git leaves out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name for name in listed if (ROOT / name).exists()}


@pytest.mark.long
def test_the_wheel_holds_the_package_with_its_data_and_nothing_else(wheel):
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert inside == files("noise_ops")
    for name in ("deviations.toml", "py.typed", "stats/ledger.toml", "testing/scripts.toml", "report/page.css"):
        assert f"noise_ops/{name}" in inside
    assert sum("/fingerprint/releases/" in name for name in inside) == 34
    assert any("/suite/test_" in name for name in inside)


@pytest.mark.long
def test_the_source_distribution_holds_what_the_tests_need_and_no_cache(both):
    with tarfile.open(both[1]) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("noise_ops", "tests", "docs", "examples", "tools"):
        assert files(folder) <= inside
    assert {"conftest.py", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "pyproject.toml"} <= inside
    assert not [name for name in inside if re.search(r"__pycache__|_cache/|\.pyc$|\.git/|(^|/)build/|\.venv/", name)]


@pytest.mark.long
def test_the_wheel_describes_itself(wheel):
    (name,) = [each for each in wheel.namelist() if each.endswith(".dist-info/METADATA")]
    told = email.message_from_bytes(wheel.read(name))
    assert told["Name"] == "noise_ops"
    assert told["Requires-Python"] == ">=3.11"
    assert set(told.get_all("Provides-Extra")) == PROJECT["project"]["optional-dependencies"].keys()
    assert told["Description-Content-Type"] == "text/markdown"
    assert told.get_payload(decode=True).decode().strip() == long_description().strip()


@pytest.mark.long
@pytest.mark.parametrize(
    "command", [["twine", "check", "--strict"], ["check_wheel_contents", "--package", ROOT / "noise_ops"]]
)
def test_tools_that_check_what_is_uploaded_find_nothing(both, command):
    checked = both if command[0] == "twine" else both[:1]
    subprocess.run([sys.executable, "-m", *command, *checked], cwd=ROOT, check=True)
