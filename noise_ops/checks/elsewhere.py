"""What a check does not ask, and which command knows it: a name that means nothing here may mean something there."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from noise_ops import patterns
from noise_ops.audit import kinds
from noise_ops.fingerprint import shipped
from noise_ops.patterns import NoSuchNameError
from noise_ops.result import Selection, matching_layers
from noise_ops.subjects import catalog
from noise_ops.subjects.libraries import installed_tensorflows
from noise_ops.subjects.versions import installed_version, major, numbers

_AUDIT = "noise-ops audit model.keras"


def require_known(selection: Selection) -> None:
    """Refuse patterns that mean nothing to a check; known without TensorFlow.

    Raises:
      NoSuchNameError: if there is no such layer or mode; the message names, for each pattern, the commands that know
        the layer, or else the nearest.
    """
    refused = {pattern: told for pattern in selection.layers if (told := _refusal(pattern))}
    if refused:
        kept = [pattern for pattern in selection.layers if pattern not in refused]
        again = shlex.join(["noise-ops", "check", *(word for pattern in kept for word in ("--layer", pattern))])
        rest = [f"Nothing was checked. What check does ask is asked by\n  {again}"] if kept else []
        raise NoSuchNameError("\n".join([*refused.values(), *rest]))
    selection.require_known()


def explained(asked: Iterable[str], error: NoSuchNameError) -> NoSuchNameError:
    """Return why no record has what some patterns mean, where Keras has it; else the error that a comparison raised."""
    told = [sentence for pattern in asked if not _recorded(pattern) if (sentence := _unrecorded(pattern))]
    return NoSuchNameError("\n".join(told)) if told else error


def sentence(pattern: str) -> str:
    """Return what knows the layers that a pattern means, where a check does not; "" where nothing does.

    Commands stand on lines of their own, set in by two spaces.
    """
    recorded = _recorded(pattern)
    return _compared(pattern, recorded) if recorded else _unrecorded(pattern)


def _refusal(pattern: str) -> str:
    """Return why a check cannot ask what a pattern means; "" where it can."""
    try:
        matching_layers(pattern)
    except NoSuchNameError as error:
        if told := sentence(pattern):
            return told
        return str(error) if patterns.nearest(pattern, catalog.names()) else _in_any_release(pattern, error)
    return ""


def _in_any_release(pattern: str, error: NoSuchNameError) -> str:
    """Return the refusal that names the nearest of all that records hold."""
    if not pattern.strip():
        return str(error)
    try:
        patterns.required(pattern, shipped.subjects(), "layer")
    except NoSuchNameError as other:
        return str(other)
    return str(error)


def _recorded(pattern: str) -> list[str]:
    return patterns.matching(pattern, shipped.subjects())


def _compared(pattern: str, recorded: Sequence[str]) -> str:
    by_release: dict[str, list[str]] = {}
    for subject in recorded:
        by_release.setdefault(_release(subject), []).append(subject)
    compared = [
        shlex.join(["noise-ops", "compare", release, *_layers(pattern, subjects, whole=len(by_release) == 1)])
        for release, subjects in by_release.items()
    ]
    told = (
        f"check does not ask {patterns.listed(recorded, 2)}, which records hold. This records what is installed here, "
        "which takes a minute or so, and compares it with the nearest release:"
    )
    limit = "That says whether yours does as the recorded one, and what is amiss in both; it asks less than a check."
    return "\n".join([told, *(f"  {command}" for command in compared), limit])


def _layers(pattern: str, subjects: Sequence[str], *, whole: bool) -> Iterator[str]:
    """Yield the options that narrow a comparison to some of what a pattern means, or to all of it."""
    names = dict[str, None]()
    for subject in subjects:
        base = subject.partition("(")[0]
        names[base if {*_recorded(base)} <= {*subjects} else subject] = None
    for name in [pattern] if whole else names:
        yield from ("--layer", name)


def _unrecorded(pattern: str) -> str:
    """Return what is known of a class of Keras that no check and no record asks; "" if nothing is."""
    name = pattern.strip().rpartition(".")[2].partition("(")[0]
    if patterns.matching(name, [*catalog.names(), *shipped.subjects()]):  # keras.Dropout, whose last part is right
        return ""
    drawing = {*kinds.STRENGTHS, *kinds.IMAGE, *kinds.INITIALIZERS, *kinds.INITIALIZER_NAMES}
    if name.lower() in map(str.lower, drawing):
        return (
            f"neither check nor a record asks {name}. Where a model of yours draws by it, and with which seed, says\n"
            f"  {_AUDIT}"
        )
    if name.lower() == "bidirectional":
        told = f"{name} draws nothing itself, but gives the seed of its layer to both directions."
    elif name.lower() in map(str.lower, kinds.QUIET):
        told = f"{name} draws no noise itself; what it holds may, and so may the initializers of weights."
    else:
        return ""
    return f"{told} What a model of yours draws, and with which seed, says\n  {_AUDIT}"


def _release(subject: str) -> str:
    """Return the shipped release that is nearest, from below, to the installed library of a subject."""
    keras = installed_version("keras") or ""
    of_keras = subject.startswith("keras.") and major(keras) >= 3
    version = keras if of_keras else next(iter(installed_tensorflows().values()), "")
    every = shipped.releases("keras" if of_keras else "tensorflow")
    before = [release for release in every if version and shipped.numbers(release.version)[:2] <= numbers(version)]
    return (before or every)[-1].name
