"""What requirements install, as sides of a comparison: what was recorded of it, or an environment made for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from noise_ops.environments import installing, requirements
from noise_ops.environments.requirements import Requirements
from noise_ops.fingerprint import schema, shipped
from noise_ops.fingerprint.facts import Environment
from noise_ops.fingerprint.side import Side

Progress = Callable[[str], None]


def sides(
    old: str,
    new: str,
    folder: Path | None = None,
    *,
    python: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Side, Side]:
    """Return what the requirements before and after install, as the sides of a comparison; arguments as of `side`.

    A Keras that is shipped, beside the TensorFlow that it was recorded on, is the shipped release, where both sides are
    such: their TensorFlow is one, so that nothing but Keras is to be compared. Where both leave Keras to an installer,
    and one is not shipped, both are installed: beside both then stands one Keras.

    Raises:
      UserError: if the requirements cannot be installed, or not recorded.
    """
    both = [requirements.parse(text) for text in (old, new)]  # refused before the first is installed: minutes
    pairs = [_of_keras(wanted) for wanted in both]
    if pairs[0] is not None and pairs[1] is not None:
        return Side(both[0].name, pairs[0].read()), Side(both[1].name, pairs[1].read())
    left = ["keras" not in wanted.brings for wanted in both]
    anew = all(left) and any(wanted.release is None for wanted in both)
    found = [
        _installed(wanted, folder, python=python, progress=progress)
        if anew
        else _newest(wanted)
        if left.count(True) == 1 and _is_beneath_every_keras(wanted)
        else side(wanted.name, folder, python=python, progress=progress)
        for wanted in both
    ]
    before, after = (replace(one, note="") if all(left) else one for one in found)  # of which a finding tells more
    return before, after


def _of_keras(wanted: Requirements) -> shipped.Release | None:
    """Return the shipped Keras that is meant, alone or beside the TensorFlow that it was recorded on."""
    alone = wanted.release is not None and wanted.release.library == "keras"
    return wanted.release if alone else wanted.keras


def _is_beneath_every_keras(wanted: Requirements) -> bool:
    """Return whether a TensorFlow is meant on which every Keras was recorded, and no Keras."""
    is_it = wanted.release == shipped.find(requirements.KERAS_TENSORFLOW, "tensorflow")
    return is_it and "keras" not in wanted.brings


def side(
    text: str, folder: Path | None = None, *, python: Path | None = None, progress: Progress | None = None
) -> Side:
    """Return what requirements install, as a side of a comparison: a shipped release, or an environment recorded.

    Args:
      text: requirements, such as "tensorflow==2.16.2 keras==3.7.0" or "2.15.1"; see `requirements.parse`.
      folder: where the environment is kept, to be used again; None for one that is removed.
      python: Python, or virtual environment, that it is made with (default: one that has wheels).
      progress: told every second what is being done.

    Raises:
      UserError: if the requirements cannot be installed, or not recorded.
    """
    wanted = requirements.parse(text)
    if wanted.release is not None:
        found, of_keras = wanted.release.read(), wanted.release.library == "keras"
        return Side(wanted.name, found, _of_its_day(wanted, found.environment), None if of_keras else wanted.brings)
    if wanted.keras is not None:
        return _on_its_tensorflow(wanted, wanted.keras, "tf.* was recorded beside Keras {keras}.")
    return _installed(wanted, folder, python=python, progress=progress)


def _installed(wanted: Requirements, folder: Path | None, *, python: Path | None, progress: Progress | None) -> Side:
    found = schema.parse(installing.recorded(wanted.name, folder, python=python, progress=progress).encode("ascii"))
    there = {"tf_keras"} if found.environment.tf_keras else set()
    return Side(wanted.name, found, brings=wanted.brings | there)


def _of_its_day(wanted: Requirements, found: Environment) -> str:
    """Say that a release of TensorFlow was recorded with an older Keras than an installer takes; "" if it was not."""
    if "keras" in wanted.brings or found.keras in (None, shipped.releases("keras")[-1].version):
        return ""
    return f"TensorFlow {found.tensorflow} is judged with Keras {found.keras}; pip installs the newest: pin it."


def _newest(wanted: Requirements) -> Side:
    """Return the TensorFlow on which every Keras was recorded with the newest of them, as an installer takes it."""
    keras = shipped.releases("keras")[-1]
    told = (
        f"TensorFlow {requirements.KERAS_TENSORFLOW} is judged with Keras {keras.version}, the newest that is shipped."
    )
    return _on_its_tensorflow(wanted, keras, told)


def _on_its_tensorflow(wanted: Requirements, keras: shipped.Release, note: str) -> Side:
    """Return a shipped Keras with what the TensorFlow on which it was recorded draws without it.

    Args:
      wanted: what is asked for.
      keras: the release.
      note: a sentence; "{keras}" stands for the Keras beside which the rest was recorded.
    """
    tensorflow, found = shipped.find(requirements.KERAS_TENSORFLOW, "tensorflow").read(), keras.read()
    rest = {subject: facts for subject, facts in tensorflow.recorded.items() if not subject.startswith("keras.")}
    environment = replace(found.environment, tf_keras=tensorflow.environment.tf_keras)
    whole = replace(found, environment=environment, recorded={**found.recorded, **rest}, only=())
    return Side(wanted.name, whole, note.format(keras=tensorflow.environment.keras), wanted.brings)
