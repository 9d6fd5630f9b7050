"""Requirements: what a user asks to be installed, checked before anything is run, and what it takes besides.

A requirement is a name with a version, or with none. Options, addresses and paths are refused: what is installed comes
from the index that pip or uv is set up for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from noise_ops.environments.processes import plain
from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped

TENSORFLOWS = ("tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu", "tensorflow-macos", "tensorflow-intel")
"""Packages that bring TensorFlow; one of them is installed."""

KERASES = ("keras", "keras-nightly", "tf-keras", "tf-keras-nightly")

KERAS_TENSORFLOW = "2.16.2"
"""The one TensorFlow on which every Keras 3 is recorded: the first that all of them support."""

_PYTHONS: dict[range, tuple[tuple[int, int], ...]] = {
    # Minor releases of TensorFlow 2, and the Pythons, newest first, that the last of their patches has wheels for: from
    # 3.8 on, the probe's oldest. From the package index, in 2026-11.
    range(4, 5): ((3, 8),),
    range(5, 8): ((3, 9), (3, 8)),
    range(8, 12): ((3, 10), (3, 9), (3, 8)),
    range(12, 14): ((3, 11), (3, 10), (3, 9), (3, 8)),
    range(14, 16): ((3, 11), (3, 10), (3, 9)),
    range(16, 20): ((3, 12), (3, 11), (3, 10), (3, 9)),
    range(20, 21): ((3, 13), (3, 12), (3, 11), (3, 10), (3, 9)),
    range(21, 22): ((3, 13), (3, 12), (3, 11), (3, 10)),
}

_PINS: dict[range, tuple[str, ...]] = {
    # Minor releases of TensorFlow 2, and what they do not work without although they do not say so themselves.
    range(4, 10): ("protobuf<3.20",),  # later ones refuse the code that was generated for them
    range(4, 12): ("numpy<1.24",),  # which removed the names of types that TensorFlow uses
    range(12, 18): ("numpy<2",),  # for whose binary interface they are not built
    range(6, 7): ("keras<2.7", "tensorflow-estimator<2.7"),  # each of which goes with the TensorFlow of its number
}

_MINORS = range(4, 22)
"""Minor releases of TensorFlow 2 that the tables know."""

_KERAS_2_MINORS = range(4, 16)
"""Those that a Keras 2 called keras goes with; later it is called tf_keras."""

_MOST = 12
_LONGEST = 400
_AROUND_OPERATOR = re.compile(r"\s*(===|[=~!<>]=|[<>,])\s*")
_BARE = re.compile(r"\d+(\.\d+)*((a|b|rc)\d+)?")


@dataclass(frozen=True)
class Requirements:
    """What is to be installed.

    Attributes:
      name: what the user wrote.
      packages: requirements for an installer: what was asked for, and what that does not work without.
      pythons: versions of Python that there are wheels for, the newest first.
      exact: whether they name one version each of TensorFlow and Keras as far as they name them, so that an
        environment that was made for them before is as good as a new one.
      brings: the libraries that are named, "tensorflow", "keras" or "tf_keras", and "keras" of a TensorFlow that takes
        the one of its number.
      release: the release that is meant, if it is shipped and no more was asked for than it was recorded with.
      keras: the release of Keras that is meant, if it is shipped and no more was asked for than the TensorFlow on which
        it was recorded; of what that TensorFlow draws itself it says nothing.
    """

    name: str
    packages: tuple[str, ...]
    pythons: tuple[tuple[int, int], ...]
    exact: bool
    brings: frozenset[str]
    release: shipped.Release | None
    keras: shipped.Release | None = None

    @property
    def readable(self) -> str:
        """What the user wrote as a name of a file: "tensorflow-2.16.2-keras-3.7.0"."""
        return re.sub(r"[^A-Za-z0-9.]+", "-", self.name).strip("-.")


def parse(text: str) -> Requirements:
    """Return what a text such as "tensorflow==2.16.2 keras==3.7.0" asks for.

    A version alone, "2.15.1", is one of TensorFlow, or of Keras from 3 on; "2.15" is its last patch. Keras 3 without a
    TensorFlow comes with the one that the shipped releases of Keras were recorded on, so that nothing but Keras
    differs from them; Keras 2 and tf_keras come with the TensorFlow of the same number.

    Raises:
      UserError: if the text asks for what is no name with a version, or for nothing that can be recorded.
    """
    name = text.strip()
    if len(name) > _LONGEST:
        raise UserError(f"{plain(name, 60)} is longer than {_LONGEST} characters: too long for requirements.")
    words = _AROUND_OPERATOR.sub(r"\1", name).split()
    if not words or len(words) > _MOST:
        raise UserError("requirements such as 'tensorflow==2.16.2 keras==3.7.0' are asked for, at most 12 of them.")
    asked = [_requirement(word) for word in words]
    by_name = {str(canonicalize_name(each.name)): each for each in asked}
    if len(by_name) < len(asked) or len(by_name.keys() & set(TENSORFLOWS)) > 1:
        raise UserError(f"{plain(name)} asks for a package, or for TensorFlow, more than once.")
    under_test = [each for package, each in by_name.items() if package in (*TENSORFLOWS, *KERASES)]
    tensorflow = _tensorflow(name, by_name)
    packages = [str(each) for each in asked]
    if tensorflow not in asked:
        packages.insert(0, str(tensorflow))
    minor = _minor(tensorflow)
    packages += [pin for pin in _pins(minor) if canonicalize_name(Requirement(pin).name) not in by_name]
    return Requirements(
        name,
        tuple(packages),
        next(pythons for minors, pythons in _PYTHONS.items() if minor in minors),
        all(is_exact(each) for each in under_test),
        frozenset(map(_library, by_name)) | ({"keras"} if minor in _KERAS_2_MINORS else set()),
        _release(asked[0]) if len(asked) == 1 else _recorded(asked),
        _keras(asked),
    )


def _requirement(word: str) -> Requirement:
    """Return one requirement, if it is no more than a name with a version."""
    if _BARE.fullmatch(word):
        library = "keras" if word.split(".", maxsplit=1)[0] == "3" else "tensorflow"
        word = f"{library}=={word}.*" if word.count(".") == 1 else f"{library}=={word}"
    try:
        found = Requirement(word)
    except InvalidRequirement:
        raise UserError(f"{plain(word, 80)!r} is no requirement such as tensorflow==2.16.2.") from None
    if found.url or found.extras or found.marker or any(each.operator == "===" for each in found.specifier):
        raise UserError(f"{plain(word, 80)!r} is more than a name with a version, such as tensorflow==2.16.2.")
    return found


def _tensorflow(name: str, asked: dict[str, Requirement]) -> Requirement:
    """Return the TensorFlow that is asked for, or that goes with the Keras that is.

    Raises:
      UserError: if there is neither, or no TensorFlow goes with the Keras.
    """
    if found := next((asked[package] for package in TENSORFLOWS if package in asked), None):
        return found
    keras = asked.get("keras") or asked.get("tf-keras")
    if keras is None:
        raise UserError(f"{plain(name)} names neither TensorFlow nor Keras.")
    is_keras = canonicalize_name(keras.name) == "keras"
    if is_keras and _newest(keras.specifier, 3, range(100)) is not None:
        return Requirement(f"tensorflow=={KERAS_TENSORFLOW}")
    minor = _newest(keras.specifier, 2, reversed(_KERAS_2_MINORS if is_keras else _MINORS))
    if minor is None:
        raise UserError(f"{plain(name)} is no Keras that a TensorFlow is known for; name both.")
    return Requirement(f"tensorflow==2.{minor}.*")


def _minor(tensorflow: Requirement) -> int:
    """Return the minor release of TensorFlow 2, in the tables, by which Python and pins are chosen.

    Raises:
      UserError: if every version that is asked for is older than 2.4.
    """
    if "nightly" in tensorflow.name:
        return _MINORS[-1]
    minor = _newest(tensorflow.specifier, 2, reversed(_MINORS))
    if minor is not None:
        return minor
    if _newest(tensorflow.specifier, 2, range(_MINORS[-1] + 1, 100)) is None:
        raise UserError(f"{tensorflow} is no TensorFlow from 2.4 on, the oldest that can be recorded.")
    return _MINORS[-1]  # newer than this noise_ops: the Pythons of the last one known are the best guess


def _newest(specifier: SpecifierSet, major: int, minors: Iterable[int]) -> int | None:
    """Return the first of some minor releases of which a patch, or what is named itself, is asked for."""
    for minor in minors:
        versions = [f"{major}.{minor}.{patch}" for patch in range(10)]
        versions += [each.version for each in specifier if each.version.startswith(f"{major}.{minor}.")]
        if any(specifier.contains(version.removesuffix(".*"), prereleases=True) for version in versions):
            return minor
    return None


def _pins(minor: int) -> list[str]:
    return [pin for minors, pins in _PINS.items() if minor in minors for pin in pins]


def is_exact(requirement: Requirement) -> bool:
    """Return whether a requirement names one version."""
    return any(each.operator == "==" and not each.version.endswith(".*") for each in requirement.specifier)


def _keras(asked: Sequence[Requirement]) -> shipped.Release | None:
    """Return the shipped release of Keras that is asked for with the TensorFlow on which it was recorded."""
    found = [release for release in map(_release, asked) if release is not None]
    names = {release.library: release for release in found if len(found) == len(asked) == 2}
    tensorflow, keras = (names.get(library) for library in shipped.LIBRARIES)
    return keras if tensorflow is not None and tensorflow.version == KERAS_TENSORFLOW else None


def _recorded(asked: Sequence[Requirement]) -> shipped.Release | None:
    """Return the shipped release of TensorFlow that was recorded with just the Keras and tf_keras asked for."""
    by_library = {_library(str(canonicalize_name(each.name))): each for each in asked}
    release = _release(by_library["tensorflow"]) if by_library.get("tensorflow") else None
    if release is None or not by_library.keys() <= {"tensorflow", "keras", "tf_keras"}:
        return None
    found = vars(release.read().environment)
    others = [(found[library], each) for library, each in by_library.items() if library != "tensorflow"]
    alike = all(version and is_exact(each) and each.specifier.contains(version) for version, each in others)
    return release if alike else None


def _library(package: str) -> str:
    """Return the library that a package brings."""
    return "tensorflow" if package in TENSORFLOWS else package.removesuffix("-nightly").replace("-", "_")


def _release(requirement: Requirement) -> shipped.Release | None:
    """Return the one shipped release that is asked for: by its version, or as the last patch of its minor release."""
    library = canonicalize_name(requirement.name).removesuffix("-cpu")
    equal = len(requirement.specifier) == 1 and all(each.operator == "==" for each in requirement.specifier)
    if library not in shipped.LIBRARIES or not equal:
        return None
    found = [each for each in shipped.releases(library) if requirement.specifier.contains(each.version)]
    return found[0] if len(found) == 1 else None
