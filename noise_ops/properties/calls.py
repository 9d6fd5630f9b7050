"""Whose noise must not be the same: that of two calls, traces, elements or replicas.

Noise is shown by labels, a letter each: "aba" says that the third call drew the noise of the first.
"""

from __future__ import annotations

from noise_ops.properties.declaring import OTHERS, SURROUNDINGS, Kind, Property, Question, Stage

PROPERTIES = (
    Property(
        "new_call_new_noise",
        Kind.EXACT,
        "new-call",
        "Labels of calls, equal ones alike.",
        Stage.SEED,
        right=("a", "ab", "abc", "abcd"),  # of one call to four
        needs_noise=True,
    ),
    Property(
        "replicas_draw_apart",
        Kind.EXACT,
        "replicas",
        "Labels, replica by replica, of two calls.",
        Stage.SEED,
        right=("abcd",),
        needs_noise=True,
    ),
)

QUESTIONS = (
    Question("new_call_new_noise", "mask_cases", unless=("stateless",), modes=OTHERS),
    Question(
        "new_call_new_noise",
        "standard",
        unless=("stateless", "data_format"),
        dtypes=(),
        modes=SURROUNDINGS,
        why="Spatial layers differ in their mask's shape alone: SpatialDropout1D, which has no data_format, will do.",
    ),
    Question(
        "new_trace_new_noise",
        "every_case",
        of=("layer",),
        dtypes=(),
        modes=("function",),
        code="new-trace",
        why="A function takes its seed as an argument: a new trace starts it again, by contract.",
    ),
    Question("many_calls_new_noise", "small", unless=("stateless",), modes=("function", "xla"), code="new-call"),
    Question("distant_calls_differ", "numbered_cases", of=("keras3",), code="new-call"),
    Question("replicas_draw_apart", "every_case", dtypes=(), modes=("mirrored",)),
)
