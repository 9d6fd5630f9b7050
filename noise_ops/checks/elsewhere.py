"""What a check does not ask, and which command knows it: a name that means nothing here may mean something there."""

from __future__ import annotations

import shlex

from noise_ops import patterns
from noise_ops.audit import kinds
from noise_ops.fingerprint import shipped
from noise_ops.patterns import NoSuchNameError
from noise_ops.result import Selection, matching_layers
from noise_ops.subjects.libraries import installed_tensorflows
from noise_ops.subjects.versions import installed_version, major, numbers


def require_known(selection: Selection) -> None:
    """Refuse patterns that mean nothing to a check; known without TensorFlow.

    Raises:
      NoSuchNameError: if there is no such layer or mode; the message names the command that knows the layer, or else
        the nearest.
    """
    for pattern in selection.layers:
        try:
            matching_layers(pattern)
        except NoSuchNameError as error:
            raise NoSuchNameError(sentence(pattern) or str(error)) from None
    selection.require_known()


def sentence(pattern: str) -> str:
    """Return what knows the layers that a pattern means, where a check does not; "" where nothing does."""
    name = pattern.strip().rpartition(".")[2].partition("(")[0]
    if recorded := patterns.matching(pattern, shipped.subjects()):
        again = shlex.join(["noise-ops", "compare", _release(recorded[0]), "--layer", pattern])
        return (
            f"check does not ask {patterns.listed(recorded, 2)}, which records hold: `{again}` records what is "
            "installed here, which takes minutes, and compares it with that release."
        )
    drawing = {*kinds.STRENGTHS, *kinds.IMAGE, *kinds.INITIALIZERS, *kinds.INITIALIZER_NAMES}
    if name.lower() in map(str.lower, drawing):
        return (
            f"neither check nor a record asks {name}: `noise-ops audit model.keras` says where a model of yours, saved "
            "under such a name, draws by it, with which seed."
        )
    if name.lower() in map(str.lower, kinds.QUIET):
        return (
            f"{name} draws no noise, so that there is nothing to check: `noise-ops audit model.keras` says which "
            "layers of a model of yours, saved under such a name, do."
        )
    return ""


def _release(subject: str) -> str:
    """Return the shipped release that is nearest, from below, to the installed library of a subject."""
    keras = installed_version("keras") or ""
    of_keras = subject.startswith("keras.") and major(keras) >= 3
    version = keras if of_keras else next(iter(installed_tensorflows().values()), "")
    every = shipped.releases("keras" if of_keras else "tensorflow")
    before = [release for release in every if version and shipped.numbers(release.version)[:2] <= numbers(version)]
    return (before or every)[-1].name
