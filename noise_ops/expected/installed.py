"""The versions that are installed, as entries of expected findings speak of them; imports none of the libraries."""

from __future__ import annotations

from importlib import metadata

from noise_ops.expected.file import LIBRARIES


def versions() -> dict[str, str | None]:
    """Return the version of each of `LIBRARIES`, None of what is not there."""
    found = {library: version(library) for library in LIBRARIES}
    if found["tensorflow"] is None:  # it may be there as tensorflow-cpu, tf-nightly or a vendor's
        names = metadata.packages_distributions().get("tensorflow", ())
        found["tensorflow"] = next(filter(None, map(version, names)), None)
    return found


def version(package: str) -> str | None:
    """Return the version of a package; None if it is not installed."""
    try:
        return metadata.version(package) or None  # None, where its files are broken
    except metadata.PackageNotFoundError:
        return None
