"""The fingerprints that come with the package: which releases there are, and finding the one that a user names."""

from __future__ import annotations

import itertools
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from noise_ops import patterns
from noise_ops.errors import UserError
from noise_ops.fingerprint import schema
from noise_ops.fingerprint.facts import Fingerprint
from noise_ops.fingerprint.side import Side
from noise_ops.usage.used import Signatures, Usage

_FOLDER = Path(__file__).with_name("releases")

LIBRARIES = ("tensorflow", "keras")
"""What releases are shipped of: TensorFlow with the Keras it came with, and Keras 3 on one TensorFlow."""

_VERSION = re.compile(r"\d+(\.\d+)*")
_REQUIREMENT = re.compile(r"(?:(tensorflow(?:-cpu)?|keras)\s*==\s*)?(\d+(?:\.\d+)*)")


class NotShippedError(UserError):
    """There is no fingerprint of a release; the message names the nearest."""

    def __str__(self) -> str:
        return f"{self.args[0]}; `noise-ops --list releases` names all."


class Release(NamedTuple):
    """A release that is shipped.

    Attributes:
      library: "tensorflow" or "keras".
      version: the version, as "2.15.1".
    """

    library: str
    version: str

    @property
    def name(self) -> str:
        """What a user calls it: "2.15.1", "keras==3.7.0"."""
        return self.version if self.library == "tensorflow" else f"{self.library}=={self.version}"

    @property
    def path(self) -> Path:
        """Where its fingerprint lies."""
        return _FOLDER / f"{self.library}-{self.version}.json"

    def read(self) -> Fingerprint:
        """Return its fingerprint.

        Raises:
          UserError: if the file, which came with the package, is damaged.
        """
        return read(self.path)

    def side(self) -> Side:
        """Return it as a side of a comparison."""
        return Side(self.name, self.read())


@cache
def releases(library: str) -> tuple[Release, ...]:
    """Return the shipped releases of a library in order of version."""
    stems = (path.stem.partition("-") for path in _FOLDER.glob(f"{library}-*.json"))
    versions = [version for name, _, version in stems if name == library and _VERSION.fullmatch(version)]
    return tuple(Release(library, version) for version in sorted(versions, key=numbers))


def numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers, by which versions are in order."""
    return tuple(int(part) for part in version.split("."))


def read(path: Path) -> Fingerprint:
    """Return the fingerprint in a file.

    Raises:
      UserError: if it cannot be read or is not a fingerprint.
    """
    try:
        return schema.read(path)
    except ValueError:  # a name with a null character
        raise UserError(f"{_quoted(str(path))} cannot be read: it is no name of a file.") from None


def resolve(text: str) -> Side:
    """Return the side that a user names: `2.15.1`, `tensorflow==2.15.1`, `keras==3.7.0`, `3.7`, or a path.

    A version of two numbers stands for the shipped patch of that minor release. What names a shipped release is that
    release, even where a file has the name; what else looks like a file is one.

    Raises:
      UserError: if there is no such release or file; the message names the nearest, and what is shipped.
    """
    if is_release(text):
        return named(text).side()
    if text.endswith(".json") or "/" in text or "\\" in text or os.path.isfile(text):
        return Side(text, read(Path(text)))
    if _REQUIREMENT.fullmatch(text.strip()) is None:
        raise UserError(
            f"{_quoted(text)} is neither a release, such as 2.15.1 or keras==3.7.0, nor a file; shipped are {listed()}."
        )
    return named(text).side()


def named(text: str) -> Release:
    """Return the shipped release that a requirement such as `keras==3.7` names.

    Raises:
      UserError: if it is not shipped.
    """
    library, version = _parts(text)
    return find(version, library)


def is_release(text: str) -> bool:
    """Return whether a text names a release that is shipped."""
    if _REQUIREMENT.fullmatch(text.strip()) is None:
        return False
    try:
        return bool(named(text))
    except UserError:
        return False


def _parts(text: str) -> tuple[str | None, str]:
    found = _REQUIREMENT.fullmatch(text.strip())
    assert found is not None
    return found[1], found[2]


def require_subjects(asked: Sequence[str], usage: Usage | None = None) -> None:
    """Refuse patterns that mean nothing that any release has, or nothing of what is used.

    Raises:
      NoSuchNameError: if one does; the message names the nearest.
    """
    if asked:
        meant = patterns.selected(asked, subjects(), where="in any release")
        if usage is not None:
            usage.require(asked, meant)


@cache
def modes() -> tuple[str, ...]:
    """Return every mode of the shipped releases."""
    every = (
        targets for name in LIBRARIES for release in releases(name) for targets in release.read().recorded.values()
    )
    return tuple(sorted({target.partition("/")[2] for targets in every for target in targets} - {"any"}))


@cache
def subjects() -> tuple[str, ...]:
    """Return every subject of the shipped releases."""
    return tuple(
        sorted({subject for name in LIBRARIES for release in releases(name) for subject in release.read().recorded})
    )


@cache
def signatures() -> Signatures:
    """Return every subject of the shipped releases, with the parameters that are at one place in all of them."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    for fingerprint in (release.read() for name in LIBRARIES for release in releases(name)):
        for subject, targets in fingerprint.recorded.items():
            signature = targets.get("float32/eager", {}).get("signature")
            found[subject] += [[str(i).partition("=")[0] for i in signature]] if isinstance(signature, tuple) else []
    return {subject: _in_all(every) for subject, every in found.items()}


def _in_all(signatures: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the first parameters of some signatures, as far as they are the same."""
    alike = itertools.takewhile(lambda names: len({*names}) == 1 and names[0][0] != "*", zip(*signatures, strict=False))
    return tuple(names[0] for names in alike)


def find(version: str, library: str | None = None) -> Release:
    """Return a shipped release.

    Args:
      version: a version, or the first two numbers of one.
      library: of what; None for TensorFlow, or Keras from version 3 on.

    Raises:
      UserError: if it is not shipped; the message names the nearest.
    """
    wanted = numbers(version[:40])
    library = (library or ("keras" if wanted[0] == 3 else "tensorflow")).removesuffix("-cpu")
    for release in releases(library):
        have = numbers(release.version)
        if have == wanted or (len(wanted) == 2 and have[:2] == wanted):
            return release
    near = [release.name for release in nearest(wanted, releases(library))]
    raise NotShippedError(
        f"{library} {version[:40]} is not shipped; nearest {'is' if len(near) == 1 else 'are'} {' and '.join(near)}"
    )


def nearest(wanted: tuple[int, ...], candidates: Iterable[Release]) -> list[Release]:
    """Return the last release before a version and the first after it, where there are such."""
    ordered = list(candidates)
    before = [release for release in ordered if numbers(release.version) < wanted]
    after = [release for release in ordered if numbers(release.version) > wanted]
    return before[-1:] + after[:1]


def listed() -> str:
    """Return the names of all shipped releases in order of version."""
    parts = []
    for library in LIBRARIES:
        versions = ", ".join(release.version for release in releases(library))
        parts.append(f"{library} {versions}")
    return "; ".join(parts)


def _quoted(text: str) -> str:
    plain = "".join(c if " " <= c <= "~" else "?" for c in text)
    return repr(plain if len(plain) <= 60 else plain[:57] + "...")
