"""Bits at fixed seeds. Which stage of the pipeline moved is seen by holding them against the reference."""

from __future__ import annotations

from noise_ops.properties.declaring import Kind, Property, Stage

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
