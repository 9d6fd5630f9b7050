"""What `noise-ops check` and `noise-ops compare` do, as functions whose results are objects.

Both are `noise_ops.check` and `noise_ops.compare`; the command line calls them and renders what they return.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noise_ops import files
from noise_ops.errors import UserError

if TYPE_CHECKING:  # compare answers in a second, without what a check needs
    from noise_ops.comparison.expected import Decision, Outcome
    from noise_ops.expected.file import Expected
    from noise_ops.fingerprint.side import Side
    from noise_ops.result import Listener, Result
    from noise_ops.usage.used import Usage


def check(  # noqa: PLR0913 - choices that are given by name
    layers: str | Sequence[str] = (),
    *,
    dtypes: str | Sequence[str] = (),
    modes: str | Sequence[str] = (),
    properties: str | Sequence[str] = (),
    profile: str = "default",
    max_time: float | None = None,
    expected: str | Path | None = None,
    listener: Listener | None = None,
    junit: Path | None = None,
) -> Result:
    """Hold the installed TensorFlow, Keras and tf_keras to the prediction and to the documented law.

        result = noise_ops.check("Dropout", profile="quick")
        result.verdict, result.findings, result.certificate.sentence()

    Args:
      layers: patterns of layers and functions, such as "Dropout"; none for all.
      dtypes: names of dtypes, such as "float32"; none for all.
      modes: patterns of modes, such as "eager"; none for all.
      properties: patterns of what is asked, such as "mask_density"; none for all.
      profile: how much is asked: "quick", "default", "thorough" or "soak".
      max_time: seconds from the first check on after which none is begun; None for no limit.
      expected: a file of expected findings; None for none.
      listener: told when TensorFlow is loaded, and after each check.
      junit: where a JUnit file is written, if anywhere: a test a check, of which each with a finding fails.

    Returns:
      What was observed: its `verdict`, its `findings` (each with `code`, `subject`, `dtype`, `mode`, `property`,
      `message`, `reproduce`, `script`), the `known` deviations, every one of its `checks`, the `environment`, and the
      `certificate`, which says how rarely a right layer fails and what would surely be seen. The verdict is
      `CANNOT_TELL` where nothing was asked, or the time was up before all was and no law is seen to be broken: that
      is no pass.

    Raises:
      UserError: if a pattern or the profile means nothing, the time is no positive number, the file cannot be read, or
        TensorFlow cannot be used, or the JUnit file not written; the message is one sentence, and names the nearest.
    """
    from noise_ops import session
    from noise_ops.checks import elsewhere
    from noise_ops.expected import file
    from noise_ops.result import Selection

    started = time.monotonic()
    files.require_writable(junit)
    entries = file.read(Path(expected), must_exist=True) if expected is not None else ()
    narrowed = _several(layers), _several(dtypes), _several(modes)
    selection = Selection(*narrowed, profile, max_time, _several(properties))
    elsewhere.require_known(selection)
    result = session.run(selection, listener or _Silent())
    result.expect(entries, date.today(), Path(expected or file.FILE).name)
    result.seconds = time.monotonic() - started
    if junit is not None:
        from noise_ops.findings import Verdict
        from noise_ops.report import of_check

        files.write_whole(junit, of_check.as_junit(result, Verdict.STREAM_CHANGED))
    return result


def compare(
    old: str | Path | Side,
    new: str | Path | Side = "installed",
    *,
    layers: str | Sequence[str] = (),
    used_in: str | Path | None = None,
    model: str | Path | None = None,
    expected: str | Path | None = None,
    decision: Decision | None = None,
    progress: Callable[[str], None] | None = None,
) -> Outcome:
    """Say what an upgrade changes. Between shipped releases this takes less than a second and no TensorFlow.

        outcome = noise_ops.compare("2.15.1", "2.16.2")
        outcome.verdict, [(group.condition, group.briefly) for group in outcome.comparison.groups]

    Args:
      old: the side before: a release ("2.15.1", "keras==3.7.0"), a file that `record` wrote, an interpreter or its
        virtual environment, "installed", or a side that is read already; a `Path` is of an interpreter.
      new: the side after, likewise.
      layers: patterns of layers and functions to look at; none for all.
      used_in: a folder of Python files and notebooks, of which alone is told what they name; None for all.
      model: a saved model, of which alone is told what it uses; None for all.
      expected: a file of expected findings; None for none.
      decision: by which all that is found is expected from now on, and the file may be new; None for none. The entries
        are `added` of what is returned; nothing is written.
      progress: told how a recording goes on, which takes minutes.

    Returns:
      The `verdict`; the `comparison` without what is expected, of which each of `groups` is a finding (with `code`,
      `verdict`, `condition`, `briefly`, `message`, `remedy`, `subjects`, `places`, `script`), worst first; and what
      became of each entry. `exit_code("law-changed")` is the command's.

    Raises:
      UserError: if a side cannot be read or recorded, a pattern means nothing, or nothing can be compared; the message
        is one sentence, and names the nearest.
    """
    from noise_ops.environments import sides
    from noise_ops.expected import file
    from noise_ops.fingerprint import shipped
    from noise_ops.fingerprint.side import Side

    entries = file.read(Path(expected), must_exist=decision is None) if expected is not None else ()
    used, patterns = usage(used_in, model, or_doubt=True), _several(layers)

    def is_recorded_first(side: str | Path | Side) -> bool:
        return isinstance(side, Path) or (isinstance(side, str) and sides.is_recorded_first(side))

    def resolved(side: str | Path | Side) -> Side:
        if isinstance(side, Side):
            return side
        try:
            if isinstance(side, Path):
                return sides.interpreter(side, patterns, progress)
            return sides.resolve(side, patterns, progress)
        except shipped.NotShippedError as error:
            if not isinstance(old, str) or not isinstance(new, str) or sides.INSTALLED in (old, new):
                raise
            again = shlex.join(["noise-ops", "upgrade", old, new])
            raise UserError(f"{error.args[0]}; `{again}` installs and compares them.") from None

    if is_recorded_first(old) or is_recorded_first(new):
        with explained(patterns):
            shipped.require_subjects(patterns, used)  # refused before a minute of recording, not after it
    before = resolved(old)
    return judged(before, resolved(new), patterns, used, entries, decision, Path(expected or file.FILE).name)


def judged(
    old: Side,
    new: Side,
    layers: Sequence[str],
    used: Usage | None,
    entries: tuple[Expected, ...],
    decision: Decision | None,
    file: str,
) -> Outcome:
    """Compare two sides and take out what is expected; arguments as of `compare`, read already."""
    from noise_ops.comparison import compare as comparing
    from noise_ops.comparison import coverage, expected, unjudged
    from noise_ops.verdicts import Verdict

    with explained(layers):
        comparison = comparing.compare(old, new, layers, usage=used, or_hidden=True)
    added = expected.accepted(comparison, entries, decision, file) if decision is not None else ()
    outcome = expected.apply(comparison, (*entries, *added), date.today(), file)
    found = [comparison.verdict_unfixed, outcome.comparison.verdict_unfixed]  # of which the last has what may be hidden
    speaks_against = any(verdict.severity > Verdict.STREAM_CHANGED.severity for verdict in found)
    if used and not comparison.coverage.subjects and not speaks_against and not comparison.unpinned:
        raise coverage.nothing_compared((old.name, new.name), used)  # all is well with nothing
    return replace(outcome, comparison=unjudged.told(outcome.comparison), added=added)


@contextmanager
def explained(layers: Sequence[str]) -> Iterator[None]:
    """Say of layers that no record has what else is known of them."""
    from noise_ops.patterns import NoSuchNameError

    try:
        yield
    except NoSuchNameError as error:
        from noise_ops.checks import elsewhere

        raise elsewhere.explained(layers, error) from None


def usage(used_in: str | Path | None, model: str | Path | None, *, or_doubt: bool = False) -> Usage | None:
    """Return what a code base and a saved model use; None where neither is named; `or_doubt` as `Usage.require_known`.

    Raises:
      UserError: if it cannot be read, or nothing that is known is used.
    """
    if used_in is None and model is None:
        return None
    from noise_ops.fingerprint import shipped
    from noise_ops.usage import asked

    code, saved = (Path(path) if path is not None else None for path in (used_in, model))
    return asked.of(code, saved, shipped.signatures(), or_doubt=or_doubt)


def _several(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


class _Silent:
    """A listener that says nothing."""

    def started(self, environment: dict[str, Any]) -> None:
        """Say nothing."""

    def advanced(self, done: int, total: int, subject: str) -> None:
        """Say nothing."""
