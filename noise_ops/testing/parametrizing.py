"""`parametrize_checks`: one readable pytest test a property of a user's layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Unpack

import pytest

from noise_ops.laws.law import Law
from noise_ops.stats.certificate import Row
from noise_ops.testing import budget
from noise_ops.testing.asking import Property
from noise_ops.testing.checking import LayerFailedError, applying, asked, named, visible
from noise_ops.testing.subject import Options, Subject, checked_law, subject


class Check:
    """One property of a layer, as a test's argument: the test calls it.

    Attributes:
      prop: the property.
      alpha: how often it may fail a right layer; set when pytest has collected every test of the session.
      row: what it leaves for the certificate, once it ran.
    """

    def __init__(self, layer: _Layer, prop: Property, expected: str | None) -> None:
        self.layer, self.prop, self.expected = layer, prop, expected
        self.alpha: float | None = None
        self.again = ""
        self.row: Row | None = None

    def __repr__(self) -> str:
        return f"<check {self.prop.name}: {self.prop.says}>"

    def __call__(self) -> None:
        """Hold the layer to the property.

        Raises:
          LayerFailedError: if it breaks it; the message is one sentence.
        """
        __tracebackhide__ = True
        alpha = self.alpha if self.alpha is not None else budget.share_of_call(1)
        outcome = asked(self.layer.subject, self.prop, alpha, self.expected, self.again)
        self.row = outcome.row
        if outcome.row is not None:
            print(f"{outcome.row.observed}\n{visible(outcome.row)}")  # noqa: T201 - pytest shows it with -rP
        if outcome.outcome == "skipped":
            pytest.skip(f"not asked: {outcome.message}")
        if outcome.outcome == "expected":
            pytest.xfail(outcome.message)
        if outcome.finding is not None:
            print(f"To see it without noise_ops:\n\n{outcome.finding.script}")  # noqa: T201 - pytest shows it
            raise LayerFailedError(f"{self.layer.subject.name}: {outcome.finding.message}")


class _Layer:
    """The layer that the checks of one `parametrize_checks` share; it is made when the first of them asks."""

    latest: _Layer | None = None

    def __init__(self, make: Callable[[], Subject]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Subject:
        return self._make()

    @property
    def subject(self) -> Subject:
        if _Layer.latest is not self and _Layer.latest is not None:
            _Layer.latest._made.kept.clear()  # noqa: SLF001 - the samples of one layer at a time are kept
        _Layer.latest = self
        return self._made


def share_out(checks: Sequence[tuple[str, Check]]) -> None:
    """Give each check of a session, with its pytest id, its share of what all of them together may spend."""
    share = budget.share_of_tests(sum(check.prop.statistical for _, check in checks))
    for name, check in checks:
        check.alpha, check.again = share, f"pytest '{name}'"


def parametrize_checks(
    factory: Callable[..., Any],
    law: Law,
    *,
    expected_failures: Mapping[str, str] | None = None,
    **options: Unpack[Options],
) -> pytest.MarkDecorator:
    """Parametrize a test over the properties of a layer of yours, by its argument `check`, which it calls.

        @parametrize_checks(lambda: DropPath(0.1), law=laws.drops(0.1, shared_axes=(1, 2)))
        def test_drop_path(check): check()

    Its tests are named test_drop_path[mask_density] and so on. What does not apply is skipped with its reason. All
    statistical tests of a session fail a right layer at most once in a million sessions, however many there are.

    Args: those of `noise_ops.testing.check_layer`, but for on_fail.

    Raises:
      LayerError: if what was given cannot be held to a law.
    """
    wanted, expected = applying(checked_law(law), options), named(expected_failures)
    layer = _Layer(lambda: subject(factory, law, options))
    checks = [pytest.param(Check(layer, prop, expected.get(prop.name)), id=prop.name) for prop in wanted]
    return pytest.mark.parametrize("check", checks)
