"""No piece of the noise is a copy of another: in a call, or between calls, seeds and replicas."""

from __future__ import annotations

from noise_ops.properties.declaring import SINGLE, Question

QUESTIONS = (
    Question("large_call_never_repeats", "standard", code="repetition"),
    Question("large_call_varies_everywhere", "standard", code="evenness"),
    Question("calls_never_repeat", "standard", unless=("stateless",), code="repetition"),
    Question("calls_never_repeat", "standard", of=("layer", "mask"), dtypes=(), modes=SINGLE, code="repetition"),
    Question(
        "calls_never_repeat",
        "standard",
        of=("layer", "normal"),
        unless=("mask", "half"),
        dtypes=(),
        modes=SINGLE,
        code="repetition",
        why="The sum of an input and noise, rounded to half precision, does not show what was added.",
    ),
    Question("looped_calls_never_repeat", "standard", of=("layer",), dtypes=(), modes=("function",), code="repetition"),
    Question("seeds_never_repeat", "standard", code="repetition"),
    Question("replicas_never_repeat", "standard", dtypes=(), modes=("mirrored",), code="repetition"),
)
