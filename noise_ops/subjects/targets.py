"""A target: one subject in one dtype and mode, which is what a property is asked of."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any, TypeVar

import numpy as np

from noise_ops.subjects import running
from noise_ops.subjects.cases import Case
from noise_ops.subjects.gathering import Gathering
from noise_ops.subjects.inputs import MIXED, SEED
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import numpy_dtype

_Answer = TypeVar("_Answer")

_KEPT_CALLS = 3
"""Successive calls on the standard case, and on gathered ones, that are kept."""

_KEPT_SIZE = 100_000
"""Elements of an input of which no more calls are kept than were asked for."""

_STANDARD_SHAPES = {None: (64, 33), 3: (16, 5, 32), 4: (16, 3, 5, 32), 5: (16, 3, 2, 5, 32)}
"""Input shapes of the standard case, with enough mask units that two draws never agree by chance."""


@dataclass(frozen=True)
class Target:
    """A subject in a dtype and a mode.

    Attributes:
      subject: the layer.
      dtype: the dtype in which it computes.
      mode: a key of `subjects.modes.MODES`.
    """

    subject: Subject
    dtype: np.dtype[Any]
    mode: str

    def __str__(self) -> str:
        return f"{self.subject.name}-{self.dtype.name}-{self.mode}"

    @cached_property
    def standard(self) -> Case:
        """The case of the modes that are too slow to explore: normal input, rate 0.3, stddev 0.7."""
        shape = _STANDARD_SHAPES[self.subject.rank]
        recipe = f"np.random.default_rng(0).standard_normal({shape})"
        x = np.random.default_rng(0).standard_normal(shape).astype(self.dtype)
        return self.subject_case(x, rate=0.3, stddev=0.7, seed=SEED, recipe=recipe)

    def subject_case(self, x: Any, *, rate: float, stddev: float, seed: int, recipe: str | None = None) -> Case:
        """Return a case with those of `rate` and `stddev` that the subject takes."""
        taken = self.subject.arguments
        return Case(x, seed, rate if "rate" in taken else None, stddev if "stddev" in taken else None, recipe=recipe)

    def run(self, case: Case, calls: int = 1) -> Sequence[Any]:
        """Return the outputs of `calls` successive training calls; of standard and gathered cases they are kept."""
        if case is self.standard and calls <= _KEPT_CALLS:
            return _standard_outputs(self)[:calls]
        return self._run("run", case, calls)

    def run_again(self, case: Case, calls: int = 1) -> Sequence[Any]:
        """Return the outputs of another layer with the arguments and the seed of a case."""
        return self._run("run again", case, calls)

    def _run(self, question: str, case: Case, calls: int) -> Sequence[Any]:
        alone = self._gathering(case) is None or case.x.size > _KEPT_SIZE
        kept = calls if alone else max(calls, _KEPT_CALLS)
        return self._answer((question, kept), case, lambda cases: self.run_together(cases, kept, sharing=True))[:calls]

    def run_alone(self, case: Case) -> Any:
        """Return the first output of a layer that was run with no other one, whose kernels it could go on with."""
        return self._answer("run alone", case, lambda cases: [self.run_together([one])[0][0] for one in cases])

    def infer(self, case: Case, **arguments: bool) -> Any:
        """Return the output of a call without training."""

        def ask(cases: Sequence[Case]) -> list[Any]:
            return running.infer_together(self.subject, cases, self.mode, **arguments)

        return self._answer(("infer", *arguments.items()), case, ask)

    def predict_noisily(self, case: Case) -> Any:
        """Return what a functional model predicts whose layer was called with training=True."""
        ask = partial(running.predict_noisily_together, self.subject)
        return self._answer("predict noisily", case, ask)

    def _answer(self, question: Hashable, case: Case, ask: Callable[[Sequence[Case]], Sequence[_Answer]]) -> _Answer:
        """Return what a case gives, asked with those that it is gathered with."""
        gathering = self._gathering(case)
        answer: _Answer = ask([case])[0] if gathering is None else gathering.answer(question, case, ask)
        return answer

    def _gathering(self, case: Case) -> Gathering | None:
        return next((one for one in _gathered.get(self, ()) if case in one), None)

    def gather(self, cases: Sequence[Case]) -> None:
        """Run these cases together at the first question, and keep what they give until another target is asked."""
        if self not in _gathered:
            _gathered.clear()
        _gathered.setdefault(self, []).append(Gathering(cases))

    def run_together(self, cases: Sequence[Case], calls: int = 1, sharing: bool = False) -> list[list[Any]]:
        """Return for each case the outputs of `calls` successive training calls, drawn in one run.

        Args:
          cases: at least one.
          calls: number of calls.
          sharing: as of `running.run_together`.
        """
        return running.run_together(self.subject, cases, self.mode, calls, sharing)


@lru_cache(maxsize=None)
def _standard_outputs(target: Target) -> tuple[Any, ...]:
    """Return the outputs on the standard case, drawn once for all checks of equal targets."""
    return tuple(target.run_together([target.standard], _KEPT_CALLS)[0])


_gathered: dict[Target, list[Gathering]] = {}
"""The gathered cases of the target that was asked last: checks come target by target."""


def forget() -> None:
    """Forget all outputs: the layers are about to change."""
    _standard_outputs.cache_clear()
    _gathered.clear()


def default_dtype(mode: str) -> np.dtype[Any]:
    """Return the dtype in which a mode is asked when none is given: that of its policy, else float32."""
    found: np.dtype[Any] = numpy_dtype(MIXED.get(mode, "float32"))
    return found
