"""Files of models as they are read: their config alone, strictly, without TensorFlow, executing nothing.

    model.keras   a zip archive, of which `config.json` and `metadata.json` are read, and nothing is unpacked
    model.h5      an HDF5 file, of which the attributes `model_config` and `keras_version` are read, by h5py
    model.json    what `model.to_json()` returned, or the config of a model as JSON

References:
  keras v3.15.1 keras/src/saving/saving_lib.py (`_save_model_to_fileobj`), keras/src/legacy/saving/legacy_h5_format.py.
"""

from __future__ import annotations

import importlib.util
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NoReturn

from noise_ops.audit import hdf5
from noise_ops.errors import UserError

MAX_BYTES = 1 << 24
"""The config of a model of 1,000 layers has about 2 MB; a larger one than this is none."""

MAX_DEPTH = 200
"""Levels of a config; a model in a model takes five."""

MAX_ENTRIES = 10_000
_ENCRYPTED = 0x1
FACTORY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
"""How a function that makes a model is named: "package.module:function"."""

_VERSION = re.compile(r"([0-9]{1,4}(\.[0-9]{1,9}){1,3}((\.?dev|a|b|rc|\.post)[0-9]{1,12})?(-tf)?)?")
_MODEL_FILE = "a .keras or .h5 file, or the JSON of model.to_json()"


class ModelError(UserError):
    """What was to be read holds no model that can be read here; the message is one sentence that says why."""


@dataclass(frozen=True)
class Source:
    """A config as it was read.

    Attributes:
      name: how the model is called in what is said of it.
      config: the serialized model, a JSON object.
      version: the version of Keras that wrote it, or "" where that is not said.
    """

    name: str
    config: dict[str, Any]
    version: str


def shown(text: object, longest: int = 60) -> str:
    """Return a text from outside in a form that is safe to print."""
    plain = "".join(c if " " <= c <= "~" else "?" for c in str(text))
    return plain if len(plain) <= longest else f"{plain[: longest - 3]}..."


def read(path: Path) -> Source:
    """Return the config in a file.

    Raises:
      ModelError: if the file cannot be read or holds no model.
    """
    reader = Reader(shown(path.name or path))
    try:
        if path.exists() and not path.is_file():
            reader.refuse(f"it is {'a folder' if path.is_dir() else 'no regular file'}, not {_MODEL_FILE}")
        with path.open("rb") as file:
            start = file.read(8)
    except (OSError, ValueError) as error:
        if FACTORY.fullmatch(str(path)):
            raise ModelError(
                f"{reader.name} names a function, and what is taken here is a file: save what the function returns, as "
                "by model.save('model.keras')."
            ) from None
        raise ModelError(f"{reader.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if not start:
        reader.refuse("it is empty")
    if path.suffix == ".py":
        named = f"{path.stem}:make" if path.stem.isidentifier() else "my_model:make"
        reader.refuse(f"it is Python; audit takes a function in it that returns one, as {named}")
    if start == b"\x89HDF\r\n\x1a\n":
        return reader.hdf5(path)
    if start[:2] == b"PK" or path.suffix == ".keras":
        return reader.archive(path)
    with path.open("rb") as file:
        return reader.source(reader.json(file.read(MAX_BYTES + 1)), "")


class _Bounded(io.FileIO):
    """A file of which no more is read at once than a config may have: zipfile reads a whole directory, of any size."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return so many bytes."""
        if size is not None and size > MAX_BYTES + 1:
            raise zipfile.BadZipFile("its directory is too large")
        return super().read(size) or b""


class Reader:
    """Takes one model to its config; holds the name for messages."""

    def __init__(self, name: str) -> None:
        self.name = name

    def refuse(self, why: str) -> NoReturn:
        """Raise ModelError with one sentence."""
        raise ModelError(f"{self.name} holds no model that can be read: {why}.") from None

    def source(self, whole: Any, version: Any) -> Source:
        """Return what was read, if it is a serialized model and a version."""
        if not isinstance(whole, dict):
            self.refuse("its config is no JSON object")
        config = whole if "class_name" in whole else {"class_name": "Model", "config": whole}
        if not isinstance(config.get("config"), dict) or not isinstance(config["class_name"], str):
            self.refuse("its config has no class_name and config")
        if "class_name" not in whole and "layers" not in whole:
            self.refuse("its config has neither a class_name nor layers")
        version = version or whole.get("keras_version") or ""
        if not isinstance(version, str) or not re.fullmatch(
            r"([0-9]{1,4}(\.[0-9]{1,9}){1,3}[-+.0-9a-z]{0,30})?", version
        ):
            self.refuse(f"its keras_version is {shown(repr(version))}")
        return Source(self.name, config, version.replace("-tf", ""))

    def archive(self, path: Path) -> Source:
        """Return the config in a .keras file."""
        try:
            with _Bounded(path) as file, zipfile.ZipFile(file) as archive:
                infos = self.entries(archive)
                if "config.json" not in infos:
                    self.refuse("it has no config.json")
                about = self.member(archive, infos["metadata.json"]) if "metadata.json" in infos else {}
                config = self.member(archive, infos["config.json"])
        except zipfile.BadZipFile as error:
            self.refuse(f"it is no whole zip archive ({shown(error)})")
        except (OSError, EOFError, ValueError, RuntimeError, IndexError, OverflowError, zlib.error) as error:
            self.refuse(f"its zip archive cannot be read ({shown(error)})")
        if not isinstance(about, dict):
            self.refuse("its metadata.json is no JSON object")
        return self.source(config, about.get("keras_version", ""))

    def entries(self, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
        """Return the entries of an archive by name, none of which could surprise whoever unpacks it."""
        infos = archive.infolist()
        names = [info.filename for info in infos]
        if len(names) > MAX_ENTRIES:
            self.refuse(f"it has more than {MAX_ENTRIES} entries")
        if len(set(names)) < len(names):
            self.refuse("two of its entries have one name")
        for info in infos:
            leads = PurePosixPath(info.filename), PureWindowsPath(info.filename)
            if any(path.is_absolute() or path.drive or ".." in path.parts for path in leads):
                self.refuse(f"its entry {shown(info.filename)} leads out of it")
            if info.flag_bits & _ENCRYPTED:
                self.refuse("it is encrypted")
        return dict(zip(names, infos, strict=True))

    def member(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Any:
        """Return the JSON of an entry."""
        if info.file_size > MAX_BYTES:
            self.refuse(f"its {info.filename} is larger than {MAX_BYTES >> 20} MB")
        with archive.open(info) as file:
            return self.json(file.read(MAX_BYTES + 1))

    def hdf5(self, path: Path) -> Source:
        """Return the config in an HDF5 file.

        Raises:
          ModelError: also where h5py is not installed.
        """
        if importlib.util.find_spec("h5py") is None:
            raise ModelError(
                f"{self.name} is an HDF5 file, which h5py reads: pip install 'noise_ops[h5]', or save it as .keras."
            )
        try:
            found = hdf5.attributes(path, MAX_BYTES)
        except hdf5.UnreadableError as error:
            self.refuse(f"its HDF5 cannot be read ({shown(error)})")
        if "model_config" not in found:
            self.refuse("it has no model_config: a file of weights alone, perhaps")
        version = found.get("keras_version", b"").decode("ascii", "replace")
        return self.source(self.json(found["model_config"]), version)

    def json(self, data: bytes) -> Any:
        """Return JSON as it is written in a file, nested no deeper than a config is."""
        if len(data) > MAX_BYTES:
            self.refuse(f"its config is larger than {MAX_BYTES >> 20} MB")
        try:
            found = json.loads(data.decode("utf-8"), parse_constant=self.constant, object_pairs_hook=self.unique)
        except UnicodeDecodeError:
            self.refuse("its config is not written in UTF-8")
        except RecursionError:
            self.refuse("its config is nested too deeply")
        except ValueError as error:
            self.refuse(f"its config is no JSON ({shown(error)})")
        if depth(found) > MAX_DEPTH:
            self.refuse("its config is nested too deeply")
        return found

    def constant(self, text: str) -> float:
        """Return an infinity, which Python writes and JSON has not; nan is no number that a config could mean."""
        if text == "NaN":
            self.refuse("its config holds NaN, which is no number")
        return float(text)

    def unique(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Return an object, of which no key stands there twice: readers differ in which they take."""
        found = dict(pairs)
        if len(found) < len(pairs):
            self.refuse("an object of its config has one key twice")
        return found


def depth(value: Any) -> int:
    """Return how many levels of objects and lists a JSON value has."""
    level, levels = [value], 0
    while level:
        holders = [
            each.values() if isinstance(each, dict) else each for each in level if isinstance(each, (dict, list))
        ]
        level = [part for holder in holders for part in holder]
        levels += 1
    return levels
