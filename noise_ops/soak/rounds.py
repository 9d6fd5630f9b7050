"""Soak: sampling without an end, in rounds that can be stopped, resumed, shared out and merged.

A round draws once from every target. Shard i of n does rounds i, i + n, i + 2n, ...; what a shard knows is a file of
counts and sums. Files of disjoint rounds add up, in any order, to the file of one run over all of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from noise_ops import deviations, patterns
from noise_ops.checks import alarms, environment, samples
from noise_ops.checks.asked import ledger
from noise_ops.checks.harness import in_dtypes, in_modes
from noise_ops.errors import UserError
from noise_ops.findings import Finding
from noise_ops.result import Check, Result, Selection, matching_layers
from noise_ops.stats import certificate
from noise_ops.stats.evidence import Evidence
from noise_ops.subjects import catalog, pinning
from noise_ops.subjects.broken import BrokenCallError
from noise_ops.subjects.modes import MODES
from noise_ops.subjects.targets import Target

ROWS = 2**18 // (4 * samples.COLUMNS) + 1
"""Rows of each output of a round: about 2**18 units a target and parameter."""

_VERSIONS = ("noise_ops", "tensorflow", "keras", "tf_keras", "epoch", "device", "platform")
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
    ops = {subject.op for subject in catalog.declared()}
    modes = _modes(selection.modes)
    found = []
    for of, run in ((catalog.layers_for, MODES), (catalog.functions_for, ("function", "xla"))):
        if "eager" in modes:
            found += in_dtypes(ops, of=of)
        found += in_modes(ops, [mode for mode in modes if mode in run and mode != "eager"], of=of)
    places = [{"layer": target.subject.name, "dtype": target.dtype.name, "mode": target.mode} for target in found]
    for pattern in selection.layers:
        matching_layers(pattern)  # what there is, but not in these modes, is refused in other words
    try:
        chosen = patterns.narrowed(selection.asked(), places)
    except patterns.NoSuchNameError:
        options = " ".join(f"--{axis} {value}" for axis, asked in selection.asked().items() for value in asked)
        raise SoakError(f"Nothing that a soak samples has all of these: {options}.") from None
    return [target for target, is_chosen in zip(found, chosen, strict=True) if is_chosen]


def _modes(asked: Sequence[str]) -> list[str]:
    if not asked:
        return ["eager"]
    return patterns.selected(asked, MODES, "mode", where="in which a soak samples", forms=patterns.plain_forms)


def run(
    soak: Soak,
    chosen: Sequence[Target],
    shard: tuple[int, int],
    until: Callable[[Soak], bool],
    save: Callable[[Soak], None],
) -> None:
    """Do the shard's next rounds until `until` says so after a round; `save` is called after each.

    Args:
      soak: what is known already; it grows.
      chosen: what to sample.
      shard: (i, n), 1 <= i <= n.
      until: takes what is known and returns whether that is enough.
      save: keeps what is known.
    """
    index, count = shard
    number = max(soak.rounds, default=index - 1 - count) + count
    while True:
        soak.add(_round(soak.environment, chosen, number))
        save(soak)
        if until(soak):
            return
        number += count


def _round(described: dict[str, Any], chosen: Sequence[Target], number: int) -> Soak:
    evidence = {}
    for target in chosen:
        try:
            with pinning.pinned():
                drawn = samples.draw(target, samples.parameters(target), ROWS, f"soak/{number}")
        except BrokenCallError as broken:
            raise SoakError(f"{target} gives nothing to sample; noise-ops check says more. {broken}") from broken
        for parameter, found in drawn.items():
            evidence[target.subject.name, target.dtype.name, target.mode, parameter] = found.unordered()
    return Soak(described, [number], evidence)


def judged(soak: Soak) -> Result:
    """Return what the soak says, as a result of checks with a certificate."""
    if not soak.rounds:
        raise SoakError("Nothing was sampled: no round was finished.")
    started = time.monotonic()
    result, rows = Result(environment=soak.environment, soaked=soak.samples()), []
    for target, parameter, evidence in _by_target(soak):
        for row, finding in alarms.judged(target, parameter, evidence):
            rows.append(row)
            result.checks.append(_check(target, row, finding))
    result.certificate = certificate.merged(rows, ledger())
    result.seconds = time.monotonic() - started
    return result


def _check(target: Target, row: certificate.Row, finding: Finding | None) -> Check:
    library = target.subject.library
    asked = (row.check, row.subject, row.dtype, row.mode, row.parameter, library.name, library.version)
    deviation = deviations.expected(*asked)
    known = deviation.name if deviation is not None else None
    outcome = "passed" if finding is None else "failed" if known is None else "known"
    return Check(row.subject, row.dtype, row.mode, row.check, outcome, known, finding)


def _by_target(soak: Soak) -> Iterator[tuple[Target, float, Evidence]]:
    modes = tuple({mode for _, _, mode, _ in soak.evidence})
    known = {(t.subject.name, t.dtype.name, t.mode): t for t in targets(Selection(modes=modes))}
    for (subject, dtype, mode, parameter), evidence in soak.evidence.items():
        if (subject, dtype, mode) not in known:
            raise SoakError(f"{subject} ({dtype}, {mode}) is not installed here, so its file cannot be judged here.")
        yield known[subject, dtype, mode], parameter, evidence


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
