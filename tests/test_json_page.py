"""docs/json.md names each key that the JSON of a command has, and none that it has not."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from noise_ops import cli, judging
from noise_ops.checks import environment
from noise_ops.expected.file import Expected
from noise_ops.points import Point
from noise_ops.report import json as as_json
from noise_ops.result import Result, Selection
from tests._pages import ROOT
from tests.audit._models import half
from tests.expected.test_sorting import INSTALLED
from tests.stats.test_certificate import ROW, merged
from tests.test_result import check

ANY = ("SUBJECT", "PLACE", "FACT", "COUNT", "PROPERTY", "NAME")
"""What stands for any name."""


def tables():
    """The rows of each section: the keys of a row, and the section whose keys those have in turn, if any."""
    sections = re.split(r"^## ", (ROOT / "docs/json.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        title.strip().lower().replace(" ", "-"): [
            (re.findall(r"`([^`]+)`", keys), *re.findall(r"\(#([a-z-]+)\)", meaning)[:1])
            for keys, meaning in re.findall(r"^\| (`.+?) \| (.+) \|$", rest, re.MULTILINE)
        ]
        for title, _, rest in (section.partition("\n") for section in sections)
    }


TABLES = tables()
POINT = Point(0.5, 0.6, 0.5, 0.4, 0.55)


def documented(section):
    """Every path that a section names, with those of what it refers to."""
    for keys, *linked in TABLES[section]:
        for key in keys:
            yield tuple(key.split("."))
            # Of keys that are "as of" another table, nothing more is to be told.
            for link in linked if len(keys) < _SHARED else ():
                yield from ((*key.split("."), *inner) for inner in documented(link))


_SHARED = 5


def paths(value, at=()):
    """Every path of a value: the keys of objects, of which one that holds elements of a list ends in []."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield (*at, key)
        yield from paths(inner, (*at, key))
        for element in inner if isinstance(inner, list) else ():
            yield (*at, f"{key}[]")
            yield from paths(element, (*at, f"{key}[]"))


def is_meant(path, told):
    """Whether a path of the page means one that was written."""
    return len(path) == len(told) and all(name in ANY or name == key for key, name in zip(path, told, strict=True))


def begun(told):
    """A path of the page, and those that it implies."""
    for end in range(1, len(told) + 1):
        yield told[:end]
        yield (*told[: end - 1], told[end - 1].removesuffix("[]"))


def checked():
    """A run in which there is something of everything."""
    counted = check(property="support_and_scale", examples={"hard": 3, "drawn": 20})
    found = [
        check("known", "mean", known="a-name", subject="tf.nn.dropout"),
        *(check("failed", code) for code in ("mean", "mask-density")),
    ]
    shown = [replace(each, finding=replace(each.finding, points=(POINT,))) for each in found]
    described = {**environment.describe(), **INSTALLED}
    described["settings"] = {"pinned": {"keras.config.floatx": "float64"}, "kept": {"TF_XLA_FLAGS": "x"}}
    rows = merged([replace(ROW, points=(POINT,))])
    asked = Selection(("*",), ("*",), ("*",), properties=("*",))
    result = Result([counted, *shown, check("skipped")], described, certificate=rows, selection=asked)
    fields = {"subject": ("*",), "old": "", "new": "", "reason": "r", "link": "", "versions": ("tensorflow>=2.16",)}
    entries = [
        Expected("mask-density", expires=date(2999, 1, 1), **fields),
        Expected("mean", expires=date(2000, 1, 1), **fields),
        Expected("variance", expires=date(2999, 1, 1), **fields),
    ]
    result.expect(entries, date(2026, 1, 1), "x.toml")
    return [json.loads(as_json.render(result))]


CODE = "import keras\nlayer = keras.layers.Dropout(0.5)\n"
EXPECTED = """
[[expected]]
code = "replicas"
subject = "*"
versions = { old = "tensorflow==2.15.1", new = "tensorflow==2.16.2" }
reason = "r"
expires = 2999-01-01
"""


def compared(tmp_path):
    """A comparison of two releases, of which part is expected, and ones that are narrowed."""
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / "x.toml").write_text(EXPECTED)
    sides = "2.15.1", "2.16.2"
    found = (
        judging.compare(*sides, expected=tmp_path / "x.toml"),
        judging.compare(*sides, layers="Dropout"),
        judging.compare(*sides, used_in=tmp_path),
        judging.compare("keras==3.7.0", "2.16.2"),
    )
    return [json.loads(as_json.render_comparison(one)) for one in found]


def printed(capsys, *arguments):
    """What a command writes as JSON."""
    cli.main([*map(str, arguments), "--format", "json"])
    return [json.loads(capsys.readouterr().out)]


@pytest.fixture
def written(request, tmp_path, capsys):
    """Real JSON of a command."""
    if request.param == "check":
        return checked()
    if request.param == "compare":
        return compared(tmp_path)
    if request.param == "audit":
        return printed(capsys, "audit", half())
    if request.param == "bisect":
        (tmp_path / "a.py").write_text(CODE)
        narrowed = printed(capsys, "bisect", "2.15.1", "2.16.2", "--used-in", tmp_path)
        return narrowed + printed(capsys, "bisect", "keras==3.5.0", "keras==3.8.0", "--property", "raises")
    return [json.loads(path.read_text()) for path in (ROOT / "noise_ops/fingerprint/releases").glob("*.json")]


COMMANDS = ("check", "compare", "audit", "bisect", "record")


@pytest.mark.parametrize(("section", "written"), [(name, name) for name in COMMANDS], indirect=["written"])
def test_the_page_names_each_key_and_no_other(section, written):
    real = {path for one in written for path in paths(one)}
    told = {each for path in documented(section) for each in begun(path)}
    assert [path for path in sorted(real) if not any(is_meant(path, one) for one in told)] == []
    unseen = [one for one in sorted(told) if not any(is_meant(path, one) for path in real)]
    # Of objects and lists that are empty in each sample, nothing can be seen.
    filled = {path[:-1] for path in real}
    assert [one for one in unseen if "[]" not in one[-1] and any(is_meant(each, one[:-1]) for each in filled)] == []


@pytest.mark.parametrize("section", COMMANDS)
def test_each_key_is_named_once(section):
    told = list(documented(section))
    assert len(set(told)) == len(told)
