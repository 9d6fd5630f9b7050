"""What early recordings hold that was asked in another way since: left out when they are read, and said to be.

Such a fact differs from one of today for a reason of the probe's own, which is no difference between releases.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from noise_ops.fingerprint.facts import Fingerprint, Value

NOTE = (
    "{name} was recorded by an early probe, which called MultiHeadAttention in a way that some releases refuse, and "
    "took what tf.recompute_grad does to Gaussian noise from where that does not show: these facts are not compared. "
    "Record it again to compare all."
)
"""What a comparison with such a recording says."""

Recorded = Mapping[str, Mapping[str, Mapping[str, Value]]]

_CALL = {"output_shape=32", "output_shape=(32)"}
"""Entry of the config of a MultiHeadAttention that was given a number where a shape is documented."""

_USUAL_CALL = "output_shape=None"
"""What the entry is of a layer that is called as users do, in every release."""

_OF_THE_CALL = {"stream", "head", "unseeded_stream"}
"""The properties that the call decides."""


def without(recorded: Recorded) -> Recorded:
    """Return what was recorded without what is asked in another way today."""
    return MappingProxyType({subject: _of_subject(subject, targets) for subject, targets in recorded.items()})


def concerns(fingerprint: Fingerprint) -> bool:
    """Return whether facts were left out of a recording when it was read."""
    return fingerprint.environment.early and any(
        kind in name for name in fingerprint.recorded for kind in ("MultiHeadAttention", "Gaussian")
    )


def _of_subject(subject: str, targets: Mapping[str, Mapping[str, Value]]) -> Mapping[str, Mapping[str, Value]]:
    config = targets.get("float32/eager", {}).get("config")
    called_otherwise = isinstance(config, tuple) and not _CALL.isdisjoint(config)
    return MappingProxyType(
        {
            target: MappingProxyType(
                {
                    name: _usual(value) if name == "config" and called_otherwise else value
                    for name, value in values.items()
                    if not _is_other(subject, name, value, called_otherwise)
                }
            )
            for target, values in targets.items()
        }
    )


def _usual(config: Value) -> Value:
    """Return a config as it is without the argument of the call."""
    assert isinstance(config, tuple)
    return tuple(_USUAL_CALL if entry in _CALL else str(entry) for entry in config)


def _is_other(subject: str, name: str, value: Value, called_otherwise: bool) -> bool:
    if called_otherwise:
        return name in _OF_THE_CALL
    if name == "recomputation_keeps_mask":  # was told by zeros, which these outputs do not hold
        return "Gaussian" in subject
    # Along which axes the mask of AlphaDropout is constant was not looked at.
    return "AlphaDropout" in subject and name.startswith("accepts noise_shape=") and value == "noise"
