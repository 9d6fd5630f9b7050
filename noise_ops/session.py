"""One run of the suite: pytest as the engine, a `Result` as the outcome. No printing here, and no rendering."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest

from noise_ops import not_asked, patterns, pytest_plugin
from noise_ops.findings import Finding, Stage, Verdict, worst
from noise_ops.reference.chunks import available_cores
from noise_ops.reference.variates import DTYPES
from noise_ops.stats.certificate import Certificate, Row, merged
from noise_ops.subjects import catalog, modes
from noise_ops.subjects.libraries import UnusableEnvironmentError, require_tensorflow


class Listener(Protocol):
    """What a run tells while it goes on."""

    def started(self, environment: dict[str, Any]) -> None:
        """TensorFlow is loaded; `environment` describes it."""

    def advanced(self, done: int, total: int, subject: str) -> None:
        """One more check is done."""


@dataclass(frozen=True)
class Selection:
    """What to check; nothing for all. Each is a pattern, as `noise_ops.patterns` reads it, and has to mean something.

    Attributes:
      layers: patterns of subjects.
      dtypes: patterns of dtypes.
      modes: patterns of modes.
      profile: quick, default, thorough or soak.
      max_time: seconds from the first check on after which none is begun; None for no limit.
    """

    layers: tuple[str, ...] = ()
    dtypes: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    profile: str = "default"
    max_time: float | None = None

    def asked(self) -> dict[str, tuple[str, ...]]:
        """Return the patterns by what they are of."""
        return {"layer": self.layers, "dtype": self.dtypes, "mode": self.modes}

    def sentence(self) -> str:
        """Return in words what is selected: "" if it is everything."""
        told = [patterns.listed(values) for values in self.asked().values() if values]
        return " in ".join(told)

    def arguments(self) -> list[str]:
        """Return the selection as options of the pytest plugin."""
        options = [f"--noise-{axis}={pattern}" for axis, asked in self.asked().items() for pattern in asked]
        limit = [f"--noise-max-time={self.max_time}"] if self.max_time is not None else []
        return [*options, *limit, f"--noise-profile={self.profile}"]


@dataclass(frozen=True)
class Check:
    """One check that ran.

    Attributes:
      subject, dtype, mode, property: what was asked of what.
      outcome: "passed", "failed", "skipped", or "known" for a deviation that was expected and seen.
      known: name of the known deviation that was expected, if any.
      finding: what it found, if it did not pass; the deviation itself where that is known.
      unreached: whether it was skipped because the time was up.
      examples: how many cases were asked, by their origin: "hard" or "drawn"; none of a statistical check.
    """

    subject: str
    dtype: str
    mode: str
    property: str
    outcome: str
    known: str | None
    finding: Finding | None
    unreached: bool = False
    examples: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Result:
    """What a run observed.

    Attributes:
      checks: every check that ran.
      environment: what was checked with what (`subjects.environment.describe`).
      seconds: how long the run took, imports included.
      rows: what the statistical checks left for the certificate.
      soaked: how many samples a soak drew; None of a run of the suite.
      selected: what the run was narrowed to, in words; "" if to nothing.
    """

    checks: list[Check] = field(default_factory=list)
    environment: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    rows: list[Row] = field(default_factory=list)
    soaked: int | None = None
    selected: str = ""

    @property
    def certificate(self) -> Certificate:
        """What was asked statistically, and both error rates.

        Raises:
          LedgerError: if a check spent what the ledger does not allow.
        """
        from noise_ops.checks.asked import ledger  # what reads a result before needs no scipy

        return merged(self.rows, ledger())

    @property
    def findings(self) -> list[Finding]:
        """The findings that are news: not those of known deviations."""
        return [check.finding for check in self.checks if check.finding is not None and check.outcome == "failed"]

    @property
    def unreached(self) -> int:
        """How many checks were not begun, since the time was up."""
        return sum(check.unreached for check in self.checks)

    @property
    def known(self) -> list[Check]:
        """The checks that showed a known deviation."""
        return [check for check in self.checks if check.outcome == "known"]

    def left_out(self) -> list[str]:
        """Return what the verdict does not speak of: what this run left out, then what no run asks."""
        asked = [check for check in self.checks if check.outcome != "skipped"]
        others = len(set(catalog.names()) - {check.subject for check in asked})
        found = [f"{others} other {'layers or functions' if others > 1 else 'layer or function'}"] if others else []
        if self.soaked is None:
            found += _rest("dtype", tuple(map(str, DTYPES)), {check.dtype for check in asked})
            found += _rest("mode", modes.NAMES, {check.mode for check in asked})
        return [*found, *not_asked.BY_CHECK]

    @property
    def verdict(self) -> Verdict:
        """The verdict of the worst finding; where nothing was asked there is nothing to tell."""
        return worst(self.findings) if self.asked else Verdict.CANNOT_TELL

    @property
    def asked(self) -> int:
        """How many checks were not skipped."""
        return sum(check.outcome != "skipped" for check in self.checks)


def _rest(noun: str, known: Sequence[str], asked: set[str]) -> list[str]:
    """Return in few words which of some are missing from those that were asked; nothing if none is."""
    missing = [name for name in known if name not in asked]
    if len(missing) > len(asked):
        return [f"{noun}s but {', '.join(sorted(asked))}"]
    return [f"{noun} {', '.join(missing)}"] if missing else []


class _Collector:
    """Reads the observations out of pytest's reports, those of xdist's workers included."""

    def __init__(self, listener: Listener, enough: Callable[[Check], bool]) -> None:
        self.result = Result()
        self.errors: list[str] = []
        self.stopped = False
        self._listener = listener
        self._enough = enough
        self._session: pytest.Session | None = None
        self._total = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._session = session
        self._total = len(session.items) or self._total

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self._total = len(ids)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            last_line = str(report.longrepr).strip().splitlines()[-1]
            self.errors.append(last_line.removeprefix("E").strip().split("UnusableEnvironmentError: ")[-1])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if refusal := session.config.stash.get(pytest_plugin.REFUSAL, ""):
            self.errors.append(refusal)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = {name: json.loads(str(value)) for name, value in report.user_properties if name in _TOLD}
        if pytest_plugin.ENVIRONMENT in told:
            self._note_environment(told[pytest_plugin.ENVIRONMENT])
        self.result.rows += pytest_plugin.certificate_rows(report)
        if pytest_plugin.PROPERTY in told:
            check = _check(told[pytest_plugin.PROPERTY])
            self.result.checks.append(check)
            self._listener.advanced(len(self.result.checks), self._total, check.subject)
            if self._session is not None and self._enough(check):
                self.stopped = True
                self._session.shouldstop = "enough is known"

    def _note_environment(self, environment: dict[str, Any]) -> None:
        if not self.result.environment:
            self.result.environment = environment
            self._listener.started(environment)
        for kind, settings in environment["settings"].items():  # one may be set while the run goes on
            self.result.environment["settings"][kind].update(settings)


_TOLD = (pytest_plugin.PROPERTY, pytest_plugin.ENVIRONMENT)


def _check(observation: dict[str, Any]) -> Check:
    found = observation.pop("finding")
    if found is None:
        return Check(**observation, finding=None)
    fields = {name: value for name, value in found.items() if name != "verdict"}
    stage = Stage(fields["stage"]) if fields["stage"] else None
    return Check(**observation, finding=Finding(**{**fields, "stage": stage}))


def run(
    selection: Selection,
    listener: Listener,
    junit: Path | None = None,
    workers: int | None = None,
    files: Sequence[Path] = (),
    enough: Callable[[Check], bool] = lambda check: False,
) -> Result:
    """Run the suite and return what it observed.

    Args:
      selection: what to check.
      listener: told when TensorFlow is loaded, and after each check.
      junit: where pytest writes a JUnit file, if anywhere.
      workers: processes that share the checks; 0 runs them in this one, by default one a core.
      files: the files of the suite to look into; by default all.
      enough: whether a check has told all that the caller wants to know, so that no further one is begun.

    Raises:
      UnusableEnvironmentError: if the suite cannot be collected, or the selection leaves nothing to check.
    """
    require_tensorflow()
    collector = _Collector(listener, enough)
    arguments = [
        *_arguments(selection, files),
        *([f"--junitxml={junit}"] if junit else []),
        "-pxdist.plugin",
        # A worker a core, each with a stretch of the suite: neighbouring checks share their samples.
        f"-n{_workers() if workers is None else workers}",
        "--dist=worksteal",
    ]
    with _own_environment(), contextlib.redirect_stdout(io.StringIO()) as printed:
        status = pytest.main(arguments, plugins=[collector])
    if collector.stopped:
        return collector.result
    if status == pytest.ExitCode.INTERRUPTED and not collector.errors:
        raise KeyboardInterrupt
    if collector.errors:
        raise UnusableEnvironmentError(collector.errors[0])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise UnusableEnvironmentError(f"pytest stopped ({status!r}): {printed.getvalue().strip()[-500:]}")
    _require_asked(selection, collector.result)
    collector.result.selected = selection.sentence()
    return collector.result


def _require_asked(selection: Selection, result: Result) -> None:
    """Refuse a run that asked nothing, or nothing of what one of the options names: it would be a pass."""
    left = [check for check in result.checks if check.outcome != "skipped" or check.unreached]
    try:
        patterns.narrowed(selection.asked(), [{**vars(check), "layer": check.subject} for check in left])
    except patterns.NoSuchNameError as reason:
        skipped = len(result.checks) - len(left)
        raise UnusableEnvironmentError(
            f"Nothing was asked, since {skipped} checks were skipped (`noise-ops doctor` says why): {reason}"
        ) from None


def files_by_subject(profile: str) -> dict[str, tuple[Path, ...]]:
    """Return the files of the suite that ask something of each installed subject; nothing is asked yet.

    Args:
      profile: that of the runs to come in this process. The suite's modules stay loaded, and what they ask follows
        from the profile that they are loaded in.
    """
    finder = _Finder()
    with _own_environment(), contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*_arguments(Selection(profile=profile)), "--collect-only"], plugins=[finder])
    return {subject: tuple(files) for subject, files in finder.files.items()}


class _Finder:
    """Notes which file asks something of which subject, in whatever mode."""

    def __init__(self) -> None:
        self.files: dict[str, dict[Path, None]] = {}

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        subject = item.callspec.params["target"].subject.name  # type: ignore[attr-defined]
        self.files.setdefault(subject, {})[item.path] = None


def _arguments(selection: Selection, files: Sequence[Path] = ()) -> list[str]:
    """Return pytest's arguments for a selection in some files, by default in the whole suite."""
    return [
        *map(str, files or (suite_folder(),)),
        *selection.arguments(),
        # Only the suite's own settings count: not a pytest.ini or conftest.py of whoever calls.
        f"--rootdir={suite_folder()}",
        "--config-file=/dev/null" if os.name == "posix" else "--config-file=NUL",
        "--noconftest",
        "--import-mode=importlib",
        "-Wignore",
        # Findings tell what was seen: rewritten assertions would only cost seconds where no bytecode may be kept.
        "--assert=plain",
        # What costs milliseconds a check, of which there are thousands, and tells nothing that a finding does not.
        "--tb=native",
        *(f"-pno:{name}" for name in ("cacheprovider", "logging", "doctest", "faulthandler", "unittest", "debugging")),
        "-pno:unraisableexception",  # which collects garbage, all of TensorFlow among it, at the end of each run
        "-p_hypothesis_pytestplugin",
        "-pnoise_ops.pytest_plugin",
    ]


def suite_folder() -> Path:
    """Return the folder of the suite."""
    return Path(__file__).with_name("suite")


def _workers() -> int:
    # One process needs none beside it; more than four would each load TensorFlow to check a handful of subjects.
    return 0 if available_cores() == 1 else min(available_cores(), 4)


@contextlib.contextmanager
def _own_environment() -> Iterator[None]:
    """Keep the caller's pytest settings out: plugins that reorder or rerun tests would change what a verdict means."""
    ours = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": ""}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def subjects_in(result: Result) -> Sequence[str]:
    """Return the subjects of a result in the catalog's order, whichever worker came first."""
    order = {name: position for position, name in enumerate(catalog.names())}
    return sorted({check.subject for check in result.checks}, key=lambda name: order.get(name, len(order)))
