"""The Python files and notebooks of a folder as syntax trees, and what of it could not be read. Nothing is executed."""

from __future__ import annotations

import ast
import json
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from noise_ops.errors import UserError
from noise_ops.words import printable

LONGEST = 2 * 1024 * 1024
"""Bytes of the longest code that is parsed: what is longer was written by a program, such as a table of numbers."""

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest file that is read: the pictures in a notebook may be large."""

_AROUND = 3
"""Folders around the one that is read that may be packages."""

_SKIPPED = {
    **dict.fromkeys((".git", ".hg", ".svn"), "history"),
    **dict.fromkeys((".venv", "venv", "site-packages", "dist-packages", ".tox", ".nox", ".eggs"), "installed packages"),
    **dict.fromkeys(("node_modules", ".ipynb_checkpoints"), "copies"),
}
_UNSAID = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
"""Folders without source of the user."""

_MARKS_OF_ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")
_MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w, ]+=\s*[%!].*|[\w.]+\?\??)$")
_CELL_OF_PYTHON = re.compile(r"%%(time|timeit|capture|prun|python3?)\b.*")


@dataclass(frozen=True)
class Source:
    """A file, parsed.

    Attributes:
      path: the parts of its path, those of some folders around the one that is read included: imports name them.
      pieces: its syntax trees, a notebook's a cell, each with what a place in it is called: "a.py:" or "a.ipynb[3]:".
      text: what it was parsed from.
    """

    path: tuple[str, ...]
    pieces: tuple[tuple[str, ast.Module], ...]
    text: bytes


@dataclass(frozen=True)
class Unread:
    """A file, a folder or a cell of a notebook that could not be read.

    Attributes:
      told: its name, and the reason.
      text: what it holds; None where not even that is known.
      path: the parts of its path, as of a `Source`.
    """

    told: str
    text: bytes | None = None
    path: tuple[str, ...] = ()


@dataclass
class Folder:
    """What was read of a folder.

    Attributes:
      sources: the files.
      unread: what could not be read.
      skipped: folders that were left out, each with the reason.
    """

    sources: list[Source] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def read(path: Path) -> Folder:
    """Return what a folder, or a single file, holds.

    Raises:
      UserError: if there is no such folder, it cannot be opened, or there is no Python in it.
    """
    folder = Folder()
    try:
        files = [path] if path.is_file() else list(path.iterdir()) and _files(path, folder)
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read {printable(path)}: {_reason(error)}.") from None
    for file in files:
        _read_file(file, path, folder)
    if not folder.sources:
        why = f": {folder.unread[0].told}" if folder.unread else ""
        raise UserError(f"there is no Python file in {printable(path)} that could be read{why}.")
    return folder


def _files(top: Path, folder: Folder) -> Iterator[Path]:
    """Yield the files that may hold Python, in order; a folder that several links lead to is entered once."""
    root = top.resolve()
    entered = {root}

    def refuse(error: OSError) -> None:
        folder.unread.append(Unread(f"{printable(Path(error.filename).relative_to(top))} ({_reason(error)})"))

    for place, folders, files in os.walk(top, onerror=refuse, followlinks=True):
        kept = []
        for name in sorted(folders):
            here = Path(place, name)
            if why := _why_skipped(here, root):
                folder.skipped.append(f"{printable(here.relative_to(top))} ({why})")
            elif name not in _UNSAID and (real := here.resolve()) not in entered:
                entered.add(real)
                kept.append(name)
        folders[:] = kept
        yield from (Path(place, name) for name in sorted(files) if name.endswith((".py", ".ipynb")))


def _why_skipped(here: Path, root: Path) -> str:
    if here.name in _SKIPPED:
        return _SKIPPED[here.name]
    if any(os.access(here / mark, os.F_OK) for mark in _MARKS_OF_ENVIRONMENTS):
        return "installed packages"
    return "" if here.resolve().is_relative_to(root) else "a link that leads out of the folder"


def _read_file(path: Path, top: Path, folder: Folder) -> None:
    below = path.relative_to(top).parts
    name, parts = printable("/".join(below) or path.name), (*top.resolve().parts[1:][-_AROUND:], *below)
    data = None
    try:
        _require_file(path)
        data = path.read_bytes()
        pieces = tuple(_cells(name, data, folder)) if path.suffix == ".ipynb" else ((f"{name}:", _parsed(data)),)
    except (OSError, ValueError) as error:
        folder.unread.append(Unread(f"{name} ({_reason(error)})", data, parts))
    else:
        folder.sources.append(Source(parts, pieces, data))


def _require_file(path: Path) -> None:
    if not path.is_file():  # a pipe would be waited for without an end
        raise ValueError("it is no file")
    _require_short(path.stat().st_size, LARGEST)


def _require_short(size: int, limit: int) -> None:
    if size > limit:
        raise ValueError(f"it is longer than {limit // 1024 // 1024} MiB")


def _reason(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}" if error.lineno else str(error.msg)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return " ".join(str(error).split())[:80]


def _parsed(source: bytes | str) -> ast.Module:
    """Return the syntax tree of a text; raises ValueError or SyntaxError where it has none."""
    _require_short(len(source), LONGEST)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that mean nothing, which are the user's affair
            return ast.parse(source)
    except (RecursionError, MemoryError):
        raise ValueError("it is nested too deeply") from None
    except SyntaxError as error:
        raise ValueError(_reason(error)) from None


def _cells(name: str, data: bytes, folder: Folder) -> Iterator[tuple[str, ast.Module]]:
    """Yield the syntax trees of a notebook's code; a cell that has none is told, and the others are read."""
    try:
        cells = json.loads(data)["cells"]
        code = [(n, _text(cell)) for n, cell in enumerate(cells, 1) if cell["cell_type"] == "code"]
    except (KeyError, TypeError, AttributeError, RecursionError, ValueError):
        raise ValueError("it is no notebook of format 4") from None
    for number, source in code:
        try:
            yield f"{name}[{number}]:", _cell(source)
        except ValueError as error:
            folder.unread.append(Unread(f"{name}[{number}] ({error})", source.encode(errors="replace")))


def _text(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _cell(source: str) -> ast.Module:
    try:
        return _parsed(source)
    except ValueError:  # which commands of IPython are
        return _parsed(_without_magics(source))


def _without_magics(source: str) -> str:
    """Return a cell as Python: commands of IPython do nothing, and keep their line; another language is left out."""
    lines = source.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not _CELL_OF_PYTHON.match(first):
        return ""
    return "\n".join(_MAGIC.sub(r"\1pass", line) for line in lines)
