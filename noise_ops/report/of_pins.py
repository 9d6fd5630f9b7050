"""The page of an upgrade of which nothing is judged: its pins do not change, or only for another Python or platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from noise_ops.comparison import unjudged
from noise_ops.expected.file import FILE
from noise_ops.findings import Verdict, worst
from noise_ops.report import of_comparison
from noise_ops.report.json import COMPARISON_SCHEMA
from noise_ops.report.page import Page
from noise_ops.version import __version__

if TYPE_CHECKING:
    from noise_ops.environments.pins import Upgrade


def page(upgrade: Upgrade, old: str, new: str) -> Page:
    """Return the page.

    Args:
      upgrade: its pins.
      old: what the user calls the side before.
      new: the side after.
    """
    groups = [unjudged.group(each) for each in upgrade.elsewhere]
    remedies = [f"{group.remedy[0].lower()}{group.remedy[1:]}" for group in groups]
    return Page(
        title=f"{old} → {new}",
        setting=(f"noise_ops {__version__}", *([f"Read for {upgrade.where}."] if upgrade.where else [])),
        question=of_comparison.QUESTION,
        answer=_answer(upgrade),
        verdict=worst(groups),
        table=(),
        entries=tuple(of_comparison.entry(group, old, new) for group in groups),
        notes=tuple(filter(None, [_pinned(upgrade), upgrade.left_out])),
        advice=f"What to do: {remedies[0]}" if remedies else "",
    )


def _answer(upgrade: Upgrade) -> str:
    if not upgrade.elsewhere:
        return "Nothing to judge: no pin of TensorFlow or Keras changes; other packages were not judged."
    return f"Cannot tell: for {upgrade.where} no pin of TensorFlow or Keras changes; for others one does."


def _pinned(upgrade: Upgrade) -> str:
    return f"Both sides pin {upgrade.before}." if upgrade.before else ""


def as_json(upgrade: Upgrade, old: str, new: str) -> str:
    """Return the page as a JSON text with the keys of a comparison; there are no environments, since none was read."""
    told = page(upgrade, old, new)
    none: list[str] = []
    report = {
        "schema": COMPARISON_SCHEMA,
        "old": {"name": old, "environment": None},
        "new": {"name": new, "environment": None},
        "caveats": none,
        "verdict": told.verdict.value,
        "verdict_unfixed": told.verdict.value,
        "answer": told.answer,
        "advice": told.advice,
        "only_seeded": told.verdict is Verdict.IDENTICAL,
        "seed_rules": None,
        "findings": [unjudged.group(each).to_json() for each in upgrade.elsewhere],
        "findings_not_used": None,
        "used": None,
        "amiss": none,
        "kept": 0,
        "targets": none,
        "differences": none,
        "notes": list(told.notes),
        "coverage": {"asked": none, "left_out": 0, "only_old": none, "only_new": none},
        "expected": {"file": FILE, **dict.fromkeys(("findings", "met", "unobserved", "expired", "mended"), none)},
    }
    return json.dumps(report, indent=2) + "\n"


def exit_code(upgrade: Upgrade) -> int:
    """Return 1 if something changes that was not judged; else 0."""
    return int(bool(upgrade.elsewhere))
