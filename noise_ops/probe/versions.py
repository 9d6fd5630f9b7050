"""Versions of distributions as numbers that can be compared."""

from __future__ import annotations

import re
from importlib import metadata


def installed_version(distribution: str) -> str:
    """Return the version of a distribution, "0" of one that is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "0"


def major(version: str) -> int:
    """Return the first number of a version."""
    return int(version.split(".")[0])


def release(version: str) -> str:
    """Return the version of a Keras without the mark of the TensorFlow that bundles it."""
    return version.replace("-tf", "")  # the Keras bundled with TensorFlow 2.4 is 2.4.0, some add "-tf"


def base(version: str) -> str:
    """Return the first three numbers of a version."""
    return ".".join(re.findall(r"\d+", version)[:3])
