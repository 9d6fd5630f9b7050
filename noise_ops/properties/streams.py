"""Bits at fixed seeds. Which stage of the pipeline moved is seen by holding them against the reference."""

from __future__ import annotations

from noise_ops.properties.declaring import ALL, IN_ORDER, OTHERS, Kind, Property, Question, Stage

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
