"""Which seed object predicts what a subject draws, by its rule, its release and how it is run."""

from __future__ import annotations

from packaging.version import Version

from noise_ops.predictions.rules import Rule
from noise_ops.reference.bits import Engine
from noise_ops.reference.seeds import GeneratorSeed, Keras2Seed, KerasSeed, LegacySeed, Seed, StatelessSeed
from noise_ops.subjects.inputs import GLOBAL_SEED, SECOND_SEED

_WIDE_STATE = Version("3.5.0.dev0")
"""The Keras from which on a seed generator keeps 64 bits of a seed."""


def seed_of(rule: Rule, seed: int, engine: Engine, version: str, *, traced: bool, replica: int = 0) -> Seed | None:
    """Return the seed object that predicts successive calls; None where no seed determines the noise.

    Args:
      rule: how the subject uses its seed.
      seed: the user's seed.
      engine: who draws.
      version: that of Keras, of the subjects that have one.
      traced: whether the calls are those of a trace.
      replica: number of the replica.
    """
    if rule is Rule.KERAS_3:
        make = KerasSeed if Version(version) >= _WIDE_STATE else KerasSeed.before_3_5
        return make(seed, engine)
    if rule is Rule.STATELESS:
        return StatelessSeed((seed, SECOND_SEED), engine)
    if rule is Rule.GENERATOR:
        return GeneratorSeed(seed, engine)
    if engine == "xla":
        return None  # stateful ops under XLA draw from a state that no seed reaches
    if rule is Rule.LEGACY:
        return LegacySeed(GLOBAL_SEED, seed)
    # Keras 2 counts the draws of a layer in Python: one a call, or one a trace and replica.
    return Keras2Seed.in_function(GLOBAL_SEED, seed + replica) if traced else Keras2Seed(GLOBAL_SEED, seed)
