"""Two streams of one subject, compared: what predicts each, where they part, and whether they are one noise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from noise_ops.comparison.roundings import ulps
from noise_ops.findings import Stage
from noise_ops.fingerprint.facts import Fact, Value
from noise_ops.predictions.explainer import Explainer, takes_seed
from noise_ops.predictions.rules import Explanation, Rule
from noise_ops.properties.catalog import meaning
from noise_ops.properties.declaring import Kind

Key = tuple[str, str, str, str]
Rules = tuple[Explanation, Explanation]


class Streams:
    """The streams of two fingerprints.

    Args:
      facts: the facts of both sides, by what they are about.
      explainers: what explains the streams of each.
    """

    def __init__(self, facts: tuple[dict[Key, Fact], dict[Key, Fact]], explainers: tuple[Explainer, Explainer]) -> None:
        self.facts, self.explainers = facts, explainers

    def rules(self, old: Fact, new: Fact) -> Rules:
        """Return what predicts the streams of both sides."""
        return self.explainers[0].explain(old), self.explainers[1].explain(new)

    def told(self, old: Fact, new: Fact) -> bool:
        """Return whether two streams differ, and that is told as a change of theirs."""
        return old != new and not self.seeded_once(old, self.rules(old, new))

    def of_both(self, target: tuple[str, str, str], name: str, holds: Callable[[Fact, Fact], bool]) -> bool:
        """Return whether both sides recorded a fact, and a condition holds of the two."""
        old, new = (facts.get((*target, name)) for facts in self.facts)
        return old is not None and new is not None and holds(old, new)

    def seeded_once(self, fact: Fact, rules: Rules) -> bool:
        """Return whether one side took a seed there and the other did not, which is told of the argument or config."""
        old, new = (explanation.rule for explanation in rules)
        if Rule.UNKNOWN in (old, new) or old.unseeded == new.unseeded or old.stateful != new.stateful:
            return False
        given = [takes_seed(fact.subject, explainer.recorded[fact.subject]) for explainer in self.explainers]
        if fact.mode in ("from_config", "reloaded") and all(given):
            return self.of_both(fact.key[:3], "mode_draws_eager_stream", parted)
        return given[0] != given[1]

    def rounding(self, old: Fact, new: Fact, rules: Rules) -> int | None:
        """Return by how many ulp the first units differ at most, of the same noise rounded otherwise; else None."""
        if Rule.UNKNOWN not in (rules[0].rule, rules[1].rule) and rules[0] != rules[1]:
            return None
        if old.property != "stream" or first_call(old.value) == first_call(new.value):
            return None
        masks, heads = ([self._near(old, name, side) for side in range(2)] for name in ("mask", "head"))
        if masks[0] != masks[1]:
            return None
        if not all(self.of_both(old.key[:3], name, _counted_alike) for name in self._counts(old.key[:3])):
            return None
        return ulps(heads[0], heads[1], old.dtype)

    def _counts(self, target: tuple[str, str, str]) -> Iterator[str]:
        """Yield the names of the counts that both sides recorded of a subject, dtype and mode."""
        subject, dtype, mode = target
        recorded = [explainer.recorded[subject].get(f"{dtype}/{mode}", {}) for explainer in self.explainers]
        for name in recorded[0].keys() & recorded[1].keys():
            if meaning(name).kind is Kind.COUNTS:
                yield name

    def stage(self, fact: Fact, other: Fact, rules: Rules) -> Stage | None:
        """Return the earliest stage at which the streams of two facts part."""
        old, new = rules
        masks = [self._near(fact, "mask", side) for side in range(2)]
        same_mask = None not in masks and masks[0] == masks[1]
        if Rule.UNKNOWN in (old.rule, new.rule):
            return Stage.OP if same_mask else None
        if old.rule is not new.rule:
            return Stage.SEED
        if old.engine != new.engine:
            return Stage.VARIATE
        if old.op != new.op:
            return Stage.OP
        return Stage.LAYER if same_mask and first_call(fact.value) != first_call(other.value) else Stage.SEED

    def _near(self, fact: Fact, name: str, side: int) -> Value | None:
        """Return a fact beside a stream; that of the eager stream where it was left out, since both are one."""
        found = self.facts[side].get((*fact.key[:3], name))
        found = found or self.facts[side].get((fact.subject, fact.dtype, "eager", name))
        found = found or self.facts[side].get((fact.subject, "float32", "eager", name))
        return found.value if found else None


def first_call(stream: Value | None) -> str:
    """Return the digest of a stream's first call."""
    return str(stream).partition(" ")[0]


def parted(old: Fact, new: Fact) -> bool:
    """Return whether both sides observed something, and not the same."""
    return old.value != new.value and not (old.raised or new.raised or old.fate or new.fate)


def _counted_alike(old: Fact, new: Fact) -> bool:
    """Return whether two counts are those of the same noise; sums and distinct values depend on how it is rounded."""
    if not isinstance(old.value, Mapping) or not isinstance(new.value, Mapping):
        return old.value == new.value
    names = (old.value.keys() | new.value.keys()) - {"sums", "distinct"}
    return all(old.value.get(name) == new.value.get(name) for name in names)
