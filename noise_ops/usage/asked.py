"""What an answer is narrowed to, as the options --used-in and --model name it."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import or_
from pathlib import Path

from noise_ops.usage import code, model
from noise_ops.usage.used import Signatures, Usage


def of(folder: Path | None, file: Path | None, known: Signatures, *, or_doubt: bool = False) -> Usage | None:
    """Return what code, a model, or either uses; None where neither is named.

    Args:
      folder: of the code.
      file: of the model.
      known: every subject, with the parameters that can be given by position.
      or_doubt: as of `Usage.require_known`.

    Raises:
      UserError: if one of them cannot be read, or uses nothing that is known.
    """
    found = [code.read(folder, known, or_doubt=or_doubt)] if folder is not None else []
    if file is not None:
        loaded = model.read(file, known, or_doubt=or_doubt)
        found = [replace(each, doubtful=tuple(d for d in each.doubtful if d.loads != file.name)) for each in found]
        found.append(loaded)
    return reduce(or_, found) if found else None
