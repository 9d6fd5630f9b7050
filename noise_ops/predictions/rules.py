"""Seed rules: the known ways from a seed to a stream, and what explains the bits that were recorded."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Rule(enum.Enum):
    """How key and counter follow from a seed; the value is the name in files."""

    LEGACY = "legacy"
    KERAS_2 = "keras-2"
    KERAS_3 = "keras-3"
    STATELESS = "stateless"
    GENERATOR = "generator"
    UNSEEDED_LEGACY = "unseeded-legacy"
    UNSEEDED_GRAPH = "unseeded-graph"
    UNSEEDED_NUMPY = "unseeded-numpy"
    UNSEEDED_KERAS_3 = "unseeded-keras-3"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"

    @property
    def sentence(self) -> str:
        """What the rule says."""
        return _SENTENCES[self]

    @property
    def stateful(self) -> bool:
        """Whether key and counter are a state of TensorFlow's, which tf.random.set_seed sets."""
        return self in _STATEFUL

    @property
    def unseeded(self) -> bool:
        """Whether it is the rule of a layer that was given no seed."""
        return self.value.startswith("unseeded")


_STATEFUL = {Rule.LEGACY, Rule.KERAS_2, Rule.UNSEEDED_LEGACY, Rule.UNSEEDED_GRAPH, Rule.UNSEEDED_NUMPY}

_SENTENCES = {
    Rule.LEGACY: "stateful Philox, op seed = the seed, later calls go on where the last one stopped",
    Rule.KERAS_2: "stateful Philox, op seed = the layer's seed + the number of calls or traces before",
    Rule.KERAS_3: "stateless Philox, SeedGenerator [seed, call]",
    Rule.STATELESS: "stateless Philox, the seed pair alone",
    Rule.GENERATOR: "Philox with a counter of its own, tf.random.Generator",
    Rule.UNSEEDED_LEGACY: "stateful Philox, op seeds from random.Random(the seed of tf.random.set_seed)",
    Rule.UNSEEDED_GRAPH: "stateful Philox, op seed = the number of the op in its graph, key from tf.random.set_seed",
    Rule.UNSEEDED_NUMPY: "stateful Philox, op seed = numpy.random.randint(10e6), key from tf.random.set_seed",
    Rule.UNSEEDED_KERAS_3: "stateless Philox, SeedGenerator [a number of Python's random, call]",
    Rule.UNREACHABLE: "a state that no seed determines",
    Rule.UNKNOWN: "no rule that noise_ops knows",
}


@dataclass(frozen=True)
class Explanation:
    """What predicts a stream.

    Attributes:
      rule: how key and counter follow from the seed.
      engine: who makes floats of the words, "kernel" or "xla"; None where the rule is unknown.
      op: "" for the op of today, "signed zeros" where what is dropped keeps its sign, as before TensorFlow 2.11;
        "mask" where the mask alone was predicted.
    """

    rule: Rule
    engine: str | None = None
    op: str = ""

    def __str__(self) -> str:
        return "/".join((self.rule.value, self.engine or "", self.op))

    @classmethod
    def parse(cls, text: str) -> Explanation:
        """Return the explanation that `str` wrote."""
        rule, engine, op = text.split("/")
        return cls(Rule(rule), engine or None, op)


UNKNOWN = Explanation(Rule.UNKNOWN)
UNREACHABLE = Explanation(Rule.UNREACHABLE)

TRACED = ("function", "fit", "predict", "mirrored")
"""Modes that call a layer in Python once and its graph often, so that several rules draw one stream."""
