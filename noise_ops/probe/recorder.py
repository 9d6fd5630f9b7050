"""The recorder: hands out subjects to workers, survives their crashes and hangs, and collects what they tell.

A worker gets one subject at a time, and tells of each observation before it begins it and once it has it. One that
dies thereby loses a single observation; how it died is recorded as its value, and a new worker goes on from there.
"""

from __future__ import annotations

import fnmatch
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from noise_ops.errors import UserError
from noise_ops.probe.child import Worker, ended
from noise_ops.probe.writing import PROBE, SCHEMA
from noise_ops.subjects.texts import raised
from noise_ops.subjects.values import Facts


class Limits(NamedTuple):
    """Seconds of silence after which a worker is given up.

    Attributes:
      start: imports may take so long, on a cold disk.
      step: a step that reports nothing for so long hangs.
    """

    start: int = 600
    step: int = 120


LIMITS = Limits()


class Recorder:
    """Collects the facts of all subjects from workers that take them from one list.

    Args:
      command: what starts a worker.
      patterns: of the subjects to record, as in a shell; none for all.
      modes: to record; none for all.
      gpu: whether workers see GPUs.
      limits: how long a worker may be silent.
      advanced: told how many subjects are recorded, and of how many.

    Attributes:
      facts: by subject and target, which is written "dtype/mode", the facts by name.
      environment: what the first worker says of its interpreter and libraries.
      waiting: subjects not begun; None until the first worker has named them.
      done, total: how many subjects are recorded, and of how many.
      problem: why nothing can be recorded; it ends every thread.
    """

    def __init__(
        self,
        command: Sequence[str],
        patterns: Sequence[str],
        modes: Sequence[str] | None,
        gpu: bool = False,
        limits: Limits = LIMITS,
        advanced: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self.command = [*command, *(["--modes", *modes] if modes else [])]
        self.patterns, self.modes, self.gpu, self.limits = patterns, modes, gpu, limits
        self.lock = threading.Lock()
        self.workers: list[Worker] = []
        self.facts: dict[str, dict[str, Facts]] = {}
        self.environment: dict[str, Any] = {}
        self.waiting: list[str] | None = None
        self.problem: str | None = None
        self.advanced, self.done, self.total = advanced, 0, 0

    def record(self, jobs: int) -> None:
        """Record everything, in `jobs` processes at a time.

        Raises:
          CannotRecordError: if workers cannot start, no subject matches, or the user interrupts.
        """
        threads = [threading.Thread(target=self._serve) for _ in range(jobs)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            self._interrupt()
        if self.problem is not None:
            raise UserError(self.problem)

    def _interrupt(self) -> None:
        """End the workers; the threads find them dead and start no others."""
        with self.lock:
            self.problem = "it was interrupted"
            for worker in self.workers:
                worker.process.kill()

    def _serve(self) -> None:
        """Record subjects until none waits: the work of one thread, which has one worker at a time."""
        worker: Worker | None = None
        try:
            worker = self._start()
            while worker is not None:
                subject = self._next_subject()
                if subject is None:
                    return
                worker = self._observe(worker, subject)
                self._advance(1)
        except Exception as error:  # a thread's exception would be lost
            self.problem = f"the probe failed: {raised(error)}"
        finally:
            if worker is not None:
                worker.stop()

    def _next_subject(self) -> str | None:
        with self.lock:
            return self.waiting.pop(0) if self.waiting and self.problem is None else None

    def _start(self) -> Worker | None:
        """Return a new worker that has imported everything; None if there is a problem."""
        with self.lock:
            if self.problem is not None:
                return None
            worker = Worker(self.command, self.gpu)
            self.workers.append(worker)
        try:
            message = worker.hear(self.limits.start)
        except queue.Empty:
            message = {"unusable": f"TensorFlow is not imported after {self.limits.start} seconds"}
        if message is None:
            message = {"unusable": f"importing TensorFlow ends the process ({ended(worker.process.returncode)})"}
        if "unusable" in message:
            self.problem = self.problem or message["unusable"]
            worker.stop()
            return None
        with self.lock:
            if self.waiting is None:
                self.environment = message["ready"]["environment"]
                self.waiting = [name for name in message["ready"]["subjects"] if self._wanted(name)]
                self.total = len(self.waiting)
                if not self.waiting:
                    self.problem = f"no subject here is named {' or '.join(self.patterns)}"
        self._advance(0)
        return worker

    def _advance(self, subjects: int) -> None:
        with self.lock:
            self.done += subjects
            self.advanced(self.done, self.total)

    def _wanted(self, name: str) -> bool:
        return not self.patterns or any(fnmatch.fnmatchcase(name, pattern) for pattern in self.patterns)

    def _observe(self, worker: Worker, subject: str) -> Worker | None:
        """Record one subject; return the worker, the one in place of it if it died, or None if there is a problem."""
        done: list[str] = []  # keys of observations, each "subject target name"
        begun: str | None = None
        worker.order(subject, done)
        while True:
            message = self._heard(worker)
            if isinstance(message, str):
                worker.stop()
                # Between two observations there is none to blame: then the rest of the subject is lost, and said to be.
                target, name = begun.split(" ", 2)[1:] if begun else ("any/any", "observed")
                self._keep(subject, target, {name: message})
                replacement = self._start()
                if replacement is None or begun is None:
                    return replacement
                worker = replacement
                done.append(begun)
                begun = None
                worker.order(subject, done)
            elif "begin" in message:
                begun = message["begin"]
            elif "end" in message:
                return worker
            else:
                self._keep(message["subject"], message["target"], message["facts"])
                done.append(message["key"])
                begun = None

    def _heard(self, worker: Worker) -> dict[str, Any] | str:
        """Return the next message of a worker, or its fate if there is none."""
        try:
            message = worker.hear(self.limits.step)
        except queue.Empty:
            return "hangs"
        return f"crashes: {ended(worker.process.returncode)}" if message is None else message

    def _keep(self, subject: str, target: str, facts: Facts) -> None:
        with self.lock:
            self.facts.setdefault(subject, {}).setdefault(target, {}).update(facts)

    def fingerprint(self) -> dict[str, Any]:
        """Return everything recorded, as what JSON holds; where patterns or modes chose a part, "only" says which."""
        whole = {"schema": SCHEMA, "probe": PROBE, "environment": self.environment, "facts": self.facts}
        only = {"subjects": list(self.patterns), "modes": list(self.modes or [])}
        return {**whole, "only": only} if any(only.values()) else whole
