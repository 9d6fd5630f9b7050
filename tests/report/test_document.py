"""report/document.py: the policy names the one style there is, and every colour can be read on its ground."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from noise_ops.findings import Verdict
from noise_ops.report import document
from noise_ops.report.document import badge, block, prose, text

ROOM = Path(document.__file__).parent
STYLES = ("page.css", "releases.css")
LIGHT, DARK = (ROOM / "colours.css").read_text().split("@media (prefers-color-scheme: dark)")
GROUNDS = ("identical", "stream", "contract", "law", "unknown", "mended")
WORDS = [
    *((f"{ground}-ink", ground) for ground in GROUNDS),
    *((ink, ground) for ink in ("ink", "faint", "link") for ground in ("paper", "panel")),
    ("out", "paper"),
]
"""Every ink that words are set in, and the ground below them."""

SHAPES = [(ink, ground) for ink in ("mark", "out", "stairs") for ground in ("paper", "band")]
"""Of lines and marks, which are no words."""


def colours(css):
    """The colours that a style names."""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


SCHEMES = {"light": colours(LIGHT), "dark": {**colours(LIGHT), **colours(DARK)}}


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(scheme, ink, ground):
    """Contrast of two colours of a scheme, from 1 to 21."""
    dark, light = sorted(luminance(SCHEMES[scheme][name]) for name in (ink, ground))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_guideline_does():
    SCHEMES["test"] = {"black": "#000000", "white": "#ffffff", "grey": "#767676"}
    assert contrast("test", "black", "white") == pytest.approx(21)
    assert contrast("test", "grey", "white") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), WORDS)
def test_words_stand_out_from_their_ground(scheme, ink, ground):
    assert contrast(scheme, ink, ground) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), SHAPES)
def test_shapes_stand_out_from_their_ground(scheme, ink, ground):
    assert contrast(scheme, ink, ground) >= 3


@pytest.mark.parametrize("name", STYLES)
def test_a_style_has_no_colour_of_its_own_and_loads_nothing(name):
    rules = (ROOM / name).read_text()
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb|url\(|@import", rules)
    assert set(re.findall(r"[ {]color: var\(--([\w-]+)\)", rules)) <= {ink for ink, _ in WORDS}


@pytest.mark.parametrize("style", STYLES)
def test_the_policy_lets_the_style_of_the_page_pass_and_nothing_else(style):
    page = document.document("A title", style, "<p>x</p>\n")
    inside = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
    assert f"content=\"default-src 'none'; style-src 'sha256-{digest}'\"" in page
    assert "unsafe" not in page
    assert 'style="' not in page


@pytest.mark.parametrize("style", STYLES)
def test_light_dark_a_phone_and_paper_are_looked_after(style):
    page = document.document("A title", style, "")
    for told in ("prefers-color-scheme: dark", "@media print", "width=device-width", "print-color-adjust: exact"):
        assert told in page


@pytest.mark.parametrize("verdict", Verdict)
def test_a_badge_says_in_a_letter_and_in_words_what_its_colour_says(verdict):
    assert badge(verdict) == f'<span class="badge {verdict.value}">{document.LETTERS[verdict]} {verdict.value}</span>'
    assert f".{verdict.value} " in LIGHT + DARK


def test_letters_are_told_apart():
    assert len({*document.LETTERS.values(), document.MENDED}) == len(Verdict) + 1


def test_texts_are_escaped_and_stay_in_one_line():
    assert text('<b a="&">\n\x1b') == "&lt;b a=&quot;&amp;&quot;&gt; \\x1b"
    assert prose("see `a<b` and `c") == "see <code>a&lt;b</code> and `c"


def test_a_script_keeps_its_lines():
    assert block("if x < 1:\n\ty") == '<pre tabindex="0"><code>if x &lt; 1:\n    y</code></pre>\n'
