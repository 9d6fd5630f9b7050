"""What a comparison of two fingerprints says, as data: targets, groups, differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from noise_ops.codes import CODES
from noise_ops.comparison.changes import Change, Keeps
from noise_ops.comparison.coverage import Coverage
from noise_ops.comparison.unpinned import Unpinned
from noise_ops.findings import Code, Stage, Verdict, worst
from noise_ops.fingerprint.side import Side
from noise_ops.usage.used import Doubt, Usage
from noise_ops.words import count


@dataclass(frozen=True)
class Difference:
    """Something in the environment that differs and may explain a change.

    Attributes:
      name: entry of the environment, such as "cpu".
      old, new: its values as text.
    """

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Target:
    """What became of one subject in one dtype and mode.

    Attributes:
      subject, dtype, mode: what it is.
      changes: what changed, worst first.
    """

    subject: str
    dtype: str
    mode: str
    changes: tuple[Change, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict of the worst change."""
        return worst(self.changes)

    @property
    def stage(self) -> Stage | None:
        """The earliest stage that moved, if it is known."""
        return earliest(change.stage for change in self.changes)


@dataclass(frozen=True)
class Group:
    """Changes of one kind: one finding of a comparison.

    Attributes:
      code: what it is told under, a key of `codes.CODES`.
      keeps: which side keeps what is documented.
      stage: the earliest stage that moved, if it is known.
      changes: the changes, in order of subject, dtype and mode; of subjects that were not recorded where siblings show
        them, `seen`.
      message: one sentence with the old and the new value.
      condition: who is affected, as what follows "you are affected if you"; "" if nothing narrows that.
      briefly: what the new side does, in a few words.
      remedy: what to do next.
      reproduce: command line that shows it again.
      script: program that shows it with TensorFlow and NumPy alone, on either side.
      differences: what differs, in words, each with the subjects that show it.
      hides: how many findings may be hidden in its places, of which it cannot be told what is used there; 0 of what
        was seen.
    """

    code: str
    keeps: Keeps
    stage: Stage | None
    changes: tuple[Change, ...]
    message: str
    remedy: str
    reproduce: str
    script: str
    differences: tuple[tuple[str, tuple[str, ...]], ...] = ()
    condition: str = ""
    briefly: str = ""
    hides: int = 0

    @property
    def meaning(self) -> Code:
        """Sentence and reason of the code."""
        return CODES[self.code]

    @property
    def verdict(self) -> Verdict:
        """The verdict of the code."""
        return self.meaning.verdict

    @property
    def seen(self) -> tuple[Change, ...]:
        """The changes that were seen: where its subjects were not recorded, those of siblings, each once."""
        return seen(self.changes)

    @property
    def seen_in(self) -> tuple[tuple[str, str, str], ...]:
        """Subjects, dtypes and modes that show it, each once: of what may touch others, those of siblings."""
        return tuple(dict.fromkeys((c.subject, c.dtype, c.mode) for c in self.seen))

    @property
    def unrecorded(self) -> bool:
        """Whether it may touch its subjects, which were not recorded where siblings show it."""
        return self.changes[0].seen is not None

    @property
    def fixed(self) -> bool:
        """Whether the new side does what is documented."""
        return self.keeps is Keeps.FIXED

    @property
    def places(self) -> tuple[tuple[str, str, str], ...]:
        """Subjects, dtypes and modes, each once."""
        return tuple(dict.fromkeys((c.subject, c.dtype, c.mode) for c in self.changes))

    @property
    def subjects(self) -> tuple[str, ...]:
        """Subjects, each once."""
        return tuple(dict.fromkeys(change.subject for change in self.changes))

    def to_json(self) -> dict[str, Any]:
        """Return the group as a JSON object with the keys of a finding of `noise-ops check`, and its places."""
        first = self.changes[0]
        return {
            "code": self.code,
            "subject": first.subject,
            "dtype": first.dtype,
            "mode": first.mode,
            "property": first.property,
            "stage": self.stage.value if self.stage else None,
            "message": self.message,
            "affected_if_you": self.condition,
            "briefly": self.briefly,
            "reproduce": self.reproduce,
            "script": self.script,
            "verdict": self.verdict.value,
            "keeps": self.keeps.value,
            "remedy": self.remedy,
            "differences": [[text, list(subjects)] for text, subjects in self.differences],
            "places": [list(place) for place in self.places],
            "may_touch": self.unrecorded or self.hides > 0,
            "hides": self.hides,
        }


@dataclass(frozen=True)
class Narrowed:
    """What a comparison was narrowed to.

    Attributes:
      usage: what is used.
      found: how many findings there are, on whatever.
      touching: how many of them are about what is used.
      others: the changes that are not.
      doubts: where it cannot be told what is used, or nothing was recorded of what is.
      stood_for: subjects that are in no record, and are judged as the recorded ones that run their code.
    """

    usage: Usage
    found: int
    touching: int
    others: tuple[Change, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    stood_for: tuple[str, ...] = ()

    def hides(self, subject: str) -> bool:
        """Return whether a subject may be used where that cannot be told."""
        return any(doubt.is_about(subject) for doubt in self.doubts)

    def sentence(self) -> str:
        """Return how many findings may be about what is used; "" where nothing was found."""
        # Where code names a mode, such as MirroredStrategy, can be read; whether a layer is run in it, not.
        verb = "may touch" if self.touching else "touches"
        known = "read" if self.usage.doubtful else "recorded" if self.doubts else ""
        read = f"what was {known} of " if known and not self.touching else ""
        if self.found == 1 and not self.touching:
            return f"The 1 finding does not touch {read}{self.usage.owner}."
        told = f"{self.touching or 'None'} of {count(self.found, 'finding')} {verb} {read}{self.usage.owner}."
        return told if self.found else ""


class Unchanged(NamedTuple):
    """What did not change, held to what is documented.

    Attributes:
      kept: how many values keep it on both sides.
      amiss: what keeps it on neither side, worst first.
    """

    kept: int = 0
    amiss: tuple[Group, ...] = ()


@dataclass(frozen=True, repr=False)
class Comparison:
    """What an upgrade from one side to the other changes.

    Attributes:
      old, new: the sides.
      targets: every subject, dtype and mode that both recorded.
      groups: what changed, worst first, what was mended last.
      notes: sentences on what was recorded on one side only and is no finding.
      differences: what else differs between the environments.
      seed_rules: how a seeded layer, Dropout if it was recorded, comes from its seed to its noise, on both sides.
      coverage: how much of both sides was compared.
      narrowed: to what it was narrowed that is used somewhere; None if to nothing.
      may_touch: what is seen of siblings of the subjects that it is about, where these were not recorded; the groups
        hold it where the comparison is narrowed, since else they hold what is seen of the siblings.
      unpinned: two Kerases that the records have, where requirements leave Keras to pip; None where they do not. What
        these alone make is left aside.
      unchanged: looks at what did not change, for whoever tells of it: as much work as the rest.
    """

    old: Side
    new: Side
    targets: tuple[Target, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    seed_rules: tuple[str, str] | None = None
    coverage: Coverage = field(default_factory=Coverage)
    narrowed: Narrowed | None = None
    may_touch: tuple[Change, ...] = ()
    unpinned: Unpinned | None = None
    unchanged: Callable[[], Unchanged] = Unchanged

    @cached_property
    def _unchanged(self) -> Unchanged:
        return self.unchanged()

    @property
    def amiss(self) -> tuple[Group, ...]:
        """What neither side does as documented and no group tells, since it does not change."""
        return self._unchanged.amiss

    @property
    def kept(self) -> int:
        """How many values keep on both sides what is documented of them."""
        return self._unchanged.kept

    def __repr__(self) -> str:
        return f"<Comparison of {self.sentence()}>"

    def sentence(self) -> str:
        """Return both sides, the verdict and the codes of what was found."""
        codes = ", ".join(dict.fromkeys(group.code for group in self.groups))
        found = f"{count(len(self.groups), 'finding')} ({codes})" if codes else "no finding"
        return f"{self.old.name} → {self.new.name}: {self.verdict.value}; {found}"

    @property
    def verdict(self) -> Verdict:
        """The worst verdict, whichever side keeps what is documented."""
        return worst(self.groups)

    @property
    def verdict_unfixed(self) -> Verdict:
        """The worst verdict without what the new side mended: what speaks against the upgrade."""
        return worst(parted(self.groups)[0])

    @property
    def same_versions(self) -> bool:
        """Whether both sides are one release, so that the question is whether the one does as the other.

        A release of Keras is one whatever the TensorFlow that it was recorded with.
        """
        old, new = self.old.environment, self.new.environment
        if self.old.name.startswith("keras==") and all(
            subject.startswith("keras.") for subject in self.coverage.subjects
        ):
            return old.keras == new.keras
        others = old.tf_keras == new.tf_keras or None in (old.tf_keras, new.tf_keras)
        return (old.tensorflow, old.keras) == (new.tensorflow, new.keras) and others

    @property
    def only_seeded(self) -> bool:
        """Whether a program that seeds no layer and no op sees nothing of the upgrade."""
        return self.verdict.severity <= Verdict.STREAM_CHANGED.severity


def seen(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return changes as they were seen, each once: in place of one that may touch a subject, that of its sibling."""
    return tuple({id(each): each for each in (change.seen or change for change in changes)}.values())


def group_key(change: Change) -> tuple[object, ...]:
    """Return what the changes of one group, and of no other, have in common."""
    return (*kind(change), "may touch") if change.seen else kind(change)


def kind(change: Change) -> tuple[object, ...]:
    """Return what the changes of one kind have in common, whether they were seen or may touch a subject."""
    # A group is one thing for a reader to look into, and has one remedy: changes share it if one cause may explain
    # them. A new seed rule is one cause for all streams; other streams part by the stage that moved, exceptions by
    # their text. Elsewhere what is mended stands apart from what is broken: else one of the two would speak for both.
    mended = change.keeps is Keeps.FIXED
    if change.code == "seed-rule":
        return (change.code,)
    if change.rules is not None:
        return change.code, change.stage
    if change.code == "modes-part":
        return change.code, change.new == "bits"
    if change.code in ("raises", "works-now"):
        text = str(change.new if change.code == "raises" else change.old)
        return change.code, change.mode == "mirrored", text.split(":", maxsplit=1)[0]
    if change.code == "raises-otherwise":
        return (change.code,)
    return change.code, mended


def earliest(stages: Iterable[Stage | None]) -> Stage | None:
    """Return the stage nearest to the seed; None if none is known."""
    order = list(Stage)
    return min((stage for stage in stages if stage), key=order.index, default=None)


_Judged = TypeVar("_Judged", "Change", "Group")


def parted(judged: Iterable[_Judged]) -> tuple[list[_Judged], list[_Judged]]:
    """Return the changes or groups that speak against an upgrade, and those that the new side mended."""
    found = list(judged)
    left, mended = ([each for each in found if (each.keeps is Keeps.FIXED) is fixed] for fixed in (False, True))
    return left, mended


def in_words(judged: Iterable[_Judged]) -> str:
    """Return the worst verdict of what is not mended, and what is: "contract-changed, law mended", or "mended" alone.

    What is mended does not speak against a release; that the law is another one all the same is to be seen.
    """
    left, mended = parted(judged)
    words = [] if mended and not left else [worst(left).value]
    if worst(mended) is Verdict.LAW_CHANGED:
        words.append("law mended")
    return ", ".join(words or ["mended"])
