"""How Sphinx builds the site: python -m sphinx -W -n -b html docs docs/_build."""

import os
import re
import runpy
from pathlib import Path

from IPython.lib.lexers import IPython3Lexer
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

DOCS = Path(__file__).parent

project = "noise_ops"
release = runpy.run_path(str(DOCS.parent / "noise_ops" / "version.py"))["__version__"]
extensions = ["myst_nb"]
exclude_patterns = ["_build"]

nb_execution_mode = "off"  # notebooks are shown as they were run; a test runs them
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # which would come from a network
myst_heading_anchors = 4  # those of GitHub, so that one link is right in both

html_theme = "furo"
html_title = f"noise_ops {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_use_index = False  # of names that nothing defines
html_show_copyright = False

SECTION = re.compile(r"^## (.+)\n(?:(?!## ).*\n)*", re.MULTILINE)
ITEM = re.compile(r"^- \[([^]]*)\]\(([\w/]+)\.(?:md|ipynb)\).*\n(?:  .*\n)*", re.MULTILINE)


def with_toctrees(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Make of each list of pages of index.md, which anyone can read as Markdown, a part of the table of contents."""

    def contents(section: re.Match[str]) -> str:
        pages = [f"{item[1]} <{item[2]}>" for item in ITEM.finditer(section[0])]
        return "\n".join([section[0], "```{toctree}", ":hidden:", f":caption: {section[1]}", "", *pages, "```", "", ""])

    if docname == "index":
        source[0] = SECTION.sub(contents, source[0])


class OutOfDocs(SphinxTransform):
    """Links from pages to what is in the repository and is no page: a file is there for download, a folder is named."""

    default_priority = 10

    def apply(self, **_: object) -> None:
        """Replace them before Sphinx looks for pages of their names and gathers what can be downloaded."""
        here = DOCS / Path(self.env.docname).parent
        for link in list(self.document.findall(addnodes.pending_xref)):
            target = link["reftarget"]
            page = DOCS / f"{target}.md"
            if link["refdomain"] is None and (here / target).is_dir():
                link.replace_self(link.children)
            elif link["refdomain"] == "doc" and target not in self.env.found_docs and page.is_file():
                path = os.path.relpath(page, here)
                found = addnodes.download_reference(reftarget=path, refdoc=self.env.docname, refdomain=None, reftype="")
                link.replace_self(found)
                found += link.children


def setup(app: Sphinx) -> None:
    """Connect what is above."""
    app.connect("source-read", with_toctrees)
    app.add_lexer("python", IPython3Lexer)  # cells of a notebook may have lines of a shell
    app.add_transform(OutOfDocs)
