"""`parametrize_checks`: one readable pytest test a property of a user's layer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Unpack

import pytest

from noise_ops.laws.law import Law
from noise_ops.stats.certificate import Row
from noise_ops.testing import budget, calling, premises
from noise_ops.testing.asking import BrokenError, Property
from noise_ops.testing.catalog import applying, named
from noise_ops.testing.checking import LayerFailedError, Outcome, asked, visible
from noise_ops.testing.making import LayerError
from noise_ops.testing.subject import Options, Subject, checked_law, subject


class Check:
    """One property of a layer, as a test's argument: the test calls it.

    Attributes:
      prop: the property.
      is_statistical: whether it spends a share of the session's error rate.
      alpha: how often it may fail a right layer; set when pytest has collected every test of the session.
      row: what it leaves for the certificate, once it ran.
      gap: the layer, why it was not asked though something of it is promised, and the property; None if it was.
    """

    def __init__(self, layer: _Layer, prop: Property, expected: str | None, *, is_statistical: bool) -> None:
        self.is_statistical = is_statistical
        self.layer, self.prop, self.expected = layer, prop, expected
        self.alpha: float | None = None
        self.again = ""
        self.row: Row | None = None
        self.gap: tuple[str, str, str] | None = None

    def __repr__(self) -> str:
        return f"<check {self.prop.name}: {self.prop.says}>"

    def __call__(self) -> None:
        """Hold the layer to the property.

        Raises:
          LayerFailedError: if it breaks it; the message is one sentence.
        """
        __tracebackhide__ = True
        outcome = self._outcome(self.alpha if self.alpha is not None else budget.share_of_call(1))
        self.row = outcome.row
        self.gap = (self.layer.subject.name, outcome.message, self.prop.name) if outcome.is_gap else None
        if outcome.row is not None:
            print(f"{outcome.row.observed}\n{visible(outcome.row)}")  # noqa: T201 - pytest shows it with -rP
        if outcome.outcome == "skipped":
            pytest.skip(f"not asked: {outcome.message}")
        if outcome.outcome == "expected":
            pytest.xfail(outcome.message)
        if outcome.finding is not None:
            print(f"To see it without noise_ops:\n\n{outcome.finding.script}")  # noqa: T201 - pytest shows it
            raise _shown_first(LayerFailedError, self.layer.subject.name, outcome.finding.message)

    def _outcome(self, alpha: float) -> Outcome:
        __tracebackhide__ = True
        told = premises.teller(self.layer.asked)
        try:
            with contextlib.suppress(BrokenError, calling.RaisedError, calling.NoArrayError):
                premises.first_call(self.layer.subject)
        except LayerError as error:
            if self.prop.name != told:
                pytest.skip(f"not asked: it cannot be held to a law, see {told}")
            raise _shown_first(LayerError, "LayerError", str(error)) from None
        try:
            return asked(self.layer.subject, self.prop, alpha, self.expected, self.again, self.layer.asked)
        except LayerError as error:
            raise _shown_first(LayerError, "LayerError", str(error)) from None


def _shown_first(error: type[Exception], name: str, sentence: str) -> Exception:
    """Return an error of which pytest's summary shows the sentence first, and not the module of its class."""
    shown: type[Exception] = type(name, (error,), {"__module__": "builtins"})
    return shown(sentence)


class _Layer:
    """The layer that the checks of one `parametrize_checks` share; it is made when the first of them asks."""

    latest: _Layer | None = None

    def __init__(self, make: Callable[[str], Subject], asked: Sequence[str]) -> None:
        self._make, self.asked, self.profile = make, asked, "default"

    @cached_property
    def _made(self) -> Subject:
        return self._make(self.profile)

    def forget(self) -> None:
        """Let go of samples: those of one layer at a time are kept."""
        if "_made" in vars(self):  # and was not refused
            self._made.kept.clear()

    @property
    def subject(self) -> Subject:
        if _Layer.latest is not self and _Layer.latest is not None:
            _Layer.latest.forget()
        _Layer.latest = self
        return self._made


def share_out(checks: Sequence[tuple[str, Check]], profile: str) -> None:
    """Give each check of a session, with its pytest id, its share of what all of them together may spend.

    Args:
      checks: the checks, each with its pytest id.
      profile: that of the session, for layers of which none is named.
    """
    share = budget.share_of_tests(sum(check.is_statistical for _, check in checks))
    for name, check in checks:
        check.alpha, check.again, check.layer.profile = share, f"pytest '{name}'", profile


def choose_tellers(checks: Sequence[Check]) -> None:
    """Let each layer know which of its checks are run: one of them tells what all of them would."""
    by_layer: dict[_Layer, list[str]] = {}
    for check in checks:
        by_layer.setdefault(check.layer, []).append(check.prop.name)
    for layer, names in by_layer.items():
        layer.asked = names


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

    Args: those of `noise_ops.testing.check_layer`, but for on_fail. Where neither profile nor units is named, pytest's
      `--noise-profile` says how many units are drawn.

    Raises:
      LayerError: if what was given cannot be held to a law.
    """
    wanted, expected = applying(checked_law(law), options), named(expected_failures)
    layer = _Layer(
        lambda profile: subject(factory, law, {"profile": profile, **options}), [prop.name for prop in wanted]
    )
    checks = [
        Check(layer, prop, expected.get(prop.name), is_statistical=prop.statistical and prop.applies(law))
        for prop in wanted
    ]
    return pytest.mark.parametrize("check", [pytest.param(check, id=check.prop.name) for check in checks])
