"""The site that Sphinx builds of docs/: whole, without a warning, searchable, and in need of no network."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from sphinx.search.en import SearchEnglish

from noise_ops import deviations
from noise_ops.properties.catalog import PROPERTIES

DOCS = Path(__file__).parents[1] / "docs"
LOADING = {("link", "href"), ("object", "data"), ("use", "href")}
"""Attributes besides src, srcset and poster by which a page loads something."""


class Page(HTMLParser):
    """What a page links to, what it loads, and which anchors it has."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loads, self.anchors = set(), set(), set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("src", "srcset", "poster") or (tag, name) in LOADING:
                self.loads.add(value)
            elif (tag, name) == ("a", "href"):
                self.links.add(value)
            elif name == "id":
                self.anchors.add(value)


def is_remote(address):
    """Whether an address is that of another machine."""
    return re.match(r"(?!data:)([a-z][a-z+.-]*:|//)", address.strip(), re.IGNORECASE) is not None


def build(docs, out):
    """Build a site as CONTRIBUTING.md says, and return what came of it."""
    contributing = (DOCS.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (options,) = re.findall(r"^python (-m sphinx .*) docs docs/_build$", contributing, re.MULTILINE)
    command = [sys.executable, *options.split(), "-q", "-d", f"{out}-doctrees", docs, out]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site."""
    out = tmp_path_factory.mktemp("site") / "html"
    finished = build(DOCS, out)
    assert (finished.returncode, finished.stderr) == (0, "")
    return out


@pytest.fixture(scope="module")
def pages(site):
    """Every built page by its path."""
    return {path: Page(path) for path in site.rglob("*.html")}


def targets(path, page):
    """The files and anchors of the site that a page links to."""
    for link in page.links:
        if not is_remote(link):
            file, anchor = urldefrag(link)
            yield (path.parent / unquote(file)).resolve() if file else path, unquote(anchor)


def test_every_page_is_built_and_reached_from_the_front_page(site, pages):
    sources = {
        path.relative_to(DOCS).with_suffix(".html") for kind in ("md", "ipynb") for path in DOCS.rglob(f"*.{kind}")
    }
    built = {site / source for source in sources if "_build" not in source.parts}
    reached, left = set(), [site / "index.html"]
    while left:
        path = left.pop()
        reached.add(path)
        left += {target for target, _ in targets(path, pages[path])} & pages.keys() - reached - set(left)
    assert len(built) >= 8
    assert built <= reached


def test_every_link_leads_to_a_file_and_an_anchor_of_the_site(pages):
    for path, page in pages.items():
        for target, anchor in targets(path, page):
            assert target.exists(), (path.name, target)
            assert not anchor or anchor in pages[target].anchors, (path.name, target.name, anchor)


def test_nothing_is_loaded_from_a_network(site, pages):
    assert {address for page in pages.values() for address in page.loads if is_remote(address)} == set()
    for path in site.rglob("*.css"):
        told = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        loaded = re.findall(r"url\(\s*[\"']?([^)\"']*)|@import\s+[\"']([^\"']*)", told)
        assert not [address for pair in loaded for address in pair if is_remote(address)], path.name


def test_the_search_knows_deviations_codes_and_properties(site):
    index = json.loads((site / "searchindex.js").read_text(encoding="utf-8").removeprefix("Search.setIndex(")[:-1])
    for name in ("mask-density", *(entry.name for entry in deviations.known())):
        assert name in index["alltitles"]
    page, stem = index["docnames"].index("catalogue/properties"), SearchEnglish({}).stem
    for name in PROPERTIES:
        places = [index[part].get(stem(name), []) for part in ("terms", "titleterms")]
        assert any(page in (place if isinstance(place, list) else [place]) for place in places), name


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path):
    docs = tmp_path / "docs"
    for path in (DOCS / "conf.py", DOCS / "own_layers.md", DOCS.parent / "noise_ops" / "version.py"):
        copy = tmp_path / path.relative_to(DOCS.parent)
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, copy)
    (docs / "index.md").write_text("# Title\n\n## Part\n\n- [Own](own_layers.md): read [more](no.md).\n")
    finished = build(docs, tmp_path / "out")
    assert finished.returncode == 1
    assert "no.md" in finished.stderr


def test_a_file_out_of_the_pages_can_be_downloaded_and_a_folder_is_named(site):
    findings = (site / "findings" / "README.html").read_text(encoding="utf-8")
    assert re.search(
        r'<a class="reference download internal" download="" href="\.\./_downloads/\w+/RESULTS.md">', findings
    )
    assert re.search(r"<span[^>]*><code[^>]*><span class=\"pre\">examples/gallery/</span></code></span>", findings)


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_without_a_network_shows_each_page_on_a_phone_and_searches(site, pages, scheme):
    """Nothing is wider than 400 px but what scrolls in itself; no script fails; both schemes have their colours."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("there is no browser")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = launched.new_context(viewport={"width": 400, "height": 900}, color_scheme=scheme, offline=True)
        page, asked_of, wrong = context.new_page(), set(), []
        page.on("request", lambda request: asked_of.add(request.url.partition(":")[0]))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        for path in sorted(pages):
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") == 400, path.name
            red = re.search(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))
            assert (int(red[0]) > 127) == (scheme == "light")
        assert wrong == []
        for asked, found in (("replicas share noise", "deviations"), ("calls_independent", "properties")):
            page.goto(f"{(site / 'search.html').as_uri()}?q={asked.replace(' ', '+')}")
            page.wait_for_selector(f"#search-results a[href*='catalogue/{found}.html']")
        assert asked_of <= {"file", "data"}
        launched.close()
