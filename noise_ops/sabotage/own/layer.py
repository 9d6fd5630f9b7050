"""A layer of a user's own, right or broken, with its law and with what must catch it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from noise_ops.findings import Verdict
from noise_ops.laws.law import Law
from noise_ops.sabotage.mutant import Kind, Mutant, Wound
from noise_ops.testing.subject import Options

UNITS = 2**18
"""Units of a sample, about: a defect that needs more says so."""


@dataclass(frozen=True)
class OwnLayer(Mutant):
    """A mutant that is no layer of a library with a wound, but broken, or right, as a user wrote it.

    Attributes:
      factory: as a user gives it to `noise_ops.testing.check_layer`.
      law: what its noise promises.
      options: what a user says of it beside its law.
      missing: the library that it needs and that is not installed; "" if nothing is missing.
    """

    factory: Callable[..., Any] = dict
    law: Law | None = None
    options: Options = field(default_factory=Options)
    missing: str = ""

    is_own: ClassVar[bool] = True


def broken(
    of: str,
    name: str,
    kind: Kind,
    description: str,
    expected: str,
    factory: Callable[..., Any],
    law: Law,
    **options: Any,
) -> OwnLayer:
    """Return a broken layer.

    Args:
      of: what it is a layer of, such as "Keras 3".
      name: short name, unique among those.
      kind: what sort of mistake it is.
      description: what is wrong, in plain words.
      expected: properties that must catch it, each of them, apart by spaces.
      factory: makes it.
      law: what its noise promises.
      **options: of `noise_ops.testing.Options`.
    """
    options = {"units": UNITS, **options}
    verdicts = (Verdict.LAW_CHANGED, Verdict.CONTRACT_CHANGED)
    wound = Wound(name, kind, description, (), tuple(expected.split()), verdicts)
    return OwnLayer(f"own layers of {of}", wound, factory, law, Options(**options))  # type: ignore[typeddict-item]


def right(of: str, name: str, description: str, factory: Callable[..., Any], law: Law, **options: Any) -> OwnLayer:
    """Return a right layer, which nothing may object to; for the arguments see `broken`."""
    wound = Wound(name, Kind.UNBROKEN, description, (), (), (Verdict.IDENTICAL,))
    return OwnLayer(f"own layers of {of}", wound, factory, law, Options(**{"units": UNITS, **options}))  # type: ignore[typeddict-item]
