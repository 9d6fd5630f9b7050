"""What the record of a release shows of a place with the arguments of its config: what raises, or drops otherwise.

Deviations are of what `check` asks; a record knows recurrent and attention layers as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from noise_ops.audit.judgements import Judged, Judgement, numbers
from noise_ops.audit.place import Place
from noise_ops.audit.telling import told
from noise_ops.usage import values

if TYPE_CHECKING:
    from noise_ops.fingerprint.facts import Fact
    from noise_ops.fingerprint.shipped import Release

_BY_SHAPE = ("noise_shape=2,1", "noise_shape=257")
"""What raises or does not by the shape of the input, which is none of the layer's arguments."""

_WORDS = {"identity": "it drops nothing, without a word", "zeros": "it drops everything", "noise": "it draws noise"}


def judgements(place: Place, judged: Judged) -> Iterator[Judgement]:
    """Yield what is recorded to be amiss with the arguments of a place, but for its rate or standard deviation."""
    release, facts = _facts(place, judged)
    for name, fact in facts.items():
        argument, equals, text = name.partition(" ")[2].partition("=")
        given = {**place.arguments, "seed": place.seed}.get(argument)
        tried = name.startswith(("accepts ", "gate_masks ")) and equals and argument != place.argument
        if (
            tried
            and given is not None
            and fact.raised
            and _is(argument, given, text)
            and not _works_beside(place, fact)
        ):
            when = f" when it is {fact.raised.when}" if fact.raised.when else ""
            message = f"{told(place)} with {argument}={given} raises {fact.raised.type}{when}, as recorded of {release}"
            yield Judgement("raises", message, (place,), remedy=_remedy(argument, facts))
    yield from _at_the_other_rate(place, release, facts)


def at_limit(place: Place, judged: Judged) -> str:
    """Return what a place does at its rate or standard deviation, one at a limit or beyond; "" if not recorded."""
    release, facts = _facts(place, judged)
    for name, fact in facts.items():
        argument, _, text = name.removeprefix("accepts ").partition("=")
        if name.startswith("accepts ") and argument == place.argument and _is(argument, place.strength, text):
            raised, value = fact.raised, str(fact.value).partition(",")[0]
            seen = f"it raises {raised.type}" if raised else _WORDS.get(value, f"its output is {value}")
            when = f" when it is {raised.when}" if raised and raised.when else ""
            return f"{seen}{when}, as recorded of {release}"
    return ""


def draws(place: Place, judged: Judged) -> int | None:
    """Return how often a place draws at each call; None if not recorded."""
    _, facts = _facts(place, judged)
    state = _entries(facts, "seed_state")
    return int(str(state[3])) if len(state) == 6 else None


def loses_its_seed(place: Place, judged: Judged) -> bool:
    """Return whether a place may have a seed that its config does not hold, since the release does not save it."""
    _, facts = _facts(place, judged) if place.seed is None else ("", {})
    lists = [[str(entry).partition("=")[0] for entry in _entries(facts, name)] for name in ("signature", "config")]
    return "seed" in lists[0] and "seed" not in lists[1]


def _entries(facts: Mapping[str, Fact], name: str) -> tuple[Any, ...]:
    value = facts[name].value if name in facts else ()
    return value if isinstance(value, tuple) else ()


def _is(argument: str, given: Any, text: str) -> bool:
    """Return whether a value that is given is of the kind of one that was tried."""
    tried = values.recorded(text)
    if argument == "noise_shape":
        return f"{argument}={text}" not in _BY_SHAPE and _kinds(given) == _kinds(tried)
    if argument in ("data_format", "implementation"):
        return bool(given == tried)
    return values.kind(argument, given) == values.kind(argument, tried)


def _kinds(shape: Any) -> set[str]:
    sizes = shape if isinstance(shape, list | tuple) else [shape]
    negative = [isinstance(size, (int, float)) and size < 0 for size in sizes]
    return {
        "open" if size is None else "negative" if below else "given"
        for size, below in zip(sizes, negative, strict=True)
    } - {"given"}


def _works_beside(place: Place, fact: Fact) -> bool:
    """Return whether a layer with implementation=1 takes another way than the one that raises for it.

    keras v3.15.1 src/layers/rnn/lstm.py `inner_loop`, of which cells know nothing.
    """
    other = place.arguments.get("recurrent_dropout") or place.arguments.get("use_cudnn") is False
    raised = fact.raised is not None and fact.raised.type == "InvalidArgumentError"
    return fact.property == "gate_masks implementation=1" and bool(raised and (other or _is_cell(place)))


def _remedy(argument: str, facts: Mapping[str, Fact]) -> str:
    if argument != "implementation":
        return f"Give another {argument}, or none."
    usual = facts.get("gate_masks implementation=2")
    works = usual is not None and not usual.raised
    return f"Leave implementation out{': the layer works with 2, which is the default' if works else ''}."


def _at_the_other_rate(place: Place, release: str, facts: Mapping[str, Fact]) -> Iterator[Judgement]:
    from noise_ops.comparison.documented import is_documented

    fact, other = facts.get("mask_density 0.3"), place.arguments.get("dropout") or 0
    if place.argument != "recurrent_dropout" or fact is None or other == place.strength:
        return
    if is_documented(fact) is False:
        message = f"{told(place)} drops at the rate of dropout, {other:g}, as recorded of {release}"
        yield Judgement("mask-density", message, (place,), remedy="Take Keras 3.2 or newer.")


def _facts(place: Place, judged: Judged) -> tuple[str, Mapping[str, Fact]]:
    """Return the release whose record speaks of what a place is, and what it saw, by property; nothing if none does."""
    release = release_of(judged.generation, numbers(judged.version))
    name = place.subject or (place.name.replace("Cell(", "(") if _is_cell(place) else "")
    if release is None or not name:
        return "", {}
    record = release.read()
    known = [each for each in (name, name.removeprefix("tf_")) if each in record.recorded]
    return release.name, _eager(release, known[0]) if known else {}


def _is_cell(place: Place) -> bool:
    return place.class_name.endswith("Cell")


@cache
def _eager(release: Release, subject: str) -> Mapping[str, Fact]:
    return {
        fact.property: fact
        for fact in release.read().facts()
        if (fact.subject, fact.dtype, fact.mode) == (subject, "float32", "eager")
    }


@cache
def release_of(generation: int, version: tuple[int, ...]) -> Release | None:
    """Return the last shipped release of a Keras that is not newer: those of Keras 2 are of TensorFlow's number."""
    from noise_ops.fingerprint import shipped

    every = shipped.releases("keras" if generation == 3 else "tensorflow")
    return max(
        (each for each in every if numbers(each.version) <= version), key=lambda e: numbers(e.version), default=None
    )
