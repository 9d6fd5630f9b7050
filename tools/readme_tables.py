"""Writes the tables of README.md that follow from the code and the shipped fingerprints.

A sample of compare, what is checked, the known deviations, what each release changed, and the breaks that releases
had. Run it after a change of any of these; tests/test_readme.py fails when README is behind.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
from pathlib import Path

from noise_ops import cli, deviations
from noise_ops.checks import PROPERTIES
from noise_ops.checks.asked import by_record_alone
from noise_ops.history import breaks
from noise_ops.properties.catalog import PROPERTIES as RECORDED
from noise_ops.properties.catalog import QUESTIONS
from noise_ops.report import of_releases

ROOT = Path(__file__).parents[1]


def properties() -> list[tuple[str, str, str]]:
    """Return the name, the sentence and the kind of every property that is asked."""
    by_record = [name for name in QUESTIONS if by_record_alone(name)]
    return [
        (node.name, (ast.get_docstring(node) or "").splitlines()[0], kind)
        for module, kind in PROPERTIES.items()
        for node in ast.parse((ROOT / "noise_ops" / "checks" / f"{module}.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name in QUESTIONS
    ] + [(name, RECORDED[name].shows, "exact, as recorded") for name in by_record]


def tables() -> dict[str, str]:
    """Return the generated blocks of README.md by name."""
    checked = ["| property | what holds | kind |", "|---|---|---|"]
    checked += [f"| `{name}` | {sentence} | {kind} |" for name, sentence, kind in properties()]
    known = ["| deviation | where | measured |", "|---|---|---|"]
    for entry in deviations.known():
        where = ", ".join(f"`{pattern}`" for pattern in entry.subjects)
        versions = ", ".join(f"{library} {allowed}" for library, allowed in entry.versions)
        limits = " ".join((*entry.dtypes, *entry.modes))
        known.append(f"| {entry.name} | {where} ({versions}){' ' + limits if limits else ''} | {entry.measured} |")
    steps = [f"| {' | '.join(row)} |" for row in (of_releases.HEADINGS, ["---"] * 4, *of_releases.rows())]
    found = ["| break | TensorFlow | Keras 3 |", "|---|---|---|"]
    for one in breaks.BREAKS:
        told = (one.told(), "") if one.library == "tensorflow" else ("", one.told())
        sentence = f"[{one.sentence}]({one.link})" if one.link else one.sentence
        found.append(f"| {sentence} | {told[0]} | {told[1]} |")
    blocks = {
        "compare": _sample("compare", "keras==3.6.0", "keras==3.7.0"),
        "properties": checked,
        "deviations": known,
        "releases": steps,
        "breaks": found,
    }
    return {name: "\n".join(lines) for name, lines in blocks.items()}


def _sample(*arguments: str) -> list[str]:
    """Return a command and what it prints, as blocks of Markdown."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        cli.main(arguments)
    return [
        "```bash",
        f"noise-ops {' '.join(arguments)}",
        "```",
        "",
        "```text",
        *printed.getvalue().splitlines(),
        "```",
    ]


def written(readme: str) -> str:
    """Return the text of README.md with its generated blocks up to date."""
    for name, table in tables().items():
        block = f"<!-- {name}: written by tools/readme_tables.py -->\n{table}\n<!-- end -->"
        readme = re.sub(rf"<!-- {name}: .*?<!-- end -->", block.replace("\\", r"\\"), readme, flags=re.DOTALL)
    return readme


if __name__ == "__main__":
    path = ROOT / "README.md"
    path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
