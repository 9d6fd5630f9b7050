"""expected/file.py: entries of an upgrade and of a check are read and written, and bad files refused."""

import pytest

from noise_ops.errors import UserError
from noise_ops.expected import file
from tests.expected._entries import ENTRY, parsed

UPGRADE = '{ old = "keras<3.7", new = "keras>=3.7,<3.8" }'


def test_no_file_expects_nothing(tmp_path):
    assert file.read(tmp_path / file.FILE) == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('reason = "nobody here trains under MirroredStrategy"\n', ""), "reason is missing"),
        ((ENTRY, "[[expected]]\n"), "code, subject, versions, reason and expires are missing"),
        ((ENTRY, ENTRY + ENTRY.replace("nobody", "no one")), "entry 2: it expects the same as entry 1"),
        (('"raises"', '"unknown-property"'), "cannot be told, which nobody can expect"),
        (('"raises"', '"crash"'), "cannot be told, which nobody can expect"),
        (('"keras.layers.*"', "[]"), "subject must be a text, or a list of texts"),
        (('"keras.layers.*"', '["a", 3]'), "subject must be a text, or a list of texts"),
        (('"keras.layers.*"', '[""]'), "subject must be a text, or a list of texts"),
        (('"mirrored"', "3"), "mode must be a text"),
        (('"https://example.org/issues/1"', "3"), "link must be a text"),
        (("keras<3.7", "keras @ https://example.org/x"), "no range of versions"),
        (("reason =", "why = 1\nlinks = 2\nreason ="), "there is no key 'why' and 'links'"),
        (("reason =", "raeson ="), "there is no key 'raeson'; did you mean to write reason"),
        (("expires =", "expire ="), "there is no key 'expire'; did you mean to write expires"),
        (("nobody here trains under MirroredStrategy", " "), "reason must be a text"),
        (('"raises"', '"no-such"'), "no code 'no-such'"),
        (('"raises"', "3"), "code must be a text"),
        (("2027-01-31", '"2027-01-31"'), "expires must be a date"),
        (("2027-01-31", "2027-01-31T10:00:00"), "expires must be a date"),
        (("2027-01-31", "2027-02-31"), "not valid TOML"),
        (("keras<3.7", "keras<<3.7"), "no range of versions"),
        (('old = "keras<3.7"', "old = 3"), "no range of versions"),
        (('{ old = "keras<3.7", new = "keras>=3.7,<3.8" }', "3"), "versions must be a table"),
        (('{ old = "keras<3.7", new = "keras>=3.7,<3.8" }', "{}"), "versions must be a table"),
        (('{ old = "keras<3.7", new = "keras>=3.7,<3.8" }', '"torch>=3"'), "not of torch"),
        (('{ old = "keras<3.7", new = "keras>=3.7,<3.8" }', "{ keras = 3 }"), "no range of versions"),
        (('{ old = "keras<3.7", new = "keras>=3.7,<3.8" }', '{ keras = "3" }'), "not of keras3"),
        (("keras<3.7", "torch<3.7"), "not of torch"),
        (("old =", "before ="), "versions must be a table"),
        (("mode =", "moed ="), "no key 'moed'"),
        (("[[expected]]", "[expected]"), "written [[expected]]"),
        (("[[expected]]", "[[unexpected]]"), "unknown table 'unexpected'"),
        (("[[expected]]", "[[expected"), "not valid TOML"),
    ],
)
def test_a_malformed_file_is_refused_in_one_sentence(change, said):
    with pytest.raises(UserError) as raised:
        parsed(change)
    assert said in str(raised.value)
    assert str(raised.value).startswith(file.FILE)


def test_a_file_of_other_bytes_is_refused(tmp_path):
    path = tmp_path / file.FILE
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="UTF-8"):
        file.read(path)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(UserError, match="it is a folder"):
        file.read(tmp_path)


def test_a_link_is_optional():
    [entry] = parsed(('link = "https://example.org/issues/1"\n', ""))
    assert entry.link == ""
    assert file.parse(file.render([entry])) == (entry,)


@pytest.mark.parametrize(
    ("versions", "installed", "told"),
    [
        ('"tensorflow>=2.16"', {"tensorflow": "2.21.0"}, True),
        ('"tensorflow>=2.16"', {"tensorflow": "2.15.1"}, False),
        ('"tensorflow>=2.16"', {"tensorflow": "2.16.0rc1"}, False),
        ('"tf_keras"', {"tensorflow": "2.21.0", "tf_keras": None}, False),
        ('{ tensorflow = ">=2.16", keras = "<3.9" }', {"tensorflow": "2.21.0", "keras": "3.8.0"}, True),
        ('{ tensorflow = ">=2.16", keras = "<3.9" }', {"tensorflow": "2.21.0", "keras": "3.9.0"}, False),
        (UPGRADE, {"keras": "3.7.0"}, False),
    ],
)
def test_an_entry_of_one_side_speaks_of_what_is_installed(versions, installed, told):
    [entry] = parsed((UPGRADE, versions))
    assert entry.concerns(installed) is told
    assert not (entry.versions and entry.concerns(installed, installed))
    assert file.parse(file.render([entry])) == (entry,)


def test_a_file_that_is_named_must_be_there(tmp_path):
    with pytest.raises(UserError, match=r"there is no such file\.$"):
        file.read(tmp_path / "missing.toml", must_exist=True)
