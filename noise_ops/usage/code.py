"""What a code base uses, read from its syntax trees: nothing of it is imported, and nothing executed."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from pathlib import Path

from noise_ops.usage import files, kin, outside, runs
from noise_ops.usage.bindings import Module, Project
from noise_ops.usage.calls import Reading
from noise_ops.usage.libraries import Names
from noise_ops.usage.used import Doubt, Signatures, Usage, Used, Why, together
from noise_ops.words import count, printable


def read(path: Path, known: Signatures, *, or_doubt: bool = False) -> Usage:
    """Return what the Python files and notebooks of a folder use.

    Args:
      path: the folder, or one file.
      known: every subject, with the parameters that can be given by position.
      or_doubt: as of `Usage.require_known`.

    Raises:
      UserError: if it cannot be read, or nothing in it names anything that draws noise.
    """
    known = kin.signatures(known)
    with _without_collecting():
        folder = files.read(path)
        usage = _read(path, folder, Names(known))
    told = f"({count(len(folder.sources), 'file')} read)"
    usage.require_known(known, told, "leave --used-in out, or name the folder that has the model", or_doubt=or_doubt)
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


def _read(path: Path, folder: files.Folder, names: Names) -> Usage:
    project = Project(folder.sources, [unread.path for unread in folder.unread if unread.path])
    readings = [Reading(project, module, names) for module in project.modules]
    used = [each for reading in readings for each in reading.uses()]
    used += [each for module in project.modules for each in _handed_on(module, names)]
    doubts = [*(Doubt(unread.told, Why.UNREAD, outside.in_text(unread.text, names)) for unread in folder.unread)]
    doubts += [*outside.doubts(project), *(doubt for reading in readings for doubt in reading.doubts.values())]
    found = runs.found(folder.sources, [unread.text for unread in folder.unread])
    name = printable(path if path.name else path.resolve().name)
    return Usage(name, "your code", together(used), tuple(doubts), tuple(folder.skipped), found)


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
