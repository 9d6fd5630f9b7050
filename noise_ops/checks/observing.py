"""What pytest's report of a check carries: the check itself, the rows it leaves for the certificate, and where it ran.

Whoever reads the reports (the command line, a worker of pytest-xdist) finds in `user_properties` one entry
`PROPERTY` a check, the JSON object of a `noise_ops.result.Check`.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from noise_ops.checks.collecting import own_check_of, property_of, target_of

if TYPE_CHECKING:  # for these, a project that has the plugin and no check would wait
    from noise_ops.findings import Finding
    from noise_ops.result import Check
    from noise_ops.stats.certificate import Row

PROPERTY = "noise_ops"
"""Name of the user property that carries a check."""

ENVIRONMENT = "noise_ops_environment"
"""Name of the user property, of the first report of a process, that describes its TensorFlow and its settings."""

CERTIFICATE = "noise_ops_certificate"
"""Name of the user property that carries the certificate's rows which a test left, a JSON array."""

OWN = "noise_ops_own"
"""Name of the user property that carries the row which a test of a user's own layer left, a JSON array."""

GAP = "noise_ops_gap"
"""Name of the user property that carries what was not asked of a user's own layer, a JSON array of three texts."""

_TIME_IS_UP = "the time of --max-time was up"

_FIRST_CHECK = pytest.StashKey[float]()
"""When the first check of a process began: what loads TensorFlow before it is no check."""

_SETTINGS_TOLD = pytest.StashKey[dict[str, dict[str, str]]]()
"""The user's settings that a process has told."""


def begin(item: pytest.Item) -> None:
    """Start a check with an empty record of what it leaves; skip it when the time is up."""
    if target_of(item) is None:
        return
    from noise_ops.checks import exploration
    from noise_ops.stats import certificate

    certificate.take()
    exploration.take()
    limit, now = item.config.getoption("--noise-max-time"), time.monotonic()
    if limit is not None and now - item.config.stash.setdefault(_FIRST_CHECK, now) > limit:
        pytest.skip(_TIME_IS_UP)


@contextlib.contextmanager
def undisturbed(item: pytest.Item) -> Iterator[None]:
    """Run a check under the default settings, and simplify no failure that is expected."""
    if target_of(item) is None:
        yield
        return
    from noise_ops.checks import exploration
    from noise_ops.subjects import pinning

    is_expected = item.get_closest_marker("xfail") is not None
    with pinning.pinned(), exploration.unsimplified() if is_expected else contextlib.nullcontext():
        yield


def attach(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Attach to the report of a check what it was about, what it found, and the rows and settings it leaves."""
    if report.when == "call" and (own := own_check_of(item)) is not None:
        report.user_properties += [(OWN, json.dumps([asdict(own.row)]))] if own.row is not None else []
        report.user_properties += [(GAP, json.dumps(own.gap))] if own.gap is not None else []
    if target_of(item) is None or (report.when != "call" and report.outcome == "passed"):
        return
    from noise_ops.stats import certificate

    report.user_properties.append((PROPERTY, json.dumps(_check(item, call, report).to_json())))
    _tell_environment(item.config, report)
    rows = [asdict(row) for row in certificate.take()]
    if rows:
        report.user_properties.append((CERTIFICATE, json.dumps(rows)))


def certificate_rows(report: pytest.TestReport, name: str = CERTIFICATE) -> list[Row]:
    """Return the rows of a certificate that a report carries: that of the suite, or `OWN`."""
    told = [json.loads(str(value)) for key, value in report.user_properties if key == name]
    if not told:
        return []
    from noise_ops.stats.certificate import Row

    return [Row.from_json(row) for rows in told for row in rows]


def gaps(report: pytest.TestReport) -> list[tuple[str, str, str]]:
    """Return what a report carries of what was not asked: the layer, why, and the property."""
    layer_why_property = [json.loads(str(value)) for key, value in report.user_properties if key == GAP]
    return [(layer, why, name) for layer, why, name in layer_why_property]


def lost(report: pytest.TestReport) -> Check | None:
    """Return the check that a worker of pytest-xdist was asking when its process ended; None of any other report.

    Such a report comes from the process that waited: it has a name and no more.
    """
    named = re.search(r"::test_(\w+)\[([^-]+)-([^-]+)-([^-\]]+)", report.nodeid)
    if report.when in {"setup", "call", "teardown"} or named is None:  # it is "???" in xdist's handle_crashitem
        return None
    from noise_ops.findings import Finding
    from noise_ops.result import Check

    property_name, layer, dtype, mode = named.groups()
    again = f"noise-ops check --layer {layer} --dtype {dtype} --mode {mode}"
    message = "TensorFlow ended the process that asked it: what was printed last says why."
    crash = Finding("crash", layer, dtype, mode, property_name, None, message, again, "")
    return Check(layer, dtype, mode, property_name, "failed", None, crash)


def _tell_environment(config: pytest.Config, report: pytest.TestReport) -> None:
    """Attach the environment to the first report of a process, and to the first with a setting that is new."""
    from noise_ops.checks import environment

    settings, told = environment.user_settings(), config.stash.get(_SETTINGS_TOLD, None)
    if told is None or any(settings[kind].items() - told[kind].items() for kind in settings):
        described = environment.describe()
        report.user_properties.append((ENVIRONMENT, json.dumps(described)))
        config.stash[_SETTINGS_TOLD] = described["settings"]


def _check(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Check:
    from noise_ops.checks import exploration
    from noise_ops.result import Check

    target, marker = target_of(item), item.get_closest_marker("xfail")
    unobserved = (
        report.outcome == "failed" and isinstance(report.longrepr, str) and report.longrepr.startswith("[XPASS")
    )
    finding: Finding | None
    if unobserved and marker is not None:
        finding = _other_finding("unobserved", item, f"Not observed any more: {marker.kwargs['reason']}.")
    else:
        finding = _found(item, call, report)
    return Check(
        subject=target.subject.name,
        dtype=target.dtype.name,
        mode=target.mode,
        property=property_of(item),
        outcome="known" if hasattr(report, "wasxfail") and not unobserved else report.outcome,
        known=marker.kwargs["reason"].split(":")[0] if marker is not None else None,
        finding=finding,
        unreached=report.outcome == "skipped" and _TIME_IS_UP in str(report.longrepr),
        examples=exploration.take(),
        seconds=report.duration,
        parameter=item.callspec.params.get("parameter"),  # type: ignore[attr-defined]
    )


def _found(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Finding | None:
    """Return the finding that a check ended with; any other exception is one as well."""
    from noise_ops.findings import FindingError

    error = call.excinfo.value if call.excinfo is not None else None
    if isinstance(error, FindingError):
        return error.finding
    if report.outcome != "failed" or error is None:
        return None
    sentence = (str(error).splitlines() or ["no message"])[0]
    return _other_finding("crash", item, f"The check ended in {type(error).__name__}: {sentence.rstrip('.')}.")


def _other_finding(code: str, item: pytest.Item, message: str) -> Finding:
    from noise_ops.checks.report import finding

    target = target_of(item)
    return finding(property_of(item), target, target.standard, message, code=code)
