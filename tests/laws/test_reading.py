"""A law is read out of a text and never run: what is no law is refused in a sentence."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noise_ops import laws
from noise_ops.laws import LawError
from noise_ops.laws.reading import read


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("drops(0.1)", "drops(0.1)"),
        (" laws.drops(0.1, shared_axes=(1, 2)) ", "drops(0.1, shared_axes=(1, 2))"),
        ("noise_ops.laws.drops(rate=0.5, scaled=False, value=-1)", "drops(0.5, scaled=False, value=-1.0)"),
        ("adds(laplace(0, scale=0.1))", "adds(laplace(0, scale=0.1))"),
        ("multiplies(scipy.stats.uniform(0.5, 1))", "multiplies(uniform(0.5, 1))"),
        ("adds_normal(0.2)", "adds(norm(0.0, 0.2))"),
        ("selects(3, axis=1)", "selects(3, axis=1)"),
        ("applies(0.5)", "applies(0.5)"),
        ("unknown()", "unknown()"),
    ],
)
def test_a_law_is_what_python_would_make_of_it(text, written):
    assert repr(read(text)) == written
    assert repr(read(written)) == written


def test_every_public_law_can_be_read():
    with pytest.raises(LawError) as refusal:
        read("x()")
    told = str(refusal.value).partition("there are ")[2].rstrip(".").split(", ")
    assert told == sorted(name for name in laws.__all__ if name[0].islower())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("drop(0.1)", "no law 'drop', perhaps drops"),
        ("drops", "a law is written as"),
        ("drops(0.1", "a law is written as"),
        ("drops(1.5)", "a probability"),
        ("drops()", "missing 1 required"),
        ("drops(0.1, axes=1)", "unexpected keyword argument"),
        ("drops(rate)", "is no number"),
        ("drops(*[0.1])", "without stars"),
        ("drops(**{'rate': 0.1})", "without stars"),
        ("adds(lapace(0))", "no continuous distribution 'lapace', perhaps laplace"),
        ("adds(poisson(3))", "no continuous distribution"),
        ("adds(norm(0, 1, 2, 3))", "cannot be read"),
        ("applies(0.5, to=flip)", "to is a function"),
        ("drops(0.1, observe=len)", "observe is a function"),
        ("__import__('os').system('true')", "no law"),
        ("drops(__import__('os').getpid())", "no continuous distribution"),
        ("(" * 500 + ")" * 500, "a law is written as"),
        ("drops(0.1)" * 1000, "a law is written as"),
        ("", "a law is written as"),
    ],
)
def test_what_is_no_law_is_refused_in_a_sentence(text, says):
    with pytest.raises(LawError, match=says) as refusal:
        read(text)
    assert str(refusal.value).endswith(".")


@given(st.text(max_size=60) | st.from_regex(r"[a-z_.]{1,12}\([-a-z0-9=,. ()'_]{0,30}\)", fullmatch=True))
def test_any_text_is_a_law_or_refused(text):
    with contextlib.suppress(LawError):
        assert isinstance(read(text), laws.Law)
