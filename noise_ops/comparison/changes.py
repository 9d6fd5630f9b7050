"""Two values of one fact, judged: what changed, how bad it is, at which stage, and which side keeps its promise."""

from __future__ import annotations

import builtins
import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from noise_ops.codes import CODES
from noise_ops.comparison.configs import differences, unknown_entries
from noise_ops.comparison.documented import is_documented
from noise_ops.comparison.signatures import added_arguments, lost_arguments
from noise_ops.comparison.streams import Key, Streams, parted
from noise_ops.findings import Stage, Verdict
from noise_ops.fingerprint import counts
from noise_ops.fingerprint.facts import Fact, Fingerprint, Value
from noise_ops.predictions.explainer import STREAMS, Explainer
from noise_ops.predictions.rules import Explanation
from noise_ops.properties.catalog import meaning
from noise_ops.properties.declaring import Kind


class Keeps(enum.Enum):
    """Which side keeps what is documented."""

    BROKE = "broke"  # only the old side keeps it: the new one broke it
    FIXED = "fixed"  # only the new side keeps it: it was broken before
    NEITHER = "neither"  # neither side keeps it
    BOTH = "both"  # both keep it
    UNDOCUMENTED = "undocumented"  # nothing is documented that could be kept


@dataclass(frozen=True)
class Change:
    """A fact that differs between two fingerprints.

    Attributes:
      code: what it is told under, which `codes.CODES` explains.
      subject, dtype, mode, property: what it is about.
      stage: the earliest stage of the pipeline that moved, if it is known.
      keeps: which side keeps what is documented.
      old, new: the values; None where one side recorded none.
      rules: what predicts the old and the new stream, of streams.
      beside: what a sentence needs besides: of "config-refused" the entries that the new side cannot load, of
        "rounding" by how many ulp the first units differ.
      seen: where the subject itself was not recorded, the change of a sibling that may touch it.
    """

    code: str
    subject: str
    dtype: str
    mode: str
    property: str
    stage: Stage | None
    keeps: Keeps
    old: Value | None
    new: Value | None
    rules: tuple[Explanation, Explanation] | None = None
    beside: Value | None = None
    seen: Change | None = None

    @builtins.property  # the field `property` hides it in here
    def verdict(self) -> Verdict:
        """The verdict of the change's code."""
        return CODES[self.code].verdict


_REBUILT = ("from_config", "reloaded")


class Judge:
    """Judges the facts of two fingerprints; `changes` does so for one target: a subject, a dtype and a mode.

    What takes `old` and `new` below takes two facts of one property, each None where that side did not record it, and
    returns a `Change`, or None where nothing is to be told.

    Args:
      old, new: the fingerprints.
      predict: whether streams that no shipped release drew are predicted, which takes a second.
    """

    def __init__(self, old: Fingerprint, new: Fingerprint, *, predict: bool = True) -> None:
        # Each of these is a pair: the old side's, the new side's.
        self.facts = old.by_key(), new.by_key()
        self.environments = old.environment, new.environment
        self.explainers = Explainer(old, predict=predict), Explainer(new, predict=predict)
        self.streams = Streams(self.facts, self.explainers)

    def changes(self, subject: str, dtype: str, mode: str, names: list[str]) -> Iterator[Change]:
        """Yield what changed of one subject, dtype and mode, without what merely follows from another change.

        Args:
          subject: name of the subject.
          dtype: compute dtype.
          mode: how it was run.
          names: the properties that either side recorded of it.
        """
        target = subject, dtype, mode
        failures = tuple(self._failure((*target, "stream"), side) for side in range(2))
        for name in names:
            old, new = (facts.get((*target, name)) for facts in self.facts)
            if old == new or self._follows(target, name, old, new, failures):
                continue
            if (change := self._judge(old, new)) is not None:
                yield change
            yield from self._besides(old, new)

    def keeps(self, key: Key) -> tuple[bool | None, bool | None]:
        """Return whether each side keeps what is documented of a fact that both recorded; None where nothing is.

        None as well of what merely follows from another fact that is not kept: a layer that raises fails everywhere.
        """
        old, new = (facts[key] for facts in self.facts)
        target, name = key[:3], key[3]
        if old.meaning.needs_noise and self._is_silent(target):
            return None, None
        return self._kept(old, 0, target, name), self._kept(new, 1, target, name)

    def _kept(self, fact: Fact, side: int, target: tuple[str, str, str], name: str) -> bool | None:
        if name.startswith(("changed_attribute", "seed_state")) or _lacks_argument(fact):
            return None  # as it is where it changes
        if name != "stream" and not name.startswith("accepts") and self._failure((*target, "stream"), side):
            return None
        if name == "mode_draws_eager_stream" and not fact.raised and not fact.fate:
            return fact.value == "bits" if fact.mode in _REBUILT and self._takes_seed(fact) else None
        return is_documented(fact, repeated=self._repeats(fact, side))

    def _failure(self, key: Key, side: int) -> str | None:
        """Return the type of the exception, or the fate, that a side recorded in place of a value."""
        fact = self.facts[side].get(key)
        if fact is None:
            return None
        return fact.raised.type if fact.raised else fact.fate

    def _follows(
        self,
        target: tuple[str, str, str],
        name: str,
        old: Fact | None,
        new: Fact | None,
        failures: tuple[str | None, ...],
    ) -> bool:
        """Return whether a difference follows from another one, or from what cannot be compared.

        Args:
          target: subject, dtype and mode.
          name: the property that differs.
          old: its fact on the old side, if any.
          new: its fact on the new side, if any.
          failures: how the first call of the target failed on each side, if it did.
        """
        # One cause is one finding: a layer that raises, has lost its seed, or makes no noise differs in its other facts
        # too, and a reader who is shown twenty of them looks for twenty causes. So each rule below names another fact
        # of the same subject that parts and is told; where none does, the difference stands.
        property_name = name.partition(" ")[0]  # without its argument, as in "accepts rate=1"
        # "observed" is the recorder's, where a worker died between two observations: one side may have it alone.
        if property_name != "observed" and (old is None or new is None):
            return True  # why one side lacks it, the signature or what was raised says
        if name == "stream":
            return self._is_silent(target) or self.streams.of_both(target, "shape_and_dtype_kept", parted)
        if name.startswith("variables "):
            return self._moves_alike(target, name)
        if property_name == "seed_state" and self.streams.of_both(target, "stream", lambda old, new: old != new):
            return True
        if name == "reload_restarts_stream" and self.streams.of_both(target, "mode_draws_eager_stream", parted):
            return True  # the layer lost its seed on one side, or finds it again
        if any(failures) and not name.startswith("accepts"):
            # The layer itself fails there, and its other observations with it; one that fails where the layer does not
            # is news.
            return all(failures[side] or self._failure((*target, name), side) is None for side in range(2))
        return meaning(name).needs_noise and self._is_silent(target)

    def _moves_alike(self, target: tuple[str, str, str], name: str) -> bool:
        """Return whether a noiseless layer ("variables rate=0") differs from the usual one equally on both sides.

        Then the change is told of "variables" alone.
        """
        added = []
        for facts in self.facts:
            counted = [facts.get((*target, each)) for each in ("variables", name)]
            values = [fact.value if fact else None for fact in counted]
            added.append([_number(values[1], kind) - _number(values[0], kind) for kind in ("weights", "variables")])
        return added[0] == added[1]

    def _is_silent(self, target: tuple[str, str, str]) -> bool:
        """Return whether one side makes no noise where noise is asked for, which is a finding of its own."""
        if self._is_identity(target):
            return True
        densities = (facts.get((target[0], "float32", "eager", "mask_density 0.3")) for facts in self.facts)
        return any(fact and isinstance(fact.value, Mapping) and fact.value.get("dropped") == 0 for fact in densities)

    def _is_identity(self, target: tuple[str, str, str]) -> bool:
        """Return whether one side returns its input when called with training=True."""
        found = (facts.get((*target, "explicit_training_wins")) for facts in self.facts)
        return any(fact is not None and fact.value == "identity" for fact in found)

    def _judge(self, old: Fact | None, new: Fact | None) -> Change | None:
        """Judge two facts that differ; of one that a side did not record, only what ended its process."""
        fact = new or old
        assert fact is not None
        if not fact.meaning.name:
            return self._change(old, new, "unknown-property", Keeps.UNDOCUMENTED)
        old_fate, new_fate = (one.fate if one else None for one in (old, new))
        if old_fate != new_fate:
            return self._change(old, new, "dies", _keeps(old_fate is None, new_fate is None))
        declared = fact.meaning
        if old is None or new is None or declared.kind is Kind.CONTEXT:
            return None
        if old.raised or new.raised:
            return self._judge_raising(old, new)
        if fact.property.partition(" ")[0] == "accepts":
            return self._judge_documented(old, new, "does-otherwise")
        if declared.kind is Kind.STREAM:
            return self._judge_stream(old, new, declared.code)
        return self._judge_documented(old, new, declared.code) if _differ(old, new) else None

    def _besides(self, old: Fact | None, new: Fact | None) -> Iterator[Change]:
        """Yield what a signature or a config tells besides: arguments that are new, entries that cannot be loaded."""
        if old is None or new is None or not isinstance(old.value, tuple) or not isinstance(new.value, tuple):
            return
        if old.property == "signature" and added_arguments(old.value, new.value):
            yield self._change(old, new, "arguments-added", Keeps.UNDOCUMENTED)
        signature = self.facts[1].get((*old.key[:3], "signature"))
        if old.property == "config" and signature is not None and isinstance(signature.value, tuple):
            refused = unknown_entries(old.value, new.value, signature.value, keras_3=self._is_keras_3(new))
            if refused:
                yield replace(self._change(old, new, "config-refused", Keeps.UNDOCUMENTED), beside=tuple(refused))

    def _is_keras_3(self, fact: Fact) -> bool:
        """Return whether a fact of the new side is about a layer of Keras 3."""
        return fact.subject.startswith("keras.") and (self.environments[1].keras or "").startswith("3")

    def _judge_raising(self, old: Fact, new: Fact) -> Change | None:
        """Judge a fact that is an exception on one side at least."""
        accepts = old.property.startswith("accepts")
        if old.property.startswith("seed_state"):
            return None  # a private attribute of the layer
        if old.raised and new.raised:
            if (old.raised.type, old.raised.when) == (new.raised.type, new.raised.when):
                return None  # reworded
            return self._judge_documented(old, new, "raises-otherwise")
        if accepts:
            return self._judge_documented(old, new, "accepts" if old.raised else "rejects")
        if old.property.startswith("changed_attribute"):
            # Nothing documents that an attribute can be changed: one that raises now, or no longer, breaks no promise.
            return self._judge_documented(old, new, "changed-attribute")
        if _lacks_argument(old) or _lacks_argument(new):
            return self._change(old, new, "accepts" if old.raised else "rejects", Keeps.UNDOCUMENTED)
        if old.raised:
            return self._change(old, new, "works-now", Keeps.FIXED)
        return self._change(old, new, "raises", Keeps.BROKE)

    def _judge_stream(self, old: Fact, new: Fact, code: str) -> Change | None:
        """Judge bits at fixed seeds."""
        if "not reproducible" in (old.value, new.value):
            return None  # whether the seed determines the stream is told as same_seed_same_noise
        if old.property == "mode_draws_eager_stream":
            return self._judge_mode(old, new, code)
        if old.property not in STREAMS:
            return self._change(old, new, code, Keeps.UNDOCUMENTED)
        if self._is_identity(old.key[:3]):
            return None  # told as explicit_training_wins
        rules = self.streams.rules(old, new)
        if self.streams.seeded_once(old, rules):
            return None
        ulp = self.streams.rounding(old, new, rules)
        if ulp is not None:
            return replace(self._change(old, new, "rounding", Keeps.BOTH, Stage.LAYER, rules), beside=ulp)
        ops = {rules[0].op, rules[1].op}
        if rules[0].rule is rules[1].rule and len(ops) == 2 and "signed zeros" in ops:
            return self._change(old, new, "signed-zeros", Keeps.BOTH, Stage.OP, rules)
        stage = self.streams.stage(old, new, rules)
        if stage is Stage.SEED and rules[0].rule is not rules[1].rule:
            code = "seed-rule"
        elif old.property == "unseeded_stream" and self.streams.of_both(old.key[:3], "stream", self.streams.told):
            return None  # the seeded stream of the layer changed too, and is told
        return self._change(old, new, code, Keeps.BOTH, stage, rules)

    def _judge_mode(self, old: Fact, new: Fact, code: str) -> Change | None:
        """Judge whether a mode draws what eager execution draws; a rebuilt layer that was given a seed must."""
        # A layer that comes back from a config that holds its seed must draw what it drew: to lose that breaks a
        # promise. No other mode is promised the stream of eager execution, and XLA parts from it in two ranges of
        # releases (`history.breaks`): that is told to whoever compares the two, and judged as neither right nor wrong.
        agrees = (old.value == "bits", new.value == "bits")
        if agrees[0] == agrees[1]:
            return None
        if old.mode in _REBUILT:
            return self._change(old, new, "round-trip", _keeps(*agrees), Stage.SEED) if self._takes_seed(old) else None
        eager = [facts.get((old.subject, old.dtype, "eager", "stream")) for facts in self.facts]
        # If the eager streams differ too, agreement with them had to change: then it is no news of the mode.
        return self._change(old, new, code, Keeps.UNDOCUMENTED) if eager[0] == eager[1] else None

    def _takes_seed(self, fact: Fact) -> bool:
        signatures = (facts.get((fact.subject, "float32", "eager", "signature")) for facts in self.facts)
        return all(s is not None and isinstance(s.value, tuple) and "seed=None" in s.value for s in signatures)

    def _judge_documented(self, old: Fact, new: Fact, code: str) -> Change | None:
        """Judge each side by the documentation.

        Returns None where both sides keep it (but a change of `accepts` is told all the same), and where neither does
        but both show counts of one law.
        """
        kept = [is_documented(fact, repeated=self._repeats(fact, side)) for side, fact in enumerate((old, new))]
        if kept[0] is None or kept[1] is None:
            return self._change(old, new, code, Keeps.UNDOCUMENTED)
        keeps = _keeps(kept[0], kept[1])
        kind = old.meaning.kind
        if keeps is Keeps.BOTH and not old.property.startswith("accepts"):
            return None
        if keeps is Keeps.NEITHER and kind is Kind.COUNTS and counts.same_law(old.value, new.value):
            return None
        return self._change(old, new, code, keeps)

    def _repeats(self, fact: Fact, side: int) -> bool:
        """Return whether every call of the subject drew the same noise, so that counts over calls are multiples."""
        stream = self.facts[side].get((*fact.key[:3], "stream"))
        digests = str(stream.value).split(" ") if stream and isinstance(stream.value, str) else []
        return "stateless" in fact.subject or (len(digests) > 1 and len(set(digests)) == 1)

    def _change(
        self,
        old: Fact | None,
        new: Fact | None,
        code: str,
        keeps: Keeps,
        stage: Stage | None = None,
        rules: tuple[Explanation, Explanation] | None = None,
    ) -> Change:
        """Return a change, in the stage of its property where neither a stage nor rules are given."""
        fact = new or old
        assert fact is not None
        stage = stage if stage or rules else fact.meaning.stage
        values = (old.value if old else None, new.value if new else None)
        return Change(code, *fact.key, stage, keeps, *values, rules)


def _keeps(old: bool, new: bool) -> Keeps:
    if old:
        return Keeps.BOTH if new else Keeps.BROKE
    return Keeps.FIXED if new else Keeps.NEITHER


def _lacks_argument(fact: Fact) -> bool:
    """Return whether a layer raised because its signature lacks the argument that was tried."""
    name, _, value = fact.property.partition(" ")[2].partition("=")
    sentence = fact.raised.sentence if fact.raised else ""
    return bool(value) and name in sentence and "keyword argument" in sentence


def _number(value: Value | None, kind: str) -> int:
    """Return a number of the fact `variables`; 0 where it was not recorded."""
    found = value.get(kind) if isinstance(value, Mapping) else None
    return found if isinstance(found, int) else 0


def _differ(old: Fact, new: Fact) -> bool:
    """Return whether two values differ in what they mean, not merely in what was added without harm."""
    if old.property == "variables" and isinstance(old.value, Mapping) and isinstance(new.value, Mapping):
        return old.value.get("weights") != new.value.get("weights")  # others are the state of seed generators
    if old.property == "signature" and isinstance(old.value, tuple) and isinstance(new.value, tuple):
        return lost_arguments(old.value, new.value) != []  # what was added has a code of its own
    if old.property == "config" and isinstance(old.value, tuple) and isinstance(new.value, tuple):
        return differences(old.value, new.value) != []
    return old.value != new.value
