"""Wounds of Dropout, SpatialDropout and their functions: scale, rate, precision, sharing, and controls.

Each is a function of a `Masking`: the call of `tf.nn.dropout` or its stateless form that a real layer makes.
"""

from __future__ import annotations

from typing import Any

from noise_ops.findings import Verdict
from noise_ops.sabotage import mask_patterns, positions
from noise_ops.sabotage.masking import Masking
from noise_ops.sabotage.masking import wound as _wound
from noise_ops.sabotage.mutant import Kind
from noise_ops.subjects.libraries import tensorflow


def _three_ulp_more(m: Masking) -> Any:
    tf = tensorflow()
    scale = tf.convert_to_tensor(m.scale(), m.x.dtype)
    return m.drop(m.uniforms(), scale * tf.convert_to_tensor(1 + 3 * positions.LATTICE_STEP[m.x.dtype.name], m.x.dtype))


def _share_kept(m: Masking) -> Any:
    tf = tensorflow()
    kept = m.uniforms() >= m.rate
    share = tf.reduce_mean(tf.cast(kept, m.x.dtype))
    return m.select(kept, tf.where(share > 0, 1 / share, 1))


def _exact_count_a_row(m: Masking) -> Any:
    tf = tensorflow()
    ranks = tf.argsort(tf.argsort(m.uniforms()))
    size = tf.cast(tf.shape(ranks)[-1], tf.float32)
    return m.select(tf.cast(ranks, tf.float32) >= tf.round(m.rate * size))


SCALES = (
    _wound(
        "scale-missing",
        Kind.SCALE,
        "kept units are not scaled by 1 / (1 - rate)",
        lambda m: m.drop(m.uniforms(), 1.0),
        "support_and_scale",
    ),
    _wound(
        "scale-inverted",
        Kind.SCALE,
        "kept units are multiplied by 1 - rate where they should be divided by it",
        lambda m: m.drop(m.uniforms(), 1 - m.rate),
        "support_and_scale",
    ),
    _wound(
        "scale-by-rate",
        Kind.SCALE,
        "kept units are scaled by 1 / rate",
        lambda m: m.drop(m.uniforms(), 1 / m.rate),
        "support_and_scale",
    ),
    _wound(
        "scale-1-percent",
        Kind.SCALE,
        "kept units are scaled by 1 % too much",
        lambda m: m.drop(m.uniforms(), 1.01 * m.scale()),
        "support_and_scale",
    ),
    _wound(
        "scale-3-ulp",
        Kind.SCALE,
        "the scale is 3 units in the last place too large",
        _three_ulp_more,
        "support_and_scale",
    ),
    _wound(
        "scale-by-share-kept",
        Kind.SCALE,
        "kept units are scaled by what was kept, not by what was expected to be",
        _share_kept,
        "support_and_scale",
    ),
)

RATES = (
    _wound(
        "rate-inverted",
        Kind.RATE,
        "the rate is taken for the share to keep, as `keep_prob` was",
        lambda m: m.select(m.uniforms() >= 1 - m.rate),
        "mask_density",
    ),
    _wound(
        "rate-2-percent",
        Kind.RATE,
        "2 % too many units are dropped",
        lambda m: m.select(m.uniforms() >= 1.02 * m.rate),
        "mask_density",
    ),
    _wound(
        "rate-5-percent-less",
        Kind.RATE,
        "5 % too few units are dropped",
        lambda m: m.select(m.uniforms() >= 0.95 * m.rate),
        "mask_density",
    ),
    _wound(
        "rate-squared",
        Kind.RATE,
        "a unit is dropped only if two draws say so",
        lambda m: m.select(m.uniforms() ** 2 >= m.rate),
        "mask_density",
    ),
    _wound(
        "count-fixed",
        Kind.RATE,
        "exactly the share `rate` of each row is dropped: the units of a row are not independent",
        _exact_count_a_row,
        "evenly_spread",
        "mask_density",
    ),
)

PRECISIONS = (
    _wound(
        "mask-in-bfloat16",
        Kind.PRECISION,
        "the mask of a float32 layer is drawn in bfloat16: 7 bits",
        lambda m: m.drop(tensorflow().cast(m.uniforms(dtype="bfloat16"), m.x.dtype)),
        "lattice_density",
        "mask_density",
    ),
    _wound(
        "mask-in-float16",
        Kind.PRECISION,
        "the mask of a float32 layer is drawn in float16: 10 bits",
        lambda m: m.drop(tensorflow().cast(m.uniforms(dtype="float16"), m.x.dtype)),
        "lattice_density",
        "mask_density",
    ),
)

COMPARISON = _wound(
    "greater-than",
    Kind.COMPARISON,
    "a unit whose uniform equals the rate is dropped: > for >=",
    lambda m: m.select(m.uniforms() > m.rate),
    "boundary_kept",
)

SHARED = (
    _wound(
        "mask-shared-over-batch",
        Kind.SHARED,
        "all examples of a batch get one mask",
        lambda m: m.drop(m.uniforms((1, *m.shape[1:]) if m.shape else ())),
        "noise_shape_broadcasts",
    ),
    _wound(
        "mask-shared-over-channels",
        Kind.SHARED,
        "all channels get one mask",
        lambda m: m.drop(m.uniforms((*m.shape[:-1], 1) if m.shape else ())),
        "noise_shape_broadcasts",
    ),
)

NOISE_SHAPES = (
    _wound(
        "noise-shape-ignored",
        Kind.NOISE_SHAPE,
        "every element gets a mask unit of its own, whatever noise_shape says",
        lambda m: m.drop(m.uniforms(tuple(tensorflow().unstack(tensorflow().shape(m.x))))),
        "noise_shape_broadcasts",
    ),
    _wound(
        "noise-shape-on-wrong-axes",
        Kind.NOISE_SHAPE,
        "the mask is shared along the axes along which it should vary, and the other way round",
        lambda m: m.drop(m.uniforms(_swapped(m))),
        "noise_shape_broadcasts",
    ),
)


def _swapped(m: Masking) -> tuple[Any, ...]:
    tf = tensorflow()
    ones = [tf.equal(size, 1) for size in m.shape]
    any_one = tf.reduce_any(tf.stack(ones)) if ones else False
    full = tf.shape(m.x)
    return tuple(tf.where(any_one, tf.where(one, full[axis], 1), full[axis]) for axis, one in enumerate(ones))


def _times_mask(m: Masking) -> Any:
    tf = tensorflow()
    return m.x * tf.cast(m.scale(), m.x.dtype) * tf.cast(m.uniforms() >= m.rate, m.x.dtype)


INPUTS = (
    _wound(
        "large-inputs-kept",
        Kind.INPUT,
        "inputs beyond 1 are never dropped",
        lambda m: m.drop(m.uniforms() + tensorflow().cast(abs(m.x) > 1, m.x.dtype)),
        "mask_independent_of_input",
    ),
    _wound(
        "signs-dropped-unequally",
        Kind.INPUT,
        "negative inputs are dropped twice as often as the rate says",
        lambda m: m.drop(m.uniforms() * tensorflow().where(m.x < 0, tensorflow().cast(0.5, m.x.dtype), 1)),
        "mask_independent_of_input",
    ),
    _wound(
        "multiplied-by-mask",
        Kind.INPUT,
        "the input is multiplied by the mask, so that a dropped nan stays nan",
        _times_mask,
        "non_finite_dropped",
    ),
)

WIDENED = _wound(
    "widened-to-float64",
    Kind.DTYPE,
    "the output is float64, whatever the layer computes in",
    lambda m: tensorflow().cast(m.call.sound(), "float64"),
    "shape_and_dtype_kept",
    verdicts=(Verdict.LAW_CHANGED, Verdict.CONTRACT_CHANGED),
)

NARROWED = _wound(
    "narrowed-to-bfloat16",
    Kind.DTYPE,
    "the output passes through bfloat16 and comes back as float32",
    lambda m: tensorflow().cast(tensorflow().cast(m.call.sound(), "bfloat16"), m.x.dtype),
    "support_and_scale",
)

UNTOUCHED = _wound(
    "untouched",
    Kind.UNBROKEN,
    "the layer is opened, and everything put back as it was",
    lambda m: m.drop(m.uniforms()),
    verdicts=(Verdict.IDENTICAL,),
    dtypes=(),
)

OTHER_STREAMS = (
    _wound(
        "complemented",
        Kind.OTHER_STREAM,
        "each uniform is mirrored on its lattice: 1 - u less one step",
        lambda m: m.drop(positions.complement(m.uniforms())),
        verdicts=(Verdict.STREAM_CHANGED,),
        dtypes=("bfloat16", "float32"),
    ),
    _wound(
        "reversed",
        Kind.OTHER_STREAM,
        "the uniforms are used from the last to the first",
        lambda m: m.drop(positions.backwards(m.uniforms())),
        verdicts=(Verdict.STREAM_CHANGED,),
        dtypes=("bfloat16", "float32"),
    ),
)

TINY = _wound(
    "rate-0.05-percent-less",
    Kind.TINY,
    "0.05 % too few units are dropped",
    lambda m: m.select(m.uniforms() >= 0.9995 * m.rate),
    verdicts=(Verdict.IDENTICAL, Verdict.STREAM_CHANGED),
)

ALL = (
    *SCALES,
    *RATES,
    *PRECISIONS,
    COMPARISON,
    *SHARED,
    *NOISE_SHAPES,
    *mask_patterns.ALL,
    *INPUTS,
    WIDENED,
    NARROWED,
    UNTOUCHED,
    *OTHER_STREAMS,
    TINY,
)
