"""The command line: reads arguments, calls, writes, returns an exit code. No logic of its own.

Exit codes: 0 the policy is met, 1 a finding at or above --fail-on, 2 the command could not run.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Sequence

from noise_ops.cli import checking, comparing, looking_up, recording, selftesting, soaking
from noise_ops.errors import UserError

# Heavy modules are imported inside the commands: `--help` answers in a fraction of a second.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    started = time.monotonic()
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)  # how CI cancels a job
    try:
        return int(options.command(options, started))
    except (UserError, OSError) as error:
        sentence = f"{error.strerror}: {error.filename}." if isinstance(error, OSError) else str(error)
        print(f"noise-ops: {sentence}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("noise-ops: interrupted; nothing was written.", file=sys.stderr)
        return 2


def _interrupt(number: int, frame: object) -> None:
    del number, frame
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="noise-ops",
        description="Holds the noise layers of the installed TensorFlow and Keras to a NumPy prediction of every bit.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for room in (checking, comparing, recording, looking_up, soaking, selftesting):
        room.add_to(commands)
    return parser
