"""How a run of the suite ends: with the certificate of all its processes, or with why not all was asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from noise_ops.checks import collecting, observing

if TYPE_CHECKING:
    from noise_ops.stats.certificate import Row


class Conclusion:
    """Collects the rows of all processes, and decides what a run that did not ask all amounts to."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._own: list[Row] = []
        self._gaps: dict[str, list[tuple[str, str]]] = {}
        self._summary = ""
        self._skipped = self._asked = self._unreached = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take over what a check left."""
        self._rows += observing.certificate_rows(report)
        self._own += observing.certificate_rows(report, observing.OWN)
        for layer, why, name in observing.gaps(report):
            self._gaps.setdefault(layer, []).append((why, name))
        for told in (value for name, value in report.user_properties if name == observing.PROPERTY):
            skipped = report.outcome == "skipped" and not hasattr(report, "wasxfail")
            self._skipped += skipped
            self._asked += not skipped
            self._unreached += json.loads(str(told))["unreached"]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        """Hear of a worker that has ended why it asked nothing, if so."""
        collecting.hear_refusal(node)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Sum up, and let a run that asked nothing, not all, or more than the ledger allows, be no pass."""
        if refusal := session.config.stash.get(collecting.REFUSAL, ""):
            self._summary = refusal
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        elif self._skipped and not self._asked:
            self._summary = f"nothing was asked: every check was skipped ({self._skipped})."
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        elif self._unreached:
            self._summary = f"{self._unreached} checks were not begun, since the time was up: that is no pass."
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if not self._rows:
            return
        from noise_ops.checks.asked import ledger
        from noise_ops.stats.certificate import merged
        from noise_ops.stats.ledger import LedgerError

        try:
            self._summary = f"{self._summary} {merged(self._rows, ledger()).sentence()}".strip()
        except LedgerError as error:
            self._summary = str(error)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write the summary below everything else."""
        if self._summary:
            terminalreporter.write_line(f"noise_ops: {self._summary}")
        if self._gaps:
            from noise_ops.testing.checking import gaps

            for layer, unasked in sorted(self._gaps.items()):
                for gap in gaps(unasked):
                    terminalreporter.write_line(f"noise_ops: {layer}: {gap}")
        if self._own:
            from noise_ops.testing.budget import sentence

            terminalreporter.write_line(f"noise_ops: {sentence(self._own)}")
