"""From what a user names to a side of a comparison: a release, a file, an interpreter, or what is installed here."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from noise_ops.environments import recording
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.side import Side

INSTALLED = "installed"


def resolve(text: str, layers: Sequence[str] = (), progress: Callable[[str], None] | None = None) -> Side:
    """Return the side that a user names.

    Args:
      text: a release, a path of a fingerprint, of an interpreter or of a virtual environment, or "installed". What
        names a shipped release is that release, whatever lies here under the name: a path is written ./2.15.1.
      layers: patterns of what alone is recorded where something is; none for all.
      progress: told how a recording goes on, which takes minutes.

    Raises:
      UserError: if there is nothing of that name, or nothing could be recorded.
    """
    if text == INSTALLED:
        return recording.installed(**_narrowed(layers, progress))
    if is_recorded_first(text):
        return interpreter(Path(text), layers, progress)
    return shipped.resolve(text)


def interpreter(path: Path, layers: Sequence[str] = (), progress: Callable[[str], None] | None = None) -> Side:
    """Return the side that an interpreter or a virtual environment has; arguments and errors as of `resolve`."""
    return recording.interpreter(path, **_narrowed(layers, progress))


def _narrowed(layers: Sequence[str], progress: Callable[[str], None] | None) -> recording.Options:
    return {**recording.narrowed(layers, ()), "progress": progress}


def is_recorded_first(text: str) -> bool:
    """Return whether what a user names has no fingerprint yet: it is installed here, or a program or its folder."""
    if text == INSTALLED:
        return True
    return bool(text) and not shipped.is_release(text) and _is_python(Path(text))


def _is_python(path: Path) -> bool:
    """Return whether a path is of a program or a folder, not of a fingerprint."""
    try:
        return path.is_dir() or (path.is_file() and path.suffix != ".json" and os.access(path, os.X_OK))
    except (OSError, ValueError):  # no name of a file
        return False
