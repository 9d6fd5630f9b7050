"""What noise_ops needs itself, and is not there or too old: named before a run, not by a crash in it."""

from __future__ import annotations

from importlib import metadata

from noise_ops.errors import UnusableEnvironmentError

_SELF = "noise_ops"


def unmet() -> list[str]:
    """Return a sentence for each package that does not serve noise_ops, or what it needs in turn; imports none of them.

    A copy of noise_ops that is not installed declares nothing.
    """
    direct = _unmet_of(_SELF)
    return direct or [sentence for name in _needed_by(_SELF) for sentence in _unmet_of(name)]


def require() -> None:
    """Raise UnusableEnvironmentError if a package that noise_ops declares to need is missing or too old."""
    if found := _unmet_of(_SELF):
        raise UnusableEnvironmentError(found[0])


def _unmet_of(owner: str) -> list[str]:
    return [sentence for name, line in _needed_by(owner).items() if (sentence := _unmet(line, name, owner))]


def _needed_by(owner: str) -> dict[str, str]:
    """Return what a distribution needs here, without extras: by name, the line that declares it."""
    from packaging.requirements import Requirement

    try:
        lines = metadata.requires(owner) or []
    except metadata.PackageNotFoundError:
        return {}
    needed = [(line, Requirement(line)) for line in lines]
    return {
        one.name: line.partition(";")[0].strip()
        for line, one in needed
        if one.marker is None or one.marker.evaluate({"extra": ""})
    }


def _unmet(line: str, name: str, owner: str) -> str:
    from packaging.requirements import Requirement

    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return f"{name}, which {owner} needs, is not installed: pip install '{line}'."
    allowed = Requirement(line).specifier
    if allowed.contains(version, prereleases=True):
        return ""
    return f"{name} {version} is installed, and {owner} needs {allowed}: pip install '{line}'."
