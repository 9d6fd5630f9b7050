"""What a seed determines, and what must not depend on which of two seeds is given."""

from __future__ import annotations

from noise_ops.properties.declaring import REBUILT, Kind, Property, Question, Stage

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
