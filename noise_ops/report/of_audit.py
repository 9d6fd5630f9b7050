"""The page of an audit: where a model draws noise, and what is amiss there."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator

from noise_ops.audit.judgements import Audit, Judgement
from noise_ops.audit.kinds import Kind
from noise_ops.audit.place import Place
from noise_ops.audit.telling import drawing, draws_nothing, told, unseeded
from noise_ops.codes import CODES
from noise_ops.expected.words import expectation, expiry, failures, unobserved
from noise_ops.findings import Verdict
from noise_ops.patterns import listed
from noise_ops.report import figures
from noise_ops.report.page import Entry, Page
from noise_ops.version import __version__
from noise_ops.words import count

QUESTION = "Is the noise of this model what it should be?"

_LIBRARIES = {"keras": "Keras", "tf_keras": "tf_keras"}
_WHAT = {
    Verdict.LAW_CHANGED: "of the law of the noise",
    Verdict.CONTRACT_CHANGED: "of what layers accept or start from",
    Verdict.STREAM_CHANGED: "of which numbers are drawn",
}
_STARTS = {
    Verdict.LAW_CHANGED: "No",
    Verdict.CONTRACT_CHANGED: "After a look",
    Verdict.STREAM_CHANGED: "Almost",
    Verdict.CANNOT_TELL: "Cannot tell",
}


def page(audit: Audit, *, details: bool = True, drawn: bool = False) -> Page:
    """Return the page of an audit.

    Args:
      audit: what was found.
      details: whether what depends on the use of the model is told; else it is named.
      drawn: whether there are pictures, which take NumPy.
    """
    return Page(
        title=audit.model.name,
        setting=(" · ".join(_setting(audit)),),
        question=QUESTION,
        answer=_answer(audit),
        advice=_unasked(audit),
        verdict=audit.verdict,
        table=_table(audit),
        entries=tuple(_entry(audit, each, drawn) for each in audit.news),
        expected=tuple(_entry(audit, each, drawn) for each in audit.judgements if each not in audit.news),
        failures=tuple(failures(audit.expected.expired)),
        notes=tuple(_notes(audit, details)),
    )


def _setting(audit: Audit) -> Iterator[str]:
    judged, written = audit.judged, audit.model.version
    yield f"noise_ops {__version__}"
    drawn, left = _layers(drawing(audit.model.places)), _not_judged(audit)
    if left:
        yield f"of {count(drawn, 'layer')} that {'draws' if drawn == 1 else 'draw'}, {left} not judged"
    where = "installed here" if judged.installed else "not installed here"
    yield f"judged by {_LIBRARIES[judged.library]} {judged.version}, {where}"
    if written != judged.version:
        yield f"written by Keras {written}" if written else "which Keras wrote it is not said"


def _answer(audit: Audit) -> str:
    images = [place.path for place in audit.model.places if place.kind is Kind.IMAGE]
    change = "changes" if len({*images}) == 1 else "change"
    left_out = f" How {_named(images)} {change} images was not judged: hold it to its law, docs/own_layers.md."
    return expiry(audit.expected.expired, f"{_judged(audit)}.{left_out if images else ''}")


def _judged(audit: Audit) -> str:
    if audit.news:
        return f"{_STARTS[audit.verdict]}: {'; besides, '.join(_amiss(audit))}"
    if audit.judgements:
        met = audit.expected
        number = len(audit.judgements)
        return f"Yes, by your decision: {expectation(number, met.until, met.file)}, and nothing else is amiss"
    places = drawing(audit.model.places)
    if not places:
        layers = count(audit.model.layers, "layer")
        return f"There is none: no layer that draws noise was found in {audit.model.name} ({layers})"
    number = _layers(places)
    one = "the one layer that draws, at its own rate, dtype and seed"
    all_of_them = f"the {number} layers that draw, at their own rates, dtypes and seeds"
    return f"Yes, as far as is known: nothing is amiss with {one if number == 1 else all_of_them}"


def _layers(places: Iterable[Place]) -> int:
    """Return how many layers places are in: as many as rows of the table tell them, without those of initializers."""
    return len({place.path for place in places})


def _not_judged(audit: Audit) -> int:
    """Return how many layers draw in ways that are not judged: random image layers, and what is not known."""
    amiss = {id(place) for each in audit.judgements if each.code == "not-judged" for place in each.places}
    return _layers(p for p in drawing(audit.model.places) if p.kind is Kind.IMAGE or id(p) in amiss)


def _amiss(audit: Audit) -> list[str]:
    """Return what is amiss, and what was not judged, that first which makes the answer."""
    numbers = {what: sum(each.verdict is verdict for each in audit.news) for verdict, what in _WHAT.items()}
    counted = [(what, number) for what, number in numbers.items() if number]
    found = [f"{number if place else count(number, 'finding')} {what}" for place, (what, number) in enumerate(counted)]
    unknown = {place.path for each in audit.news if each.verdict is Verdict.CANNOT_TELL for place in each.places}
    not_judged = [f"the noise of {count(len(unknown), 'layer')} was not judged"] if unknown else []
    not_judged += ["the model was not run"] if any(each.code == "not-run" for each in audit.news) else []
    parts = ([", ".join(found)] if found else [], [" and ".join(not_judged)] if not_judged else [])
    first, second = parts if audit.verdict is not Verdict.CANNOT_TELL else parts[::-1]
    return first + second


def _table(audit: Audit) -> tuple[tuple[str, ...], ...]:
    """Return a row a place, in the order of the model; initializers without a seed have none."""
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for each in audit.judgements:
        for place in each.places:
            found[place.path, place.argument][each.code] = None
    rows = [
        (
            place.path,
            told(place),
            place.dtype,
            "not saved" if place in audit.unsaved else "none" if place.seed is None else str(place.seed),
            ", ".join(found[place.path, place.argument]) or _clean(place),
        )
        for place in audit.model.places
        if place.kind is not Kind.INITIALIZER or place.seed is not None
    ]
    return (("place", "draws", "dtype", "seed", "findings"), *_together(rows)) if rows else ()


def _together(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield a row a layer: those that differ in the argument and in what is found of it are one."""
    found: dict[tuple[str, ...], tuple[list[str], dict[str, None]]] = defaultdict(lambda: ([], {}))
    for path, draws, *rest, findings in rows:
        name, _, argument = draws.partition("(") if draws.endswith(")") else (draws, "", "")
        arguments, told = found[path, name, *rest]
        arguments.append(argument.removesuffix(")"))
        told.update(dict.fromkeys(findings.split(", ")))
    for (path, name, *rest), (arguments, told) in found.items():
        given = ", ".join(filter(None, arguments))
        codes = [each for each in told if each != "none"] or ["none"]
        yield (path, f"{name}({given})" if given else name, *rest, ", ".join(codes))


def _clean(place: Place) -> str:
    if place.kind is Kind.IMAGE:
        return "law not judged"
    return "no noise" if draws_nothing(place) else "none"


def _entry(audit: Audit, judgement: Judgement, drawn: bool) -> Entry:
    code = CODES[judgement.code]
    known = f" Known deviation: {judgement.deviation}." if judgement.deviation else ""
    return Entry(
        verdict=judgement.verdict,
        code=judgement.code,
        title=code.sentence,
        message=f"{judgement.message}{known}",
        places=tuple(dict.fromkeys((place.path, place.dtype, told(place)) for place in judgement.places))
        or ((audit.model.name, "any dtype", "run"),),
        stage="",
        side="",
        kept="",
        reason=code.reason,
        remedy=judgement.remedy or code.remedy,
        reproduce=f"noise-ops audit {shlex.quote(audit.model.name)}",
        script="",
        figures=figures.of_judgement(judgement) if drawn else (),
    )


def _notes(audit: Audit, details: bool) -> Iterator[str]:
    places = audit.model.places
    yield from audit.ran
    yield from unobserved(audit.expected.unobserved)
    yield from _unseeded(audit)
    if quiet := [place.path for place in places if draws_nothing(place)]:
        yield f"At rate or standard deviation 0, no noise comes of {_named(quiet)}."
    if audit.without_noise:
        yield f"Taken to draw nothing, as you say: {listed(audit.without_noise, 10)}."
    if audit.judged.is_before_records:
        yield "Known deviations are recorded of Keras from 2.8 on: what older ones do otherwise is not told here."
    if not audit.besides:
        return
    if not details:
        names = ", ".join(beside.deviation.name for beside in audit.besides)
        yield f"Known besides, of some uses of the model, and told by --details: {names}."
        return
    yield "Known besides, of some uses of the model (noise_ops/deviations.toml):"
    for beside in audit.besides:
        paths = [place.path for place in beside.places]
        yield f"  {beside.deviation.name} ({_named(paths)}): {beside.deviation.measured}"


def _unasked(audit: Audit) -> str:
    """Say which Keras may load the file where that is another one than judges it; "" where there is none."""
    if audit.other is None:
        return ""
    written = f"Written by Keras {audit.model.version}. " if audit.model.version else ""
    old, new = audit.other.compared
    again = f": noise-ops compare {old} {new} --model {shlex.quote(audit.model.name)}" if old else "."
    name = f"Keras {audit.other.version}, which tf.keras is but under TF_USE_LEGACY_KERAS=1,"
    return f"{written}{name} was not asked and may refuse this file{again}"


def _unseeded(audit: Audit) -> Iterator[str]:
    """Say what has no seed, and which call determines it."""
    without = [place for place in unseeded(audit.model.places) if place not in audit.unsaved]
    if audit.unsaved:
        loses = f"{_named([place.path for place in audit.unsaved])} in its config: a rebuilt one has none"
        yield f"{_LIBRARIES[audit.judged.library]} {audit.judged.version} does not keep the seed of {loses}."
    initializers = sum(place.kind is Kind.INITIALIZER for place in without)
    others = len({place.path for place in without if place.kind is not Kind.INITIALIZER})
    parts = [count(number, noun) for number, noun in ((others, "layer"), (initializers, "initializer")) if number]
    if not parts:
        return
    subject = " and ".join(parts)
    has = "has" if others + initializers == 1 else "have"
    library = audit.judged.library
    if audit.judged.generation == 3:
        how = "keras.utils.set_random_seed reaches what is made or loaded after it, and no layer that is there already"
    elif audit.judged.has_set_random_seed:
        how = f"{library}.utils.set_random_seed determines what they draw"
    else:
        how = "no one call determines what they draw: seed Python, NumPy and TensorFlow"
    yield f"{subject} {has} no seed: {how}."


def _named(paths: list[str]) -> str:
    return listed(list(dict.fromkeys(paths)))
