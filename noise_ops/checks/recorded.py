"""Exact and stream-free: what a record observes of a target, held to what its property calls right.

A question on="recorded" has no function of its name in this room: the steps of `properties` answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from noise_ops.checks import scripting
from noise_ops.checks.report import finding
from noise_ops.comparison.changes import Change, Keeps
from noise_ops.comparison.script_shows import SHOWS
from noise_ops.comparison.scripts import script
from noise_ops.findings import Finding
from noise_ops.properties import new_layers
from noise_ops.properties.catalog import PROPERTIES, meaning, steps_of
from noise_ops.properties.declaring import Property
from noise_ops.properties.step import Step
from noise_ops.subjects.broken import observed
from noise_ops.subjects.cases import Case
from noise_ops.subjects.inputs import SEED
from noise_ops.subjects.targets import Target
from noise_ops.subjects.values import Value

_RAMP = "(lambda k: np.where(k < 0, k, k + 1) / 16)(np.arange({size}) * 37 % 126 - 63).reshape({shape})"


def check_of(name: str) -> Callable[[Target, Case], Finding | None]:
    """Return the check that makes a record's observations of a property, and holds each value to the right ones.

    A layer that raises is a finding; where no step observes the property, the check did not finish, which is one, too.
    """
    declared = PROPERTIES[name]

    def check(target: Target, case: Case) -> Finding | None:
        new_layers.forget()  # what was kept of a layer that has been changed since
        steps = list(steps_at(target, name))
        if not steps:
            message = f"No step of a record observes {name} in {target.dtype.name}/{target.mode}: nothing was asked."
            return finding(name, target, case, message, code="crash")
        seen: dict[str, Value] = {}
        for step in steps:
            with observed(case, f"The observation of {step.name} ends in", whatever=True):
                seen[step.name] = step.observe()
        wrong = {observation: value for observation, value in seen.items() if value not in declared.right}
        return _wrong(declared, wrong, target, case) if wrong else None

    check.__name__, check.__doc__ = name, declared.shows
    return check


def steps_at(target: Target, name: str) -> Iterator[Step]:
    """Yield the steps of a record that observe a property of a target, whatever their argument."""
    place = f"{target.dtype.name}/{target.mode}"
    for step in steps_of(target.subject):
        if step.target == place and meaning(step.name).name == name:
            yield step


def case_of(target: Target) -> Case:
    """Return what a record observes a target on, but for what an observation changes."""
    x, given = target.subject.x(target.dtype.name), target.subject.arguments
    recipe = _RAMP.format(size=x.size, shape=x.shape)
    return Case(x, SEED, given.get("rate"), given.get("stddev"), recipe=recipe)


def _wrong(declared: Property, wrong: Mapping[str, Value], target: Target, case: Case) -> Finding:
    """Return the finding that values, by the names of their observations, are none of the right ones."""
    right = " or ".join(map(repr, declared.right))
    listed = " and ".join(f"{value!r} of {observation}" for observation, value in wrong.items())
    message = f"{declared.shows} Expected {right}, observed {listed}."
    told = finding(declared.name, target, case, message, stage=declared.stage)
    first, value = next(iter(wrong.items()))
    change = Change(told.code, told.subject, told.dtype, told.mode, first, told.stage, Keeps.NEITHER, None, value)
    # Where a comparison has a script for the property, it runs what the record ran, and prints what it recorded.
    shown = script(change) if declared.name in SHOWS else ""
    return replace(told, script=_held(shown, declared.right) if shown else told.script)


def _held(script: str, right: Sequence[Value]) -> str:
    """Return a script that prints what a record observes, with an end that holds the last of it to what is right."""
    shows = ["def show(*words):", "    seen.append(' '.join(map(str, words)))", "    print(seen[-1])"]
    kept = f"seen[-1] in {tuple(map(str, right))!r}"
    told = script.strip().replace("print(", "show(")
    return "\n".join(["seen = []", *shows, told, *scripting.unless(kept, "What is seen is not right: {seen[-1]}.")])
