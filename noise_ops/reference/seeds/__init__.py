"""Seeds: which key and counter each generation of TensorFlow and Keras derives from a user's seed.

Six rules cover every release since TensorFlow 2.4. Each is one class; an instance stands for one
source of randomness in a program and hands out the stream of its next draw.

| class           | in TensorFlow                                                                       |
|-----------------|-------------------------------------------------------------------------------------|
| KerasSeed       | a Keras 3 layer or `keras.random.SeedGenerator`; its first draw is `seed=int`       |
| KerasGlobalSeed | `keras.random.*` without a seed                                                     |
| StatelessSeed   | `tf.random.stateless_*`, `tf.nn.experimental.stateless_dropout`                     |
| LegacySeed      | `tf.random.set_seed` with `tf.random.*` and `tf.nn.dropout`; unseeded Keras 2 layers |
| Keras2Seed      | a seeded layer of tf_keras, or of Keras 2 from 2.8 on                               |
| GeneratorSeed   | `tf.random.Generator`                                                               |

    base.py       Draw and Seed: what is about to be drawn, and a source of streams
    stateless.py  scramble, StatelessSeed
    keras.py      KerasSeed, KerasGlobalSeed
    stateful.py   what the next two share: the key from a global seed, a state that goes on
    legacy.py     LegacySeed
    keras_2.py    Keras2Seed
    generator.py  GeneratorSeed
    unseeded.py   what `seed=` stands for, `seed=None` included, and set_seed
"""

from noise_ops.reference.seeds.base import Draw, Seed
from noise_ops.reference.seeds.generator import GeneratorSeed
from noise_ops.reference.seeds.keras import KerasGlobalSeed, KerasSeed
from noise_ops.reference.seeds.keras_2 import Keras2Seed
from noise_ops.reference.seeds.legacy import LegacySeed
from noise_ops.reference.seeds.stateless import StatelessSeed, scramble
from noise_ops.reference.seeds.unseeded import as_seed, check_seed, installed_keras_generation, set_seed

__all__ = [
    "Draw",
    "GeneratorSeed",
    "Keras2Seed",
    "KerasGlobalSeed",
    "KerasSeed",
    "LegacySeed",
    "Seed",
    "StatelessSeed",
    "as_seed",
    "check_seed",
    "installed_keras_generation",
    "scramble",
    "set_seed",
]
