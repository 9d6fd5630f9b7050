"""The pytest plugin: hooks alone, each of which calls one function of `checks/`.

Every pytest run of an environment that has this package loads it, so nothing heavy is imported before a check is
there: what it loads are the standard library and pytest, and TensorFlow comes in with the suite's own modules.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

from noise_ops.checks import asking, collecting, observing
from noise_ops.checks.concluding import Conclusion


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options by which the suite is narrowed."""
    asking.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Hand on what is asked, to the workers of pytest-xdist as well; keep one certificate, where their reports meet."""
    if not hasattr(config, "workerinput"):  # the environment has it
        asking.hand_on(config)
        config.pluginmanager.register(Conclusion())


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say, above a run of the suite, what judges what."""
    return asking.header(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what the options leave out, and mark known deviations as strict expected failures."""
    collecting.choose(config, items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let layers of one's own know which of their checks are run, whatever was deselected."""
    collecting.choose_tellers(session.items)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Start with an empty record of what a check leaves; begin none when the time is up."""
    observing.begin(item)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Run a check under the default settings, whatever a conftest, a fixture or another test has set."""
    with observing.undisturbed(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach to the report of a check what it was about and what it found."""
    report = yield
    observing.attach(item, call, report)
    return report
