"""A browser shows a page of each command: no reader stumbles, in light or dark, on a phone, a desk or paper."""

import base64
import hashlib
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from noise_ops import laws
from noise_ops.audit import judging, places, reading
from noise_ops.comparison.compare import compare
from noise_ops.comparison.expected import apply
from noise_ops.fingerprint import shipped
from noise_ops.history import chart
from noise_ops.points import Point
from noise_ops.report import html, kill_matrix, of_audit, of_check, of_comparison, of_layer, picture
from noise_ops.testing import check_layer
from tests import _browser
from tests.report.test_figures import RARE, SOME, result
from tests.report.test_html import FULL
from tests.report.test_kill_matrix import ALONE, CAUGHT, MISSED, matrix
from tests.report.test_of_check import ENVIRONMENT
from tests.test_result import check

OUTSIDE = (Point(1, 0.2, 0.1, 0.09, 0.11, "seeds"), Point(0, 0.1, 0.1, 0.09, 0.11, "calls"))
MODEL = {
    "module": "keras",
    "class_name": "Sequential",
    "config": {
        "name": "net",
        "layers": [
            {"module": "keras.layers", "class_name": "Dropout", "config": {"seed": 7, "noise_shape": None, **config}}
            for config in (
                {"name": "half", "rate": 0.01, "dtype": "bfloat16"},
                {"name": "other", "rate": 0.1, "dtype": "float32"},
                {"name": "one", "rate": 1.0, "dtype": "float32"},
            )
        ],
    },
}


POLICY = "the policy"
WIDE = replace(FULL, entries=(replace(FULL.entries[0], places=(("Dropout" * 40, "float32", "x" * 80),)),))
"""A page with all that a page may have, and with words wider than a phone."""


def broken(page, old, new):
    """A page with something in place of something else, whose policy allows its style as it is then, if not refused."""
    if old == POLICY:
        return re.sub('<meta http-equiv="Content-Security-Policy"[^>]*>', new, page)
    page = page.replace(old, new)
    (css,) = re.findall("<style>(.*)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return page if "refused" in new else re.sub("sha256-[^']+", lambda _: f"sha256-{digest}", page)


def streaks(x, seed=None):
    """Dropout whose every third unit repeats the one before it, and whose first column is spared."""
    u = np.random.default_rng(seed).random(x.shape)
    u[..., 2::3] = u[..., 1::3]
    u[..., 0] = 1
    return np.where(u < 0.3, 0, x / np.float32(0.7)).astype(x.dtype)


def known():
    """A check that saw a known deviation, on the stairs of half precision."""
    rows = [replace(row, dtype="bfloat16", tier="half") for row in (SOME, RARE)]
    seen = check("known", "mask-density", known="bfloat16-mask-density", dtype="bfloat16")
    return of_check.page(replace(result(*rows, checks=[seen]), environment=ENVIRONMENT))


def found():
    """A check with a finding of each kind of picture, and of one without."""
    kinds = ("mask_density", "noise_is_normal", "neighbours_independent", "lags_independent", "evenly_spread")
    rows = [replace(SOME, check=kind, alpha=0, points=OUTSIDE) for kind in (*kinds, "calls_independent")]
    broken = [check("failed", "mean", property=kind) for kind in (*kinds, "calls_independent", "support_and_scale")]
    return of_check.page(replace(result(*rows, checks=broken), environment=ENVIRONMENT))


def soak():
    """A soak that has found nothing."""
    return of_check.page(replace(result(SOME, checks=[check()]), environment=ENVIRONMENT, soaked=4_000_000))


def comparison():
    """A comparison of the oldest release with the newest."""
    old, new = (shipped.resolve(name) for name in ("2.4.4", "2.21.0"))
    return of_comparison.page(apply(compare(old, new), (), None))


def own():
    """A layer of a user's own that breaks its law in several ways."""
    report = check_layer(streaks, laws.drops(0.3), on_fail="report", shape=(None, 24), units=2**14)
    return of_layer.page(report, of_check.setting(ENVIRONMENT), 1.0)


def audit(folder):
    """A model with a rate in half precision, seeds that are shared, and a rate of 1."""
    path = folder / "model.json"
    path.write_text(json.dumps({**MODEL, "keras_version": "3.15.1"}), encoding="utf-8")
    return of_audit.page(judging.audit(places.model(reading.read(path))), drawn=True)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The files of the pages, by command."""
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "check": html.render(known()),
        "check-with-findings": html.render(found()),
        "compare": html.render(comparison()),
        "own-layer": html.render(own()),
        "audit": html.render(audit(folder)),
        "soak": html.render(soak()),
        "selftest": html.render(kill_matrix.page(matrix(CAUGHT, ALONE, MISSED))),
        "releases": picture.render([chart.of_releases(library, (), None) for library in shipped.LIBRARIES]),
    }
    for name, page in made.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser():
    """A browser for all tests of this file."""
    with _browser.browser() as started:
        yield started


COMMANDS = ("check", "check-with-findings", "compare", "own-layer", "audit", "soak", "selftest", "releases")


@pytest.mark.parametrize("command", COMMANDS)
def test_no_reader_stumbles(browser, pages, command):
    with _browser.opened(browser, (pages / f"{command}.html").as_uri()) as page:
        assert list(_browser.measures(page)) == []


def test_each_picture_is_there(pages):
    drawn = {command: (pages / f"{command}.html").read_text(encoding="utf-8").count("<svg") for command in COMMANDS}
    assert drawn == {
        **dict.fromkeys(("soak", "selftest", "releases"), 0),
        "check": 1,
        "check-with-findings": 6,
        "compare": 2,
        "own-layer": 2,
        "audit": 1,
    }


LIGHT, DARK = "phone, light", "desk, dark"


@pytest.mark.parametrize(
    ("view", "old", "new", "stumble"),
    [
        (LIGHT, "--ink: #1c2128", "--ink: #a0a0a0", "<p> has a contrast of 2.61: "),
        (DARK, "--ink: #e6eaef", "--ink: #303030", "<p> has a contrast of 1.37: "),
        (LIGHT, "svg text { fill: var(--ink)", "svg text { fill: var(--line)", "<text> has a contrast of"),
        (
            LIGHT,
            POLICY,
            "<img src='https://tracker.invalid/a.png' alt=''>",
            "it asks for https://tracker.invalid/a.png",
        ),
        (LIGHT, "<main", "<script>1</script><main", "the console says: Executing inline script violates"),
        (LIGHT, "<main", '<p style="color: red">a</p><main', "the console says: Applying inline style violates"),
        (LIGHT, "--ink: #1c2128", "--ink: #1c2129; refused: 1", "the console says: Applying inline style violates"),
        (LIGHT, "body {", "body { min-width: 500px;", "px wider than its window"),
        (LIGHT, 'aria-label="Where it is seen" tabindex="0"', 'aria-label="Where it is seen"', "no key reaches it"),
        (LIGHT, ":focus-visible { outline: 3px solid", ":focus-visible { outline: 0 none", "does not show that it has"),
        (LIGHT, 'href="#main"', 'tabindex="-1" href="#main"', "stop 1 of the tabulator is number 2"),
        (DARK, "<h2", "<h4>a</h4><h2", "a heading of level 4 comes after one of level 1"),
        (DARK, 'role="img" aria-labelledby', "aria-labelledby", "a picture has no role or no name"),
        (DARK, "<main", "<div", "there is not exactly one main part"),
        (DARK, 'href="#overview"', 'href="#nowhere"', "a link leads to #nowhere, which is not there"),
        (DARK, 'id="overview"', 'id="findings"', "#findings stands there twice"),
    ],
)
def test_what_is_wrong_with_a_page_is_measured(browser, tmp_path, view, old, new, stumble):
    page = html.render(WIDE)
    assert old in page or old == POLICY
    (tmp_path / "page.html").write_text(broken(page, old, new), encoding="utf-8")
    with _browser.opened(browser, (tmp_path / "page.html").as_uri()) as shown:
        found = list(_browser.measures(shown, [view]))
    assert any(stumble in each for each in found), found


def test_of_a_good_page_there_is_nothing_to_say(browser, tmp_path):
    (tmp_path / "page.html").write_text(broken(html.render(WIDE), "body {", "body {"), encoding="utf-8")
    with _browser.opened(browser, (tmp_path / "page.html").as_uri()) as shown:
        assert list(_browser.measures(shown)) == []


def test_names_of_releases_stay_in_view_on_a_phone_where_the_table_is_scrolled(browser, pages):
    with _browser.opened(browser, (pages / "releases.html").as_uri()) as page:
        _browser.looked_at(page, "screen", "light", _browser.WIDTHS["phone"])
        places = page.evaluate(
            """() => [...document.querySelectorAll("main .scroll")].map(box => {
                box.scrollLeft = 1e6;
                const names = [...box.querySelectorAll("tbody th[scope=row]")];
                const at = names.map(name => name.getBoundingClientRect());
                const least = Math.min(...at.map(name => name.left)) - box.getBoundingClientRect().left;
                const widest = Math.max(...at.map(name => name.width)) / innerWidth;
                return { scrolled: box.scrollLeft, least, widest };
            })"""
        )
    assert len(places) == len(shipped.LIBRARIES)
    assert all(place["scrolled"] > 100 and place["least"] >= 0 for place in places)
    assert all(place["widest"] < 0.5 for place in places)  # the letters have room beside them
