"""What later releases do: whether what a release broke is mended in one that is shipped, or is there to stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from noise_ops.comparison.changes import Change
from noise_ops.comparison.documented import is_documented
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.facts import Fact, Fingerprint
from noise_ops.fingerprint.shipped import Release


@dataclass(frozen=True)
class Outlook:
    """What the shipped releases after one do.

    Attributes:
      newest: the newest of them, as "Keras 3.15.1".
      mended: the first from which on all of them do what is documented; "" if there is none.
      lasting: whether the newest does as the release that is looked at, and none of them what is documented.
    """

    newest: str
    mended: str
    lasting: bool


def outlook(new: Fingerprint, changes: Sequence[Change]) -> Outlook | None:
    """Return what later shipped releases do about changes; None if none is known to be later.

    Args:
      new: the new side of a comparison.
      changes: what is not as documented there.
    """
    following = [release for release in _later(new, changes[0].subject) if _read(release).probe == new.probe]
    if not following:
        return None
    right = [all(_is_right(release, change) for change in changes) for release in following]
    since = next((index for index in range(len(right)) if all(right[index:])), None)
    return Outlook(
        newest=_called(following[-1]),
        mended=_called(following[since]) if since is not None else "",
        lasting=not any(right) and all(_is_wrong(following[-1], change) for change in changes),
    )


def _later(new: Fingerprint, subject: str) -> Sequence[Release]:
    """Return the shipped releases of the library that a subject belongs to, after the one that was recorded."""
    keras = new.environment.keras or ""
    of_keras_3 = subject.startswith("keras.") and keras.startswith("3")
    library, version = ("keras", keras) if of_keras_3 else ("tensorflow", new.environment.tensorflow)
    numbers = _numbers(version)
    return [release for release in shipped.releases(library) if shipped.numbers(release.version) > numbers]


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(int(part) for part in parts if part.isdecimal()) or (0,)


def _called(release: Release) -> str:
    return f"{'TensorFlow' if release.library == 'tensorflow' else 'Keras'} {release.version}"


@cache
def _read(release: Release) -> Fingerprint:
    return release.read()


def _fact(release: Release, change: Change) -> Fact | None:
    return _read(release).fact(change.subject, change.dtype, change.mode, change.property)


def _is_wrong(release: Release, change: Change) -> bool:
    fact = _fact(release, change)
    if fact is None:
        return False
    return fact.raised is not None if change.code == "raises" else is_documented(fact) is False


def _is_right(release: Release, change: Change) -> bool:
    fact = _fact(release, change)
    if fact is None:
        return False
    if change.code == "raises":
        return not fact.raised and not fact.fate
    return is_documented(fact) is True
