"""Soak: sampling without an end, in rounds that can be stopped, resumed, shared out and merged.

A round draws once from every target, with seeds that follow from its number: wherever it is done, and however often,
it gives the same counts. Shard i of n does rounds i, i + n, i + 2n, ...; what a shard knows is a file of counts and
sums. Files of disjoint rounds add up, in any order, to the file of one run over all of them.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from noise_ops import deviations, patterns
from noise_ops.checks import alarms, environment, samples
from noise_ops.checks.asked import ledger
from noise_ops.errors import UserError
from noise_ops.findings import Finding
from noise_ops.reference.variates import DTYPES
from noise_ops.result import Check, Result, Selection, matching_layers
from noise_ops.stats import certificate
from noise_ops.stats.evidence import Evidence
from noise_ops.subjects import catalog, pinning
from noise_ops.subjects.broken import BrokenCallError
from noise_ops.subjects.functions import FunctionSubject
from noise_ops.subjects.modes import MODES
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.targets import Target, default_dtype

ROWS = 2**18 // (4 * samples.COLUMNS) + 1
"""Rows of each output of a round: about 2**18 units a target and parameter."""

_FUNCTION_MODES = ("function", "xla")
"""In which modes a soak samples functions, beside eager calls."""

_VERSIONS = ("noise_ops", "tensorflow", "keras", "tf_keras", "epoch", "device", "platform", "cpu")
_SWITCHES = ("TF_ENABLE_ONEDNN_OPTS", "XLA_FLAGS", "TF_USE_LEGACY_KERAS")
_COMPARED = (*_VERSIONS, *_SWITCHES)
"""What must be equal in the environments of merged files, beside the settings that a soak keeps as they are."""


class SoakError(UserError):
    """A soak file that cannot be used, or files that do not belong together; the message is one sentence."""


@dataclass
class Soak:
    """What is known after some rounds.

    Attributes:
      environment: what was sampled with what.
      rounds: the rounds that were done, in increasing order.
      evidence: by subject, dtype, mode and parameter.
    """

    environment: dict[str, Any]
    rounds: list[int] = field(default_factory=list)
    evidence: dict[tuple[str, str, str, float], Evidence] = field(default_factory=dict)

    def add(self, other: Soak) -> None:
        """Take over what another soak knows.

        Raises:
          SoakError: if both did the same round, or sampled different things.
        """
        require_same(self, other)
        if self.rounds and self.evidence.keys() != other.evidence.keys():
            raise SoakError("These files do not belong together: they sampled different layers, dtypes or modes.")
        twice = set(self.rounds) & set(other.rounds)
        if twice:
            raise SoakError(f"Round {min(twice)} is in two of these files: its samples would count twice.")
        self.rounds = sorted([*self.rounds, *other.rounds])
        nothing = Evidence()
        self.evidence = {key: self.evidence.get(key, nothing) + theirs for key, theirs in other.evidence.items()}

    def samples(self) -> int:
        """Return how many samples were drawn."""
        return sum(evidence.n for evidence in self.evidence.values())


def require_same(mine: Soak, other: Soak) -> None:
    """Raise SoakError if two soaks did not sample the same TensorFlow in the same way."""
    first, second = _compared(mine.environment), _compared(other.environment)
    for name in first | second:
        here, there = first.get(name, "not set"), second.get(name, "not set")
        if here != there:
            raise SoakError(f"These samples do not belong together: {name} is {here} in one and {there} in the other.")


def _compared(described: dict[str, Any]) -> dict[str, Any]:
    return {**{name: described.get(name) for name in _COMPARED}, **described.get("settings", {}).get("kept", {})}


def targets(selection: Selection) -> list[Target]:
    """Return the targets of a selection; without modes, every dtype eagerly.

    Raises:
      NoSuchNameError: if a pattern means nothing.
      SoakError: if nothing is left, or nothing of what one of the patterns means.
    """
    found = _targets(catalog.checked(), _modes(selection.modes))
    places = [dict(zip(("layer", "dtype", "mode"), _place(target), strict=True)) for target in found]
    for pattern in selection.layers:
        matching_layers(pattern)  # what there is, but not in these modes, is refused in other words
    try:
        chosen = patterns.narrowed(selection.asked(), places)
    except patterns.NoSuchNameError:
        options = " ".join(f"--{axis} {value}" for axis, asked in selection.asked().items() for value in asked)
        raise SoakError(f"Nothing that a soak samples has all of these: {options}.") from None
    return [target for target, is_chosen in zip(found, chosen, strict=True) if is_chosen]


def _targets(subjects: Iterable[Subject], modes: Sequence[str]) -> list[Target]:
    found = []
    for subject in subjects:
        had = _FUNCTION_MODES if isinstance(subject, FunctionSubject) else MODES
        found += [Target(subject, dtype, "eager") for dtype in DTYPES if "eager" in modes]
        found += [Target(subject, default_dtype(mode), mode) for mode in modes if mode in had and mode != "eager"]
    return found


def _place(target: Target) -> tuple[str, str, str]:
    return target.subject.name, target.dtype.name, target.mode


def _modes(asked: Sequence[str]) -> list[str]:
    if not asked:
        return ["eager"]
    return patterns.selected(asked, MODES, "mode", where="in which a soak samples", forms=patterns.plain_forms)


def left(soak: Soak, shard: tuple[int, int], wanted: int | None = None) -> Iterator[int]:
    """Yield the numbers of the shard's rounds that are not known yet, in increasing order.

    Args:
      soak: what is known already.
      shard: (i, n), 1 <= i <= n.
      wanted: how many rounds are to be known then; None for no end.
    """
    index, count = shard
    known = frozenset(soak.rounds)
    numbers = (number for number in itertools.count(index - 1, count) if number not in known)
    return itertools.islice(numbers, None if wanted is None else max(0, wanted - len(known)))


def run(soak: Soak, done: Iterable[Soak], until: Callable[[Soak], bool], save: Callable[[Soak], None]) -> None:
    """Add rounds as they are done, until `until` says so after one; `save` is called after each.

    Args:
      soak: what is known already; it grows.
      done: what each round gave, in the order of their numbers.
      until: takes what is known and returns whether that is enough.
      save: keeps what is known.
    """
    for one in done:
        soak.add(one)
        save(soak)
        if until(soak):
            return


def here(described: dict[str, Any], asked: Selection, numbers: Iterable[int]) -> Iterator[Soak]:
    """Do rounds in this process, one after the other.

    Args:
      described: the environment of this process.
      asked: what to sample.
      numbers: which rounds.
    """
    chosen = targets(asked)
    for number in numbers:
        yield _round(described, chosen, number)


def _round(described: dict[str, Any], chosen: Sequence[Target], number: int) -> Soak:
    evidence = {}
    for target in chosen:
        try:
            with pinning.pinned():
                drawn = samples.draw(target, samples.parameters(target), ROWS, f"soak/{number}")
        except BrokenCallError as broken:
            raise SoakError(f"{target} gives nothing to sample; noise-ops check says more. {broken}") from broken
        for parameter, found in drawn.items():
            evidence[(*_place(target), parameter)] = found.unordered()
    return Soak(described, [number], evidence)


def judged(soak: Soak) -> Result:
    """Return what the soak says, as a result of checks with a certificate. Imports no TensorFlow.

    Raises:
      SoakError: if nothing was sampled, or what no soak samples.
    """
    if not soak.rounds:
        raise SoakError("Nothing was sampled: no round was finished.")
    started = time.monotonic()
    result, rows = Result(environment=soak.environment, soaked=soak.samples()), []
    for target, parameter, evidence in _by_target(soak):
        for row, finding in alarms.judged(target, parameter, evidence):
            rows.append(row)
            result.checks.append(_check(target, row, finding, str(soak.environment["tensorflow"])))
    result.certificate = certificate.merged(rows, ledger())
    result.seconds = time.monotonic() - started
    return result


def _check(target: Target, row: certificate.Row, finding: Finding | None, tensorflow: str) -> Check:
    library = target.subject.library
    asked = (row.check, row.subject, row.dtype, row.mode, row.parameter)
    deviation = deviations.expected(deviations.Asked(*asked, library.name, library.version, tensorflow))
    known = deviation.name if deviation is not None else None
    outcome = "passed" if finding is None else "failed" if known is None else "known"
    return Check(row.subject, row.dtype, row.mode, row.check, outcome, known, finding)


def _by_target(soak: Soak) -> Iterator[tuple[Target, float, Evidence]]:
    modes = sorted({mode for _, _, mode, _ in soak.evidence})
    known = {_place(target): target for target in _targets(catalog.of_versions(soak.environment), modes)}
    for (subject, dtype, mode, parameter), evidence in sorted(soak.evidence.items(), key=lambda entry: entry[0]):
        target = known.get((subject, dtype, mode))
        if target is None or parameter not in samples.parameters(target):
            raise SoakError(f"No soak of these versions samples {subject} ({dtype}, {mode}) at {parameter:g}.")
        yield target, parameter, evidence


def merged(soaks: Iterable[Soak]) -> Soak:
    """Return what all the files know together.

    Raises:
      SoakError: if they do not belong together.
    """
    first, *others = soaks
    for other in others:
        first.add(other)
    return first


def new() -> Soak:
    """Return a soak of the installed TensorFlow that knows nothing yet. Imports TensorFlow."""
    return Soak(environment.describe())
