"""What layers accept, raise, store and keep."""

from __future__ import annotations

from noise_ops.properties.declaring import BOTH_WIDTHS, Kind, Property, Question, Stage

PROPERTIES = (
    Property(
        "observed",
        Kind.CONTRACT,
        "dies",
        "What ended the observation of a subject.",
    ),
    Property(
        "accepts",
        Kind.CONTRACT,
        "does-otherwise",
        "What an argument or an input leads to.",
        Stage.LAYER,
    ),
    Property(
        "rate_zero_is_identity",
        Kind.CONTRACT,
        "rate-limit",
        "What is left without noise.",
        Stage.OP,
        right=("identity",),
    ),
    Property(
        "signature",
        Kind.CONTRACT,
        "signature",
        "Arguments with their defaults.",
        Stage.LAYER,
    ),
    Property(
        "config",
        Kind.CONTRACT,
        "config",
        "Entries of a layer's config.",
        Stage.LAYER,
    ),
    Property(
        "variables",
        Kind.CONTRACT,
        "variables",
        "How many weights and variables a layer keeps.",
        Stage.LAYER,
    ),
    Property(
        "variable_names",
        Kind.CONTEXT,
        "variables",
        "Names of the variables that a layer keeps.",
        Stage.LAYER,
    ),
    Property(
        "changed_attribute",
        Kind.CONTRACT,
        "changed-attribute",
        "What follows a rate or stddev that is changed after a layer was traced.",
        Stage.LAYER,
    ),
)

QUESTIONS = (
    Question("rate_zero_is_identity", "every_case", of=("input",), dtypes=BOTH_WIDTHS, modes=("from_config",)),
    Question(
        "rate_one_drops_everything",
        "finite_cases",
        of=("scaled", "layer"),
        dtypes=BOTH_WIDTHS,
        code="rate-limit",
        why="The functions document rates below 1 alone.",
    ),
    Question(
        "rate_one_is_rejected_or_works",
        "mask_cases",
        of=("layer", "rate"),
        unless=("scaled",),
        code="rate-limit",
        why="Of what scales, rate_one_drops_everything says more; the functions document rates below 1 alone.",
    ),
    Question("stddev_above_one_accepted", "mask_cases", of=("stddev",), code="raises"),
    Question("bad_rate_rejected", "mask_cases", of=("rate",), code="accepts-nonsense"),
)
