"""A batch of recordings: requirements, each installed in an environment of its own and recorded, here or on a cluster.

Recordings know nothing of each other: any may fail, or be made anywhere and again, and the others are the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from noise_ops import cluster, words
from noise_ops.cluster import Outcome
from noise_ops.environments import installing, recording, requirements
from noise_ops.environments.processes import plain
from noise_ops.errors import UserError
from noise_ops.fingerprint import schema
from noise_ops.probe.writing import PROBE

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Recording:
    """What is to be recorded.

    Attributes:
      requirements: what is installed, as of `requirements.parse`.
      options: how it is recorded.
    """

    requirements: str
    options: recording.Options = field(default_factory=recording.Options)


def files(texts: Sequence[str], folder: Path) -> dict[str, Path]:
    """Return where the records of requirements are written.

    Raises:
      UserError: if one asks for what cannot be installed, or two would be one file.
    """
    found: dict[str, Path] = {}
    for text in texts:
        path = folder / f"{requirements.parse(text).readable}.json"
        if other := next((other for other, taken in found.items() if taken == path), None):
            raise UserError(
                f"{plain(other, 60)!r} and {plain(text, 60)!r} would both be written to {plain(path.name)}: name one."
            )
        found[text] = path
    return found


def is_whole(path: Path, wanted: Recording) -> bool:
    """Return whether a file is a record as it would be made again: by this probe, of these versions, as narrowly.

    What names no version, such as tf-nightly, may be another one today.
    """
    asked = requirements.parse(wanted.requirements)
    try:
        found = schema.read(path)
        installing.require_asked(asked, found.environment)
    except UserError:
        return False
    narrowed = tuple(wanted.options.get("subjects", ())), tuple(wanted.options.get("modes", ()))
    is_as_asked = (found.only, found.only_modes) == narrowed and not found.environment.flags
    return asked.exact and is_as_asked and found.probe == PROBE and not found.environment.early


def each(
    recordings: Sequence[Recording],
    environments: Path | None = None,
    *,
    dask: str | None = None,
    progress: Progress = lambda line: None,
) -> Iterator[tuple[Recording, Outcome[str]]]:
    """Yield what each recording gave: the fingerprint as the probe wrote it, or why there is none.

    Args:
      recordings: one after another without a cluster; on one, whichever is done first comes first.
      environments: where environments are kept, on the machine of each worker; None for ones that are removed.
      dask: address of a scheduler, as of `cluster.at`; None for this process.
      progress: told every second what is being done.

    Raises:
      UserError: if there is no cluster there, or it is gone, or has no worker.
    """
    if not recordings:
        return
    if dask is None:
        outcomes = _here(recordings, environments, progress)
    else:
        outcomes = _there(recordings, environments, dask, progress)
    for outcome in outcomes:
        yield recordings[outcome.index], outcome


def _here(recordings: Sequence[Recording], environments: Path | None, progress: Progress) -> Iterator[Outcome[str]]:
    begun = time.monotonic()
    for index, one in enumerate(recordings):

        def show(line: str, done: int = index) -> None:
            far = words.advance(done, len(recordings), "release", time.monotonic() - begun)
            progress(line if len(recordings) == 1 else f"{far}. {line}")

        try:
            options: recording.Options = {**one.options, "progress": show}
            yield Outcome(index, installing.recorded(one.requirements, environments, **options))
        except UserError as error:
            yield Outcome(index, problem=error)


def _there(
    recordings: Sequence[Recording], environments: Path | None, address: str, progress: Progress
) -> Iterator[Outcome[str]]:
    folder = None if environments is None else str(environments.absolute())
    tasks = [
        cluster.Task(f"the recording of {plain(one.requirements, 60)}", (one.requirements, folder, dict(one.options)))
        for one in recordings
    ]
    begun, done = time.monotonic(), 0
    with cluster.at(address) as workers:

        def waiting() -> None:
            progress(f"Recording: {words.advance(done, len(tasks), 'release', time.monotonic() - begun)}")

        for outcome in workers.done(recorded, tasks, waiting=waiting):
            done += 1
            yield outcome


def recorded(text: str, environments: str | None, options: recording.Options) -> str:
    """Do a recording on a worker; as `installing.recorded`.

    Raises:
      UserError: if the requirements cannot be installed, or not recorded.
    """
    stopped: recording.Options = {**options, "progress": lambda line: cluster.require_open()}
    return installing.recorded(text, None if environments is None else Path(environments), **stopped)
