"""Cases of one target that share a trace, a model or a file, and what they gave, kept for all properties."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Callable, Sequence

from noise_ops.subjects.cases import Case

Ask = Callable[[Sequence[Case]], Sequence[Any]]
"""From cases to an answer for each, got in one run."""


class Gathering:
    """Cases that are asked together at the first question about one of them."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = dict.fromkeys(cases)
        self._answers: dict[tuple[Hashable, Case], Any] = {}
        self._apart: set[Hashable] = set()

    def __contains__(self, case: Case) -> bool:
        """Return whether a case belongs here."""
        return case in self._cases

    def answer(self, question: Hashable, case: Case, ask: Ask) -> Any:
        """Return what a case gives, asked with all others; alone where they cannot be run as one."""
        if (question, case) not in self._answers:
            together = (case,) if question in self._apart else tuple(self._cases)
            try:
                answers = ask(together)
            except Exception:  # of whichever case it is: alone, each shows whether it was the one
                if len(together) == 1:
                    raise
                self._apart.add(question)
                return self.answer(question, case, ask)
            self._answers.update({(question, one): answer for one, answer in zip(together, answers)})
        return self._answers[question, case]
