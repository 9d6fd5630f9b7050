"""What is seen when a model is run on the installed TensorFlow: with --run alone."""

from __future__ import annotations

from pathlib import Path

from noise_ops.audit.judgements import Audit, Judgement
from noise_ops.audit.reading import ModelError
from noise_ops.patterns import listed
from noise_ops.subjects import whole

_PROMISES = (
    (
        "same_step",
        "same-seed",
        "after one keras.utils.set_random_seed, two training steps of a new model {} outputs and gradients",
        ("give the same", "give other"),
    ),
    ("same_call", "noisy-inference", "two calls without training {} bits", ("give the same", "give other")),
    ("same_prediction", "noisy-inference", "two calls of predict {} bits", ("give the same", "give other")),
    (
        "same_states",
        "inference-draws",
        "predict {}",
        ("moves no state of seed generators", "moves the seed generators of {}"),
    ),
)
"""What is asked, the code under which a breach is told, and both answers."""


def run(audit: Audit, make: whole.Make) -> Audit:
    """Return an audit with what is seen when the model is run.

    Args:
      audit: of its config.
      make: makes the model anew.

    Raises:
      UserError: if it cannot be run here.
    """
    seen = whole.observe(make)._asdict()
    layers = listed(seen["moved"])
    told = [
        (seen[name], code, text.format(answers[not seen[name]].format(layers)))
        for name, code, text, answers in _PROMISES
        if seen[name] is not None
    ]
    broken = [Judgement(code, f"{fact}, on inputs that were made up.", ()) for holds, code, fact in told if not holds]
    kept = [fact for holds, _, fact in told if holds]
    ran = (f"Seen here, on inputs that were made up: {'; '.join(kept)}.",) if kept else ()
    return audit.with_more(broken, ran)


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
