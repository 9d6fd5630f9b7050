"""Wounds of the seeds of Keras 3 and of TensorFlow's functions: noise that stands still, or seeds that do not count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from noise_ops.findings import Verdict
from noise_ops.sabotage.mutant import Kind, Wound
from noise_ops.sabotage.seams import Call, Cut, dropouts, keras3_seeds, normals, uniforms
from noise_ops.subjects.libraries import tensorflow

_EITHER = (Verdict.CONTRACT_CHANGED, Verdict.LAW_CHANGED)

Pair = Callable[[Any, Any], tuple[Any, Any]]
"""From a layer's seed and the number of the call to the two numbers that are drawn with."""


def _keras3(pair: Pair) -> tuple[Cut, ...]:
    def instead(call: Call) -> Any:
        state = call.sound()
        return tensorflow().stack([tensorflow().cast(word, state.dtype) for word in pair(state[0], state[1])])

    return (keras3_seeds(instead),)


def _frozen_in_graphs(call: Call) -> Any:
    """Count in Python: anew in every eager call, once a trace in a graph."""
    tf, generator = tensorflow(), call["self"]
    number = generator.__dict__.get("_calls_counted", 0)
    object.__setattr__(generator, "_calls_counted", number + 1)
    state = call.sound()
    return state if tf.executing_eagerly() else tf.stack([state[0], tf.cast(number, state.dtype)])


def _started_again_by_trace(call: Call) -> Any:
    """Put the counter back to 0 whenever a graph is traced."""
    tf, generator = tensorflow(), call["self"]
    if not tf.executing_eagerly():
        with tf.init_scope():
            if tf.executing_eagerly():
                generator.state.assign([generator._initial_seed, 0])
    return call.sound()


def _anew(call: Call) -> Any:
    """Draw each seed of a run anew, whatever the layer was given."""
    state = call.sound()
    return tensorflow().stack([tensorflow().cast(call.number + 1, state.dtype), state[1]])


def _wound(name: str, kind: Kind, description: str, cuts: tuple[Cut, ...], *expected: str, **other: Any) -> Wound:
    return Wound(name, kind, description, cuts, expected, **other)


ALL: tuple[Wound, ...] = (
    _wound(
        "same-every-call",
        Kind.CALLS,
        "every call draws the noise of the first",
        _keras3(lambda seed, call: (seed, 0)),
        "new_call_new_noise",
    ),
    _wound(
        "same-every-second-call",
        Kind.CALLS,
        "two calls in a row share their noise",
        _keras3(lambda seed, call: (seed, call // 2)),
        "new_call_new_noise",
    ),
    _wound(
        "same-after-two-calls",
        Kind.CALLS,
        "two draws take turns: the third call repeats the first",
        _keras3(lambda seed, call: (seed, call % 2)),
        "new_call_new_noise",
    ),
    _wound(
        "same-in-graphs",
        Kind.CALLS,
        "the number of the call is fixed when a graph is traced",
        (keras3_seeds(_frozen_in_graphs),),
        "new_call_new_noise",
        modes=("function",),
    ),
    _wound(
        "same-in-fit",
        Kind.CALLS,
        "the number of the call is fixed when `fit` traces its step",
        (keras3_seeds(_frozen_in_graphs),),
        "new_call_new_noise",
        modes=("fit",),
    ),
    _wound(
        "same-after-retrace",
        Kind.CALLS,
        "a new trace starts the noise again",
        (keras3_seeds(_started_again_by_trace),),
        "new_trace_new_noise",
        modes=("function",),
    ),
    _wound(
        "seed-ignored",
        Kind.SEED,
        "every layer draws with seed 0",
        _keras3(lambda seed, call: (0, call)),
        "neighbouring_seeds_differ",
    ),
    _wound(
        "seed-replaced",
        Kind.SEED,
        "each call takes a seed of its own, whatever the layer was given",
        (keras3_seeds(_anew),),
        "same_seed_same_noise",
        verdicts=_EITHER,
    ),
    _wound(
        "seeds-in-pairs",
        Kind.SEED,
        "seeds 2 k and 2 k + 1 draw the same noise",
        _keras3(lambda seed, call: (seed // 2 * 2, call)),
        "neighbouring_seeds_differ",
        "calls_independent",
    ),
    _wound(
        "seed-plus-call",
        Kind.SEED,
        "call k with seed s draws what call k - 1 draws with seed s + 1",
        _keras3(lambda seed, call: (seed + call, 0)),
        "neighbouring_seeds_differ",
    ),
)

ALL += (
    _wound(
        "mask-tied-to-noise",
        Kind.CORRELATION,
        "mask and noise are drawn with the same numbers",
        _keras3(lambda seed, call: (seed, call // 2)),
        "noise_variance",
        "noise_is_normal",
        "mean_preservation",
    ),
)

CONTROLS = (
    _wound(
        "seed-words-swapped",
        Kind.OTHER_STREAM,
        "the number of the call and the seed change places",
        _keras3(lambda seed, call: (call, seed)),
        verdicts=(Verdict.STREAM_CHANGED,),
        dtypes=(),
    ),
    _wound(
        "calls-counted-from-9",
        Kind.OTHER_STREAM,
        "the first call is number 9",
        _keras3(lambda seed, call: (seed, call + 9)),
        verdicts=(Verdict.STREAM_CHANGED,),
        dtypes=(),
    ),
)


def _only(kind: str, changed: Callable[[Call], Any]) -> tuple[Cut, ...]:
    """Change the seed of a function of TensorFlow itself."""
    cut = {"dropout": dropouts, "uniform": uniforms, "normal": normals}[kind]
    return (cut(lambda call: call.sound(seed=changed(call)) if "seed" in call.arguments else call.sound()),)


def functions(kind: str) -> tuple[Wound, ...]:
    """Return the wounds of the seeds of TensorFlow's own stateless functions of a kind."""
    return (
        _wound(
            "seed-ignored",
            Kind.SEED,
            "every seed draws the same noise",
            _only(kind, lambda call: call["seed"] * 0),
            "neighbouring_seeds_differ",
        ),
        _wound(
            "seeds-in-pairs",
            Kind.SEED,
            "seeds 2 k and 2 k + 1 draw the same noise",
            _only(kind, lambda call: call["seed"] // 2 * 2),
            "neighbouring_seeds_differ",
        ),
        _wound(
            "seed-replaced",
            Kind.SEED,
            "each call takes a seed of its own, whatever was given",
            _only(kind, lambda call: call["seed"] * 0 + call.number),
            "same_seed_same_noise",
            verdicts=_EITHER,
        ),
    )
