"""What is seen when a model is run on the installed TensorFlow: with --run alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from noise_ops.audit.judgements import Audit, Judgement
from noise_ops.audit.kinds import Kind
from noise_ops.audit.reading import ModelError
from noise_ops.errors import UserError
from noise_ops.patterns import listed
from noise_ops.subjects import whole

_MADE_UP = "on inputs that were made up"
_IN_ORDER = (
    "Do not rely on seeds for this layer in fit; or call tf.config.threading.set_inter_op_parallelism_threads(1) "
    "before TensorFlow starts, so that it runs one op at a time."
)

Apart = Mapping[str, "float | None"]
"""How far apart two results of each name are, as `whole.Seen` says it."""


def run(audit: Audit, make: whole.Make, like: Any = None) -> Audit:
    """Return an audit with what is seen when the model is run, or why it cannot be.

    Args:
      audit: of its config.
      make: makes the model anew.
      like: one that it made before, whose config was audited.
    """
    try:
        seen = whole.observe(make, like)
    except UserError as error:
        return audit.with_more([Judgement("not-run", str(error), ())], ())
    seeded = f"after one {audit.judged.library}.utils.set_random_seed, two training steps of a new model"
    of_steps: Apart = {"their outputs": seen.outputs, "their gradients": seen.gradients}
    of_calls: Apart = {"two calls without training": seen.calls, "two calls of predict": seen.predictions}
    found = list(_of_loops(audit, seen.looped, of_steps))
    found = found or list(_differing("same-seed", f"{seeded}, twice: ", of_steps, seen.rounding))
    kept = [] if found else [f"{seeded} give the same outputs and gradients"]
    kept += [f"{calls} give the same bits" for calls, far in of_calls.items() if far is None]
    kept += ["predict moves no state of seed generators"] if seen.moved == () else []
    found += _differing("noisy-inference", "", of_calls, seen.rounding)
    if seen.moved:
        moved = listed(list(dict.fromkeys(_placed(audit, path) for path in seen.moved)))
        found.append(Judgement("inference-draws", f"predict moves the seed generators of {moved}.", ()))
    return audit.with_more(found, (f"Seen here, {_MADE_UP}: {'; '.join(kept)}.",) if kept else ())


def _placed(audit: Audit, path: str) -> str:
    """Return the path of the place that an object of a model is within, such as the cell of a recurrent layer."""
    within = [place.path for place in audit.model.places if f"{path}/".startswith(f"{place.path}/")]
    return max(within, key=len, default=path)


def _of_loops(audit: Audit, looped: Sequence[str], of_steps: Apart) -> Iterator[Judgement]:
    """Yield that layers draw within loops, which is so whether two runs show it or not."""
    if looped:
        draws, them = ("draws its", "it") if len(looped) == 1 else ("draw their", "them")
        message = (
            f"{listed(looped)} {draws} noise time step by time step in a loop of the graph, and TensorFlow runs its "
            f"steps as they come: in fit, or another tf.function, one seed gives {them} the same noise in another "
            f"order at times. Of two runs here, {_told(of_steps) or 'all bits were the same'}."
        )
        places = [place for place in audit.model.places if place.kind is Kind.NOISE and place.path in looped]
        yield Judgement("same-seed", message, tuple(places), remedy=_IN_ORDER)


def _differing(code: str, start: str, results: Apart, rounding: float) -> Iterator[Judgement]:
    """Yield what is said of results that differ: under a code of noise, or of rounding where it can be no more."""
    for each, can_be_rounding in ((code, False), ("last-digits", True)):
        apart = {name: far for name, far in results.items() if far is not None and (far <= rounding) is can_be_rounding}
        if apart:
            yield Judgement(each, f"{start}{_told(apart)}, {_MADE_UP}.", ())


def _told(results: Apart) -> str:
    """Return how far those results are apart that differ; "" if none does."""
    sizes = {name: far for name, far in results.items() if far is not None}
    by = {name: f"by up to {far:.1g} of the largest number" for name, far in sizes.items() if far < math.inf}
    return listed([f"{name} differ {by.get(name, 'in shape, or beyond measure')}" for name in sizes])


def from_file(audit: Audit, path: Path) -> whole.Make:
    """Return what loads the model in a file, by the library that it is judged by.

    Raises:
      UserError: if that is not installed.
    """
    if not audit.judged.installed:
        raise ModelError(
            f"{audit.model.name} is of {audit.judged.library}, which is not installed here: --run needs it."
        )
    with path.open("rb") as file:
        is_json = file.read(4).lstrip()[:1] == b"{"
    text = path.read_text(encoding="utf-8") if is_json else None
    return whole.from_file(whole.loaded(audit.judged.library), str(path), text)
