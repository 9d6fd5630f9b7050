"""Writes the tables of README.md that follow from the code: what is checked, and the known deviations.

Run it after a change of checks or deviations; tests/test_readme.py fails when README is behind.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from noise_ops import deviations

ROOT = Path(__file__).parents[1]
KINDS = {
    "stream": "exact, against the prediction",
    "invariants": "exact, whatever the stream",
    "laws": "statistical",
}


def properties() -> list[tuple[str, str, str]]:
    """Return the name, the sentence and the kind of every check that a test of a layer uses."""
    rows = []
    for module, kind in KINDS.items():
        tree = ast.parse((ROOT / "noise_ops" / "checks" / f"{module}.py").read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name in _tested():
                rows.append((node.name, (ast.get_docstring(node) or "").splitlines()[0], kind))
    return rows


def _tested() -> set[str]:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "layers").glob("test_*.py"))
    return set(re.findall(r"^def test_(\w+)\(", source, re.MULTILINE))


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
    return {"properties": "\n".join(checked), "deviations": "\n".join(known)}


def written(readme: str) -> str:
    """Return the text of README.md with its generated blocks up to date."""
    for name, table in tables().items():
        block = f"<!-- {name}: written by tools/readme_tables.py -->\n{table}\n<!-- end -->"
        readme = re.sub(rf"<!-- {name}: .*?<!-- end -->", lambda _, block=block: block, readme, flags=re.DOTALL)
    return readme


if __name__ == "__main__":
    path = ROOT / "README.md"
    path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
