"""What an audit comes to: judgements on places, as data."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from noise_ops.audit.places import Model, Place
from noise_ops.codes import CODES
from noise_ops.deviations import Deviation
from noise_ops.expected.file import Expected, Versions
from noise_ops.expected.sorting import Sorted, sorted_out
from noise_ops.findings import Verdict, worst
from noise_ops.points import Point


def numbers(version: str) -> tuple[int, ...]:
    """Return the first two numbers of a version, which can be compared."""
    return tuple(map(int, re.findall(r"\d+", version)[:2]))


@dataclass(frozen=True)
class Judged:
    """The version that a model is judged by.

    Attributes:
      library: "keras" or "tf_keras".
      version: its version.
      installed: whether it is installed here; else it is the version that wrote the model.
    """

    library: str
    version: str
    installed: bool

    @property
    def generation(self) -> int:
        """3 for Keras 3, 2 for tf_keras and Keras before 3."""
        return 2 if self.library == "tf_keras" or self._numbers < (3, 0) else 3

    @property
    def has_set_random_seed(self) -> bool:
        """Whether it has `keras.utils.set_random_seed`."""
        return self._numbers >= (2, 7)

    @property
    def is_before_records(self) -> bool:
        """Whether it is older than what known deviations speak of."""
        return self._numbers < (2, 8)

    @property
    def _numbers(self) -> tuple[int, ...]:
        return numbers(self.version)


@dataclass(frozen=True)
class Other:
    """A Keras that is installed and may be what loads a model, beside that by which it is judged.

    Attributes:
      version: its version.
      compared: names of the releases that a comparison of both takes; two empty ones where none is recorded.
    """

    version: str
    compared: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Judgement:
    """One thing that is amiss at some places.

    Attributes:
      code: a key of `codes.CODES`.
      message: one sentence: what is there, with the sizes that matter.
      places: where.
      deviation: name of the known deviation that it is, or "".
      remedy: what to do next, where that is other than its code says.
      points: what a picture shows of it; empty without one.
    """

    code: str
    message: str
    places: tuple[Place, ...]
    deviation: str = ""
    remedy: str = ""
    points: tuple[Point, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict of its code."""
        return CODES[self.code].verdict


@dataclass(frozen=True)
class Amiss:
    """What is amiss at one place, as an entry of a file of expected findings speaks of it.

    Attributes:
      judgement: what is amiss.
      place: where; None of what was seen when the model was run.
    """

    judgement: Judgement
    place: Place | None
    mode: str = "model"
    property: str = ""

    @builtins.property  # the field `property` hides it in here
    def code(self) -> str:
        """What it is told under."""
        return self.judgement.code

    @builtins.property  # the field `property` hides it in here
    def verdict(self) -> Verdict:
        """How bad it is."""
        return self.judgement.verdict

    @builtins.property  # the field `property` hides it in here
    def subject(self) -> str:
        """What draws there, by its full name."""
        return (self.place.subject or self.place.name) if self.place else ""

    @builtins.property  # the field `property` hides it in here
    def dtype(self) -> str:
        """The dtype in which it computes."""
        return self.place.compute_dtype if self.place else ""


@dataclass(frozen=True)
class Beside:
    """A known deviation of some layers that shows only in some uses of the model, which its config leaves open.

    Attributes:
      deviation: the deviation.
      places: of which it is known.
    """

    deviation: Deviation
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Audit:
    """What an audit comes to.

    Attributes:
      model: what was read.
      judged: by which version.
      judgements: what is amiss, worst first.
      besides: what else is known of its layers.
      without_noise: names of layers that the user says draw nothing.
      ran: sentences on what was seen when it was run; empty if it was not.
      expected: which of it a team has decided to live with.
      unsaved: places that may have a seed, which the release does not save.
      other: what tf.keras is beside that, and may refuse the file; None where there is no other, or no file.
    """

    model: Model
    judged: Judged
    judgements: tuple[Judgement, ...]
    besides: tuple[Beside, ...]
    without_noise: tuple[str, ...] = ()
    ran: tuple[str, ...] = ()
    expected: Sorted[Amiss] = field(default_factory=Sorted)
    unsaved: tuple[Place, ...] = ()
    other: Other | None = None

    @property
    def news(self) -> tuple[Judgement, ...]:
        """What is amiss and not expected: a judgement is expected if it is at each of its places."""
        taken = {(id(each.judgement), id(each.place)) for each in self.expected.taken}
        return tuple(
            judgement
            for judgement in self.judgements
            if not all((id(judgement), id(place)) in taken for place in judgement.places or (None,))
        )

    @property
    def verdict(self) -> Verdict:
        """That of the worst judgement that is not expected; with an entry past its day it is no pass."""
        least = Verdict.CONTRACT_CHANGED if self.expected.expired else Verdict.IDENTICAL
        return max(worst(self.news), least, key=lambda verdict: verdict.severity)

    def expecting(self, entries: Iterable[Expected], versions: Versions, today: date, file: str) -> Audit:
        """Return the audit with what is expected of it.

        Args:
          entries: those of the file, of which some speak of what the model is judged by.
          versions: those of libraries, that which the model is judged by among them.
          today: the day by which they expire.
          file: name of the file.
        """
        own = [entry for entry in entries if entry.concerns(versions)]
        found = [Amiss(each, place) for each in self.judgements for place in each.places or (None,)]
        return replace(self, expected=sorted_out(own, found, today, file=file))

    def with_more(self, judgements: Iterable[Judgement], ran: tuple[str, ...]) -> Audit:
        """Return the audit with what was seen when the model was run."""
        return replace(self, judgements=worst_first((*self.judgements, *judgements)), ran=ran)

    def exit_code(self, fail_on: str) -> int:
        """Return 1 if an entry has expired, or what is amiss and not expected fails (`Verdict.fails`); else 0."""
        return int(worst(self.news).fails(Verdict(fail_on)) or bool(self.expected.expired))


def worst_first(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Return judgements from the worst verdict on, else in their order."""
    return tuple(sorted(judgements, key=lambda each: -each.verdict.severity))
