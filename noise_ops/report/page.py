"""What a report says, in parts that every format knows how to show: an answer, a table, entries, notes.

A page is made of findings by `of_check` and `of_comparison`; text, Markdown, JUnit and GitHub each render any page.
Texts are plain and may hold whatever a fingerprint held: each renderer escapes them for its format.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from noise_ops.findings import CODES, Finding, Verdict
from noise_ops.points import Point
from noise_ops.words import count


@dataclass(frozen=True)
class Figure:
    """What a picture shows, as numbers that were seen or follow from a law; nothing in it is smoothed or guessed.

    Attributes:
      title: what is shown, of what.
      caption: a sentence on how to read it.
      x, y: what the axes are, with units.
      points: what was seen, and the band that was to be kept.
      stairs: corners of a line that a law's arithmetic gives, in order of x; empty without one.
      logarithmic: which axes are: "", "x" or "xy".
      names: what stands below each x, which then is a number from 0 on; empty where x is a quantity.
    """

    title: str
    caption: str
    x: str
    y: str
    points: tuple[Point, ...]
    stairs: tuple[tuple[float, float], ...] = ()
    logarithmic: str = ""
    names: tuple[str, ...] = ()


ANY = "any"
"""The subject of a finding that is of none, such as two records that cannot be compared."""

AMISS = "amiss"
"""The `side` of an entry on what neither side keeps and does not change."""

NOT_OF_THIS = "Not of this upgrade: {} that neither side does as documented"
"""How many such entries there are, for a reader who came for what changes."""


@dataclass(frozen=True)
class Entry:
    """One finding, told.

    Attributes:
      verdict: how bad it is.
      code: what `noise-ops explain` tells more of.
      title: the sentence of its code: what is wrong.
      message: one sentence: where, and the numbers that matter.
      places: subject, dtype and mode of each place where it is seen.
      stage: the part of the pipeline that moved, or "".
      side: which side of an upgrade keeps what is documented ("broke", "fixed", "neither", ...), `AMISS`, or "" in a
        check.
      kept: the same in words, "2.16.2 breaks what 2.15.1 kept", or "".
      reason: why it matters.
      remedy: what to do next.
      reproduce: command line that shows it again.
      script: program that shows it with TensorFlow and NumPy alone, or "".
      differences: each thing that differs, with the subjects that show it, where there are several.
      figures: pictures of what was seen, where there are numbers to draw.
      condition: who is affected, as what follows "you are affected if you", or "".
      briefly: what is seen, in a few words for one line, or "".
    """

    verdict: Verdict
    code: str
    title: str
    message: str
    places: tuple[tuple[str, str, str], ...]
    stage: str
    side: str
    kept: str
    reason: str
    remedy: str
    reproduce: str
    script: str
    differences: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    condition: str = ""
    briefly: str = ""

    @classmethod
    def of_findings(cls, findings: Sequence[Finding], message: str, figures: Sequence[Figure] = ()) -> Entry:
        """Return findings of one code as an entry, told by the first of them.

        Args:
          findings: at least one.
          message: the sentence that says where, and the numbers that matter.
          figures: pictures of what was seen.
        """
        first, code = findings[0], CODES[findings[0].code]
        return cls(
            verdict=first.verdict,
            code=first.code,
            title=code.sentence,
            message=message,
            places=tuple(dict.fromkeys((each.subject, each.dtype, each.mode) for each in findings)),
            stage=first.stage.value if first.stage else "",
            side="",
            kept="",
            reason=code.reason,
            remedy=code.remedy_in(first.dtype),
            reproduce=first.reproduce,
            script=first.script,
            figures=tuple(figures),
        )

    @property
    def label(self) -> str:
        """The verdict as a heading says it, what was mended apart, and what neither side keeps."""
        if self.side == AMISS:
            return "AMISS ON BOTH SIDES"
        return "MENDED" if self.mended else self.verdict.value.upper()

    @property
    def whom(self) -> str:
        """Who is affected, and by what, in a sentence that goes before the message; "" where nothing narrows it."""
        verb, seen = ("notice it" if self.mended else "are affected"), f": {self.briefly}" if self.briefly else ""
        return f"You {verb} if you {self.condition}{seen}." if self.condition else ""

    @property
    def mended(self) -> bool:
        """Whether the new side of an upgrade does what is documented, and the old one did not."""
        return self.side == "fixed"


@dataclass(frozen=True)
class Page:
    """A report.

    Attributes:
      title: what is judged: "TensorFlow 2.15.1 to 2.16.2".
      setting: lines that say what it was judged with, versions first.
      question: what the reader came for: "Safe to merge?".
      answer: the answer, in one sentence or two.
      verdict: what the answer amounts to: the worst verdict that speaks against it, or that is worth a look.
      table: rows of the overview, the first of them the headings; empty if there is nothing to show.
      entries: findings, worst first, what was mended last.
      failures: sentences on what fails whatever the verdict, such as an expectation that has expired.
      notes: further sentences, each a paragraph.
      stop: the sentence that sends most readers away early, or "".
      advice: the sentence that says what to do, "What to do: keep 2.15.1 if ...", or where to ask on; or "".
      expected: findings that are there and that a team has decided to live with.
      figures: pictures of what was counted where nothing was found, and of known deviations.
      certificate: rows of what would have been seen, the first of them the headings; empty without any.
      amiss: what neither side of an upgrade does as documented, and no entry tells, since it does not change.
      asks_amiss: whether the reader came for it, so that the first screen tells it, and not its number alone.
      caveats: sentences on what a side stands for and is not, which every format tells before the answer.
    """

    title: str
    setting: tuple[str, ...]
    question: str
    answer: str
    verdict: Verdict
    table: tuple[tuple[str, ...], ...]
    entries: tuple[Entry, ...]
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stop: str = ""
    advice: str = ""
    expected: tuple[Entry, ...] = ()
    figures: tuple[Figure, ...] = ()
    certificate: tuple[tuple[str, ...], ...] = ()
    amiss: tuple[Entry, ...] = ()
    asks_amiss: bool = False
    caveats: tuple[str, ...] = ()

    @property
    def amiss_in_words(self) -> str:
        """How much neither side does as documented; where the reader came for an upgrade, that it is not to blame."""
        told = "Amiss on both sides: {}" if self.asks_amiss else NOT_OF_THIS
        return told.format(count(len(self.amiss), "thing"))
