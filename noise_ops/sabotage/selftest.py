"""Runs the suite on every mutant, in processes of its own, and says of each how it ended."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from noise_ops import patterns, session
from noise_ops.checks import environment, exploration, harness
from noise_ops.errors import UnusableEnvironmentError
from noise_ops.findings import Verdict, worst
from noise_ops.reference.chunks import available_cores
from noise_ops.result import Check, Listener, Result, Selection
from noise_ops.sabotage import seams, throws
from noise_ops.sabotage.catalog import catalog
from noise_ops.sabotage.mutant import Kind, Mutant
from noise_ops.sabotage.outcome import Ending, Matrix, Outcome
from noise_ops.sabotage.own.catalog import catalog as own_layers
from noise_ops.sabotage.own.judging import judge as judge_own
from noise_ops.sabotage.own.layer import OwnLayer
from noise_ops.subjects import libraries
from noise_ops.subjects.catalog import checked
from noise_ops.subjects.subject import Subject

PROFILE = "quick"
"""The profile in which the suite runs on mutants: each is wrong by more than it can overlook."""

_MODES = ("eager",)
"""The modes in which a mutant that names none is asked."""

_WORST = (Verdict.CONTRACT_CHANGED, Verdict.LAW_CHANGED)


def narrowed(mutants: Sequence[Mutant] | None, layers: Sequence[str]) -> Sequence[Mutant]:
    """Return those mutants that are of some layers, each a pattern as `noise_ops.patterns` reads it; none for all.

    Args:
      mutants: which; None for the whole catalogue, and all layers of a user's own.
      layers: the patterns.

    Raises:
      NoSuchNameError: if one of them means no layer that has a mutant; the message names the nearest.
    """
    known = (*catalog(), *own_layers()) if mutants is None else tuple(mutants)
    subjects = dict.fromkeys(mutant.subject for mutant in known)
    meant = {name for pattern in layers for name in patterns.required(pattern, subjects, "broken layer")}
    return [mutant for mutant in known if mutant.subject in meant or not layers]


def run(listener: Listener, mutants: Sequence[Mutant] | None = None, workers: int | None = None) -> Matrix:
    """Run the suite on mutants and return how each ended; of a run that is interrupted, those that were judged.

    Args:
      listener: told when TensorFlow is loaded, and after each mutant.
      mutants: which; by default the whole catalogue, and all layers of a user's own.
      workers: processes that share them, by default two; 0 runs them in this one.

    Raises:
      UnusableEnvironmentError: if TensorFlow is missing or the suite cannot be collected.
      KeyboardInterrupt: if it is interrupted before one of them was judged.
    """
    started = time.monotonic()
    libraries.require_tensorflow()
    chosen = (*catalog(), *own_layers()) if mutants is None else tuple(mutants)
    processes = min(2, available_cores()) if workers is None else workers
    matrix = Matrix()
    by_name: dict[str, Outcome] = {}
    try:
        for described, outcome in _in_processes(chosen, processes) if processes else _in_this_process(chosen):
            if not matrix.environment:
                matrix.environment = described
                listener.started(described)
            by_name[outcome.mutant.name] = outcome
            listener.advanced(len(by_name), len(chosen), outcome.mutant.subject)
    except KeyboardInterrupt:
        if not by_name:
            raise
    # In the catalogue's order, whichever process was first.
    matrix.outcomes = [by_name[mutant.name] for mutant in chosen if mutant.name in by_name]
    matrix.left = len(chosen) - len(matrix.outcomes)
    matrix.seconds = time.monotonic() - started
    return matrix


def _in_this_process(mutants: Sequence[Mutant]) -> Iterator[tuple[dict[str, Any], Outcome]]:
    for mutant in mutants:
        yield environment.describe(), judge(mutant)


def _in_processes(mutants: Sequence[Mutant], processes: int) -> Iterator[tuple[dict[str, Any], Outcome]]:
    # Wounds are functions, which do not travel: their names do.
    by_name = {mutant.name: mutant for mutant in mutants}
    spawn = multiprocessing.get_context("spawn")  # a forked TensorFlow deadlocks
    with ProcessPoolExecutor(processes, mp_context=spawn, initializer=_prepare) as pool:
        try:
            for future in as_completed([pool.submit(_judge_by_name, name) for name in by_name]):
                described, name, results = future.result()
                yield described, Outcome(by_name[name], **results)
        except BrokenProcessPool:
            raise UnusableEnvironmentError(
                "A process of the self-test was killed, most likely for its memory: each needs about 1 GB."
            ) from None
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, too, and ends the pool
    checked()
    gc.freeze()  # all of TensorFlow is no garbage, and need not be looked through again and again


def _judge_by_name(name: str) -> tuple[dict[str, Any], str, dict[str, Any]]:
    mutant = throws.named(name) or next(mutant for mutant in (*catalog(), *own_layers()) if mutant.name == name)
    outcome = judge(mutant)
    return environment.describe(), name, {key: value for key, value in vars(outcome).items() if key != "mutant"}


def judge(mutant: Mutant) -> Outcome:
    """Run the suite on one mutant, in this process, and return how it ended.

    Of a random one, whoever finds it out may: no case is simplified, and no further check begun once the worst
    verdict that it may get is there.
    """
    if isinstance(mutant, OwnLayer):
        return judge_own(mutant)
    missing = seams.missing_library(mutant.subject)
    if missing is not None:
        return Outcome(mutant, Ending.NOT_RUN, reason=f"{missing} is not installed (pip install {missing})")
    wound = mutant.wound
    started = time.monotonic()
    selection = Selection((mutant.subject,), wound.dtypes, wound.modes or _MODES, PROFILE)
    files = _files().get(mutant.subject, ())
    briefly = wound.kind is Kind.RANDOM
    last = wound.verdicts[-1] if briefly else None
    harness.forget()
    try:
        # Nothing of the inner run's settings stays behind.
        with (
            mock.patch.dict(os.environ),
            exploration.unsimplified() if briefly else contextlib.nullcontext(),
            seams.opened(_subject(mutant.subject), wound.cuts) as site,
        ):
            result = session.run(selection, _Silent(), workers=0, files=files, enough=_reads(last))
    except seams.NoSuchPlaceError as error:
        return Outcome(mutant, Ending.UNREACHED, reason=f"this version has no such place ({error})")
    finally:
        harness.forget()
    outcome = _outcome(mutant, result, site.reached)
    return replace(outcome, seconds=time.monotonic() - started)


def _reads(verdict: Verdict | None) -> Callable[[Check], bool]:
    return lambda check: check.outcome == "failed" and check.finding is not None and check.finding.verdict is verdict


@cache
def _files() -> dict[str, tuple[Path, ...]]:
    """Return the files of the suite by subject: the run on a mutant collects those of its subject, and no others."""
    with mock.patch.dict(os.environ):
        return session.files_by_subject(PROFILE)


def _subject(name: str) -> Subject:
    return next(subject for subject in checked() if subject.name == name)


def _outcome(mutant: Mutant, result: Result, reached: int) -> Outcome:
    # A known deviation that is gone is news, but not what was broken.
    findings = [finding for finding in result.findings if finding.code != "unobserved"]
    verdict = worst(findings)
    caught_by = _names(f.property for f in findings if f.verdict in _WORST)
    failed = _names(f.property for f in result.findings)
    reason = next((f"{f.property}: {f.message}" for f in findings if f.verdict is Verdict.CANNOT_TELL), "")
    right = verdict in mutant.wound.verdicts
    if mutant.is_control:
        ending = Ending.LEFT_ALONE if right else Ending.ACCUSED
    else:
        ending = Ending.CAUGHT if right and _as_expected(mutant, caught_by) else Ending.MISSED
    if not reached:
        ending, reason = Ending.UNREACHED, "this version never passes the place that the mutant replaces"
    return Outcome(mutant, ending, verdict, caught_by, failed, len(result.checks), reason=reason)


def _as_expected(mutant: Mutant, caught_by: Sequence[str]) -> bool:
    """Return whether one of the properties that must catch a mutant did, or any where any may."""
    return bool(set(caught_by) & set(mutant.wound.expected or caught_by))


def _names(properties: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(properties))


class _Silent:
    """Listens to the run on one mutant, and tells nobody."""

    def started(self, environment: dict[str, Any]) -> None:
        """Keep quiet."""

    def advanced(self, done: int, total: int, subject: str) -> None:
        """Keep quiet."""
