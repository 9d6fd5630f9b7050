"""The answer to "Safe to merge?": it leaves out nothing that changed, and claims nothing that was not asked.

What was mended is changed, what is expected is not kept, and what was not compared is neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from noise_ops.codes import CODES
from noise_ops.comparison.coverage import listed
from noise_ops.comparison.expected import Outcome
from noise_ops.comparison.groups import Comparison, Group, parted
from noise_ops.expected.words import expectation, expiry
from noise_ops.findings import Verdict, worst
from noise_ops.usage import kin
from noise_ops.words import count

_REFRESH = "refresh seeded golden values"
_READ = "of what was read"


def answer(outcome: Outcome) -> str:
    """Return whether to merge, in as many sentences as that takes."""
    return expiry(outcome.expired, " ".join((f"{_first(outcome)}.", *_further(outcome))))


def weight(outcome: Outcome) -> Verdict:
    """Return the verdict that the answer amounts to: a law that was mended, or an expired entry, is worth a look."""
    left = outcome.comparison.verdict_unfixed
    looks = [left, Verdict.CONTRACT_CHANGED if _law_mended(outcome) or outcome.expired else left]
    return max(looks, key=lambda verdict: verdict.severity)


def in_part(comparison: Comparison) -> bool:
    """Return whether some of what both sides recorded, or of what one of them did, was not compared."""
    covered = comparison.coverage
    return bool(covered.asked or comparison.narrowed or covered.old.places or covered.new.places)


def _left(outcome: Outcome) -> list[Group]:
    return [group for group in parted(outcome.comparison.groups)[0] if not group.hides]


def _hidden(outcome: Outcome) -> Group | None:
    """Return the finding of what may be hidden where it cannot be told what is used, if there is one."""
    return next((group for group in outcome.comparison.groups if group.hides), None)


def _mended(outcome: Outcome) -> list[Group]:
    return parted(outcome.comparison.groups)[1]


def _law_mended(outcome: Outcome) -> list[str]:
    """Return the codes of laws that were mended, each once."""
    return list(dict.fromkeys(g.code for g in _mended(outcome) if g.verdict is Verdict.LAW_CHANGED))


def _first(outcome: Outcome) -> str:
    answer, told = _of_what_was_read(outcome)
    if outcome.comparison.narrowed and not (outcome.comparison.coverage.subjects or _left(outcome)):
        told = f"nothing else that {outcome.comparison.narrowed.usage.source} uses was recorded on both sides"
    found = _hidden(outcome)
    if found is None:
        return f"{answer}: {told}"
    hides = f"{count(found.hides, 'finding')} may be hidden in {listed(found.subjects, 2)}"
    spoken = _ANSWERS[found.verdict]
    if _GRAVEST.index(answer) <= _GRAVEST.index(spoken):
        # Nothing that may be hidden would make this better.
        return f"{answer}: {told}. Besides, {hides}"
    return f"{spoken}: {hides}; {'' if _READ in told or told.startswith('nothing else') else f'{_READ}, '}{told}"


_NO, _CANNOT_TELL, _LOOK, _DECIDED, _YES = "No", "Cannot tell", "After a look", "Yes, by your decision", "Yes"
_GRAVEST = (_NO, _CANNOT_TELL, _LOOK, _DECIDED, _YES)
_ANSWERS = {Verdict.CANNOT_TELL: _CANNOT_TELL, Verdict.CONTRACT_CHANGED: _LOOK, Verdict.STREAM_CHANGED: _YES}


def _of_what_was_read(outcome: Outcome) -> tuple[str, str]:
    """Return the answer in a word or two, and why."""
    left = _left(outcome)
    verdict = worst(left)
    unknown = _unknown(left)
    if any(group.verdict is Verdict.LAW_CHANGED for group in left):
        # Nothing that could not be told would make this better.
        return _NO, _what(left) + (f"; besides, {unknown}" if unknown else "")
    if unknown:
        return _CANNOT_TELL, unknown
    if verdict is Verdict.CONTRACT_CHANGED or _law_mended(outcome):
        return _LOOK, _after_a_look(outcome)
    if outcome.accepted:
        return _DECIDED, f"{_expectation(outcome)}, and {_rest(outcome)}"
    return _YES, _good(outcome)


def _unknown(groups: Sequence[Group]) -> str:
    """Say what cannot be told, if anything."""
    reasons = [group.meaning.sentence.rstrip(".") for group in groups if group.verdict is Verdict.CANNOT_TELL]
    return f"{reasons[0][0].lower()}{reasons[0][1:]}" if reasons else ""


def _after_a_look(outcome: Outcome) -> str:
    left = _left(outcome)
    law = "the law of the noise is kept"
    if mended := _law_mended(outcome):
        feels = "may" if any(group.condition for group in _mended(outcome) if group.code in mended) else "will"
        law = f"the law of the noise changes, toward {_whose(mended)}, and training {feels} feel it"
    elif any(group.verdict is Verdict.LAW_CHANGED for group in outcome.accepted):
        law = "the law of the noise changes as you expect"
    if worst(left) is Verdict.CONTRACT_CHANGED:
        return f"{law}{'; besides,' if mended else ', and'} {_what(left)}"
    return f"{law}; other numbers are drawn as well: {_REFRESH}" if left else law


def _whose(codes: Sequence[str]) -> str:
    """Say whose rules were broken that are kept now: those of the documentation first."""
    found: dict[str, list[str]] = {}
    for code in sorted(codes, key=lambda code: CODES[code].rule):
        rule = CODES[code].rule
        found.setdefault(f"what {rule} say" if rule else "what is documented", []).append(code)
    return " and ".join(f"{rule} ({', '.join(members)})" for rule, members in found.items())


def _good(outcome: Outcome) -> str:
    """Say what is kept where nothing speaks against the upgrade and nothing was expected."""
    if _left(outcome):
        rest = "" if _mended(outcome) else ", and nothing else"
        return f"the law is the same and other numbers are drawn. {_REFRESH.capitalize()}{rest}"
    if _mended(outcome):
        return f"what changes is mended, and everything else {_scope(outcome)} {_same(outcome)}"
    if unlike := outcome.comparison.coverage.unlike:
        subject, dtype, mode, name = unlike[0]
        differ = f"{count(len(unlike), 'fact')} {'differs' if len(unlike) == 1 else 'differ'} without consequence"
        kept = f"every law and contract {_scope(outcome)} {_same(outcome)}"
        return f"{kept}; {differ}, such as {name} of {subject} ({dtype}, {mode})"
    return f"every bit, law and contract {_scope(outcome)} {_same(outcome)}"


def _same(outcome: Outcome) -> str:
    return "is as recorded" if outcome.comparison.same_versions else "is kept"


def _rest(outcome: Outcome) -> str:
    if _left(outcome):
        return f"of the rest the law is the same and other numbers are drawn: {_REFRESH}"
    kept = f"everything else {_scope(outcome)} {_same(outcome)}"
    return f"what else changes is mended; {kept}" if _mended(outcome) else kept


def _scope(outcome: Outcome) -> str:
    covered = outcome.comparison.coverage
    one_sided = any((alone.places or alone.facts) for alone in (covered.old, covered.new))
    scope = "that both sides recorded" if one_sided else "that was recorded"
    scope += " of what you selected" if covered.asked else ""
    narrowed = outcome.comparison.narrowed
    if narrowed and narrowed.usage.doubtful:
        return f"{scope} {_READ} of {narrowed.usage.source}"
    return f"{scope} of {narrowed.usage.scope()}" if narrowed else scope


def _expectation(outcome: Outcome) -> str:
    return expectation(len(outcome.accepted), outcome.until, outcome.file)


def _further(outcome: Outcome) -> Iterator[str]:
    by_decision = not outcome.accepted or _of_what_was_read(outcome)[0] == _DECIDED
    if not by_decision:
        told = _expectation(outcome)
        yield f"{told[0].upper()}{told[1:]}."
    if mended := len(_mended(outcome)):
        yield f"{count(mended, 'thing')} that did not keep what is documented {_is(mended)} mended."
    yield from _judged(outcome)
    if outcome.comparison.same_versions:
        yield from _rightness(outcome.comparison)
    yield from _use(outcome)
    yield from _selection(outcome.comparison)
    yield from _not_compared(outcome.comparison)


def _judged(outcome: Outcome) -> Iterator[str]:
    """Say what is known where something was left open, and the law is not known to change."""
    left = _left(outcome)
    known = [group for group in left if group.verdict is not Verdict.CANNOT_TELL]
    if worst(left) is not Verdict.CANNOT_TELL or worst(known) is Verdict.LAW_CHANGED:
        return
    if outcome.comparison.unpinned is not None:
        yield f"TensorFlow itself makes {_what(known) if known else 'no change that was recorded'}."
    elif any(group.code == "other-markers" for group in left):
        rest = _first(replace(outcome, comparison=replace(outcome.comparison, groups=(*known, *_mended(outcome)))))
        yield f"Where it was judged: {rest[0].lower()}{rest[1:].replace(': ', ', ', 1)}."


def _rightness(comparison: Comparison) -> Iterator[str]:
    """Say whether what both sides do is right: one that does as the other need not be."""
    amiss, kept = sum(len(group.changes) for group in comparison.amiss), comparison.kept
    if amiss:
        values = f"{count(amiss + kept, 'value')} that documentation speaks of and that did not change"
        yield f"Right? Not in all: of {values}, neither side keeps {amiss}."
    elif kept:
        yield f"Right? In all that is documented and was recorded: {count(kept, 'value')}."


def _use(outcome: Outcome) -> Iterator[str]:
    comparison = outcome.comparison
    if comparison.narrowed:
        usage = comparison.narrowed.usage
        yield from filter(None, [comparison.narrowed.sentence()])
        recorded = {subject for side in (comparison.old, comparison.new) for subject in side.fingerprint.recorded}
        if places := [doubt.place for doubt in usage.unrecorded(recorded.union(comparison.narrowed.stood_for))]:
            yield f"Not asked: {listed(places, 5)}, which {usage.owner} uses and neither side recorded."
        yield from filter(None, [kin.sentence(comparison.narrowed.stood_for)])
        yield from usage.places_in_doubt(0 if _hidden(outcome) else 2)


def _selection(comparison: Comparison) -> Iterator[str]:
    covered = comparison.coverage
    if covered.asked:
        others = (
            f": {count(covered.left_out, 'other subject')} that both sides recorded {_is(covered.left_out)} left out"
        )
        names = listed(covered.asked)
        yield f"Only {names} {_was(len(covered.asked))} asked{others if covered.left_out else ''}."


def _not_compared(comparison: Comparison) -> Iterator[str]:
    covered = comparison.coverage
    sides = ((covered.old, comparison.old.name), (covered.new, comparison.new.name))
    parts = [f"{count(len(alone.places), 'place')} that only {name} recorded" for alone, name in sides if alone.places]
    if not parts and worst(comparison.groups).severity < Verdict.CONTRACT_CHANGED.severity:
        parts = [f"{count(len(alone.facts), 'fact')} that only {name} recorded" for alone, name in sides if alone.facts]
    if parts:
        yield f"Not compared: {' and '.join(parts)}."


def _what(groups: Sequence[Group]) -> str:
    """Count findings by what they change."""
    told = {
        Verdict.LAW_CHANGED: "of the law of the noise",
        Verdict.CONTRACT_CHANGED: "of what layers accept, raise or store",
        Verdict.STREAM_CHANGED: "of seeded streams",
    }
    parts: list[str] = []
    for verdict, what in told.items():
        number = sum(group.verdict is verdict for group in groups)
        if number:
            parts.append(f"{count(number, 'change') if not parts else number} {what}")
    return ", ".join(parts)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
