"""What a code base uses, read from its syntax trees: nothing of it is imported, and nothing executed."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from pathlib import Path

from noise_ops.usage import files
from noise_ops.usage.bindings import Module, Project
from noise_ops.usage.calls import Reading
from noise_ops.usage.libraries import Names
from noise_ops.usage.used import Signatures, Usage, Used, together
from noise_ops.words import printable


def read(path: Path, known: Signatures) -> Usage:
    """Return what the Python files and notebooks of a folder use.

    Args:
      path: the folder, or one file.
      known: every subject, with the parameters that can be given by position.

    Raises:
      UserError: if it cannot be read, or nothing in it names anything that draws noise.
    """
    with _without_collecting():
        usage = _read(path, Names(known))
    usage.require_known(known, f"nothing in {usage.source} names a layer or function that noise_ops knows")
    return usage


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no garbage, of which syntax trees have none, and which takes as long as to parse them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(path: Path, names: Names) -> Usage:
    folder = files.read(path)
    project = Project(folder.sources)
    readings = [Reading(project, module, names) for module in project.modules]
    used = [each for reading in readings for each in reading.uses()]
    used += [each for module in project.modules for each in _handed_on(module, names)]
    unresolved = tuple(place for reading in readings for place in reading.unresolved)
    name = printable(path if path.name else path.resolve().name)
    return Usage(name, "your code", together(used), unresolved, tuple(folder.unread), tuple(folder.skipped))


def _handed_on(module: Module, names: Names) -> list[Used]:
    """Return what a file binds a name to and does not use itself, nor any other file: others may."""
    return [
        Used(subject, written, where=(where,))
        for name, where in module.bound.items()
        if name not in module.loaded
        for path in sorted(module.names.get(name, ()))
        for written, subjects in [names.meant(path)]
        for subject in subjects
    ]
