"""What layers accept, raise, store and keep."""

from __future__ import annotations

from noise_ops.properties.declaring import Kind, Property, Stage

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
