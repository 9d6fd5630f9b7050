"""What pytest's options ask of a run, handed on by the environment to the workers of pytest-xdist."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from noise_ops.checks import profiles

AXES = ("layer", "dtype", "mode", "property")
"""What a run can be narrowed by: `--noise-layer` and so on."""

SUITE = Path(__file__).parents[1] / "suite"
"""The folder of the suite."""


def add_options(parser: pytest.Parser) -> None:
    """Add the options by which the suite is narrowed."""
    group = parser.getgroup("noise_ops")
    group.addoption(
        "--noise-layer", action="append", default=[], help="layer or function, such as Dropout or LSTM*; repeatable"
    )
    group.addoption("--noise-dtype", action="append", default=[], help="dtype; repeatable")
    group.addoption("--noise-mode", action="append", default=[], help="mode; repeatable")
    group.addoption("--noise-property", action="append", default=[], help="property, such as mask_density; repeatable")
    group.addoption("--noise-max-time", type=float, help="seconds from the first check on after which none is begun")
    group.addoption("--noise-examples", type=int, help="cases to draw per exact property, where that is more")
    group.addoption(
        "--noise-explore",
        nargs="?",
        const=0,
        type=int,
        help="draw other cases than every time: from this number, which a failure names, or from a new one",
    )
    group.addoption("--noise-profile", default=None, help="quick, default, thorough or soak")


def hand_on(config: pytest.Config) -> None:
    """Set what is asked in the environment until the run ends: one inside another one does not change the outer one."""
    wanted = {
        profiles.VARIABLE: config.getoption("--noise-profile"),
        profiles.EXAMPLES_VARIABLE: config.getoption("--noise-examples") or _examples_of_hypothesis_profile(config),
        profiles.EXPLORE_VARIABLE: _number_to_explore_from(config),
    }
    handed_on = contextlib.ExitStack()
    handed_on.enter_context(variables({name: str(value) for name, value in wanted.items() if value is not None}))
    config.add_cleanup(handed_on.close)


@contextlib.contextmanager
def variables(given: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment, and put those back afterwards as they were."""
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _examples_of_hypothesis_profile(config: pytest.Config) -> int | None:
    """Return how many examples the profile asks for that the user chose with Hypothesis's own option, if any."""
    name = config.getoption("--hypothesis-profile", None)
    if name is None:
        return None
    from hypothesis import settings

    return int(settings.get_profile(name).max_examples)


def _number_to_explore_from(config: pytest.Config) -> int | None:
    """Return the number that random cases are drawn from; a new one where the option names none."""
    given: int | None = config.getoption("--noise-explore")
    return given if given != 0 else secrets.randbelow(2**32) + 1


def header(config: pytest.Config) -> list[str]:
    """Return, for a run of the suite, what judges what: suite, TensorFlow, Keras, profile and epoch."""
    if not any(_names_suite(argument) for argument in config.args):
        return []
    from noise_ops.checks.environment import named

    number = profiles.entropy()
    explored = "" if number is None else f" · draws other cases than every time, again with --noise-explore={number}"
    return [f"noise_ops suite: {named()} · profile {profiles.profile()}{explored}"]


def _names_suite(argument: str) -> bool:
    place = argument.partition("::")[0]
    return place.split(".")[:2] == ["noise_ops", "suite"] or Path(place).resolve().is_relative_to(SUITE)
