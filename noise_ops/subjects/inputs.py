"""Inputs: the seeds, rates and shapes that a reader of a fingerprint must know to predict a fact. Imports nothing."""

from __future__ import annotations

GLOBAL_SEED = 20261123
"""Given to `tf.random.set_seed`, `random.seed` and `keras.utils.set_random_seed` before every observation."""

SEED = 1337
"""The seed of every layer and function, unless the observation is about seeds."""

SECOND_SEED = 7
"""The second number of every stateless seed pair; the first is the seed."""

SEED_DISTANCES = (2**31 - 2, 2**31 - 1, 2**32)
"""Moduli of TensorFlow's seed arithmetic: seeds that are so far apart may collide."""

CALLS = 3
"""Successive calls on the ramp, which `stream` records."""

LAW_CALLS = 2
"""Further calls on the law input (ones, or zeros where noise is added), whose counts are recorded."""

RATE, STDDEV, GAUSSIAN_RATE = 0.3, 0.5, 0.2
"""Standard arguments. GaussianDropout at 0.2 has a standard deviation of exactly 1/2, as has GaussianNoise."""

SMALL_RATE = 0.01
"""A rate that the lattice of half-precision uniforms cannot express."""

SHAPE = (255, 257)
"""Input of elementwise subjects: its size is odd, so that no count is a multiple of a block of four words."""

SPATIAL_SHAPES = {3: (127, 3, 65), 4: (127, 2, 3, 65), 5: (127, 2, 2, 2, 65)}
"""Inputs of the spatial layers by rank: 8,255 maps."""

RECURRENT_SHAPE = (511, 64)
"""Batch and units of the recurrent layers."""

ATTENTION_SHAPE = (63, 16)
"""Batch and length of the attention layers; there are two heads."""

HEAD = 8
"""Outputs of the first call whose raw words are recorded."""

MOMENT_UNIT = 256
"""Noise is counted in units of 1/256 standard deviation, so that sums of powers are exact integers."""

TAILS = (1.0, 2.0, 3.0, 4.0, 4.5, 5.0)
"""Absolute values, in standard deviations, beyond which noise is counted."""

BINS = 16
"""Equal parts of [0, 1) in which uniforms are counted."""

DTYPES = ("float16", "bfloat16", "float32", "float64")

MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
"""Compute dtype of each mixed-precision policy."""

MODES = (
    "eager",
    "function",
    "xla",
    "fit",
    "predict",
    "mixed_float16",
    "mixed_bfloat16",
    "mirrored",
    "from_config",
    "reloaded",
)
