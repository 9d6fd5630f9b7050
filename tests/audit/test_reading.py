"""audit/reading.py: a file that holds no model that can be read is refused in one sentence, whatever it is."""

import io
import json
import os
import struct
import sys
import zipfile
from pathlib import Path

import pytest

from noise_ops.audit import hdf5, reading
from noise_ops.audit.reading import MAX_BYTES, MAX_DEPTH, ModelError
from tests.audit._models import layer, packed, read, rich, sequence

GOOD = sequence(layer("Dropout", rate=0.5, name="drop"))


def renamed(data, name):
    """A zip archive whose config.json has another name of as many letters."""
    return data.replace(b"config.json", name)


def encrypted(data):
    """A zip archive that says that its entries are encrypted."""
    changed = bytearray(data)
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(start)
        while place >= 0:
            changed[place + offset] |= 1
            place = data.find(start, place + 1)
    return bytes(changed)


def claiming(data, size):
    """A zip archive whose entries claim to be so many bytes, in its directory and before each of them."""
    changed = bytearray(data)
    for start, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.find(start)
        while place >= 0:
            changed[place + offset : place + offset + 4] = size.to_bytes(4, "little")
            place = data.find(start, place + 1)
    return bytes(changed)


def twice():
    """A zip archive with two configs."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("config.json", json.dumps(GOOD))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("config.json", json.dumps(GOOD))
    return data.getvalue()


WHOLE = packed(GOOD)
HOSTILE = {
    "empty": b"",
    "no zip archive": b"not a zip archive",
    "truncated": WHOLE[:-30],
    "cut in the middle": WHOLE[: len(WHOLE) // 2],
    "without a config": renamed(WHOLE, b"konfig.json"),
    "encrypted": encrypted(WHOLE),
    "claiming 4 GB": claiming(WHOLE, 2**32 - 2),
    "claiming less": claiming(WHOLE, 7),
    "bomb": packed(b'{"class_name": "Sequential", "config": "' + b" " * MAX_BYTES + b'"}'),
    "leading out": packed(GOOD, more=[("../../evil", b"x")]),
    "leading out of Windows": packed(GOOD, more=[("..\\evil", b"x")]),
    "absolute": packed(GOOD, more=[("/etc/evil", b"x")]),
    "of a drive": packed(GOOD, more=[("C:\\evil", b"x")]),
    "two configs": twice(),
    "not UTF-8": packed(b'{"class_name": "\xff"}'),
    "nested": packed(b"[" * 100_000),
    "nested less": packed(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1)),
    "nested layers": packed(b'{"class_name":"Model","config":{"layer":' * 150 + b"0" + b"}}" * 150),
    "NaN": packed(b'{"class_name": "Sequential", "config": {"layers": [], "x": NaN}}'),
    "one key twice": packed(b'{"class_name": "Sequential", "class_name": "Model", "config": {}}'),
    "a huge number": packed(b'{"class_name": "Sequential", "config": {"seed": ' + b"9" * 5000 + b"}}"),
    "a list": packed([]),
    "a number": packed(b"1"),
    "null": packed(b"null"),
    "without a class": packed({"config": {}}),
    "a config that is none": packed({"class_name": "Sequential", "config": 3}),
    "a class that is none": packed({"class_name": 3, "config": {}}),
    "an old version": packed(GOOD, version="two"),
    "a version that is none": packed(GOOD, version=3),
    "a rate that is none": packed(sequence(layer("Dropout", rate="much"))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(name, tmp_path):
    path = tmp_path / "model.keras"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(ModelError, match=r"^model\.keras holds no model that can be read: [ -~]+\.$"):
        read(path)


def test_a_directory_of_gigabytes_is_refused_unread(tmp_path):
    """In a sparse file of 3 GB, nearly all of which claims to be the directory of the archive."""
    path, size = tmp_path / "model.keras", 3 * 2**30
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, size, 0, 0)
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.seek(size)
        file.write(end)
    with pytest.raises(ModelError, match=r"^model\.keras holds no model .*\(its directory is too large\)\.$"):
        read(path)


def test_a_good_one_is_read(tmp_path):
    path = tmp_path / "model.keras"
    path.write_bytes(WHOLE)
    assert [place.path for place in read(path).places] == ["drop"]


def test_nothing_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    read(rich("keras"))
    assert list(tmp_path.iterdir()) == []


def test_an_infinity_is_read_as_python_writes_it(tmp_path):
    path = tmp_path / "model.json"
    path.write_text(json.dumps(sequence(layer("ReLU", max_value=float("inf")), layer("Dropout", rate=0.5))))
    assert len(read(path).places) == 1


@pytest.mark.parametrize("bare", [GOOD, GOOD["config"]], ids=["to_json", "get_config"])
def test_a_config_as_json_is_read(bare, tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(bare))
    assert [place.path for place in read(path).places] == ["drop"]


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "{}", '{"a": 1}', "\x00" * 100, "7"])
def test_json_that_is_no_config_is_refused(text, tmp_path):
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(ModelError, match=r"\.$"):
        read(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"^none\.keras cannot be read: No such file or directory\.$"):
        read(tmp_path / "none.keras")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"it is a folder, not a \.keras or \.h5 file"):
        read(tmp_path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ModelError, match="it is no regular file"):
        read(tmp_path / "pipe")


def test_an_hdf5_file_needs_h5py(tmp_path, monkeypatch):
    path = tmp_path / "model.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(ModelError, match=r"^model\.h5 is an HDF5 file, which h5py reads: .*noise_ops\[h5\].*\.$"):
        read(path)


def test_an_hdf5_file_of_weights_alone_is_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "model.weights.h5"
    h5py.File(path, "w").close()
    with pytest.raises(ModelError, match="it has no model_config: a file of weights alone, perhaps"):
        read(path)


@pytest.mark.parametrize("config", [7, b"\xff\xfe", "[", "{}", [1, 2]], ids=str)
def test_an_hdf5_file_with_another_config_is_refused(config, tmp_path):
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "model.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = config
    with pytest.raises(ModelError, match=r"\.$"):
        read(path)


def test_a_broken_hdf5_file_is_refused(tmp_path):
    pytest.importorskip("h5py")
    path = tmp_path / "model.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\x00" * 300)
    with pytest.raises(ModelError, match="its HDF5 cannot be read"):
        read(path)


@pytest.fixture
def hdf5_file(tmp_path):
    """A file that begins as one of HDF5."""
    pytest.importorskip("h5py")
    path = tmp_path / "model.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    return path


@pytest.mark.parametrize(
    ("script", "words"),
    [("kill -SEGV $$", "the HDF5 library died of it"), ("exec sleep 60", "the HDF5 library did not end within 0.2 s")],
)
def test_a_file_at_which_the_hdf5_library_dies_is_refused(script, words, hdf5_file, tmp_path, monkeypatch):
    """As that of h5py 3.14 did at one of the first 88 files of which some bytes were changed."""
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(hdf5, "_SECONDS", 0.2)
    with pytest.raises(ModelError, match=rf"^model\.h5 holds no model .*\({words}\)\.$"):
        read(hdf5_file)


def test_an_attribute_that_is_too_long_is_refused_unread(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "model.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = "x" * 100
    with pytest.raises(hdf5.UnreadableError, match="its model_config is no text, or too long"):
        hdf5.attributes(path, 99)


def test_a_config_is_read_once_and_no_other_entry(monkeypatch):
    opened = []
    kept = zipfile.ZipFile.open

    def noted(self, name, *rest, **named):
        opened.append(getattr(name, "filename", name))
        return kept(self, name, *rest, **named)

    monkeypatch.setattr(zipfile.ZipFile, "open", noted)
    read(rich("keras"))
    assert sorted(opened) == ["config.json", "metadata.json"]


def test_the_depth_of_json_is_that_of_its_deepest_value():
    assert [reading.depth(value) for value in (1, [], [[], {"a": [1]}])] == [1, 1, 4]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("my_model:make", None, "my_model:make names a function, and what is taken here is a file: save "),
        (
            "my_model.py",
            "def make(): ...",
            r"it is Python; audit takes a function in it that returns one, as my_model:make",
        ),
        ("empty.h5", "", "it is empty"),
        ("empty.json", "", "it is empty"),
    ],
)
def test_what_is_no_file_of_a_model_is_told_as_what_it_is(name, content, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(name).write_text(content)
    with pytest.raises(ModelError, match=words):
        reading.read(Path(name))
