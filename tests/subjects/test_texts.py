"""texts.py: what was raised is one line, the same in every process."""

import pytest

from noise_ops.subjects import texts


@pytest.mark.parametrize(
    "message",
    [
        "when trying to compile graph __inference_<lambda>_{}[_XlaMustCompile=true",
        "no variable in layer dropout_{}",
        "object at 0x7f{}",
        "{{{{node dropout_{}/Mul}}}} is not compilable",
        "see /tmp/folder_{}/model.keras",
    ],
)
def test_what_differs_between_processes_is_no_part_of_an_exception(message):
    one, other = (texts.raised(ValueError(message.format(number))) for number in (244, 38431))
    assert one == other
    assert one.startswith("raises ValueError: ")


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("in user code:\n\n    File x.py, line 3\n    ValueError: rate is 2\n", "rate is 2"),
        ("\x1b[1mrate is 2\x1b[0m", "rate is 2"),
        ("rate is \u03bb\tand more", "rate is \\u03bb and more"),
        ("x" * 1000, "x" * (texts.MESSAGE_LENGTH - len("raises ValueError: "))),
        ("", ""),
    ],
)
def test_an_exception_is_its_first_telling_line(message, kept):
    assert texts.raised(ValueError(message)) == f"raises ValueError: {kept}".rstrip()


def test_an_observation_that_raises_is_a_fact():
    assert texts.attempt(lambda: 1 // 0).startswith("raises ZeroDivisionError: ")


def test_a_value_is_shown_where_it_is_the_same_everywhere():
    assert [texts.plain(value) for value in (None, 0.5, (1, "a"), object())] == ["None", "0.5", "(1,'a')", "object"]
