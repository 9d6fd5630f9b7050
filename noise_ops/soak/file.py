"""The file of a soak: versioned JSON, one line a series, read with suspicion."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from noise_ops.soak.rounds import Soak, SoakError
from noise_ops.stats.evidence import Evidence, Pairs

SCHEMA = "noise_ops/soak/1"
"""Name and version of the format."""

LARGEST_FILE = 64 * 2**20
"""Bytes beyond which a file is not read; a soak of every subject takes about 5 MB."""


def to_json(soak: Soak) -> str:
    """Return the file's text: one line a series."""
    series = [
        json.dumps({"series": list(key), **_evidence_to_json(evidence)}, separators=(",", ":"))
        for key, evidence in sorted(soak.evidence.items())
    ]
    head = {"schema": SCHEMA, "environment": soak.environment, "rounds": soak.rounds}
    return json.dumps(head)[:-1] + ', "evidence": [\n' + ",\n".join(series) + "\n]}\n"


def read(path: Path) -> Soak:
    """Return what a file knows.

    Raises:
      SoakError: if it is no soak file, or a damaged one.
      OSError: if it cannot be read.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise SoakError(f"{path} is larger than any soak file.")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise SoakError(f"{path} has the format {str(content['schema'])[:40]!r}; this version reads {SCHEMA!r}.")
        rounds = [_natural(number) for number in content["rounds"]]
        evidence = dict(_series_from_json(entry) for entry in content["evidence"])
        environment = dict(content["environment"])
        dict(environment.get("settings", {}).get("kept", {}))  # which merging reads
        return Soak(environment, rounds, evidence)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SoakError(f"{path} is not a soak file, or a damaged one.") from None


def _evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    plain = asdict(evidence)
    del plain["runs"]
    plain["neighbours"] = [[*order, *table] for order, table in evidence.neighbours.items()]
    return plain


def _series_from_json(entry: dict[str, Any]) -> tuple[tuple[str, str, str, float], Evidence]:
    subject, dtype, mode, parameter = entry.pop("series")
    if not (isinstance(parameter, float) and math.isfinite(parameter)):
        raise ValueError
    if entry.keys() != {part.name for part in fields(Evidence)} - {"runs"}:
        raise ValueError
    entry["neighbours"] = {(str(axis), _natural(lag)): _pairs(table) for axis, lag, *table in entry["neighbours"]}
    for name in ("calls", "seeds", "replicas"):
        entry[name] = _pairs(entry[name])
    for name in ("columns", "beyond"):
        entry[name] = tuple(_natural(number) for number in entry[name])
    entry["powers"] = tuple(int(number) for number in entry["powers"])
    for name in ("draws", "n", "ones", "rows", "normals"):
        _natural(entry[name])
    return (str(subject), str(dtype), str(mode), parameter), Evidence(**entry)


def _pairs(table: Sequence[Any]) -> Pairs:
    n, first, second, both = (_natural(number) for number in table)
    if not both <= min(first, second) <= max(first, second) <= n:
        raise ValueError
    return Pairs(n, first, second, both)


def _natural(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise ValueError
    return number
