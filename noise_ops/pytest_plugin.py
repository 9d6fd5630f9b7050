"""The pytest plugin: selects checks, expects the known deviations, and attaches findings to reports.

It imports nothing heavy; TensorFlow comes in with the suite's own modules. Whoever reads the reports (the command
line, a worker of pytest-xdist) finds in `user_properties` one entry `PROPERTY`, a JSON object of `Observation`.
"""

from __future__ import annotations

import gc
import json
import os
import secrets
import time
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

PROPERTY = "noise_ops"
"""Name of the user property that carries an observation."""

ENVIRONMENT = "noise_ops_environment"
"""Name of the user property, of the first report of a process, that describes its TensorFlow and its settings."""

CERTIFICATE = "noise_ops_certificate"
"""Name of the user property that carries the certificate's rows which a test left, a JSON array."""

REFUSAL = pytest.StashKey[str]()
"""Where a run keeps the sentence that says why it asks nothing: a selection that means nothing is no pass."""

_BEFORE = pytest.StashKey[dict[str, str | None]]()
"""The environment variables that a run sets, as they were before it."""

_TIME_IS_UP = "the time of --max-time was up"

_FIRST_CHECK = pytest.StashKey[float]()
"""When the first check of a process began: what loads TensorFlow before it is no check."""

_settings_told: dict[str, dict[str, str]] | None = None

_SUITE = Path(__file__).with_name("suite")

_OPTIONS = ("layer", "dtype", "mode")
_REFUSED = "noise_ops_refusal"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options by which the suite is narrowed."""
    group = parser.getgroup("noise_ops")
    group.addoption(
        "--noise-layer", action="append", default=[], help="layer or function, such as Dropout or LSTM*; repeatable"
    )
    group.addoption("--noise-dtype", action="append", default=[], help="dtype; repeatable")
    group.addoption("--noise-mode", action="append", default=[], help="mode; repeatable")
    group.addoption("--noise-max-time", type=float, help="seconds from the first check on after which none is begun")
    group.addoption("--noise-examples", type=int, help="cases to draw per exact property, where that is more")
    group.addoption(
        "--noise-explore",
        nargs="?",
        const=0,
        type=int,
        help="draw other cases than every time: from this number, which a failure names, or from a new one",
    )
    group.addoption("--noise-profile", default=None, help="quick, default, thorough or soak")


def pytest_configure(config: pytest.Config) -> None:
    """Hand on what is asked, to the workers of pytest-xdist as well; keep one certificate, where their reports meet."""
    if hasattr(config, "workerinput"):
        return  # the environment has it
    wanted = {
        "NOISE_OPS_PROFILE": config.getoption("--noise-profile"),
        "NOISE_OPS_EXAMPLES": config.getoption("--noise-examples") or _examples_of_hypothesis_profile(config),
        "NOISE_OPS_EXPLORE": _number_to_explore_from(config),
    }
    given = {name: str(value) for name, value in wanted.items() if value is not None}
    config.stash[_BEFORE] = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    config.pluginmanager.register(_CertificateKeeper())


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say, above a run of the suite, what judges what: suite, TensorFlow, Keras, profile and epoch."""
    if not any(_names_suite(argument) for argument in config.args):
        return []
    from noise_ops.checks.profiles import profile
    from noise_ops.subjects.environment import named

    number = os.environ.get("NOISE_OPS_EXPLORE")
    explored = f" · draws other cases than every time, again with --noise-explore={number}" if number else ""
    return [f"noise_ops suite: {named()} · profile {profile()}{explored}"]


def _names_suite(argument: str) -> bool:
    place = argument.partition("::")[0]
    return place.split(".")[:2] == ["noise_ops", "suite"] or Path(place).resolve().is_relative_to(_SUITE)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take that back: a run inside another one, as in a self-test, is not to change what the outer one asks."""
    for name, value in config.stash.get(_BEFORE, {}).items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _examples_of_hypothesis_profile(config: pytest.Config) -> int | None:
    """Return how many examples the profile asks for that the user chose with Hypothesis's own option, if any."""
    name = config.getoption("--hypothesis-profile", None)
    if name is None:
        return None
    from hypothesis import settings

    return int(settings.get_profile(name).max_examples)


def _number_to_explore_from(config: pytest.Config) -> int | None:
    """Return the number that random cases are drawn from; a new one where the option names none."""
    given: int | None = config.getoption("--noise-explore")
    return given if given != 0 else secrets.randbelow(2**32) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what the options leave out, and mark known deviations as strict expected failures."""
    chosen = _chosen(config, items)
    if len(chosen) < len(items):
        kept = set(chosen)
        left_out = [item for item in items if item not in kept]
        config.hook.pytest_deselected(items=left_out)
        items[:] = chosen
    for item in chosen:
        _expect_known_deviation(item)
    if any(_target(item) is not None for item in chosen):
        gc.freeze()  # all of TensorFlow is no garbage, and need not be looked through again and again
    # The checks of one target side by side: they share its samples, and one process draws them.
    place = {name: number for number, name in enumerate(dict.fromkeys(str(_target(item)) for item in items))}
    items.sort(key=lambda item: place[str(_target(item))])


def _chosen(config: pytest.Config, items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the checks that the options leave, and whatever is no check; if they leave none, the run fails."""
    every = [item for item in items if _target(item) is not None]
    if not every:
        return items
    from noise_ops import patterns

    checks = [item for item in every if _is_in_profile(config, item)]

    asked = {axis: config.getoption(f"--noise-{axis}") for axis in _OPTIONS}
    try:
        wanted = patterns.narrowed(asked, [_place(item) for item in checks])
    except patterns.NoSuchNameError as reason:
        _refuse(config, str(reason))
        wanted = [False] * len(checks)
    left = {item for item, is_wanted in zip(checks, wanted, strict=True) if is_wanted}
    return [item for item in items if item in left or _target(item) is None]


def _place(item: pytest.Item) -> dict[str, str]:
    target = _target(item)
    return {"layer": target.subject.name, "dtype": target.dtype.name, "mode": target.mode}


def _refuse(config: pytest.Config, sentence: str) -> None:
    """Keep why nothing is asked; a worker of pytest-xdist hands it on to the process that reports."""
    config.stash[REFUSAL] = sentence
    if hasattr(config, "workeroutput"):
        config.workeroutput[_REFUSED] = sentence


def _is_in_profile(config: pytest.Config, item: pytest.Item) -> bool:
    target = _target(item)
    # Here and not above: whoever has this plugin and no target is spared the import.
    from noise_ops.checks import profiles

    if not config.getoption("--noise-mode") and not profiles.covers_mode(target.mode):
        return False
    is_statistical = "parameter" in item.callspec.params  # type: ignore[attr-defined]
    asks_of_dtype = config.getoption("--noise-dtype") or profiles.covers_statistics_in(target.dtype.name)
    return bool(asks_of_dtype) or not is_statistical


def _target(item: pytest.Item) -> Any:
    callspec = getattr(item, "callspec", None)
    target = callspec.params.get("target") if callspec is not None else None
    # By name, since importing the class would import TensorFlow into every project that has this plugin.
    return target if type(target).__module__ == "noise_ops.subjects.targets" else None


def _property(item: pytest.Item) -> str:
    return getattr(item, "originalname", item.name).removeprefix("test_")


def _expect_known_deviation(item: pytest.Item) -> None:
    target = _target(item)
    if target is None:
        return
    # Here and not above: the plugin is loaded in every pytest run of an environment that has the package.
    from noise_ops import deviations
    from noise_ops.findings import FindingError

    library = target.subject.library
    parameter = item.callspec.params.get("parameter")  # type: ignore[attr-defined]
    asked = (_property(item), target.subject.name, target.dtype.name, target.mode, parameter)
    deviation = deviations.expected(*asked, library.name, library.module.__version__)
    if deviation is not None:
        reason = f"{deviation.name}: {deviation.measured}"
        item.add_marker(pytest.mark.xfail(reason=reason, raises=FindingError, strict=True))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Save the simplification of a failure that is expected; start with an empty record of certificate rows."""
    if _target(item) is not None:
        from noise_ops.checks import exploration
        from noise_ops.stats import certificate

        certificate.take()
        exploration.take()
        limit, now = item.config.getoption("--noise-max-time"), time.monotonic()
        if limit is not None and now - item.config.stash.setdefault(_FIRST_CHECK, now) > limit:
            pytest.skip(_TIME_IS_UP)
        exploration.shrinking = item.get_closest_marker("xfail") is None


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Run a check under the default settings, whatever a conftest, a fixture or another test has set."""
    if _target(item) is None:
        return (yield)
    from noise_ops.subjects import settings

    with settings.pinned():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach to the report of a check what it was about and what it found."""
    report = yield
    target = _target(item)
    if target is not None and (report.when == "call" or report.outcome != "passed"):
        report.user_properties.append((PROPERTY, json.dumps(_observation(item, call, report, target))))
        _tell_environment(report)
        _hand_on_certificate_rows(report)
    return report


def _hand_on_certificate_rows(report: pytest.TestReport) -> None:
    from noise_ops.stats import certificate

    rows = [asdict(row) for row in certificate.take()]
    if rows:
        report.user_properties.append((CERTIFICATE, json.dumps(rows)))


def certificate_rows(report: pytest.TestReport) -> list[Any]:
    """Return the rows of the certificate (`stats.certificate.Row`) that a report carries."""
    told = [json.loads(str(value)) for name, value in report.user_properties if name == CERTIFICATE]
    if not told:
        return []
    from noise_ops.stats.certificate import Row

    return [Row(**row) for rows in told for row in rows]


class _CertificateKeeper:
    """Collects the rows of all processes and ends the run with their certificate, or with why nothing was asked."""

    def __init__(self) -> None:
        self._rows: list[Any] = []
        self._summary = ""
        self._skipped = self._asked = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._rows += certificate_rows(report)
        if any(name == PROPERTY for name, _ in report.user_properties):
            skipped = report.outcome == "skipped" and not hasattr(report, "wasxfail")
            self._skipped += skipped
            self._asked += not skipped

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        del error
        if refusal := (getattr(node, "workeroutput", None) or {}).get(_REFUSED):
            node.config.stash[REFUSAL] = refusal

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if refusal := session.config.stash.get(REFUSAL, ""):
            self._summary = refusal
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        elif self._skipped and not self._asked:
            self._summary = f"nothing was asked: every check was skipped ({self._skipped})."
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        if not self._rows:
            return
        from noise_ops.checks.asked import ledger
        from noise_ops.stats.certificate import merged
        from noise_ops.stats.ledger import LedgerError

        try:
            self._summary = merged(self._rows, ledger()).sentence()
        except LedgerError as error:
            self._summary = str(error)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._summary:
            terminalreporter.write_line(f"noise_ops: {self._summary}")


def _tell_environment(report: pytest.TestReport) -> None:
    """Attach the environment to the first report of a process, and to the first with a setting that is new."""
    global _settings_told
    from noise_ops.subjects import environment

    settings = environment.user_settings()
    if _settings_told is None or any(settings[kind].items() - _settings_told[kind].items() for kind in settings):
        described = environment.describe()
        report.user_properties.append((ENVIRONMENT, json.dumps(described)))
        _settings_told = described["settings"]


def _observation(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, target: Any
) -> dict[str, Any]:
    from noise_ops.findings import FindingError

    finding = None
    error = call.excinfo.value if call.excinfo is not None else None
    marker = item.get_closest_marker("xfail")
    unobserved = (
        report.outcome == "failed" and isinstance(report.longrepr, str) and report.longrepr.startswith("[XPASS")
    )
    if isinstance(error, FindingError):
        finding = error.finding.to_json()
    elif unobserved and marker is not None:
        finding = _other_finding("unobserved", item, target, f"Not observed any more: {marker.kwargs['reason']}.")
    elif report.outcome == "failed" and error is not None:
        sentence = (str(error).splitlines() or ["no message"])[0]
        finding = _other_finding(
            "crash", item, target, f"The check ended in {type(error).__name__}: {sentence.rstrip('.')}."
        )
    return {
        "subject": target.subject.name,
        "dtype": target.dtype.name,
        "mode": target.mode,
        "property": _property(item),
        "outcome": "known" if hasattr(report, "wasxfail") and not unobserved else report.outcome,
        "known": marker.kwargs["reason"].split(":")[0] if marker is not None else None,
        "finding": finding,
        "examples": _examples(),
        "unreached": report.outcome == "skipped" and _TIME_IS_UP in str(report.longrepr),
    }


def _examples() -> dict[str, int]:
    from noise_ops.checks import exploration

    return exploration.take()


def _other_finding(code: str, item: pytest.Item, target: Any, message: str) -> dict[str, Any]:
    from noise_ops.checks.report import finding

    return finding(code, _property(item), target, target.standard, message).to_json()
