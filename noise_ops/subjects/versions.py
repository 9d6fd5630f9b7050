"""Versions of distributions as numbers that can be compared."""

from __future__ import annotations

import re
from importlib import metadata


def installed_version(distribution: str) -> str | None:
    """Return the version of an installed distribution, None without it; imports nothing."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def major(version: str | None) -> int:
    """Return the first number of a version, 0 of none."""
    return int((version or "0").split(".")[0])


def release(version: str) -> str:
    """Return the version of a Keras without the mark of the TensorFlow that bundles it."""
    return version.replace("-tf", "")  # the Keras bundled with TensorFlow 2.4 is 2.4.0, some add "-tf"


def base(version: str) -> str:
    """Return the first three numbers of a version."""
    return ".".join(re.findall(r"\d+", version)[:3])


def numbers(version: str) -> tuple[int, ...]:
    """Return the first two numbers of a version, which can be compared."""
    return tuple(map(int, version.split(".")[:2]))
