"""Writing: the format of a fingerprint, and the file, whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from typing import Any

SCHEMA = "noise_ops/fingerprint/1"
"""Name and version of the file format; its number grows when a key changes its meaning."""

PROBE = 1
"""Grows when a fact changes its meaning, so that facts of different probes are not compared."""


def render(fingerprint: dict[str, Any]) -> str:
    """Return a fingerprint as JSON with sorted keys, one fact a line."""
    lines = ["{"]
    lines.append(' "schema": {},'.format(json.dumps(fingerprint["schema"])))
    lines.append(' "probe": {},'.format(json.dumps(fingerprint["probe"])))
    if "only" in fingerprint:
        lines.append(' "only": {},'.format(json.dumps(fingerprint["only"])))
    lines.append(' "environment": {')
    lines += _entries(fingerprint["environment"], "  ")
    lines += [" },", ' "facts": {']
    facts = fingerprint["facts"]
    for i, subject in enumerate(sorted(facts)):
        lines.append(f"  {json.dumps(subject)}: {{")
        targets = facts[subject]
        for j, target in enumerate(sorted(targets)):
            lines.append(f"   {json.dumps(target)}: {{")
            lines += _entries(targets[target], "    ")
            lines.append("   }" + "," * (j < len(targets) - 1))
        lines.append("  }" + "," * (i < len(facts) - 1))
    return "\n".join([*lines, " }", "}", ""])


def _entries(entries: dict[str, Any], indent: str) -> list[str]:
    lines = [f"{indent}{json.dumps(k)}: {json.dumps(entries[k], sort_keys=True)}" for k in sorted(entries)]
    return [line + "," for line in lines[:-1]] + lines[-1:]


def write(text: str, path: str) -> None:
    """Write a file whole or not at all."""
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="ascii", newline="\n") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
