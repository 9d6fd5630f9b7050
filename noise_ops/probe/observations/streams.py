"""Streams: the bits of every mode at fixed seeds."""

from __future__ import annotations

import numpy as np

from noise_ops.probe.modes import run
from noise_ops.probe.new_layers import eager, twice
from noise_ops.probe.observations.laws import law, plausible
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import numpy_dtype
from noise_ops.subjects.texts import attempt
from noise_ops.subjects.values import (
    Facts,
    described,
    digest,
    digests,
    labels,
    likeness,
    numbers,
    seen_values,
    words,
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
