"""A worker: a process that makes observations and tells each at once, so that what it survived is kept."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any

from noise_ops.errors import UserError
from noise_ops.probe.steps import Steps, subject_names
from noise_ops.subjects.environment import environment
from noise_ops.subjects.libraries import libraries, tensorflow
from noise_ops.subjects.texts import raised


def work(steps: Steps, modes: set[str] | None) -> None:
    """Follow orders from standard input until it is closed, and report each step at once.

    An order is a line {"subject": name, "skip": [keys]}. The report is JSON lines: {"ready": {...}}, or
    {"unusable": why} and no more; then, of each step, {"begin": key}, so that the recorder knows which one a crash cut
    short, and {"key", "subject", "target", "facts"}; {"end": subject} after the last.
    """
    orders: Any = queue.Queue()
    # Not sys.exit, which would end the thread alone and wait for a step that may hang.
    listen(orders.put, functools.partial(os._exit, 0))
    # What TensorFlow and Keras print must not mix with the report.
    report = os.fdopen(os.dup(1), "w", encoding="ascii")
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)

    def tell(message: dict[str, Any]) -> None:
        report.write(json.dumps(message) + "\n")
        report.flush()

    try:
        tensorflow()
        tell({"ready": {"environment": environment(), "subjects": subject_names()}})
    except UserError as error:
        tell({"unusable": str(error)})
        return
    except Exception as error:
        tell({"unusable": f"TensorFlow cannot be used here, since its import {raised(error)}"})
        return
    while True:  # until standard input is closed: then `listen` ends the process, also in the middle of a step
        order = json.loads(orders.get())
        skipped = set(order["skip"])
        for step in steps({order["subject"]}, modes):
            if step.key not in skipped:
                tell({"begin": step.key})
                tell({"key": step.key, "subject": step.subject, "target": step.target, "facts": step.facts()})
        tell({"end": order["subject"]})
        # What a subject's models leave behind would make the worker grow; a Keras that cannot clear it loses no fact.
        with contextlib.suppress(Exception):
            for library in libraries():
                library.module.backend.clear_session()


def listen(hear: Callable[[str], None], ended: Callable[[], Any]) -> None:
    """Pass on the lines of standard input from a thread; call `ended` once it is closed.

    It is closed when the process at its other end has ended, even if that was killed.
    """

    def read() -> None:
        for line in sys.stdin:
            hear(line)
        ended()

    threading.Thread(target=read, daemon=True).start()
