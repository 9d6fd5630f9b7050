"""The pins of a requirements file: which TensorFlow and Keras a team installs, before and after a pull request.

Options and other packages are left out. A line that is no pin of one version may stand on both sides, and is told.
Where it differs, what changes cannot be known, and the two are refused, as is a file that takes in another. A line with
a marker is read for the Python and platform that are judged; what it changes for others is told, and is no pass.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from noise_ops.environments import interpreters, machines
from noise_ops.environments.machines import Machine
from noise_ops.environments.processes import plain
from noise_ops.environments.requirements import KERASES, TENSORFLOWS, is_exact, parse
from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped

_KNOWN = (*TENSORFLOWS, *KERASES)

_BUILDS = ("tensorflow-gpu", "tensorflow-rocm", "tensorflow-aarch64", "tensorflow-cpu-aws", "intel-tensorflow")
"""Packages that bring a TensorFlow as well, and that `upgrade` does not install."""

_ABOUT = re.compile(
    rf"\s*({'|'.join(re.sub('-', '[-_.]', name) for name in (*_KNOWN, *_BUILDS))})(?![-\w.])", re.IGNORECASE
)
"""A line that is about one of them, whatever follows."""

_ELSEWHERE = re.compile(r"\s*(-r|-c|--requirement|--constraint)\b")

_NAME = re.compile(r"[A-Za-z][-\w.]*")


@dataclass(frozen=True)
class Elsewhere:
    """What an upgrade changes for another Python or platform than the one that is judged.

    Attributes:
      where: "for Python 3.12 on Linux x86_64", or "where" and the marker of what holds for none that is known.
      before, after: what is pinned there; "" for nothing.
      can_be_judged: whether both are requirements that `requirements.parse` takes.
    """

    where: str
    before: str
    after: str
    can_be_judged: bool


@dataclass(frozen=True)
class Upgrade:
    """The requirements of both sides of an upgrade.

    Attributes:
      before, after: what is judged, as `requirements.parse` takes it; "" where only others pin something.
      left_out: sentences on lines of both sides that cannot be judged; "" without any.
      where: the Python and platform that the lines were read for; "" where they are the same for all.
      elsewhere: what changes for others, and is not judged.
    """

    before: str
    after: str
    left_out: str = ""
    where: str = ""
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line about TensorFlow or Keras.

    Attributes:
      text: what is written, without hashes and comments.
      wanted: what it means.
    """

    text: str
    wanted: Requirement

    @property
    def name(self) -> str:
        """Name of the package, as all write it."""
        return str(canonicalize_name(self.wanted.name))

    @property
    def pin(self) -> str:
        """The requirement of one version, as `requirements.parse` takes it; "" if it is none of what can be judged."""
        return f"{self.name}{self.wanted.specifier}" if is_exact(self.wanted) and self.name in _KNOWN else ""

    @property
    def why_not(self) -> str:
        """Why it cannot be judged, as the end of a sentence that begins with the line."""
        if self.name in _BUILDS:
            return "is a build of TensorFlow that noise-ops does not install"
        return "pins no version"

    @property
    def instead(self) -> str:
        """What to write in its place."""
        if self.name in _BUILDS:
            return f"tensorflow{self.wanted.specifier}" if is_exact(self.wanted) else "tensorflow==VERSION"
        library = "keras" if self.name == "keras" else "tensorflow"
        found = [each for each in shipped.releases(library) if self.wanted.specifier.contains(each.version)]
        version = found[-1].version if found and self.name in ("keras", "tensorflow", "tensorflow-cpu") else "VERSION"
        return f"{self.name}=={version}"


@dataclass(frozen=True)
class Pins:
    """What a file says of TensorFlow and Keras for one Python and platform.

    Attributes:
      exact: requirements of one version each, as `requirements.parse` takes them, in order of name.
      loose: lines that cannot be judged.
    """

    exact: tuple[str, ...]
    loose: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join((*self.exact, *self.loose))

    @property
    def versions(self) -> frozenset[str]:
        """What is installed, whatever the build for a platform is called."""
        return frozenset(
            re.sub(r"^(tensorflow)-(cpu|macos|intel)\b", r"\1", each) for each in (*self.exact, *self.loose)
        )


class File:
    """A requirements file, or requirements as they are given, which are the same for every Python and platform.

    Attributes:
      path: what the user calls it.
      lines: what is about TensorFlow and Keras.
      near: a line whose name may be meant for one of theirs, and that name; empty without one.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.is_file = _is_file(path)
        self.lines: tuple[Line, ...] = ()
        self.near: tuple[str, ...] = ()
        if self.is_file:
            self._read()

    def _read(self) -> None:
        try:
            text = Path(self.path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{self.path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
        found = []
        for line in re.sub(r"\\\r?\n", " ", text).splitlines():
            stripped = re.split(r"\s--", re.sub(r"(^|\s)#.*", "", line).strip())[0].strip()  # hashes are options of it
            if _ELSEWHERE.match(stripped):
                raise UserError(
                    f"{self.path} takes in another file, {plain(stripped, 80)!r}, whose pins are not seen: name that "
                    "file, or one that holds all pins, as pip-compile, `pip freeze` and `uv export` write it."
                )
            if _ABOUT.match(stripped):
                found.append(Line(stripped, self._requirement(stripped)))
            elif not self.near and (name := _meant(stripped)):
                self.near = (stripped, name)
        self.lines = tuple(found)

    def _requirement(self, line: str) -> Requirement:
        try:
            return Requirement(line)
        except InvalidRequirement:
            raise UserError(
                f"{self.path} has {plain(line, 80)!r}, which is no requirement such as keras==3.7.0."
            ) from None

    @property
    def markers(self) -> bool:
        """Whether what it says depends on a Python or platform."""
        return any(line.wanted.marker is not None for line in self.lines)

    def pins(self, machine: Machine) -> Pins:
        """Return what it says for a Python and platform.

        Raises:
          UserError: if it pins one package twice.
        """
        if not self.is_file:
            return Pins((self.path,))
        return self.of([line for line in self.lines if machine.has(line.wanted.marker)], machine.name)

    def of(self, lines: Sequence[Line], where: str = "") -> Pins:
        """Return what some of its lines pin together; arguments, raises as of `pins`."""
        exact: dict[str, str] = {}
        for line in lines:
            if line.pin and exact.setdefault(line.name, line.pin) != line.pin:
                whom = f" for {where}" if self.markers else ""
                raise UserError(f"{self.path} pins {line.name} twice{whom}: {exact[line.name]} and {line.pin}.")
        return Pins(tuple(exact[name] for name in sorted(exact)), tuple(line.text for line in lines if not line.pin))

    def require_pin(self, machine: Machine) -> None:
        """Refuse a file that pins nothing for a Python and platform.

        Raises:
          UserError: if it does not; the message says what it has instead.
        """
        if self.pins(machine).exact:
            return
        none = f"{self.path} pins no TensorFlow and no Keras"
        for other in machines.others(machine) if self.markers else ():
            if pins := self.pins(other).exact:
                raise UserError(f"{none} for {machine.name}; for {other.name} it pins {' '.join(pins)}.")
        for line in self.lines:
            if line.pin:
                raise UserError(f"{none} for {machine.name}; it has {plain(line.text, 80)!r}.")
            raise UserError(f"{self.path} has {plain(line.text, 80)!r}, which {line.why_not}: write {line.instead}.")
        if self.near:
            line_, name = self.near
            raise UserError(f"{none}; it has {plain(line_, 80)!r}: did you mean {name}?")
        raise UserError(f"{none}; a pin is a line such as tensorflow==2.16.2.")


def sides(old: str, new: str, python: Path | None = None) -> Upgrade:
    """Return the requirements of both sides of an upgrade, each of which may be a file of them.

    Args:
      old: requirements, or a file of them.
      new: the same of the side after.
      python: the Python that is judged (default: this one).

    Raises:
      UserError: if a side is no requirements, or a file cannot be read, pins nothing, takes in another file, or differs
        in what cannot be judged.
    """
    files = File(old), File(new)
    marked = any(file.markers for file in files)
    machine = machines.here(interpreters.at(python).version if marked and python is not None else None)
    before, after = (file.pins(machine) for file in files)
    others = list(machines.others(machine)) if marked else []
    if before.exact or after.exact or not any(file.pins(other).exact for file in files for other in others):
        for file in files:
            file.require_pin(machine)
    _require_known(files, before, after)
    for pins in (before, after):
        if pins.exact:
            parse(" ".join(pins.exact))
    lines = {line.text: line for file in files for line in file.lines}
    told = [f"Not compared, since it {lines[text].why_not}: {text}." for text in sorted({*before.loose, *after.loose})]
    return Upgrade(
        " ".join(before.exact),
        " ".join(after.exact),
        " ".join(told),
        machine.name if marked else "",
        tuple(_elsewhere(files, machine, others)),
    )


def _require_known(files: tuple[File, File], before: Pins, after: Pins) -> None:
    """Refuse two files that differ in lines that cannot be judged."""
    differing = sorted({*before.loose} ^ {*after.loose}) if all(file.is_file for file in files) else []
    for line in (line for text in differing for file in files for line in file.lines if line.text == text):
        raise UserError(
            f"{plain(line.text, 80)!r} stands in one of {files[0].path} and {files[1].path} alone and {line.why_not}, "
            f"so that what it changes cannot be known: write {line.instead}, or its like, on both sides."
        )


def _elsewhere(files: tuple[File, File], machine: Machine, others: Sequence[Machine]) -> Iterator[Elsewhere]:
    """Yield what changes for others, each once, that does not change for this one as well."""
    told = {tuple(file.pins(machine).versions for file in files)}
    for where, before, after in (*_for(files, others), *_for_none(files, (machine, *others))):
        versions = before.versions, after.versions
        if versions[0] != versions[1] and versions not in told:
            told.add(versions)
            can_be = before.exact and after.exact and before.loose == after.loose
            yield Elsewhere(where, str(before), str(after), bool(can_be))


def _for(files: tuple[File, File], others: Sequence[Machine]) -> Iterator[tuple[str, Pins, Pins]]:
    for other in others:
        yield f"for {other.name}", files[0].pins(other), files[1].pins(other)


def _for_none(files: tuple[File, File], known: Sequence[Machine]) -> Iterator[tuple[str, Pins, Pins]]:
    """Yield what holds for no Python and platform that is known, such as for another processor, by its marker."""
    odd = [
        [line for line in file.lines if known and not any(each.has(line.wanted.marker) for each in known)]
        for file in files
    ]
    for marker in dict.fromkeys(str(line.wanted.marker) for lines in odd for line in lines):
        before, after = (
            file.of([line for line in lines if str(line.wanted.marker) == marker], marker)
            for file, lines in zip(files, odd, strict=True)
        )
        yield f"where {marker}", before, after


def _meant(line: str) -> str:
    """Return the name of TensorFlow or Keras that another name may be meant for; "" if none is near."""
    written = _NAME.match(line)
    name = str(canonicalize_name(written[0])) if written else ""
    if not name or name.startswith(("tensorflow", "keras", "tf-")):  # as keras-hub, which is one of its own
        return ""
    return next(iter(difflib.get_close_matches(name, _KNOWN, 1, 0.8)), "")


def _is_file(text: str) -> bool:
    """Return whether a side is a file, or a pipe; what ends as one and is none is read, and refused there."""
    try:
        return text.endswith((".txt", ".in")) or (Path(text).exists() and not Path(text).is_dir())
    except (OSError, ValueError):  # no name of a file
        return False
