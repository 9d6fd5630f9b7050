"""Files that a user names: refused before the work where they cannot be written, and written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from noise_ops.errors import UserError


def require_writable(path: Path | None) -> None:
    """Raise UserError before the run, not after it, if `path` cannot be written."""
    if path is None:
        return
    goal = path.resolve()
    if goal.is_dir():
        raise UserError(f"cannot write {path}: it is a folder.")
    if not goal.parent.is_dir():
        raise UserError(f"cannot write {path}: there is no folder {goal.parent}.")
    if not os.access(goal if goal.exists() else goal.parent, os.W_OK):
        raise UserError(f"cannot write {path}: permission denied.")


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file beside `path` and let it take its place, so that no reader ever meets half a report."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    goal = path.resolve()  # a link stays a link
    if goal.exists() and not goal.is_file():
        goal.write_bytes(data)  # a pipe or a device cannot be replaced
        return
    handle, name = tempfile.mkstemp(prefix=f".{goal.name}.", dir=goal.parent)
    os.close(handle)
    try:
        Path(name).write_bytes(data)
        Path(name).chmod(0o666 & ~_umask())  # mkstemp's files are for their owner alone
        Path(name).replace(goal)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}.") from None
    finally:
        Path(name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
