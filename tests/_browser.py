"""A browser for tests of pages: what a reader stumbles over, in light and dark, on a phone, a desk and paper.

Nothing is downloaded: the browser is one that is installed. The driver is Playwright; `tests/_browser.js` measures.

References:
  W3C, "Web Content Accessibility Guidelines 2.2": 1.3.1, 1.4.3, 1.4.10, 2.1.1, 2.4.7.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Names of programs that Playwright can drive, any of which will do."""

WIDTHS = {"phone": 400, "desk": 1280}
"""Widths of windows, in CSS pixels."""

VIEWS = {
    **{
        f"{width}, {scheme}": {"media": "screen", "color_scheme": scheme, "width": WIDTHS[width]}
        for width in WIDTHS
        for scheme in ("light", "dark")
    },
    "paper": {"media": "print", "color_scheme": "light", "width": 760},
}
"""How a page is looked at; paper of A4 has 760 px between its margins."""

_MEASURES = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_TABBED = 25
"""Stops of the tabulator that are walked, at most."""

_STOPS = "a[href], button, input, select, textarea, summary, [tabindex='0']"
_STOP = f"""() => {{
    const at = document.activeElement;
    const all = [...document.querySelectorAll("{_STOPS}")].filter(stop => stop.checkVisibility());
    return [all.indexOf(at), all.length, getComputedStyle(at).outlineStyle];
}}"""


@contextmanager
def browser():
    """Start a browser, and stop it at the end; skip where there is none to be started."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install playwright)")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f"none of these browsers is installed: {', '.join(BROWSERS)}")
    with driver.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=program)
        try:
            yield launched
        finally:
            launched.close()


@contextmanager
def opened(browser, url, own=None):
    """Open a page, and keep what it says and asks for in `page.said`.

    Args:
      browser: of `browser()`.
      url: where the page is.
      own: what the addresses that it may ask for begin with; None for its own alone.
    """
    page = browser.new_page()
    page.said = []
    page.on("console", lambda told: page.said.append(f"the console says: {told.text}") if told.type != "log" else None)
    page.on("pageerror", lambda error: page.said.append(f"a script fails: {error}"))

    def asked(route):
        address = route.request.url
        if address.startswith(own or url):
            route.continue_()
        else:
            page.said.append(f"it asks for {address}")
            route.abort()

    page.route("**/*", asked)
    try:
        page.goto(url)
        yield page
    finally:
        page.close()


def looked_at(page, media, color_scheme, width, height=900):
    """Show an open page in another way: on paper or a screen, in light or dark, at a width."""
    page.emulate_media(media=media, color_scheme=color_scheme)
    page.set_viewport_size({"width": width, "height": height})


def measures(page, views: Iterable[str] = tuple(VIEWS)) -> Iterator[str]:
    """Yield what a reader of an open page stumbles over in some of `VIEWS`, a sentence each; of a good page nothing."""
    for name in views:
        looked_at(page, **VIEWS[name])
        yield from (f"{name}: {stumble}" for stumble in page.evaluate(_MEASURES))
        if name == "phone, light":
            yield from (f"{name}: {stumble}" for stumble in _by_keyboard(page))
    yield from page.said


def _by_keyboard(page) -> Iterator[str]:
    """Yield what does not get the focus in its turn, or does not show it, when the tabulator walks the page."""
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    number = page.evaluate(_STOP)[1]
    for turn in range(min(number, _TABBED)):
        page.keyboard.press("Tab")
        at, _, outline = page.evaluate(_STOP)
        if at != turn:
            yield f"stop {turn + 1} of the tabulator is number {at + 1} of what can be reached"
            return
        if outline == "none":
            yield f"stop {turn + 1} of the tabulator does not show that it has the focus"
