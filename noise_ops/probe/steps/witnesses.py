"""Steps of witnesses: seeds and bits, which every stream of a layer is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from noise_ops.probe.observations.generators import generator_state, integers, op_seeds, seed_generator
from noise_ops.probe.observations.words import full_range_words, integer_range
from noise_ops.probe.steps.step import Step
from noise_ops.subjects.inputs import SEED
from noise_ops.subjects.libraries import libraries, tf
from noise_ops.subjects.values import Value


def witness_steps() -> Iterator[Step]:
    """Seeds and bits: what every stream is made of."""
    for name, dtype in (
        ("tf.random.stateless_uniform", "uint32"),
        ("tf.random.Generator.uniform", "uint32"),
        ("tf.random.uniform", "int32"),
    ):
        for mode in ("eager", "function", "xla"):
            words_of = partial(full_range_words, name, mode)
            yield Step(name, f"{dtype}/{mode}", "words_stream", words_of, several=True)
            for label, low, high in (("minval=maxval", 4, 4), ("minval>maxval", 4, 3)):
                yield Step(name, f"int32/{mode}", f"accepts {label}", partial(integer_range, name, mode, low, high))
    new = tf.random.Generator
    derived: tuple[tuple[str, str, Callable[[], Value]], ...] = (
        ("tf.random.set_seed", "derived_seeds", op_seeds),
        ("tf.random.Generator", "seed_state from_seed", partial(generator_state, lambda: new.from_seed(SEED))),
        ("tf.random.Generator", "seed_state from_seed -1", partial(generator_state, lambda: new.from_seed(-1))),
        (
            "tf.random.Generator",
            "seed_state from_key",
            partial(generator_state, lambda: new.from_key_counter(7, [1, 2], 1)),
        ),
        ("tf.random.Generator", "seed_state split", partial(generator_state, lambda: new.from_seed(SEED).split(2)[1])),
        (
            "tf.random.Generator",
            "derived_seeds make_seeds",
            partial(integers, lambda: new.from_seed(SEED).make_seeds(2)),
        ),
        ("tf.random.stateless_split", "derived_seeds", partial(integers, lambda: _stateless("split")([SEED, 7], 2))),
        (
            "tf.random.stateless_fold_in",
            "derived_seeds",
            partial(integers, lambda: _stateless("fold_in")([SEED, 7], 3)),
        ),
    )
    for subject, name, observe in derived:
        yield Step(subject, "int64/eager", name, observe)
    for library in libraries():
        if library.generation == 3:
            for label, seed in (("seeded", SEED), ("negative", -1), ("unseeded", None)):
                observe = partial(seed_generator, library, seed)
                yield Step("keras.random.SeedGenerator", "int64/eager", "seed_state " + label, observe)


def _stateless(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(tf.random, name, None) or getattr(
        tf.random.experimental, "stateless_" + name
    )
    return function
