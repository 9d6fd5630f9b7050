"""What one call of a user's layer makes of its input: shape, dtype, allowed values, and what it does at inference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from noise_ops.laws.adding import Adds, AddsToShare
from noise_ops.laws.continuous import Continuous
from noise_ops.laws.drawing import Draws
from noise_ops.laws.dropping import AffineDrops, Drops
from noise_ops.laws.happening import Applies, Selects, Unknown
from noise_ops.laws.law import Law
from noise_ops.laws.multiplying import Multiplies
from noise_ops.testing import calling
from noise_ops.testing.asking import BrokenError, NotAskedError, Property
from noise_ops.testing.sampling import counts, sample
from noise_ops.testing.subject import Subject

ULPS = 16
"""Units in the last place by which an output may differ from the exact one: how a layer rounds is its own affair."""


def outputs_finite(subject: Subject) -> None:
    """Of a finite input every output is finite, of those of a whole sample."""
    bad, size = sample(subject).non_finite if counts(subject.law) else (0, 0)
    if not bad:
        outputs = [subject.outcome] if size else subject.calls("finite", subject.x(), 64)
        bad, size = (
            sum(int(np.count_nonzero(~np.isfinite(y.astype(float)))) for y in outputs),
            outputs[0].size * len(outputs),
        )
    if bad:
        raise BrokenError("non-finite", f"Of a finite input, {bad:,} of {size:,} outputs are nan or infinite.")


def shape_and_dtype_kept(subject: Subject) -> None:
    """The output has the shape and the dtype of the input where the law is about elements."""
    x, y = calling.first(subject.x()), subject.outcome
    if isinstance(subject.law, (Draws, Unknown)) or subject.law.observe is not None:
        raise NotAskedError("its law is not about elements, but for what observe= or output= makes of them")
    if y.shape != x.shape:
        raise BrokenError("dtype", f"An input of shape {x.shape} gives an output of shape {y.shape}.")
    if y.dtype != x.dtype:
        raise BrokenError("dtype", f"An input of {x.dtype} gives an output of {y.dtype}.")


def support_and_scale(subject: Subject) -> None:
    """Each output is one of the values that the law allows, rounded as the layer likes."""
    wrong = unsupported(subject.law, subject.x(), subject.outcome)
    if wrong:
        raise BrokenError("support", wrong)


def unsupported(law: Law, x: Any, y: Any) -> str:
    """Return in a sentence which outputs the law forbids; "" if there are none."""
    x = calling.first(x)
    if law.observe is not None or (x.shape != y.shape and not isinstance(law, Draws)):
        return ""
    if isinstance(law, (Drops, AffineDrops)):
        return _not_dropped_or_kept(law, x, y)
    if isinstance(law, Selects):
        found = law.support(x, y)
        bad = int(np.count_nonzero(~found.allowed))
        return f"{bad} of {y.size} outputs lie in lines of which other than {law.count} are kept." if bad else ""
    if isinstance(law, Applies) and law.to is not None:
        others = tuple(range(1, y.ndim))
        changed = np.asarray(law.to(x))
        either = _close(y, x).all(axis=others) | _close(y, changed).all(axis=others)
        bad = int(np.count_nonzero(~either))
        return f"{bad} of {len(y)} samples are neither the input nor its transformation." if bad else ""
    return _outside(law, x, y) if isinstance(law, Continuous) else ""


def _not_dropped_or_kept(law: Drops | AffineDrops, x: Any, y: Any) -> str:
    wide, terms = x.astype(np.float64), 0.0
    if isinstance(law, Drops):
        scale, dropped, what = law.scale, np.full_like(wide, law.value), f"x * {law.scale:.6g}"
        kept = wide * scale
    else:
        from noise_ops.reference.ops import ALPHA_PRIME, affine_correction

        a, b = affine_correction(law.rate)
        kept, dropped, what = a * wide + b, np.full_like(wide, a * ALPHA_PRIME + b), "a * x + b"
        terms = np.maximum(
            np.abs(a * wide), abs(a * ALPHA_PRIME)
        )  # whose sums with b may be small, and are rounded alike
    is_dropped = _close(y, dropped, terms)
    allowed = _close(y, kept, terms) | is_dropped
    if allowed.all() or (law.rate == 1 and is_dropped.all()):
        return ""
    bad, others = int(np.count_nonzero(~allowed)), ~is_dropped
    factor = y.astype(np.float64)[others] / wide[others]
    wrong = np.unique(y[~allowed].astype(np.float64))
    if wrong.size == 1 and isinstance(law, Drops) and bad > 1:
        return f"{bad} of {y.size} outputs are {wrong[0]:g}, where what is dropped becomes {law.value:g}."
    told = f"{bad} of {y.size} outputs are neither the value of what is dropped nor {what}"
    if factor.size and np.ptp(factor) <= 1e-2 * abs(float(np.median(factor))):
        told += f"; what is kept is multiplied by {_factor(float(np.median(factor)), law.rate)}"
    return told + "."


def _factor(seen: float, rate: float) -> str:
    """Return a factor with the mistake that it is of, if it is a common one."""
    common = {
        1.0: ": it is not rescaled",
        1 - rate: ", as 1 - rate would",
        1 / max(rate, 1e-9): ", as 1 / rate would",
        1 / max(1 - rate, 1e-9): ", as 1 / (1 - rate) would",
    }
    why = next((why for factor, why in common.items() if abs(seen - factor) <= 1e-2 * factor), "")
    return f"{seen:.6g}{why}"


def _outside(law: Continuous, x: Any, y: Any) -> str:
    low, high = law.drawn.support()  # type: ignore[attr-defined]
    if isinstance(law, AddsToShare) or not (np.isfinite(low) or np.isfinite(high)):
        return ""
    noise = law.noise(np.zeros_like(y) if x.shape != y.shape else x, y)
    slack = ULPS * float(np.finfo(np.float32).eps if y.dtype.itemsize >= 4 else 2.0**-8) * (1 + float(np.abs(x).max()))
    bad = int(np.count_nonzero((noise < low - slack) | (noise > high + slack)))
    return f"{bad} of {y.size} draws lie outside [{low:g}, {high:g}]." if bad else ""


def _close(y: Any, wanted: Any, terms: Any = 0.0) -> Any:
    """Return which outputs are the wanted ones, but for rounding, also of the terms that they are a sum of."""
    # Of float32 at least: constants of TensorFlow are of float32 also where a layer computes in float64.
    epsilon = (
        float(np.spacing(np.ones((), y.dtype if y.dtype.itemsize < 4 else np.float32))) if y.dtype.kind in "fV" else 0.0
    )
    wanted = np.asarray(wanted, np.float64)
    return np.abs(y.astype(np.float64) - wanted) <= ULPS * epsilon * np.maximum(np.maximum(np.abs(wanted), terms), 1e-3)


def within_bounds(subject: Subject) -> None:
    """No output lies outside the range that it is promised to have."""
    if subject.outputs is None:
        raise NotAskedError("no range of outputs was named (outputs=)")
    low, high = subject.outputs
    for number in range(4):
        y = subject.calls(f"bounds/{number}", subject.x())[0].astype(np.float64)
        bad = int(np.count_nonzero((y < low) | (y > high)))
        if bad:
            seen = f"they reach from {y.min():.4g} to {y.max():.4g}"
            raise BrokenError("support", f"{bad} of {y.size} outputs lie outside [{low:g}, {high:g}]: {seen}.")


def identity_at_inference(subject: Subject) -> None:
    """Without training the layer returns its input, or the mean of what it returns in training."""
    need_inference(subject)
    x = subject.x()
    ways = (False, None) if subject.can_be_told else (None,)
    for training in ways[:1] if subject.own.trains_by_default(subject.fresh("default")) else ways:
        y, again = subject.calls(f"inference/{training}", x, 2, training=training)
        called = "With training=False" if training is False else "Called without `training`, outside of fit,"
        if not np.array_equal(y, again, equal_nan=True):
            changed = np.count_nonzero(y != again) / max(1, y.size)
            told = f"{called} two calls differ in {changed:.1%} of the outputs: it draws noise"
            raise BrokenError("inference", f"{told}{unless_noisy(subject)}.")
        told = _not_expected(subject, calling.first(x), y)
        if told:
            raise BrokenError("inference", f"{called} {told}")


def need_inference(subject: Subject) -> None:
    """Make sure that it is asked what a layer does without training.

    Raises:
      NotAskedError: if it is not.
    """
    if subject.unasked_inference:
        why = f"what it does without training is not asked: {subject.unasked_inference}"
        raise NotAskedError(why, is_gap=subject.inference is None and subject.own.keras is not None)


def unless_noisy(subject: Subject) -> str:
    """Return what is to be said of a layer that draws without training and was not said to; "" of others."""
    if subject.can_be_told or subject.inference is not None:
        return ""
    return ", since its call takes no `training`; if that is meant, say inference='noisy'"


def _not_expected(subject: Subject, x: Any, y: Any) -> str:
    law = subject.law
    wanted, what = x, "the input"
    if subject.inference == "expectation":
        if subject.is_structured:
            return ""  # of which of its inputs the law speaks is not known
        wanted, what = expectation(law, x), "the mean of what it returns in training"
    if wanted is None:
        return ""
    if y.shape != np.shape(wanted) and not subject.keeps_shape:
        return ""  # in training as well: what it should return is not known
    if y.shape != np.shape(wanted):
        return f"the output has the shape {y.shape}, and {what} {np.shape(wanted)}."
    right = _close(y, wanted) if subject.inference == "expectation" else y == wanted
    if right.all():
        return ""
    return f"{np.count_nonzero(~right) / y.size:.1%} of the outputs are not {what}."


def expectation(law: Law, x: Any) -> Any:
    """Return the mean output of a training call; None where the law does not say it."""
    wide = x.astype(np.float64)
    if isinstance(law, Drops):
        return law.rate * law.value + (1 - law.rate) * law.scale * wide
    if isinstance(law, AddsToShare):
        return wide + law.rate * float(law.drawn.mean())
    if isinstance(law, Adds):
        return wide + law.mean
    return wide * law.mean if isinstance(law, Multiplies) else None


def input_untouched(subject: Subject) -> None:
    """A call leaves its input as it was."""
    x = subject.x()
    before = calling.mapped(np.copy, x)
    inputs = calling.mapped(np.copy, x) if calling.takes_arrays(subject.own) else calling.given(subject.own, x)
    made = subject.fresh("untouched")
    seed = subject.seed("untouched") if subject.own.is_function else None
    calling.observed("The call", lambda: subject.own.call(made, inputs, True, seed))
    after = [np.asarray(each) for each in calling.arrays(inputs)]
    for one, other in zip(calling.arrays(before), after, strict=True):
        if not np.array_equal(one, other):
            raise BrokenError("input-overwritten", f"The call changes {np.count_nonzero(one != other)} of its inputs.")


def gradient_is_noise_factor(subject: Subject) -> None:
    """The gradient is the factor by which the forward pass multiplied each element."""
    if calling.takes_arrays(subject.own):
        raise NotAskedError("a function of NumPy has no gradient")
    if subject.is_structured or not subject.keeps_shape:
        raise NotAskedError("there is no input and output of one shape")
    x, own, tf = subject.x(), subject.own, calling.tf()
    made, seed = subject.fresh("gradient"), subject.seed("gradient") if subject.own.is_function else None

    def ask() -> tuple[Any, Any]:
        inputs = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            y = own.call(made, inputs, True, seed)
        return calling.as_array(y), tape.gradient(y, inputs)

    y, slope = calling.observed("The call under a gradient tape", ask)
    if slope is None:
        raise BrokenError("gradient", "No gradient reaches the input.")
    factor = np.ones_like(x) if isinstance(subject.law, Adds) else np.where(y == 0, 0, y / x)
    slopes = calling.as_array(slope)
    bad = ~_close(slopes, factor)
    if bad.any():
        means = f"where they differ, they are {slopes[bad].mean():.4g} on average, and not {factor[bad].mean():.4g}"
        told = f"{np.count_nonzero(bad)} of {bad.size} gradients are not the factor of the output: {means}."
        raise BrokenError("gradient", told)


def weights_have_gradient(subject: Subject) -> None:
    """A gradient reaches each weight that is trained, such as a spread that is learned."""
    own, x = subject.own, subject.x()
    if own.keras is None:
        raise NotAskedError("it is no layer of Keras, which would have weights")
    made, tf = subject.fresh("weights"), calling.tf()

    def ask() -> list[Any]:
        whole = replace(own, output=lambda y: y)
        with tf.GradientTape() as tape:
            outputs = tf.nest.flatten(whole.call(made, calling.given(own, x), True))
            tensors = [tf.convert_to_tensor(y) for y in outputs if y is not None]
            sums = [tf.reduce_sum(tf.cast(y, "float32")) for y in tensors if y.dtype.is_floating]
            loss = tf.add_n(sums) if sums else tf.zeros(())
        if not sums:
            return []  # of labels or token ids there is no gradient
        values = [(weight, getattr(weight, "value", weight)) for weight in made.trainable_weights]
        # Of Keras 3 the variable of TensorFlow, which tf_keras has itself.
        return list(tape.gradient(loss, [weight if callable(value) else value for weight, value in values]))

    slopes = calling.observed("The call under a gradient tape", ask)
    if not slopes:
        raise NotAskedError("it has no weights that are trained, or no output of floating point")
    lost = [weight.name for weight, slope in zip(made.trainable_weights, slopes, strict=True) if slope is None]
    if lost:
        raise BrokenError("gradient", f"No gradient reaches {', '.join(lost)}, so that training leaves it as it is.")


def has_slope(law: Law) -> bool:
    """Return whether the gradient of a layer with this law is known."""
    plain = isinstance(law, Drops) and law.value == 0
    return law.observe is None and (plain or isinstance(law, (Multiplies, Adds)))


PROPERTIES = (
    Property("shape_and_dtype_kept", "dtype", shape_and_dtype_kept),
    Property("outputs_finite", "non-finite", outputs_finite),
    Property("support_and_scale", "support", support_and_scale, lambda law: law.observe is None),
    Property("within_bounds", "support", within_bounds),
    Property("identity_at_inference", "inference", identity_at_inference),
    Property("input_untouched", "input-overwritten", input_untouched),
    Property("gradient_is_noise_factor", "gradient", gradient_is_noise_factor, has_slope),
    Property("weights_have_gradient", "gradient", weights_have_gradient),
)
