"""Explainer: which seed rule predicts a stream that a fingerprint recorded.

A fingerprint holds digests of whole outputs at fixed seeds, so a stream has one explanation or none: that rule, engine
and op whose prediction by noise_ops.reference has the same digests. What the shipped releases drew was predicted once
and is kept in seed_rules.json, since a comparison must answer at once; other streams are predicted as they are met
(`noise_ops.predictions.outputs`, which needs NumPy and a second). tools/name_seed_rules.py makes the table again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from noise_ops.fingerprint.facts import Fact, Fingerprint, Value
from noise_ops.predictions.rules import TRACED, UNKNOWN, UNREACHABLE, Explanation

_TABLE = Path(__file__).with_name("seed_rules.json")

STREAMS = ("stream", "unseeded_stream")
"""The properties that a rule explains."""


@cache
def table() -> Mapping[str, tuple[Explanation, ...]]:
    """Return the explanations of every stream and mask of the shipped releases, by digests; () where there is none."""
    found: dict[str, list[str]] = json.loads(_TABLE.read_text(encoding="ascii")) if _TABLE.exists() else {}
    return {key: tuple(map(Explanation.parse, texts)) for key, texts in found.items()}


def key(mode: str, digests: str) -> str:
    """Return the key of a stream in the table."""
    return f"traced {digests}" if mode in TRACED else digests


def takes_seed(subject: str, recorded: Mapping[str, Mapping[str, Value]]) -> bool:
    """Return whether the probe gave a subject a seed: every function, and layers that name the argument.

    Args:
      subject: its name.
      recorded: its facts by "dtype/mode".
    """
    signature = recorded.get("float32/eager", {}).get("signature")
    if ".layers." not in subject or not isinstance(signature, tuple):
        return True
    return any(str(argument).partition("=")[0] == "seed" for argument in signature)


class Explainer:
    """Explains the streams of one fingerprint.

    Args:
      fingerprint: what was recorded.
      predict: whether streams that no shipped release drew are predicted, which takes NumPy and a moment each.
    """

    def __init__(self, fingerprint: Fingerprint, *, predict: bool = True) -> None:
        self.recorded = fingerprint.recorded
        self._predict = predict

    def explain(self, fact: Fact) -> Explanation:
        """Return what predicts a stream; of several rules, the one that explains the subject's eager stream too.

        Args:
          fact: one of the properties in `STREAMS`.
        """
        if fact.value == "not reproducible":
            return UNREACHABLE
        if fact.raised or fact.fate or not isinstance(fact.value, str):
            return UNKNOWN
        candidates = self._candidates(fact)
        if len(candidates) <= 1 or fact.property != "stream":
            return candidates[0] if candidates else UNKNOWN
        eager = self._eager(fact)
        return next((candidate for candidate in candidates if candidate.rule is eager.rule), candidates[0])

    def _candidates(self, fact: Fact) -> tuple[Explanation, ...]:
        if "(" not in fact.subject:
            return self._looked_up(str(fact.value), fact)
        # What a recurrent or attention layer makes of its masks is not predicted, but the first mask is.
        mask = self._mask(fact) if fact.property == "stream" else None
        return self._looked_up(str(mask.value), mask) if mask else ()

    def _mask(self, fact: Fact) -> Fact | None:
        """Return the digest of the first mask, which is left out where the first output is that of eager mode."""
        by_target = self.recorded[fact.subject]
        targets = [(fact.dtype, fact.mode)]
        if by_target[f"{fact.dtype}/{fact.mode}"].get("mode_draws_eager_stream") == "bits":
            targets += [(fact.dtype, "eager"), ("float32", "eager")]
        for dtype, mode in targets:
            mask = by_target.get(f"{dtype}/{mode}", {}).get("mask")
            if mask is not None:
                return Fact(fact.subject, dtype, mode, "mask", mask)
        return None

    def _looked_up(self, digests: str, fact: Fact) -> tuple[Explanation, ...]:
        known = table().get(key(fact.mode, digests))
        if known is not None or not self._predict:
            return known or ()
        from noise_ops.predictions import outputs

        seeded = takes_seed(fact.subject, self.recorded[fact.subject])
        return outputs.explanations(fact.subject, fact.dtype, fact.mode, fact.property, digests, seeded=seeded)

    def _eager(self, fact: Fact) -> Explanation:
        values = self.recorded[fact.subject].get(f"{fact.dtype}/eager", {})
        if fact.mode == "eager" or not isinstance(values.get("stream"), str):
            return UNKNOWN
        return self.explain(Fact(fact.subject, fact.dtype, "eager", "stream", values["stream"]))
