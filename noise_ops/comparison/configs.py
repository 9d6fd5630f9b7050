"""Configs of layers, entry by entry: what is new, gone or another, and what a constructor does not take."""

from __future__ import annotations

from noise_ops.comparison.signatures import Signature, names

_OUT_OF_KWARGS = {"name", "trainable", "dtype", "activity_regularizer", "implementation", "zero_output_for_mask"}
"""What layers of Keras 3 take out of **kwargs; `Layer.__init__` in keras/src/layers/layer.py refuses all else."""


def entries(config: Signature) -> dict[str, str]:
    """Return a config's entries, as a fingerprint holds them, by name."""
    return {str(entry).partition("=")[0]: str(entry) for entry in config}


def differences(old: Signature, new: Signature) -> list[str]:
    """Return what differs between two configs, an item an entry."""
    before, after = entries(old), entries(new)
    told = []
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            told.append(f"{before[name]} is gone")
        elif name not in before:
            told.append(f"{after[name]} is new")
        elif before[name] != after[name]:
            told.append(f"{before[name]} became {after[name]}")
    return told


def unknown_entries(config: Signature, own: Signature, constructor: Signature, *, keras_3: bool) -> list[str]:
    """Return the names in a config that a constructor is known not to take, so that `from_config` raises.

    What goes through **kwargs to a constructor of Keras 2 is not known, and none of it is named.

    Args:
      config: a layer's config.
      own: the config of the layer that is to be made of it, which its constructor takes.
      constructor: the signature of that layer.
      keras_3: whether that layer is of Keras 3.
    """
    open_ended = "**kwargs" in map(str, constructor)
    if open_ended and not keras_3:
        return []
    known = {*names(constructor), *entries(own), *(_OUT_OF_KWARGS if open_ended else ())}
    return [name for name in entries(config) if name not in known]
