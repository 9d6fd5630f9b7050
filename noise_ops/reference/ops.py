"""The noise ops: what each Keras layer makes of uniforms and normals, in NumPy.

Each op follows one layer's call with training=True, in the layer's own order of rounding, so that its
output equals the layer's in every bit. `seed` follows `keras.random`: an int equals the first call of a
new Keras 3 layer with that seed, a seed object of `noise_ops.reference.seeds` names another source, and
None equals a newly made, unseeded layer after `noise_ops.set_seed`.

References:
  Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout", JMLR 15, 2014, sections 4 and 10
    (dropout, and its multiplicative Gaussian form).
  Tompson, Goroshin, Jain, LeCun, Bregler, "Efficient object localization using convolutional networks",
    CVPR 2015 (spatial dropout).
  Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks", NeurIPS 2017 (alpha dropout).
  keras v3.15.1 keras/src/layers/regularization/; tensorflow v2.21.0 tensorflow/python/ops/nn_ops.py `_dropout`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, SupportsFloat, SupportsIndex

import numpy as np
import numpy.typing as npt

from noise_ops.reference import variates, xla
from noise_ops.reference.arguments import checked_input, checked_noise_shape, checked_rate, checked_stddev
from noise_ops.reference.bits import WORDS_PER_BLOCK, Stream
from noise_ops.reference.chunks import for_each_chunk
from noise_ops.reference.denormals import combined, flush_denormals, scaled
from noise_ops.reference.seeds import Draw, Seed, as_seed, check_seed
from noise_ops.reference.variates import BFLOAT16, FLOAT32, FloatArray, as_dtype

SeedLike = SupportsIndex | Seed | None
NoiseShape = Sequence[int | None]
DataFormat = Literal["channels_last", "channels_first"]
Mask = npt.NDArray[np.bool_]

ALPHA_PRIME = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946
"""Saturation value of SELU, -lambda * alpha: what alpha dropout puts in place of a dropped unit."""


def dropout(
    x: npt.ArrayLike, rate: SupportsFloat, noise_shape: NoiseShape | None = None, seed: SeedLike = None
) -> FloatArray:
    """Set a random share `rate` of the elements to 0 and scale the others by 1 / (1 - rate).

    Args:
      x: float16, bfloat16, float32 or float64 array of any shape, in the layer's compute dtype: another dtype
        draws other noise.
      rate: drop probability in [0, 1].
      noise_shape: shape of the mask, one entry an axis of `x`; 1 shares the mask along that axis, None
        takes the axis of `x`. By default every element has its own.
      seed: int, None or a seed object. None equals a newly made, unseeded layer of the installed `tf.keras`
        after `noise_ops.set_seed`.

    Returns:
      array of the shape and dtype of `x`: 0 where uniform < rate, x * dtype(1 / (1 - rate)) elsewhere.
      rate=0 returns a copy and rate=1 zeros, neither drawing anything, as the Keras 3 layer does.

    Raises:
      TypeError: if `x` is not a floating array, or `rate` or `seed` is of the wrong kind.
      ValueError: if `rate` is outside [0, 1] or nan, or `noise_shape` does not broadcast to `x`.
    """
    x, rate = checked_input(x), checked_rate(rate)
    mask_shape = checked_noise_shape(noise_shape, x.shape)
    check_seed(seed)
    if rate == 0:
        return x.copy()
    source = as_seed(seed)  # also at rate 1: the Keras layer makes its generator there, and draws nothing
    if rate == 1:
        return np.zeros_like(x)
    kept = _keep_mask(source, mask_shape, x.shape, rate, x.dtype)
    return _scale_kept(x, kept, as_dtype(1 / (1 - rate), x.dtype))


def spatial_dropout(
    x: npt.ArrayLike, rate: SupportsFloat, seed: SeedLike = None, data_format: DataFormat | None = None
) -> FloatArray:
    """Drop whole feature maps: dropout with one mask element a (batch, channel) pair.

    Args:
      x: floating array of rank 3 (SpatialDropout1D), 4 (2D) or 5 (3D), in the layer's compute dtype.
      rate: drop probability in [0, 1].
      seed: int, None or a seed object. None equals a newly made, unseeded layer of the installed `tf.keras`
        after `noise_ops.set_seed`.
      data_format: "channels_last" (default) or "channels_first".

    Returns:
      array of the shape and dtype of `x`.

    Raises:
      TypeError: as `dropout`.
      ValueError: as `dropout`; if the rank is not 3, 4 or 5, or `data_format` is neither of the two.
    """
    x = checked_input(x)
    if x.ndim not in (3, 4, 5):
        raise ValueError(f"spatial_dropout takes an array of rank 3, 4 or 5, not of rank {x.ndim}.")
    if data_format not in (None, "channels_last", "channels_first"):
        raise ValueError(f'data_format must be "channels_last" or "channels_first", not {data_format!r}.')
    return dropout(x, rate, spatial_noise_shape(x.shape, data_format), seed)


def spatial_noise_shape(shape: Sequence[int], data_format: DataFormat | None = None) -> tuple[int, ...]:
    """Return the mask shape of a spatial dropout: 1 along every axis but batch and channels."""
    channel_axis = 1 if data_format == "channels_first" else len(shape) - 1
    return tuple(size if axis in (0, channel_axis) else 1 for axis, size in enumerate(shape))


def gaussian_dropout(x: npt.ArrayLike, rate: SupportsFloat, seed: SeedLike = None) -> FloatArray:
    """Multiply by Gaussian noise of mean 1 and variance rate / (1 - rate).

    Args:
      x: floating array of any shape, in the layer's compute dtype.
      rate: in [0, 1); the drop probability of the dropout with the same variance.
      seed: int, None or a seed object. None equals a newly made, unseeded layer of the installed `tf.keras`
        after `noise_ops.set_seed`.

    Returns:
      array of the shape and dtype of `x`; rate=0 returns a copy and draws nothing.

    Raises:
      TypeError: as `dropout`.
      ValueError: if `rate` is outside [0, 1) or nan. Keras accepts rate=1 and fails when called.
    """
    x, rate = checked_input(x), checked_rate(rate)
    check_seed(seed)
    if rate == 1:
        raise ValueError("gaussian_dropout takes rate < 1: at rate=1 its variance rate / (1 - rate) is infinite.")
    if rate == 0:
        return x.copy()
    return _with_normals(np.multiply, x, as_seed(seed), math.sqrt(rate / (1.0 - rate)), mean=1.0)


def gaussian_noise(x: npt.ArrayLike, stddev: SupportsFloat, seed: SeedLike = None) -> FloatArray:
    """Add Gaussian noise of mean 0 and standard deviation `stddev`.

    Args:
      x: floating array of any shape, in the layer's compute dtype.
      stddev: standard deviation, at least 0 and finite, in units of `x`. (The Keras 3 layer takes at most 1.)
      seed: int, None or a seed object. None equals a newly made, unseeded layer of the installed `tf.keras`
        after `noise_ops.set_seed`.

    Returns:
      array of the shape and dtype of `x`; stddev=0 returns a copy and draws nothing.

    Raises:
      TypeError: as `dropout`.
      ValueError: if `stddev` is negative, infinite or nan.
    """
    x, stddev = checked_input(x), checked_stddev(stddev)
    check_seed(seed)
    if stddev == 0:
        return x.copy()
    return _with_normals(np.add, x, as_seed(seed), stddev, mean=0.0)


def masked_gaussian_noise(
    x: npt.ArrayLike, rate: SupportsFloat, stddev: SupportsFloat, seed: SeedLike = None
) -> FloatArray:
    """Add Gaussian noise to a random share `rate` of the elements and leave the others untouched.

    With a LegacySeed this is `u = tf.random.uniform(shape)`, then
    `x + tf.random.normal(shape, stddev=stddev)` where u < rate, drawn in that order.

    Args:
      x: floating array of any shape, in the layer's compute dtype.
      rate: share of the elements that get noise, in [0, 1]. The uniforms are float32 whatever the
        dtype of `x`, so that half precision does not bend the share.
      stddev: standard deviation, at least 0 and finite, in units of `x`.
      seed: int, None or a seed object. None equals a newly made, unseeded layer of the installed `tf.keras`
        after `noise_ops.set_seed`. The op draws twice, uniforms and then normals.

    Returns:
      array of the shape and dtype of `x`; rate=0 or stddev=0 returns a copy and draws nothing.

    Raises:
      TypeError: as `dropout`.
      ValueError: if `rate` is outside [0, 1] or `stddev` is negative, or either is not finite.
    """
    x, rate, stddev = checked_input(x), checked_rate(rate), checked_stddev(stddev)
    check_seed(seed)
    if rate == 0 or stddev == 0:
        return x.copy()
    source = as_seed(seed)
    untouched = _keep_mask(source, x.shape, x.shape, rate, FLOAT32)
    noisy = _with_normals(np.add, x, source, stddev, mean=0.0, index=1)
    flat_x, flat_noisy = np.ravel(x), np.ravel(noisy)
    for_each_chunk(x.size, lambda piece: np.copyto(flat_noisy[piece], flat_x[piece], where=untouched(piece)))
    return noisy


def alpha_dropout(
    x: npt.ArrayLike, rate: SupportsFloat, noise_shape: NoiseShape | None = None, seed: SeedLike = None
) -> FloatArray:
    """Replace a random share `rate` by SELU's saturation value, then restore mean 0 and variance 1.

    Args:
      x: floating array of any shape, in the layer's compute dtype.
      rate: drop probability in [0, 1).
      noise_shape: as `dropout`.
      seed: int, None or a seed object. None equals a newly made, unseeded layer of the installed `tf.keras`
        after `noise_ops.set_seed`.

    Returns:
      array of the shape and dtype of `x`: a * (x * kept + alpha' * (1 - kept)) + b. rate=0 returns a
      copy and draws nothing. The uniforms are float32 whatever the dtype, as in Keras with its default floatx.

    Raises:
      TypeError: as `dropout`.
      ValueError: as `dropout`, and if `rate` is 1. Keras accepts rate=1 and fails when called.
    """
    x, rate = checked_input(x), checked_rate(rate)
    mask_shape = checked_noise_shape(noise_shape, x.shape)
    check_seed(seed)
    if rate == 1:
        raise ValueError("alpha_dropout takes rate < 1: at rate=1 its affine correction is infinite.")
    if rate == 0:
        return x.copy()
    source = as_seed(seed)
    kept = _keep_mask(source, mask_shape, x.shape, rate, FLOAT32)
    a, b, saturated = (as_dtype(value, x.dtype) for value in (*affine_correction(rate), ALPHA_PRIME))
    # A product with 0, where XLA selects: a dropped nan or infinity becomes nan. (XLA selects in the other
    # dtypes only.)
    multiplies = source.engine == "kernel" or x.dtype == BFLOAT16
    out = np.empty_like(x)
    flat_x, flat_out = np.ravel(x), np.ravel(out)

    def fill(piece: slice) -> None:
        values, mask = flat_x[piece], kept(piece)
        y: FloatArray = np.where(mask, flush_denormals(values), saturated)
        if multiplies and not (finite := np.isfinite(values)).all():
            y = np.where(mask | finite, y, x.dtype.type(math.nan))
        if source.engine == "xla":
            flat_out[piece] = xla.fma(y, a, b)
        else:
            combined(np.add, combined(np.multiply, y, a), b, out=flat_out[piece])

    for_each_chunk(x.size, fill)
    return out


def affine_correction(rate: float) -> tuple[float, float]:
    """Return the a and b with which alpha dropout restores mean 0 and variance 1 (Klambauer et al., section 3)."""
    a = ((1 - rate) * (1 + rate * ALPHA_PRIME**2)) ** -0.5
    return a, -a * ALPHA_PRIME * rate


def _keep_mask(
    seed: Seed, mask_shape: tuple[int, ...], shape: tuple[int, ...], rate: float, dtype: np.dtype[Any]
) -> Callable[[slice], Mask]:
    """Draw uniforms of `dtype` and return where uniform >= rate, decided on their lattice.

    Returns:
      function from a slice of the flat output to its piece of the mask. A mask of the output's shape is drawn as
      it is asked for, and never held whole; a smaller one is drawn at once and broadcast.
    """
    count = math.prod(mask_shape)
    stream = seed.next(Draw("uniform", dtype.name, count))
    threshold = variates.rate_threshold(rate, dtype, seed.engine)

    def drawn(piece: slice) -> Mask:
        k = variates.lattice_points(_at(stream, piece, dtype), piece.stop - piece.start, dtype, seed.engine)
        mask: Mask = np.greater_equal(k, k.dtype.type(threshold))
        return mask

    if mask_shape == shape:
        return drawn
    whole = np.empty(count, np.bool_)

    def fill(piece: slice) -> None:
        whole[piece] = drawn(piece)

    for_each_chunk(count, fill)
    flat: Mask = np.ravel(np.broadcast_to(whole.reshape(mask_shape), shape))
    return lambda piece: flat[piece]


def _scale_kept(x: FloatArray, kept: Callable[[slice], Mask], scale: Any) -> FloatArray:
    """Return x * scale where `kept`, +0 elsewhere, whatever x holds there."""
    out = np.empty_like(x)
    flat_x, flat_out = np.ravel(x), np.ravel(out)
    flat_bits = flat_out.view(f"u{x.itemsize}")

    def fill(piece: slice) -> None:
        np.multiply(flush_denormals(flat_x[piece]), scale, out=flat_out[piece])
        # Multiplying the bits by 0 or 1 selects like `where`, nan and inf included, at a third of its cost.
        np.multiply(flat_bits[piece], kept(piece), out=flat_bits[piece])

    for_each_chunk(x.size, fill)
    return out


def _with_normals(
    combine: np.ufunc, x: FloatArray, seed: Seed, stddev: float, mean: float, index: int = 0
) -> FloatArray:
    """Return combine(x, z * stddev + mean) for standard normals z, each step rounded to the dtype of x."""
    out = np.empty_like(x)
    flat_x, flat_out = np.ravel(x), np.ravel(out)
    stream = seed.next(Draw("normal", x.dtype.name, x.size, index))
    scale, shift = flush_denormals(as_dtype(stddev, x.dtype)), as_dtype(mean, x.dtype)
    if seed.engine == "xla":
        if combine is np.add:
            # asarray: half precisions of rank 0 come back as NumPy scalars.
            return np.asarray(xla.shifted_normals(stream, x.shape, x.dtype, scale, flush_denormals(x)))
        factor = xla.shifted_normals(stream, x.shape, x.dtype, scale, shift)
        with np.errstate(all="ignore"):
            return combined(np.multiply, x, factor)

    def fill(piece: slice) -> None:
        z = variates.normals(_at(stream, piece, x.dtype), piece.stop - piece.start, x.dtype)
        z = scaled(z, scale)
        z += shift  # also for a mean of 0: it turns -0 into +0
        combined(combine, flat_x[piece], z, out=flat_out[piece])

    for_each_chunk(x.size, fill)
    return out


def _at(stream: Stream, piece: slice, dtype: np.dtype[Any]) -> Stream:
    """Return the stream of a piece of a draw; pieces start on block boundaries."""
    return stream.skip(piece.start * variates.words_per_variate(dtype) // WORDS_PER_BLOCK)
