"""Pythons and platforms that pins are read for: this one, and those that the lines of a lock file may be about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from packaging.markers import Marker, default_environment

_PLATFORMS = (
    ("linux", "Linux", "posix", "x86_64"),
    ("linux", "Linux", "posix", "aarch64"),
    ("darwin", "Darwin", "posix", "arm64"),
    ("darwin", "Darwin", "posix", "x86_64"),
    ("win32", "Windows", "nt", "AMD64"),
)
"""What markers ask of the platforms that TensorFlow 2 has wheels for."""

_MINORS = range(8, 16)
"""Minor releases of Python 3, from the oldest that can be recorded to those that come next."""


@dataclass(frozen=True)
class Machine:
    """A Python on a platform, as markers of requirements see it.

    Attributes:
      name: "Python 3.12 on Linux x86_64".
      variables: what they ask, by name.
    """

    name: str
    variables: dict[str, str] = field(repr=False)

    def has(self, marker: Marker | None) -> bool:
        """Return whether a marker holds; no marker always does."""
        return marker is None or marker.evaluate(self.variables)


def here(python: tuple[int, int] | None = None) -> Machine:
    """Return this platform with this Python, or with another, of which two numbers are known."""
    variables = {name: str(value) for name, value in default_environment().items()}
    if python is not None and ".".join(map(str, python)) != variables["python_version"]:
        variables |= _python(*python)
    return _machine(variables)


def others(than: Machine) -> Iterator[Machine]:
    """Yield every other Python on every platform, the most alike first."""
    own = than.variables

    def unlike(found: dict[str, str]) -> tuple[bool, int]:
        apart = abs(int(found["python_version"].split(".")[1]) - int(own["python_version"].split(".")[1]))
        return found["sys_platform"] != own["sys_platform"], apart

    names = ("sys_platform", "platform_system", "os_name", "platform_machine")
    every = [
        {**own, **dict(zip(names, platform, strict=True)), **_python(3, minor)}
        for platform in _PLATFORMS
        for minor in _MINORS
    ]
    yield from (each for each in map(_machine, sorted(every, key=unlike)) if each.name != than.name)


def _python(major: int, minor: int) -> dict[str, str]:
    version = f"{major}.{minor}"
    return {"python_version": version, "python_full_version": f"{version}.0", "implementation_version": f"{version}.0"}


def _machine(variables: dict[str, str]) -> Machine:
    system = {"Darwin": "macOS"}.get(variables["platform_system"], variables["platform_system"])
    name = f"Python {variables['python_version']} on {system} {variables['platform_machine']}"
    return Machine(name, variables)
