"""Subjects that draw what they are told to, to show what a check makes of it."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

from noise_ops import KerasSeed, dropout
from noise_ops.reference.variates import FLOAT32
from noise_ops.subjects.libraries import Library
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.targets import Target


@dataclass(frozen=True)
class Told(Subject):
    """A subject that returns what a function of the seed object draws, and is predicted as a layer of Keras 3."""

    draw: Any
    library: ClassVar = Library("tests", 3, SimpleNamespace(__version__="3.15.1"))
    rule: ClassVar = "keras-3"
    name: str = "tests.dropout"
    op: str = "dropout"

    def build(self, arguments, dtype):
        """Build nothing."""

    def source(self):
        """Come from nowhere."""


class ToldTarget(Target):
    """A target of such a subject."""

    def run_together(self, cases, calls=1, sharing=False):
        """Return what was told."""
        assert isinstance(self.subject, Told)
        return [self.subject.draw(case, calls) for case in cases]


def drawn_with(make_seed, skipped=0):
    """A target whose calls draw with the seed object that a case gets, from a later call on."""

    def draw(case, calls):
        seed = make_seed(case)
        return [dropout(case.x, case.rate, seed=seed) for _ in range(skipped + calls)][skipped:]

    return ToldTarget(Told(draw), FLOAT32, "eager")


def changed(change):
    """A target that draws as predicted, and changes its outputs after that."""
    sound = drawn_with(lambda case: KerasSeed(case.seed))

    def draw(case, calls):
        return [change(y) for y in sound.subject.draw(case, calls)]

    return ToldTarget(Told(draw), FLOAT32, "eager")
