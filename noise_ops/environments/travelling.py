"""Travelling: the rooms that are copied beside a TensorFlow, as a folder or as one file that Python runs."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipapp
from pathlib import Path

ROOMS = ("probe", "properties", "subjects")
"""The rooms of noise_ops without which the probe does not run; they import nothing else of it but its errors."""

PACKAGE = Path(__file__).parents[1]

MAIN = """\
import sys

kept = sys.dont_write_bytecode
sys.dont_write_bytecode = True  # nothing is left beside what was copied
from noise_ops.probe.__main__ import main

sys.dont_write_bytecode = kept
sys.exit(main())
"""
"""What Python runs. The folder stands first on its path, so that `noise_ops` is this one, also where another is."""


def copied(folder: Path) -> Path:
    """Copy the rooms into a folder that is not there yet, so that `python FOLDER -o FILE` records; return the folder.

    Raises:
      OSError: if it cannot be written.
    """
    package = folder / PACKAGE.name
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (folder / "__main__.py").write_text(MAIN, encoding="utf-8")
    rooms = [path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")]
    for source in sorted([PACKAGE / "errors.py", *rooms]):
        goal = package / source.relative_to(PACKAGE)
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, goal)
    return folder


def zipped() -> bytes:
    """Return the rooms as one file, so that `python FILE -o FINGERPRINT` records.

    Raises:
      OSError: if there is no place for temporary files.
    """
    whole = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="noise-ops-", ignore_cleanup_errors=True) as folder:
        zipapp.create_archive(copied(Path(folder, "probe")), whole, compressed=True)
    return whole.getvalue()
