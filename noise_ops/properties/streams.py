"""Bits at fixed seeds. Which stage of the pipeline moved is seen by holding them against the reference."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from noise_ops.properties.declaring import ALL, IN_ORDER, OTHERS, Kind, Property, Question, Stage
from noise_ops.properties.laws import law, plausible
from noise_ops.properties.new_layers import eager, twice
from noise_ops.properties.runs import run
from noise_ops.properties.step import Step
from noise_ops.subjects.inputs import CALLS, DTYPES, MIXED, SECOND_SEED, SEED, SHAPE
from noise_ops.subjects.layers import LayerSubject, WeightedSubject
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.recurrent import RecurrentSubject
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, compiled, numpy_dtype
from noise_ops.subjects.texts import attempt
from noise_ops.subjects.values import (
    Facts,
    Value,
    described,
    digest,
    digests,
    labels,
    likeness,
    numbers,
    seen_values,
    words,
)

PROPERTIES = (
    Property(
        "stream",
        Kind.STREAM,
        "stream-moved",
        "Digests of the outputs of successive calls.",
        needs_noise=True,
    ),
    Property(
        "head",
        Kind.CONTEXT,
        "stream-moved",
        "Raw words of the first units of the first output, in hex.",
    ),
    Property(
        "mask",
        Kind.CONTEXT,
        "stream-moved",
        "Digest of the packed mask of zeros of the first output.",
    ),
    Property(
        "unseeded_stream",
        Kind.STREAM,
        "unseeded-stream",
        "Digests of two calls of each of two unseeded layers.",
        Stage.SEED,
        needs_noise=True,
    ),
    Property(
        "mode_draws_eager_stream",
        Kind.STREAM,
        "modes-part",
        "What the first output shares with the eager one.",
        needs_noise=True,
    ),
    Property(
        "words_stream",
        Kind.STREAM,
        "words",
        "Digests of full-range integer draws, call by call.",
        Stage.BITS,
    ),
    Property(
        "words_head",
        Kind.CONTEXT,
        "words",
        "First words of a full-range integer draw, in hex.",
        Stage.BITS,
    ),
)

QUESTIONS = (
    Question("predicted_stream", "every_pair", dtypes=ALL, modes=OTHERS, code="stream"),
    Question(
        "predicted_stream",
        "standard",
        unless=("stateless", "data_format"),
        dtypes=(),
        modes=IN_ORDER,
        code="stream",
        why="The spatial layers differ in their mask's shape alone: the first stands for the others.",
    ),
    Question(
        "boundary_kept",
        "standard",
        of=("mask",),
        unless=("maps",),
        code="boundary",
        why="The spatial layers call the op whose boundary is asked, and their cases have no rank of one.",
    ),
    Question("predicted_words", "every_case", of=("uniform",), code="stream"),
    Question("large_tensor_predicted", "large", modes=("function",), code="stream"),
    Question("later_calls_predicted", "small", unless=("stateless",), modes=("function",), code="stream"),
)


def stream(subject: Subject, dtype: str, mode: str) -> Facts:
    """Record the bits of a mode and the counts of its noise.

    What equals the eager fact of the dtype is left out: head, mask and counts where the first call draws what the
    first eager call draws. Repetitions among calls and replicas are read from equal digests in `stream`.

    Properties:
      stream: digests of successive outputs on the ramp, "not reproducible" where a second new layer draws others.
      head: raw words of the first units of the first output.
      mask: digest of the packed mask of zeros of the first output.
      new_call_new_noise: labels of the calls, where the stream does not say.
      shape_and_dtype_kept: dtype and shape of the output, where they are not kept.
      explicit_training_wins: what training=True in a functional model makes of its input in `predict`.
      mode_draws_eager_stream: what the first output shares with the eager one.
      mask_density RATE, noise_is_normal, noise_is_uniform: exact counts.
    """
    reproducible = mode not in ("eager", "xla") or twice(subject, mode)[1]
    if mode == "eager":
        outputs = eager(subject, dtype)
    else:
        outputs = twice(subject, mode)[0] if (dtype, mode) == ("float32", "xla") else run(subject, dtype, mode)
    first = outputs.ramp[0]
    facts: Facts = {"stream": digests(outputs.ramp) if reproducible else "not reproducible"}
    if not reproducible:
        facts["new_call_new_noise"] = labels(outputs.ramp)
    if first.dtype != numpy_dtype(dtype) or first.shape != subject.output_shape:
        facts["shape_and_dtype_kept"] = described(first)
    if mode == "predict":
        facts["explicit_training_wins"] = seen_values(subject.x(dtype), first)
    if reproducible and mode != "eager":
        facts["mode_draws_eager_stream"] = attempt(lambda: likeness(eager(subject, dtype).ramp[0], first))
        if facts["mode_draws_eager_stream"] == "bits":
            return facts
    if reproducible:
        facts["head"] = words(subject.units(first))
        if subject.family == "mask":
            facts["mask"] = digest(np.packbits(numbers(subject.units(first)).ravel() == 0))
    for name, counts in law(subject, outputs.law).items():
        facts[name] = counts if reproducible else plausible(subject, counts)
    return facts


def full_range_words(name: str, mode: str) -> Facts:
    """Record words of a full-range integer draw of `tf.random`: no conversion to floats is involved."""
    reset()
    count = [int(np.prod(SHAPE))]
    if name == "tf.random.stateless_uniform":
        seed = tf.constant([SEED, SECOND_SEED], tf.int64)
        draw = functools.partial(tf.random.stateless_uniform, count, minval=None, maxval=None, dtype=tf.uint32)
        function = lambda pair: draw(seed=pair)  # noqa: E731
    elif name == "tf.random.Generator.uniform":
        seed = tf.constant(0)
        generator = tf.random.Generator.from_seed(SEED)
        function = lambda _: generator.uniform_full_int(count, dtype=tf.uint32)  # noqa: E731
    else:  # stateful integers have no full range: the low 30 bits of each word
        seed = tf.constant(0)
        function = lambda _: tf.random.uniform(count, 0, 2**30, dtype=tf.int32, seed=SEED)  # noqa: E731
    call = function if mode == "eager" else compiled(function, mode == "xla")
    outputs = [array(call(seed)) for _ in range(CALLS)]
    again = [array(call(seed)) for _ in range(CALLS)] if mode == "xla" and name == "tf.random.uniform" else None
    if again is not None:  # XLA's stateful draws start where no seed decides
        return {"words_stream": "not reproducible"}
    return {"words_stream": digests(outputs), "words_head": words(outputs[0])}


def integer_range(name: str, mode: str, low: int, high: int) -> Value:
    """Say what comes of a range of integers in which there is none."""
    reset()
    count = [257]
    draws: dict[str, Callable[[Any], Any]] = {
        "tf.random.uniform": lambda seed: tf.random.uniform(count, low, high, dtype=tf.int32, seed=SEED),
        "tf.random.stateless_uniform": lambda seed: tf.random.stateless_uniform(
            count, seed, minval=low, maxval=high, dtype=tf.int32
        ),
    }
    if name == "tf.random.Generator.uniform":
        generator = tf.random.Generator.from_seed(SEED)
        draws[name] = lambda seed: generator.uniform(count, low, high, dtype=tf.int32)
    function = draws[name] if mode == "eager" else compiled(draws[name], mode == "xla")
    y = array(function(tf.constant([SEED, SECOND_SEED], tf.int64)))
    return "draws minval" if (y == low).all() else "draws other values"


def steps(subject: Subject) -> Iterator[Step]:
    """Yield the bits and counts of each mode."""
    for mode, dtypes in _targets(subject).items():
        for dtype in dtypes:
            observe = functools.partial(stream, subject, dtype, mode)
            yield Step(subject.name, f"{dtype}/{mode}", "stream", observe, several=True)


def _targets(subject: Subject) -> dict[str, Sequence[str]]:
    """Return the dtypes of each mode. Compiling takes long: XLA sees each op in each dtype once, not in each layer."""
    one = ("float32",)
    if not isinstance(subject, LayerSubject):
        return {"eager": DTYPES, "function": one, "xla": DTYPES if subject.stateless else one}
    if isinstance(subject, WeightedSubject):
        # A stateful op inside the time loop of a traced layer draws in the order in which threads come.
        modes = ["eager", "from_config", "reloaded"]
        modes += [] if subject.strength == "recurrent_dropout" else ["function", "fit", "mirrored"]
        modes += [] if isinstance(subject, RecurrentSubject) and subject.is_long_to_compile else ["xla"]
        return {**dict.fromkeys(modes, one), "mixed_float16": ("float16",)}
    modes = ["function", "fit", "predict", "mirrored", "from_config", "reloaded"]
    if len(subject.shape) > 3:  # what SpatialDropout1D does in these modes, the others do
        modes = ["function", "fit", "from_config", "reloaded"]
    mixed = {mode: (dtype,) for mode, dtype in MIXED.items()}
    xla = {3: one, 2: ("float16", "bfloat16", "float32") if subject.family in ("mask", "sum") else one}
    return {"eager": DTYPES, "xla": xla.get(len(subject.shape), ()), **mixed, **dict.fromkeys(modes, one)}


def witnesses() -> Iterator[Step]:
    """Yield the words of full-range integers, which every stream is made of."""
    for name, dtype in (
        ("tf.random.stateless_uniform", "uint32"),
        ("tf.random.Generator.uniform", "uint32"),
        ("tf.random.uniform", "int32"),
    ):
        for mode in ("eager", "function", "xla"):
            words_of = functools.partial(full_range_words, name, mode)
            yield Step(name, f"{dtype}/{mode}", "words_stream", words_of, several=True)
            for label, low, high in (("minval=maxval", 4, 4), ("minval>maxval", 4, 3)):
                observe = functools.partial(integer_range, name, mode, low, high)
                yield Step(name, f"int32/{mode}", f"accepts {label}", observe)
