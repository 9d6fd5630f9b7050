"""writing.py: a fingerprint is one fact a line, and written whole or not at all."""

import json

import pytest

from noise_ops.probe import writing

FACTS: dict[str, dict[str, dict[str, object]]] = {
    "b": {"x/eager": {"two": [1, 2], "one": "a"}},
    "a": {"y/xla": {"one": {"n": 1, "m": 2}}, "x/eager": {"one": 1}},
}
WHOLE = {"schema": writing.SCHEMA, "probe": writing.PROBE, "environment": {"tensorflow": "2.4"}, "facts": FACTS}


@pytest.mark.parametrize("whole", [WHOLE, {**WHOLE, "only": {"subjects": ["a"], "modes": []}}])
def test_what_is_written_is_read_again(whole):
    assert json.loads(writing.render(whole)) == whole


def test_a_fact_is_a_line():
    lines = [line.strip(" ,") for line in writing.render(WHOLE).splitlines() if line.startswith("    ")]
    assert lines == ['"one": 1', '"one": {"m": 2, "n": 1}', '"one": "a"', '"two": [1, 2]']


def test_the_order_of_observations_is_no_part_of_the_file():
    backwards = {subject: dict(reversed(targets.items())) for subject, targets in reversed(FACTS.items())}
    assert writing.render({**WHOLE, "facts": backwards}) == writing.render(WHOLE)


def test_a_file_takes_the_place_of_another_whole(tmp_path):
    path = tmp_path / "fingerprint.json"
    path.write_text("before")
    with pytest.raises(UnicodeEncodeError):
        writing.write("\u03bb", str(path))
    assert path.read_text() == "before"
    writing.write("after", str(path))
    assert (path.read_text(), list(tmp_path.iterdir())) == ("after", [path])
