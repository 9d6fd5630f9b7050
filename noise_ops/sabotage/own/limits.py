"""Broken dropouts of Keras 3: inference, limits, dtypes, traces, gradients, shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

from noise_ops import laws
from noise_ops.sabotage.mutant import Kind
from noise_ops.sabotage.own.right import RATE, Drop, dropout


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _of_gradient_one(x: Any, y: Any) -> Any:
    return y, lambda slope: (slope, None)


def _only_float32(layer: Any, x: Any) -> Any:
    if x.dtype == "float16":
        raise TypeError("float16 is not supported.")
    return Drop.dropped(layer, x)


ALL = (
    dropout(
        "always-noisy",
        Kind.TRAINING,
        "`training` is taken and ignored: it drops at inference",
        "identity_at_inference nothing_drawn_in_predict",
        call=lambda s, x, training=False: s.noised(x),
    ),
    dropout(
        "training-not-taken",
        Kind.TRAINING,
        "its call takes no `training`: it drops at inference",
        "identity_at_inference nothing_drawn_in_predict",
        call=lambda s, x: s.noised(x),
    ),
    dropout(
        "noisy-by-default",
        Kind.TRAINING,
        "`training` is True unless it is given",
        "identity_at_inference",
        call=lambda s, x, training=True: s.noised(x) if training else x,
    ),
    dropout(
        "scaled-at-inference",
        Kind.TRAINING,
        "it multiplies by 1 - rate at inference, though it scales in training",
        "identity_at_inference",
        call=lambda s, x, training=False: s.noised(x) if training else x * (1 - s.rate),
    ),
    dropout(
        "expectation-forgotten",
        Kind.TRAINING,
        "unscaled, it does not multiply by 1 - rate at inference",
        "identity_at_inference",
        laws.drops(RATE, scaled=False),
        {"inference": "expectation"},
        scaled=lambda s, x: x,
    ),
    dropout(
        "never-noisy",
        Kind.TRAINING,
        "it returns its input in training, too",
        "noise_is_drawn",
        call=lambda s, x, training=False: x,
    ),
    dropout(
        "eager-only",
        Kind.ONLY,
        "it drops nothing inside a tf.function",
        "works_in_function works_in_dataset",
        noised=lambda s, x: Drop.noised(s, x) if tf.executing_eagerly() else x,
    ),
    dropout(
        "rate-one-nan",
        Kind.LIMITS,
        "at rate 1, zero is divided by zero",
        "rate_one_drops_everything",
        noised=lambda s, x: x * ops.cast(~s.dropped(x), x.dtype) / (1 - ops.cast(s.rate, x.dtype)),
    ),
    dropout(
        "rate-one-keeps-last",
        Kind.LIMITS,
        "at rate 1 one unit of each sample is kept",
        "rate_one_drops_everything",
        dropped=lambda s, x: (s.uniform(ops.shape(x)) < s.rate) & ((ops.arange(x.shape[-1]) > 0) | (s.rate < 1)),
    ),
    dropout(
        "rate-zero-nan",
        Kind.LIMITS,
        "at rate 0, zero is divided by zero",
        "rate_zero_does_nothing",
        scaled=lambda s, x: x / (1 - s.rate) * (ops.cast(s.rate, x.dtype) / ops.cast(s.rate, x.dtype)),
    ),
    dropout(
        "rate-zero-drops",
        Kind.LIMITS,
        "at rate 0 every hundredth is dropped still",
        "rate_zero_does_nothing",
        laws.drops(0.31),
        arguments={"rate": 0.31},
        dropped=lambda s, x: s.uniform(ops.shape(x)) < max(s.rate, 0.01),
    ),
    dropout("float16-raises", Kind.DTYPE, "it raises in float16", "in_float16 in_mixed_float16", dropped=_only_float32),
    dropout(
        "bfloat16-nan",
        Kind.DTYPE,
        "it gives nan in bfloat16",
        "in_bfloat16 in_mixed_bfloat16",
        scaled=lambda s, x: Drop.scaled(s, x) * (np.nan if x.dtype == "bfloat16" else 1),
    ),
    dropout(
        "float32-under-mixed",
        Kind.DTYPE,
        "under a mixed policy it returns float32",
        "in_mixed_bfloat16 in_mixed_float16",
        noised=lambda s, x: Drop.noised(s, ops.cast(x, "float32")),
    ),
    dropout(
        "float16-scale",
        Kind.PRECISION,
        "the scale is rounded to bfloat16",
        "support_and_scale",
        scaled=lambda s, x: x * ops.cast(ops.cast(1 / (1 - s.rate), "bfloat16"), x.dtype) if s.rate < 1 else x,
    ),
    dropout(
        "numpy-of-a-tensor",
        Kind.RAISES,
        "it reads a tensor's value, which a trace has not",
        "works_in_function works_in_fit",
        scaled=lambda s, x: Drop.scaled(s, x) + 0 * x.numpy().max(),
    ),
    dropout(
        "batch-of-known-size",
        Kind.RAISES,
        "it needs to know the size of a batch",
        "works_with_unknown_batch",
        units=lambda s, x: tuple(x.shape),
    ),
    dropout(
        "odd-batches-cut",
        Kind.RANK,
        "of a batch of an odd size it loses the last sample, since it draws for pairs",
        "kept_on_any_input works_on_one_sample",
        noised=lambda s, x: Drop.noised(s, x)[: ops.shape(x)[0] // 2 * 2],
    ),
    dropout(
        "one-sample-squeezed",
        Kind.RANK,
        "of a batch of one sample it loses the batch",
        "works_on_one_sample",
        noised=lambda s, x: tf.squeeze(Drop.noised(s, x)),
    ),
    dropout(
        "gradient-stopped",
        Kind.GRADIENT,
        "no gradient passes it",
        "gradient_is_noise_factor",
        noised=lambda s, x: ops.stop_gradient(Drop.noised(s, x)),
    ),
    dropout(
        "gradient-straight-through",
        Kind.GRADIENT,
        "the gradient is 1, also of what is dropped",
        "gradient_is_noise_factor",
        noised=lambda s, x: _of_gradient_one(x, Drop.noised(s, x)),
    ),
    dropout(
        "flattened",
        Kind.RETURN,
        "the output is flattened",
        "shape_and_dtype_kept",
        options={"shape": (None, 7, 11)},
        noised=lambda s, x: ops.reshape(Drop.noised(s, x), (-1, 77)),
    ),
    dropout(
        "transposed",
        Kind.RETURN,
        "time and channels are transposed",
        "shape_and_dtype_kept",
        options={"shape": (None, 7, 11)},
        noised=lambda s, x: ops.transpose(Drop.noised(s, x), (0, 2, 1)),
    ),
    dropout(
        "mask-transposed",
        Kind.RAISES,
        "the mask is transposed, which fits square inputs alone",
        "shape_and_dtype_kept",
        options={"shape": (None, 7, 11)},
        dropped=lambda s, x: ops.transpose(s.uniform(ops.shape(x)), (0, 2, 1)) < s.rate,
    ),
)
