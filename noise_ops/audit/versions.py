"""Which version of Keras a model is judged by: the installed one, or else that which wrote it. Imports neither."""

from __future__ import annotations

from noise_ops.audit import recorded
from noise_ops.audit.judgements import Judged, Other, numbers
from noise_ops.audit.places import Model
from noise_ops.audit.reading import ModelError
from noise_ops.expected import installed


def judged_by(model: Model) -> Judged:
    """Return the version by which a model is judged.

    Raises:
      ModelError: if no Keras that can load it is installed, and the model does not say which one wrote it.
    """
    for library in ("keras",) if model.generation == 3 else ("tf_keras", "keras"):
        version = installed.version(library)
        if version and (library == "tf_keras" or (numbers(version) >= (3,)) == (model.generation == 3)):
            return Judged(library, version, installed=True)
    if not model.version:
        raise ModelError(
            f"{model.name} does not say which Keras wrote it, and no Keras {model.generation} is installed here to "
            "judge it by; install it, or save the model as .keras."
        )
    # To 2.15, Keras 2 was the package keras.
    of_keras = model.generation == 3 or numbers(model.version) < (2, 16)
    return Judged("keras" if of_keras else "tf_keras", model.version, installed=False)


def other(model: Model) -> Other | None:
    """Return the Keras 3 that tf.keras is, where a model is a file of Keras 2."""
    version = installed.version("keras") or ""
    if model.generation == 3 or ":" in model.name or not version or numbers(version) < (3,):
        return None
    old = recorded.release_of(2, numbers(model.version)) if model.version else None
    new = recorded.release_of(3, numbers(version))
    return Other(version, (old.name, new.name) if old and new else ("", ""))


def beside(judged: Judged) -> dict[str, str | None]:
    """Return the versions of what is installed, with that by which a model is judged in its place."""
    return {**installed.versions(), judged.library: judged.version}
