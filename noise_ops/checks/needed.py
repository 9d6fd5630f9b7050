"""What noise_ops needs itself, and is not there or too old: named before a run, not by a crash in it."""

from __future__ import annotations

from importlib import metadata

from noise_ops.errors import UnusableEnvironmentError


def unmet() -> list[str]:
    """Return a sentence for each package that noise_ops declares to need and that does not serve; imports none of them.

    A copy of noise_ops that is not installed declares nothing.
    """
    try:
        declared = metadata.requires("noise_ops") or []
    except metadata.PackageNotFoundError:
        return []
    return [sentence for line in declared if "extra ==" not in line if (sentence := _unmet(line))]


def require() -> None:
    """Raise UnusableEnvironmentError if a package that noise_ops needs is missing or too old."""
    if found := unmet():
        raise UnusableEnvironmentError(found[0])


def _unmet(line: str) -> str:
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return "packaging, which noise_ops needs, is not installed: pip install packaging."
    needed = Requirement(line)
    try:
        version = metadata.version(needed.name)
    except metadata.PackageNotFoundError:
        return f"{needed.name}, which noise_ops needs, is not installed: pip install '{line}'."
    if needed.specifier.contains(version, prereleases=True):
        return ""
    return f"{needed.name} {version} is installed, and noise_ops needs {needed.specifier}: pip install '{line}'."
