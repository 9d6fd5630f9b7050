"""What a seed determines, and what must not depend on which of two seeds is given."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from noise_ops.properties.declaring import REBUILT, Kind, Property, Question, Stage
from noise_ops.properties.new_layers import calls, first_call
from noise_ops.properties.step import Step, in_float32
from noise_ops.subjects.inputs import SEED, SEED_DISTANCES
from noise_ops.subjects.layers import LayerSubject, WeightedSubject
from noise_ops.subjects.libraries import Library, libraries, tf
from noise_ops.subjects.seeding import reset, seed_everything
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, tensor
from noise_ops.subjects.values import Value, digests, labels, same

PROPERTIES = (
    Property(
        "seed_state",
        Kind.STREAM,
        "derived-seeds",
        "State of a seed generator, as it is made and used.",
        Stage.SEED,
    ),
    Property(
        "derived_seeds",
        Kind.STREAM,
        "derived-seeds",
        "Seeds that TensorFlow derives from a given one.",
        Stage.SEED,
    ),
    Property(
        "same_seed_same_noise",
        Kind.CONTRACT,
        "same-seed",
        "Two new layers of one seed agree.",
        Stage.SEED,
        right=("yes",),
        needs_noise=True,
    ),
    Property(
        "neighbouring_seeds_differ",
        Kind.EXACT,
        "neighbouring-seeds",
        "Labels of two calls each of seeds s and s + 1.",
        Stage.SEED,
        right=("abcd",),
        needs_noise=True,
    ),
    Property(
        "distant_seeds_differ",
        Kind.CONTRACT,
        "colliding-seeds",
        "Labels of seeds s, s + 2**31 - 2, s + 2**31 - 1, s + 2**32; - where one is refused.",
        Stage.SEED,
        right=("abcd", "a---"),
        needs_noise=True,
    ),
    Property(
        "unseeded_layers_differ",
        Kind.EXACT,
        "unseeded-layers",
        "Labels of two calls each of two unseeded layers.",
        Stage.SEED,
        right=("abcd",),
        needs_noise=True,
    ),
    Property(
        "seeded_by",
        Kind.CONTRACT,
        "seeded-by",
        "What determines the noise of an unseeded layer.",
        Stage.SEED,
    ),
)

QUESTIONS = (
    Question("same_seed_same_noise", "mask_cases", modes=REBUILT),
    Question("neighbouring_seeds_differ", "mask_cases"),
    Question("distant_seeds_differ", "moderate_seed_cases"),
    Question("every_bit_of_a_seed_counts", "seed_cases", code="neighbouring-seeds"),
)


def neighbouring_seeds(subject: Subject) -> Value:
    """Label two calls with a seed and two with the next seed; say if one is the other, a block of four words on."""
    outputs = calls(subject, "float32", 2) + calls(subject, "float32", 2, seed=SEED + 1)
    first, second = (subject.units(y).ravel() for y in (outputs[0], outputs[2]))
    if subject.draws and same(first[4:], second[:-4]):
        return labels(outputs) + " shifted by a block"
    return labels(outputs)


def distant_seeds(subject: Subject) -> Value:
    """Label first calls with seeds s, s + 2**31 - 2, s + 2**31 - 1 and s + 2**32; "-" where a seed is refused."""
    outputs = []
    for distance in (0, *SEED_DISTANCES):
        try:
            outputs.append(first_call(subject, seed=SEED + distance))
        except Exception:
            outputs.append(None)
    return labels(outputs)


def seeded_by(subject: Subject) -> Value:
    """List what determines the noise of an unseeded layer made afterwards; "together" is all but Keras's own."""
    single: dict[str, Callable[[int], Any]] = {
        "random.seed": random.seed,
        "numpy.random.seed": np.random.seed,
        "tf.random.set_seed": tf.random.set_seed,
    }
    setters = {name: [setter] for name, setter in single.items()}
    setters["together"] = list(single.values())
    own = getattr(getattr(subject.library.module, "utils", None), "set_random_seed", None)
    if own is not None:
        setters["keras.utils.set_random_seed"] = [own]
    found = []
    for name, together in setters.items():
        outputs = []
        for other in (1, 2):
            seed_everything(other)
            for setter in together:
                setter(7)
            layer = subject.make(seed=None)
            outputs.append(array(subject.call(layer, tensor(subject.x("float32")))))
        if same(*outputs):
            found.append(name)
    return found


def unseeded(subject: Subject) -> Value:
    """Record two calls of each of two unseeded layers after everything was seeded with 7."""
    seed_everything(7)
    outputs = []
    for _ in range(2):
        layer = subject.make(seed=None)
        outputs += [array(subject.call(layer, tensor(subject.x("float32")))) for _ in range(2)]
    return digests(outputs)


def seed_state(subject: Subject) -> Value:
    """List the state of the seed generator of a layer, or of its cell, when made and after each of two calls."""
    reset()
    layer = subject.make()
    owner = layer if hasattr(layer, "seed_generator") else layer.cell
    listed = [int(word) for word in np.asarray(owner.seed_generator.state)]
    for _ in range(2):
        subject.call(layer, tensor(subject.x("float32")))
        listed += [int(word) for word in np.asarray(owner.seed_generator.state)]
    return listed


def op_seeds() -> Value:
    """List the (graph seed, op seed) pairs that TensorFlow derives: two unseeded ops, a seeded one, extreme seeds."""
    pairs = []
    for global_seed in (7, 2**31 + 5):
        tf.random.set_seed(global_seed)
        for op_seed in (None, None, 9, 0, -1, 2**31):
            pairs.append(",".join(str(seed) for seed in tf.compat.v1.get_seed(op_seed)))
    return pairs


def generator_state(make: Callable[[], Any]) -> Value:
    """List the state words of a `tf.random.Generator`."""
    reset()
    return [int(word) for word in np.asarray(make().state).ravel()]


def integers(make: Callable[[], Any]) -> Value:
    """List the integers that a function returns, such as derived seeds."""
    reset()
    return [int(word) for word in np.asarray(make()).ravel()]


def seed_generator(library: Library, seed: int | None) -> Value:
    """List the state of a new `keras.random.SeedGenerator`, and its next three seeds."""
    reset()
    generator = library.module.random.SeedGenerator(seed)
    listed = [int(word) for word in np.asarray(generator.state)]
    for _ in range(3):
        listed += [int(word) for word in np.asarray(generator.next())]
    return listed


def steps(subject: Subject) -> Iterator[Step]:
    """Yield how noise depends on a seed, and what a layer keeps of one."""
    if not isinstance(subject, WeightedSubject):
        if not subject.needs_seed:
            yield in_float32(subject, "seeded_by", functools.partial(seeded_by, subject))
        if subject.takes("seed"):
            yield in_float32(subject, "distant_seeds_differ", functools.partial(distant_seeds, subject))
    if not subject.needs_seed:
        yield in_float32(subject, "unseeded_stream", functools.partial(unseeded, subject))
    if subject.takes("seed"):
        yield in_float32(subject, "neighbouring_seeds_differ", functools.partial(neighbouring_seeds, subject))
    if isinstance(subject, LayerSubject) and subject.library.generation == 3 and subject.keeps_generator:
        yield in_float32(subject, "seed_state", functools.partial(seed_state, subject))


def witnesses() -> Iterator[Step]:
    """Yield the seeds that TensorFlow and Keras derive, and the states of their generators."""
    new = tf.random.Generator
    states = {
        "from_seed": lambda: new.from_seed(SEED),
        "from_seed -1": lambda: new.from_seed(-1),
        "from_key": lambda: new.from_key_counter(7, [1, 2], 1),
        "split": lambda: new.from_seed(SEED).split(2)[1],
    }
    for label, make in states.items():
        observe = functools.partial(generator_state, make)
        yield Step("tf.random.Generator", "int64/eager", f"seed_state {label}", observe)
    yield Step("tf.random.set_seed", "int64/eager", "derived_seeds", op_seeds)
    for subject, name, derived in (
        ("tf.random.Generator", "derived_seeds make_seeds", lambda: new.from_seed(SEED).make_seeds(2)),
        ("tf.random.stateless_split", "derived_seeds", lambda: _stateless("split")([SEED, 7], 2)),
        ("tf.random.stateless_fold_in", "derived_seeds", lambda: _stateless("fold_in")([SEED, 7], 3)),
    ):
        yield Step(subject, "int64/eager", name, functools.partial(integers, derived))
    for library in libraries():
        if library.generation == 3:
            for label, seed in (("seeded", SEED), ("negative", -1), ("unseeded", None)):
                observe = functools.partial(seed_generator, library, seed)
                yield Step("keras.random.SeedGenerator", "int64/eager", "seed_state " + label, observe)


def _stateless(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(tf.random, name, None) or getattr(
        tf.random.experimental, "stateless_" + name
    )
    return function
