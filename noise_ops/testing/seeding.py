"""Whose noise is the same, and whose must not be: seeds, calls, the samples of a batch, shared axes, other inputs."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np

from noise_ops.laws.adding import AddsToShare
from noise_ops.laws.continuous import Continuous
from noise_ops.laws.dropping import AffineDrops, Drops
from noise_ops.laws.happening import Unknown
from noise_ops.laws.law import Law
from noise_ops.laws.multiplying import Multiplies
from noise_ops.testing import calling, telling
from noise_ops.testing.asking import BrokenError, NotAskedError, Property
from noise_ops.testing.subject import Subject

_SEEDS = (7, 6, 8, 7 + 2**8, 7 + 2**16, 2**24, 2**24 + 1, 7 + 2**30)
"""Seeds that may be taken for one another: neighbours, those that differ in high bits, or in no digit of a float32."""

_TRIES = 4
"""Calls that are compared at least: a sample or two may well be left alone."""


def same_seed_same_noise(subject: Subject) -> None:
    """A seed makes noise repeatable; that of a layer of Keras 3 does so whatever the global seeds are."""
    if not subject.own.takes_seed:
        raise NotAskedError("no seed can be given to it")
    x = subject.x()
    # The seed of TensorFlow's stateful ops, and of what is made of them, is one half: the global seed is the other.
    is_whole = getattr(subject.own.keras, "__name__", "") == "keras" or calling.takes_arrays(subject.own)
    everything = 8 if is_whole else 7
    if not calling.same(_with_seed(subject, 7, x), _with_seed(subject, 7, x, everything)):
        raise BrokenError("same-seed", "Two layers with seed 7 draw different noise: the seed does not determine it.")


def other_seed_other_noise(subject: Subject) -> None:
    """Another seed gives other noise."""
    if not subject.own.takes_seed:
        raise NotAskedError("no seed can be given to it")
    x, calls = subject.x(), _calls_that_tell(subject, 1)
    if subject.own.is_function and calls > 1:  # each of its calls takes a seed of its own
        raise NotAskedError(telling.TOO_FEW, is_gap=True)
    outputs = {seed: _calls_with_seed(subject, seed, x, calls) for seed in _SEEDS}
    if not any(_noisy(y, x) for each in outputs.values() for y in each):
        raise NotAskedError("it shows no noise on its input, so that seeds cannot be told apart")
    alike = [(a, b) for a, b in combinations(_SEEDS, 2) if _same(outputs[a], outputs[b])]
    if len(alike) == math.comb(len(_SEEDS), 2):
        whose = f"{len(_SEEDS)} layers, with seeds {_SEEDS[0]}, {_SEEDS[1]} and others,"
        told = f"After one set_random_seed, {whose} draw the same noise: their seed is not used."
        raise BrokenError("argument-ignored", told)
    if alike:
        raise BrokenError("colliding-seeds", f"Seeds {alike[0][0]} and {alike[0][1]} draw the same noise.")


def any_seed_works(subject: Subject) -> None:
    """Seeds 0 and 2**31 - 1 are as good as any."""
    if not subject.own.takes_seed:
        raise NotAskedError("no seed can be given to it")
    x = subject.x()
    for seed in (0, 2**31 - 1):
        one, other = (
            calling.observed(f"With seed {seed}, the call", lambda seed=seed: _with_seed(subject, seed, x))  # type: ignore[misc]
            for _ in range(2)
        )
        alike = calling.same(one, other)
        # A seed that is taken for none draws from what is global.
        if alike and getattr(subject.own.keras, "__name__", "") == "keras":
            alike = calling.same(one, _with_seed(subject, seed, x, everything=8))
        if not alike and calling.same(_with_seed(subject, 7, x), _with_seed(subject, 7, x)):
            raise BrokenError("same-seed", f"Two layers with seed {seed} draw different noise, as if they had none.")


def global_seed_repeats(subject: Subject) -> None:
    """After everything was seeded, a layer without a seed draws the same noise again."""
    if subject.own.is_made:
        raise NotAskedError("a layer was given that is made already: give what makes it")
    if subject.own.is_function and subject.own.takes_seed:
        raise NotAskedError("it draws by the seed of each call alone")
    x, calls = subject.x(), _calls_that_tell(subject, 1)
    one, other = _unseeded(subject, 7, x, calls), _unseeded(subject, 7, x, calls)
    if not _same(one, other):
        told = "After set_random_seed(7) twice, two layers without a seed draw different noise."
        raise BrokenError("same-seed", told)
    noisy = any(_noisy(y, x) for y in one)
    if noisy and all(_same(one, _unseeded(subject, seed, x, calls)) for seed in range(8, 8 + _TRIES)):
        raise BrokenError("unseeded-layers", "Without a seed, the layer draws the same noise in every run.")


def new_call_new_noise(subject: Subject) -> None:
    """A second call draws new noise."""
    x = subject.x()
    outputs = subject.calls("calls", x, _calls_that_tell(subject))
    if any(_noisy(y, x) for y in outputs) and all(calling.same(outputs[0], each) for each in outputs[1:]):
        raise BrokenError("new-call", f"{len(outputs)} calls return the same: each must draw noise of its own.")
    alike = [(i, j) for i, j in combinations(range(_TRIES), 2) if calling.same(outputs[i], outputs[j])]
    if alike and subject.tells():
        (i, j), *_ = alike
        raise BrokenError("new-call", f"Call {j + 1} returns what call {i + 1} does: each must draw noise of its own.")


def noise_is_drawn(subject: Subject) -> None:
    """In training, the layer does something to its input, or draws."""
    x, law = subject.x(), subject.law
    is_unknown = isinstance(law, Unknown)
    calls = telling.OF_UNKNOWN if is_unknown else subject.calls_that_tell(_TRIES)
    # One noise for a whole batch, which is another mistake, shows itself in few of the calls that are compared.
    is_sure = is_unknown or calls is not None
    if not is_sure and subject.bits * _TRIES < telling.SURE:
        raise NotAskedError(telling.TOO_FEW, is_gap=True)
    outputs = subject.calls("drawn", x, calls or subject.most_calls)
    given, tries = calling.first(x), len(outputs)
    if all(each.shape == given.shape and np.array_equal(each, given) for each in outputs):
        ends = ": no noise is drawn." if is_sure else "."
        raise BrokenError("argument-ignored", f"{tries} training calls return their input as it is{ends}")
    if is_unknown and all(calling.same(outputs[0], each) for each in outputs[1:]):
        raise BrokenError("new-call", f"{tries} training calls return the same: no noise is drawn.")


def samples_draw_apart(subject: Subject) -> None:
    """The samples of a batch have noise of their own."""
    law = subject.law
    rank = len(calling.first(subject.x()).shape)
    if isinstance(subject.inputs, np.ndarray):
        raise NotAskedError("its inputs have values of their own")
    if isinstance(law, Unknown):  # it may well be noise on weights, which the samples of a batch share
        raise NotAskedError("nothing is promised of whose noise is whose")
    if subject.is_structured or law.observe is not None or rank == 0 or 0 in {axis % rank for axis in law.shared_axes}:
        raise NotAskedError("its samples cannot be compared, or share their noise by their law")
    x = np.repeat(calling.first(subject.x())[:1], len(calling.first(subject.x())), axis=0)
    _need_apart(subject, len(x))
    outputs = subject.calls("samples", x, _TRIES)
    if any(not y.ndim or len(y) != len(x) for y in outputs) or len(x) < 2:
        raise NotAskedError("its output has no sample for each of its input")
    alike = [bool((y == y[:1]).all()) for y in outputs]
    noisy = any(not np.array_equal(y, x) for y in outputs)
    if noisy and all(alike):
        raise BrokenError(
            "noise-shape", f"All {len(x)} samples of a batch get the same noise, in each of {_TRIES} calls."
        )


def axes_shared(subject: Subject) -> None:
    """Noise is one along the axes that the law names, and along no other."""
    law, x = subject.law, calling.first(subject.x())
    if subject.is_structured or not subject.keeps_shape:
        raise NotAskedError("there is no input and output of one shape")
    x = np.full_like(x, law.origin)
    outputs = [np.where(np.isnan(y), np.inf, y) for y in subject.calls("shared", x, _TRIES)]  # one nan is as another
    named = {axis % x.ndim for axis in law.shared_axes}
    for axis in range(x.ndim):
        if x.shape[axis] < 2:
            continue
        shared = [bool((y == np.take(y, [0], axis)).all()) for y in outputs]
        if axis in named and not all(shared):
            raise BrokenError("noise-shape", f"Along axis {axis} the noise differs, where the law has one for all.")
        varied = any(not (y == y.flat[0]).all() for y in outputs)
        told = subject.bits * subject.share * _TRIES * (1 - 1 / x.shape[axis]) >= telling.SURE
        if axis and axis not in named and varied and all(shared) and told:
            raise BrokenError("noise-shape", f"Along axis {axis} all elements get one noise, where each has its own.")


def noise_ignores_input(subject: Subject) -> None:
    """Which units are dropped, and what is added or multiplied by, does not depend on what is given."""
    law, x = subject.law, calling.first(subject.x())
    if subject.is_structured or not subject.keeps_shape:
        raise NotAskedError("there is no input and output of one shape")
    if x.dtype.kind != "f" or isinstance(subject.inputs, np.ndarray):
        raise NotAskedError("its inputs have values of their own")
    other = x[::-1].copy() * np.asarray(1.5, x.dtype)
    outputs = [subject.calls("ignores", each)[0] for each in (x, other)]
    if not _repeats(subject, x):
        raise NotAskedError("its noise cannot be drawn again, so that inputs cannot be compared")
    states = [law.states(each, y) for each, y in zip((x, other), outputs, strict=True)]
    if _is_dropping(law) or isinstance(law, AddsToShare):
        moved = np.count_nonzero(states[0] != states[1]) / states[0].size
        told = f"changes what is {'noised' if isinstance(law, Continuous) else 'dropped'} of {moved:.1%} of the units."
    else:
        noise = [law.noise(each, y) for each, y in zip((x, other), outputs, strict=True)]
        size = 1.0 if isinstance(law, Multiplies) else max(1.0, float(np.abs(other).max()))
        far = np.abs(noise[0] - noise[1]) > 64 * np.finfo(np.float32).eps * np.maximum(size, np.abs(noise[0]))
        moved = np.count_nonzero(far) / far.size
        told = (
            f"changes the noise of {moved:.1%} of the units, to {noise[1].std() / noise[0].std():.3g} times its size."
        )
    if moved:
        raise BrokenError("mask-depends-on-input", f"With the same seeds, another input of the same shape {told}")


def predicted_stream(subject: Subject) -> None:
    """Every bit is that of the reference (predict=)."""
    if subject.predict is None:
        raise NotAskedError("no reference was given (predict=)")
    if not subject.own.takes_seed:
        raise NotAskedError("no seed can be given to it, from which a reference predicts")
    x = subject.x()
    for seed in (7, 1337, 2**31 - 1):
        y, wanted = _with_seed(subject, seed, x), np.asarray(subject.predict(x, seed))
        if y.shape != wanted.shape:
            raise BrokenError("stream", f"With seed {seed}, the shape is {y.shape}, and {wanted.shape} is predicted.")
        if not calling.same(y, wanted):
            bad = np.count_nonzero(y != wanted)
            raise BrokenError("stream", f"With seed {seed}, {bad} of {y.size} outputs are not the predicted ones.")


def _calls_that_tell(subject: Subject, least: int = _TRIES) -> int:
    calls = subject.calls_that_tell(least)
    if calls is None:
        raise NotAskedError(telling.TOO_FEW, is_gap=True)
    return 1 if least == 1 and subject.tells() else calls


def _need_apart(subject: Subject, size: int) -> None:
    """Make sure that `_TRIES` calls would not all be alike along an axis of a size by chance.

    Raises:
      NotAskedError: if they might.
    """
    if subject.bits * _TRIES * (1 - 1 / max(1, size)) < telling.SURE:
        raise NotAskedError(telling.TOO_FEW, is_gap=True)


def _is_dropping(law: Law) -> bool:
    return isinstance(law, (Drops, AffineDrops)) and law.observe is None


def _has_axes(law: Law) -> bool:
    return law.observe is None and (isinstance(law, Continuous) or _is_dropping(law))


PROPERTIES = (
    Property("noise_is_drawn", "argument-ignored", noise_is_drawn),
    Property("same_seed_same_noise", "same-seed", same_seed_same_noise),
    Property("other_seed_other_noise", "argument-ignored", other_seed_other_noise),
    Property("any_seed_works", "raises", any_seed_works),
    Property("global_seed_repeats", "same-seed", global_seed_repeats),
    Property("new_call_new_noise", "new-call", new_call_new_noise, breach="calls are copies of each other"),
    Property("samples_draw_apart", "noise-shape", samples_draw_apart, breach="samples are copies of each other"),
    Property("axes_shared", "noise-shape", axes_shared, _has_axes, breach="its units are not those of its law"),
    Property("noise_ignores_input", "mask-depends-on-input", noise_ignores_input, _has_axes),
    Property("predicted_stream", "stream", predicted_stream),
)


def _with_seed(subject: Subject, seed: int, x: Any, everything: int = 7) -> Any:
    return _calls_with_seed(subject, seed, x, 1, everything)[0]


def _calls_with_seed(subject: Subject, seed: int, x: Any, calls: int, everything: int = 7) -> list[Any]:
    subject.own.seed_everything(everything)
    made = calling.observed("The factory", lambda: subject.own.made(seed))
    seeds = [seed] if subject.own.is_function else ()
    return list(calling.observed("The call", lambda: calling.eager(subject.own, made, x, calls, seeds=seeds)))


def _unseeded(subject: Subject, everything: int, x: Any, calls: int) -> list[Any]:
    subject.own.seed_everything(everything)
    made = calling.observed("The factory", lambda: subject.own.made())
    return list(calling.observed("The call", lambda: calling.eager(subject.own, made, x, calls)))


def _same(one: list[Any], other: list[Any]) -> bool:
    return all(calling.same(a, b) for a, b in zip(one, other, strict=True))


def _repeats(subject: Subject, x: Any) -> bool:
    return calling.same(subject.calls("repeats", x)[0], subject.calls("repeats", x)[0])


def _noisy(y: Any, x: Any) -> bool:
    """Return whether an output is more than the input left alone."""
    given = calling.first(x)
    return y.shape != given.shape or not np.array_equal(y, given)
