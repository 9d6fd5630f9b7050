"""Writes what follows from the code into the documentation: the catalogues of docs/, and the sample of compare.

The catalogues are properties, known deviations, codes, what each release changed, and the breaks that releases had.
Run it after a change of any of these; tests/test_docs.py fails when a page is behind.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from functools import cache
from itertools import groupby
from pathlib import Path
from types import ModuleType

import noise_ops.properties
import noise_ops.testing
from noise_ops import checks, cli, deviations
from noise_ops.checks.asked import by_record_alone
from noise_ops.codes import CODES, Code
from noise_ops.deviations import Deviation
from noise_ops.history import breaks
from noise_ops.properties.catalog import PROPERTIES as RECORDED
from noise_ops.properties.catalog import QUESTIONS, THEMES, code_of
from noise_ops.report import of_releases
from noise_ops.testing.catalog import PROPERTIES as OWN
from noise_ops.verdicts import Verdict

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

BLOCK = re.compile(r"<!-- (\w+): written by tools/write_catalogues\.py -->\n.*?<!-- end -->", re.DOTALL)
"""What is written, with its name; around it stands what people wrote."""


_EVIDENCE = r"(?:exact|statistical)(?:, stream-\w+| but for chance of \S+)?"
"""How the door of checks/ begins a line, which the tables tell in a column."""


def asked() -> Iterator[str]:
    """Yield what `check` asks: a table for each module of checks, and one of what is asked as recorded."""
    parts = (*((module, _of_checks(module), kind) for module, kind in checks.PROPERTIES.items()),)
    recorded = {name: RECORDED[name].shows for name in QUESTIONS if by_record_alone(name)}
    for module, found, kind in (*parts, ("recorded", recorded, "exact, as recorded")):
        rows = [(f"`{name}`", _prose(shows), kind, _code(code_of(name))) for name, shows in found.items()]
        yield from _section(checks, module, ("property", "what holds", "kind", "code"), rows)


def _of_checks(module: str) -> dict[str, str]:
    """Return the sentence of every property that a module of checks asks, in its order."""
    tree = ast.parse((ROOT / "noise_ops" / "checks" / f"{module}.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in QUESTIONS]
    return {node.name: (ast.get_docstring(node) or "").splitlines()[0] for node in functions}


def own() -> Iterator[str]:
    """Yield what own layers are asked: a table for each theme."""
    for module, members in groupby(OWN.values(), key=lambda each: each.ask.__module__.rpartition(".")[2]):
        rows = [
            (
                f"`{each.name}`",
                _prose(each.says),
                "statistical" if each.statistical else "exact",
                each.mode if each.mode != "eager" else each.dtype if each.dtype != "float32" else "",
                _code(each.code),
            )
            for each in members
        ]
        yield from _section(noise_ops.testing, module, ("property", "what holds", "kind", "asked in", "code"), rows)


def recorded() -> Iterator[str]:
    """Yield what records observe: a table for each theme."""
    for theme in THEMES:
        rows = [
            (
                f"`{each.name}`",
                _prose(each.shows),
                each.kind.value,
                " or ".join(f"`{value}`" for value in each.documented),
                _code(each.code),
            )
            for each in getattr(theme, "PROPERTIES", ())
        ]
        headings = ("property", "what a record shows", "kind", "documented", "code")
        yield from _section(noise_ops.properties, theme.__name__.rpartition(".")[2], headings, rows)


def _section(room: ModuleType, module: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a table under the line that the door of its room has for its module; nothing without rows."""
    if rows:
        (told,) = re.findall(rf"^{module}\.py +(?:{_EVIDENCE}: )?(.*)$", room.__doc__ or "", re.MULTILINE)
        yield from ("", f"### {told[0].upper()}{told[1:]}", "", *_table(headings, rows))


def known() -> Iterator[str]:
    """Yield the known deviations, by what one must be doing to be affected."""
    for group, members in deviations.by_group(deviations.known()).items():
        yield from ("", f"## If you {group}")
        for entry in members:
            yield from ("", f"### {entry.name}", "", f"{_prose(_sentence(entry.briefly))}", "")
            yield from (f"- {what}: {told}" for what, told in _of_deviation(entry) if told)


def _of_deviation(entry: Deviation) -> Iterator[tuple[str, str]]:
    yield "Where", _listed(entry.subjects)
    yield "Versions", _listed(deviations.versions(entry))
    yield "Dtypes", _listed(entry.dtypes)
    yield "Modes", _listed(entry.modes)
    yield "Rates or standard deviations", _listed(map(str, entry.parameters))
    yield "Measured", _prose(_sentence(entry.measured))
    yield "Reason", _prose(_sentence(entry.reason))
    yield "Upstream", _linked(_sentence(entry.link))
    everything = entry.properties == ("*",)
    told = {code_of(name) for name in QUESTIONS for pattern in entry.properties if fnmatch(name, pattern)}
    yield "Properties", "all" if everything else _listed(entry.properties)
    yield "Codes", "" if len(told) > 4 else ", ".join(map(_code, sorted(told)))


def codes() -> Iterator[str]:
    """Yield the verdicts, worst first and at last that of what could not finish, each with its codes."""
    *mildest_first, cannot_tell = Verdict
    for verdict in (*reversed(mildest_first), cannot_tell):
        yield from ("", f"## {verdict.value}", "", verdict.sentence)
        for name, code in CODES.items():
            if code.verdict is verdict:
                yield from ("", f"### {name}", "", _prose(code.sentence), "")
                yield from (f"- {what}: {told}" for what, told in _of_code(name, code) if told)


def _of_code(name: str, code: Code) -> Iterator[tuple[str, str]]:
    yield "Why it matters", _prose(code.reason)
    yield "What to do", _prose(code.remedy)
    yield "In half precision", _prose(code.in_half)
    yield (
        "Stage",
        ", ".join(sorted({each.stage.value for each in RECORDED.values() if each.stage and each.code == name})),
    )
    yield "Properties", _listed(_seen_by(name))


def _seen_by(code: str) -> list[str]:
    """Return the names of the properties of which a breach or a change is told under a code."""
    by_checks = {name for name in QUESTIONS if code_of(name) == code}
    by_records = {each.name for each in RECORDED.values() if each.code == code}
    return sorted(by_checks | by_records | {each.name for each in OWN.values() if each.code == code})


def releases() -> Iterator[str]:
    """Yield what each release changed."""
    rows = ((name, verdict, _with_codes(changed), _with_codes(mended)) for name, verdict, changed, mended in _steps())
    yield from _table(of_releases.HEADINGS, rows)


@cache
def _steps() -> tuple[tuple[str, str, str, str], ...]:
    return tuple(of_releases.rows())


def broken() -> Iterator[str]:
    """Yield the breaks that releases had."""
    rows = []
    for one in breaks.BREAKS:
        library = "TensorFlow" if one.library == "tensorflow" else "Keras 3"
        sentence = _prose(one.sentence)
        rows.append((f"[{sentence}]({one.link})" if one.link else sentence, f"{library}: {one.told()}"))
    yield from _table(("break", "releases"), rows)


def compare() -> Iterator[str]:
    """Yield a sample of compare: the command, and what it prints."""
    arguments = ("compare", "keras==3.6.0", "keras==3.7.0")
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        cli.main(arguments)
    yield from ("```bash", f"noise-ops {' '.join(arguments)}", "```", "", "```text", *printed.getvalue().splitlines())
    yield "```"


SAMPLES: Mapping[str, Callable[[], Iterator[str]]] = {"compare": compare}
"""What may stand in any page, README too, by the name of its block."""

CATALOGUES: Mapping[str, Callable[[], Iterator[str]]] = {
    "asked": asked,
    "own": own,
    "recorded": recorded,
    "deviations": known,
    "codes": codes,
    "releases": releases,
    "breaks": broken,
}
"""What stands once, in a page of docs/catalogue/, by the name of its block."""


def pages() -> list[Path]:
    """Return the files that may have generated blocks."""
    return [README, *sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts)]


def written(path: Path) -> str:
    """Return the text of a file with its generated blocks up to date."""
    made = SAMPLES if path == README else {**SAMPLES, **CATALOGUES}

    def block(found: re.Match[str]) -> str:
        name = found[1]
        if name not in made:
            return found[0]
        body = "\n".join(made[name]()).strip("\n")
        around = "" if name in SAMPLES else "\n"
        return f"<!-- {name}: written by tools/write_catalogues.py -->\n{around}{body}\n{around}<!-- end -->"

    return BLOCK.sub(block, path.read_text(encoding="utf-8"))


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (headings, ["---"] * len(headings), *rows):
        yield f"| {' | '.join(row)} |"


def _prose(text: str) -> str:
    """Return a text as Markdown that shows it, also in a table; what it has in backticks is code."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"[\\|*<\[\]]", r"\\\g<0>", part) for part in parts)


def _sentence(text: str) -> str:
    """Return a text that begins with a capital letter, unless with a name or a number, and ends with a full stop."""
    return re.sub(r"^(?:a|[a-z]{2,})(?=[ ,])", lambda found: found[0].capitalize(), text) + "."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _code(name: str) -> str:
    return f"[{name}](codes.md#{name})"


def _with_codes(counted: str) -> str:
    """Return codes with their counts, such as "accepts 3, config 1", with each code linked."""
    return re.sub(r"[a-z-]+(?= \d)", lambda found: _code(found[0]), counted)


def _linked(text: str) -> str:
    """Return a text in which issues, such as keras-team/keras#20611, and addresses are links."""
    text = re.sub(r"https://\S+[^\s.]", r"<\g<0>>", _prose(text))
    return re.sub(r"([\w-]+/[\w.-]+)#(\d+)", r"[\g<0>](https://github.com/\1/issues/\2)", text)


if __name__ == "__main__":
    for page in pages():
        text = written(page)
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
