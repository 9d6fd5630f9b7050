"""Records what noise the installed TensorFlow and Keras draw, and what they accept, as one JSON file."""

from __future__ import annotations

import argparse
import functools
import os
import signal
import sys
from collections.abc import Sequence

from noise_ops.errors import UserError
from noise_ops.probe import steps as catalog
from noise_ops.probe.recorder import LIMITS, Limits, Recorder
from noise_ops.probe.steps import Steps
from noise_ops.probe.worker import listen, work
from noise_ops.probe.writing import render, write
from noise_ops.subjects.inputs import MODES

ROOT = os.path.abspath(os.path.join(__file__, "..", "..", ".."))
"""The folder, or the one file, that Python is given to run this; it holds `noise_ops` and a `__main__.py`."""


def main(
    arguments: Sequence[str] | None = None,
    program: Sequence[str] = (ROOT,),
    steps: Steps = catalog.steps,
    limits: Limits = LIMITS,
) -> int:
    """Record a fingerprint; return 0, or 2 with one sentence on stderr if there is none.

    Args:
      arguments: of the command line (default: those of this process).
      program: what Python is given to run this again, as a worker.
      steps: what is observed.
      limits: how long a worker may be silent.
    """
    options = _parser().parse_args(arguments)
    if options.worker:
        work(steps, set(options.modes) if options.modes else None)
        return 0
    command = [sys.executable, *program, "--worker"]
    advanced = _advanced if options.progress and options.output else lambda done, total: None
    recorder = Recorder(command, options.subjects, options.modes, options.gpu, limits, advanced)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.lifeline:
        # The workers hold on to this process by their own standard input.
        listen(lambda line: None, functools.partial(os._exit, 1))
    try:
        recorder.record(max(1, options.jobs))
        _tell(render(recorder.fingerprint()), options.output)
    except UserError as error:
        print("Nothing was recorded: {}.".format(str(error).rstrip(".")), file=sys.stderr)
        return 2
    except OSError as error:
        print(f"The fingerprint cannot be written: {error}.", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write the fingerprint (default: stdout)")
    parser.add_argument("--subjects", nargs="+", default=[], metavar="PATTERN", help="record only these, as in a shell")
    parser.add_argument("--modes", nargs="+", choices=MODES, help="record only these modes")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (default: 2)")
    parser.add_argument(
        "--gpu", action="store_true", help="leave GPUs visible to TensorFlow; releases are recorded on CPU"
    )
    parser.add_argument("--progress", action="store_true", help="with -o: tell how many subjects are recorded")
    parser.add_argument("--lifeline", action="store_true", help="end, whatever happens, when standard input is closed")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser


def _advanced(done: int, total: int) -> None:
    print(done, "of", total, flush=True)


def _tell(text: str, path: str | None) -> None:
    if path is None:
        sys.stdout.write(text)
    else:
        write(text, path)


if __name__ == "__main__":
    sys.exit(main(program=("-m", "noise_ops.probe")))
