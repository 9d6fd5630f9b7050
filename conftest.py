"""Settings of the whole test run: the noise_ops plugin, and which tests are left for longer runs."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

# Tests share helpers and benchmarks, in spawned processes too; last, so that the installed noise_ops is the one tested.
sys.path.append(str(Path(__file__).parent))

# The suite as users run it; `NOISE_OPS_PROFILE=thorough pytest noise_ops/suite` asks more.
os.environ.setdefault("NOISE_OPS_PROFILE", "default")

# What a test prints is as wide as the test says. Python's readline, once imported, gives its terminal's size to every
# program that the process starts, the workers of pytest-xdist among them.
for name in ("COLUMNS", "LINES"):
    os.environ.pop(name, None)

# A run in the background or under nohup ignores these, and so would every program that a test starts and interrupts.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)

pytest_plugins = ["noise_ops.pytest_plugin"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs the long proofs."""
    parser.addoption("--run-long", action="store_true", help="also run the proofs that take minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the long proofs unless they are asked for."""
    if config.getoption("--run-long"):
        return
    for item in items:
        if "long" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="a long proof; run with --run-long"))
