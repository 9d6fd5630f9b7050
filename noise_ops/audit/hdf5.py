"""HDF5 files, read in a process of their own: there are files at which the HDF5 library dies, or never ends.

python -P hdf5.py FILE     writes the attributes as JSON, or the reason why there are none
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ATTRIBUTES = ("model_config", "keras_version")
_SECONDS = 20
_REASON = "reason"
"""Key under which a process says why it could not read a file."""


class UnreadableError(Exception):
    """A file cannot be read; the message says why."""


def attributes(path: Path, longest: int) -> dict[str, bytes]:
    """Return the attributes of a file that say what model it holds, as text in UTF-8; without those that it has not.

    Args:
      path: an HDF5 file.
      longest: bytes of an attribute that are read.

    Raises:
      UnreadableError: if it is none, or an attribute is no text or longer.
    """
    command = [sys.executable, "-P", __file__, str(path.resolve()), str(longest)]
    try:
        finished = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UnreadableError(f"the HDF5 library did not end within {_SECONDS} s") from None
    if finished.returncode:
        raise UnreadableError("the HDF5 library died of it")
    found: dict[str, str] = json.loads(finished.stdout)
    if _REASON in found:
        raise UnreadableError(found[_REASON])
    # What is no UTF-8, h5py gives as surrogates.
    return {name: text.encode("utf-8", "surrogateescape") for name, text in found.items()}


def _read(path: str, longest: int) -> dict[str, str]:
    import h5py

    found: dict[str, str] = {}
    with h5py.File(path, "r") as file:
        for name in (name for name in ATTRIBUTES if name in file.attrs):
            about = file.attrs.get_id(name)
            fits = about.shape == () and about.get_type().get_size() <= longest
            value = file.attrs[name] if fits else None
            text = value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value
            if not isinstance(text, str) or len(text) > longest:
                return {_REASON: f"its {name} is no text, or too long"}
            found[name] = text
    return found


def _main(path: str, longest: str) -> None:
    try:
        found = _read(path, int(longest))
    except Exception as error:  # noqa: BLE001 - h5py raises what the C library says, of any type
        found = {_REASON: " ".join(f"{type(error).__name__}: {error}".split())}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main(*sys.argv[1:])
