"""The formats of a page: one renderer each, over nothing but the page and the verdict that fails a run."""

from __future__ import annotations

import os
from collections.abc import Callable

from noise_ops.findings import Verdict
from noise_ops.report import github, html, junit, markdown
from noise_ops.report.page import Page

Renderer = Callable[[Page, Verdict], str]

BY_FORMAT: dict[str, Renderer] = {
    "markdown": lambda page, fail_on: markdown.render(page),
    "html": lambda page, fail_on: html.render(page),
    "junit": junit.render,
    "github": lambda page, fail_on: github.write(page, fail_on, os.environ),
}
"""The renderers of any page; a command adds its text, which differs in what comes first, and its JSON, which is of more
than the page.
"""
