"""Wounds of the op seeds of tf_keras: noise that stands still, or does not hang on the seed it was given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.seams import Call, Cut, dropouts, keras2_seeds, normals, uniforms
from noise_ops.subjects.libraries import tensorflow


def _wound(name: str, kind: Kind, description: str, cuts: tuple[Cut, ...], *expected: str, **other: Any) -> Wound:
    return Wound(name, kind, description, cuts, expected, **other)


def _stateless(second: Callable[[Any], Any]) -> tuple[Cut, ...]:
    """Let the stateful draws of tf_keras depend on their op seed alone."""

    def pair(call: Call) -> Any:
        return second(call["seed"])

    def dropout(call: Call) -> Any:
        tf = tensorflow()
        if "rng_alg" in call.arguments:
            return call.sound()
        rest = {name: call[name] for name in ("x", "rate", "noise_shape")}
        return tf.nn.experimental.stateless_dropout(**rest, seed=pair(call))

    def draw(name: str) -> Callable[[Call], Any]:
        def instead(call: Call) -> Any:
            if "alg" in call.arguments or "seed" not in call.arguments:
                return call.sound()
            rest = {key: value for key, value in call.arguments.items() if key not in ("seed", "name")}
            return getattr(tensorflow().random, f"stateless_{name}")(**rest, seed=pair(call))

        return instead

    return (dropouts(dropout), uniforms(draw("uniform")), normals(draw("normal")))


def _op_seed(pair: Callable[[int, int], int]) -> Cut:
    """Make the op seed of a tf_keras layer from its seed and the number of its draw."""

    def instead(call: Call) -> Any:
        generator = call["self"]
        first = generator.__dict__.setdefault("_first_seed", generator._seed)
        now = call.sound()
        return None if now is None else pair(first, now - first)

    return keras2_seeds(instead)


def _with_op_seed_of_mask(call: Call) -> Any:
    # The normals of MaskedGaussianNoise take the op seed after that of its mask.
    seed = call.arguments.get("seed")
    return call.sound(seed=seed - 1) if isinstance(seed, int) else call.sound()


ALL: tuple[Wound, ...] = (
    _wound(
        "same-every-call",
        Kind.CALLS,
        "every call draws the noise of the first",
        (_op_seed(lambda seed, call: seed), *_stateless(lambda seed: [seed, 0])),
        "new_call_new_noise",
    ),
    _wound(
        "same-every-second-call",
        Kind.CALLS,
        "two calls in a row share their noise",
        (_op_seed(lambda seed, call: seed + call // 2), *_stateless(lambda seed: [seed, 0])),
        "new_call_new_noise",
    ),
    _wound(
        "same-in-graphs",
        Kind.CALLS,
        "the draws inside a tf.function are constants",
        _stateless(lambda seed: [seed, 0]),
        "new_call_new_noise",
        modes=("function",),
    ),
    _wound(
        "same-in-fit",
        Kind.CALLS,
        "the draws inside the step of `fit` are constants",
        _stateless(lambda seed: [seed, 0]),
        "new_call_new_noise",
        modes=("fit",),
    ),
    _wound(
        "same-after-retrace",
        Kind.CALLS,
        "every trace draws with the op seed of the first, from its start",
        (_op_seed(lambda seed, call: seed),),
        "new_trace_new_noise",
        modes=("function",),
    ),
    _wound(
        "seed-ignored",
        Kind.SEED,
        "every layer draws with seed 0",
        (_op_seed(lambda seed, call: call),),
        "neighbouring_seeds_differ",
        "calls_independent",
    ),
    _wound(
        "replicas-share-op-seed",
        Kind.SHARED,
        "each replica draws with the op seed of the first",
        (_op_seed(lambda seed, call: seed),),
        "replicas_draw_apart",
        modes=("mirrored",),
    ),
)


ALL += (
    _wound(
        "mask-tied-to-noise",
        Kind.CORRELATION,
        "mask and noise are drawn with the same op seed",
        (normals(lambda call: _with_op_seed_of_mask(call)),),
        "noise_variance",
        "noise_is_normal",
        "mean_preservation",
    ),
)
