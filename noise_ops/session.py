"""One run of the suite: pytest as the engine, a `Result` as the outcome. No printing here, and no rendering."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from noise_ops import patterns
from noise_ops.checks import asking, collecting, needed, observing
from noise_ops.checks.asked import ledger
from noise_ops.errors import UnusableEnvironmentError
from noise_ops.reference.chunks import available_cores
from noise_ops.result import Check, Listener, Result, Selection
from noise_ops.stats.certificate import Row, merged
from noise_ops.subjects.libraries import require_tensorflow


class _Collector:
    """Reads the observations out of pytest's reports, those of xdist's workers included."""

    def __init__(self, listener: Listener, enough: Callable[[Check], bool]) -> None:
        self.result = Result()
        self.rows: list[Row] = []
        self.errors: list[str] = []
        self.stopped = False
        self._listener = listener
        self._enough = enough
        self._session: pytest.Session | None = None
        self._asked: set[str] = set()
        self._answered: set[str] = set()
        self._lost: list[Check] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._session = session
        self._asked.update(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self._asked.update(ids)

    def require_all_answered(self) -> None:
        """Refuse a run that ended before each check did: what is not known would be a pass.

        Raises:
          UnusableEnvironmentError: if checks are left.
        """
        if left := len(self._asked - self._answered):
            ended = ""
            if self._lost:
                first = self._lost[0]
                ended = (
                    f": TensorFlow ended the process in {len(self._lost)} others, the first {first.property} of "
                    f"{first.subject} in {first.dtype} in {first.mode}. What it printed last says why"
                )
            raise UnusableEnvironmentError(f"{left} of {len(self._asked)} checks could not be asked{ended}.")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            last_line = str(report.longrepr).strip().splitlines()[-1]
            self.errors.append(last_line.removeprefix("E").strip().split("UnusableEnvironmentError: ")[-1])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if refusal := session.config.stash.get(collecting.REFUSAL, ""):
            self.errors.append(refusal)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = {name: json.loads(str(value)) for name, value in report.user_properties if name in _TOLD}
        if observing.ENVIRONMENT in told:
            self._note_environment(told[observing.ENVIRONMENT])
        self.rows += observing.certificate_rows(report)
        lost = observing.lost(report)
        if lost is not None:
            self._lost.append(lost)
        if lost is not None or observing.PROPERTY in told:
            check = lost or Check.from_json(told[observing.PROPERTY])
            self._answered.add(report.nodeid)
            self.result.checks.append(check)
            self._listener.advanced(len(self.result.checks), len(self._asked), check.subject)
            if self._session is not None and self._enough(check):
                self.stopped = True
                self._session.shouldstop = "enough is known"

    def _note_environment(self, environment: dict[str, Any]) -> None:
        if not self.result.environment:
            self.result.environment = environment
            self._listener.started(environment)
        for kind, settings in environment["settings"].items():  # one may be set while the run goes on
            self.result.environment["settings"][kind].update(settings)


_TOLD = (observing.PROPERTY, observing.ENVIRONMENT)

_RESTARTS = 4
"""How many processes follow those that TensorFlow ended: each takes seconds to load it."""


def run(
    selection: Selection,
    listener: Listener,
    workers: int | None = None,
    files: Sequence[Path] = (),
    enough: Callable[[Check], bool] = lambda check: False,
) -> Result:
    """Run the suite and return what it observed.

    Args:
      selection: what to check.
      listener: told when TensorFlow is loaded, and after each check.
      workers: processes that share the checks; 0 runs them in this one, by default one a core.
      files: the files of the suite to look into; by default all.
      enough: whether a check has told all that the caller wants to know, so that no further one is begun.

    Raises:
      UnusableEnvironmentError: if the suite cannot be collected, the selection leaves nothing to check, or TensorFlow
        ended the processes before all was asked.
      LedgerError: if a check spent what the ledger does not allow.
    """
    needed.require()
    require_tensorflow()
    collector = _Collector(listener, enough)
    arguments = [
        *_arguments(selection, files),
        "-pxdist.plugin",
        # A worker a core, each with a stretch of the suite: neighbouring checks share their samples.
        f"-n{_workers() if workers is None else workers}",
        "--dist=worksteal",
        f"--max-worker-restart={_RESTARTS}",
    ]
    with _own_environment(), contextlib.redirect_stdout(io.StringIO()) as printed:
        status = pytest.main(arguments, plugins=[collector])
    collector.result.certificate = merged(collector.rows, ledger())
    collector.result.selection = selection
    if collector.stopped:
        return collector.result
    if status == pytest.ExitCode.INTERRUPTED and not collector.errors:
        raise KeyboardInterrupt
    if collector.errors:
        raise UnusableEnvironmentError(collector.errors[0])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise UnusableEnvironmentError(f"pytest stopped ({status!r}): {printed.getvalue().strip()[-500:]}")
    collector.require_all_answered()
    _require_asked(selection, collector.result)
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
        *map(str, files or (asking.SUITE,)),
        *options(selection),
        # Only the suite's own settings count: not a pytest.ini or conftest.py of whoever calls.
        f"--rootdir={asking.SUITE}",
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


def options(selection: Selection) -> list[str]:
    """Return a selection as options of the pytest plugin."""
    options = [f"--noise-{axis}={pattern}" for axis, asked in selection.asked().items() for pattern in asked]
    limit = [f"--noise-max-time={selection.max_time}"] if selection.max_time is not None else []
    return [*options, *limit, f"--noise-profile={selection.profile}"]


def _workers() -> int:
    # One process needs none beside it; more than four would each load TensorFlow to check a handful of subjects.
    return 0 if available_cores() == 1 else min(available_cores(), 4)


def _own_environment() -> contextlib.AbstractContextManager[None]:
    """Keep the caller's pytest settings out: plugins that reorder or rerun tests would change what a verdict means."""
    return asking.variables({"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": ""})
