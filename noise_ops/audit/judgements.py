"""What an audit comes to: judgements on places, as data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from noise_ops.audit.places import Model, Place
from noise_ops.codes import CODES
from noise_ops.deviations import Deviation
from noise_ops.findings import Verdict, worst


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
class Judgement:
    """One thing that is amiss at some places.

    Attributes:
      code: a key of `codes.CODES`.
      message: one sentence: what is there, with the sizes that matter.
      places: where.
      deviation: name of the known deviation that it is, or "".
      remedy: what to do next, where that is other than its code says.
    """

    code: str
    message: str
    places: tuple[Place, ...]
    deviation: str = ""
    remedy: str = ""

    @property
    def verdict(self) -> Verdict:
        """The verdict of its code."""
        return CODES[self.code].verdict


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
    """

    model: Model
    judged: Judged
    judgements: tuple[Judgement, ...]
    besides: tuple[Beside, ...]
    without_noise: tuple[str, ...] = ()
    ran: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """That of the worst judgement."""
        return worst(self.judgements)

    def with_more(self, judgements: Iterable[Judgement], ran: tuple[str, ...]) -> Audit:
        """Return the audit with what was seen when the model was run."""
        return replace(self, judgements=worst_first((*self.judgements, *judgements)), ran=ran)

    def exit_code(self, fail_on: str) -> int:
        """Return 1 if something is amiss that is as bad as a verdict or worse, else 0."""
        level = Verdict(fail_on).severity
        return int(any(judgement.verdict.severity >= level for judgement in self.judgements))


def worst_first(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Return judgements with the worst verdict first, else in their order."""
    return tuple(sorted(judgements, key=lambda each: -each.verdict.severity))
