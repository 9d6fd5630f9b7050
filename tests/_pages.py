"""Pages of Markdown taken apart and run: what they show, what they say of commands, where they point."""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

LONG = re.compile(r"noise-ops\W+(soak|record|selftest|check\b(?!.*--profile quick))")
"""Commands that take minutes where the machine is shared."""


@dataclass(frozen=True)
class Page:
    """One page."""

    path: Path

    @property
    def name(self):
        """Its path in the checkout."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self):
        """What it holds."""
        return self.path.read_text(encoding="utf-8")

    @property
    def fenced(self):
        """Its fenced blocks: language and content."""
        return re.findall(r"^```(\w*)\n(.*?)^```$", self.text, re.DOTALL | re.MULTILINE)

    @property
    def prose(self):
        """The page without its fenced blocks."""
        return re.sub(r"^```.*?^```$", "", self.text, flags=re.DOTALL | re.MULTILINE)

    def blocks(self, language):
        """The fenced blocks of a language."""
        return [content for of, content in self.fenced if of == language]

    @property
    def samples(self):
        """Commands with the output that is shown below them."""
        found = zip(self.fenced, self.fenced[1:], strict=False)
        return [(command, shown) for (of, command), (then, shown) in found if (of, then) == ("bash", "text")]

    @property
    def commands(self):
        """Every command of noise-ops that it shows or names: the command, and what follows it."""
        shown = [line for of, content in self.fenced if of not in ("python", "text") for line in content.splitlines()]
        named = [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", self.prose)]
        told = (re.findall(r"noise-ops\"? ([a-z]+) ?(.*)", line) for line in [*shown, *named])
        return sorted({found for each in told for found in each})

    @property
    def headings(self):
        """What its headings are linked as."""
        return [
            re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.*)$", self.prose, re.MULTILINE)
        ]

    def run(self, folder, *, long=False) -> Iterator[tuple[str, str]]:
        """Run its blocks in their order, and yield what each gives beside what the page says of that.

        Args:
          folder: in which commands run; that of this process is the same.
          long: whether to run the commands that take minutes, and nothing else.
        """
        variables = {"__name__": "page"}
        for (language, block), (then, shown) in zip(self.fenced, [*self.fenced[1:], ("", "")], strict=False):
            if language == "python" and not long:
                yield printed_by(compile(block, self.name, "exec"), variables, said_in(block))
            elif (language, then) == ("bash", "text") and bool(LONG.search(block)) is long:
                yield timeless(run_in_shell(block, folder)), timeless(shown)


def said_in(block):
    """What the comments behind its calls of print say that they print, a line each."""
    return re.findall(r"^ *print\(.*\)  # (.*)$", block, re.MULTILINE)


def printed_by(code, variables, said):
    """What a block prints beside what it says; a comment may say more behind a comma."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code, variables)
    if not said:
        return "", ""
    lines = printed.getvalue().splitlines()
    told = [each if each.startswith(f"{line}, ") else line for line, each in zip(lines, said, strict=False)]
    return "\n".join([*told, *lines[len(told) :]]), "\n".join(said)


def run_in_shell(block, folder):
    """Return what a block of shell prints, with the `noise-ops` of this checkout."""
    finished = subprocess.run(
        ["bash", "-c", f'noise-ops() {{ "{sys.executable}" -m noise_ops "$@"; }}\n{block}'],
        cwd=folder,
        check=False,  # what is shown may well be a failure
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return finished.stdout


def calls(block):
    """The calls of noise-ops in a block of shell, as lists of arguments; none of a script, which has variables."""
    if block.startswith("#!"):
        return []
    lines = [shlex.split(line, comments=True) for line in block.replace("\\\n", " ").splitlines()]
    found = [line[line.index("noise-ops") + 1 :] for line in lines if "noise-ops" in line]
    return [line[: line.index(">")] if ">" in line else line for line in found]


def timeless(text):
    """An output without what differs from machine to machine: seconds, and the header of what is installed."""
    text = re.sub(r" in \d+ s\.", " in N s.", text)
    text = re.sub(r"^CPU, .*epoch", "CPU, epoch", text, flags=re.MULTILINE)
    return re.sub(r"^noise_ops .*(NumPy|installed here).*$", "noise_ops", text, flags=re.MULTILINE)


README = Page(ROOT / "README.md")
PAGES = [README, *(Page(path) for path in sorted((ROOT / "docs").glob("*.md")))]
