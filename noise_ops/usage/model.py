"""What a model uses, as its file says: nothing of it is built, and TensorFlow is not needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from noise_ops.audit.kinds import Kind
from noise_ops.audit.place import Place
from noise_ops.audit.places import places
from noise_ops.subjects.inputs import MIXED
from noise_ops.usage import kin
from noise_ops.usage.calls import ARGUMENTS, hashable
from noise_ops.usage.used import UNKNOWN, Doubt, Signatures, Usage, Used, Why, together
from noise_ops.words import printable

_TOLD = (Kind.NOISE, Kind.IMAGE, Kind.FUNCTION)
"""What is used by its name; initializers draw before a model is used, and no answer speaks of them."""


def read(path: Path, known: Signatures, *, or_doubt: bool = False) -> Usage:
    """Return what the model in a file uses.

    Args:
      path: a .keras or .h5 file, or the JSON of a config.
      known: every subject.
      or_doubt: as of `Usage.require_known`.

    Raises:
      UserError: if it cannot be read, or nothing in it draws noise that is known.
    """
    found = places(path)
    used = together(each for place in found if place.kind in _TOLD for each in _used(place))
    unknown = [f"{place.path} ({place.name or place.class_name})" for place in found if place.kind is Kind.UNKNOWN]
    doubts = tuple(Doubt(place, Why.UNRESOLVED) for place in unknown)
    usage = Usage(printable(path), "your model", used, doubts)
    usage.require_known(kin.signatures(known), "", "leave --model out", or_doubt=or_doubt)
    return usage


def _used(place: Place) -> Iterator[Used]:
    """Yield what a place is: what Keras 2 wrote is loaded by what stands behind tf.keras, which may be either Keras."""
    name = place.subject or place.name or place.class_name
    of_keras_2 = name.startswith("tf_keras.")
    written = name.partition("(")[0]
    dtype = place.compute_dtype or None
    policy = None if dtype is None else dtype != place.dtype or place.dtype in MIXED
    given = {
        **place.arguments,
        "seed": place.seed,
        "training": UNKNOWN if place.training is None else place.training,
    }
    kept = ((n, v if v is UNKNOWN else hashable(v)) for n, v in given.items() if n in ARGUMENTS and v is not None)
    arguments = tuple(sorted(kept))
    for subject in (name, name.removeprefix("tf_")) if of_keras_2 else (name,):
        yield Used(subject, f"tf.{written[3:]}" if of_keras_2 else written, dtype, arguments, policy, (place.path,))
