"""What a code or a property means, for a person who met it in a report."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from noise_ops.codes import CODES, Code
from noise_ops.errors import UserError
from noise_ops.properties.catalog import PROPERTIES
from noise_ops.properties.declaring import Property
from noise_ops.report import layout
from noise_ops.report.escaping import plain


def render(name: str, *, width: int | None = None) -> str:
    """Return what a code, or a property of a fingerprint, means, in lines of a width.

    Raises:
      UserError: if there is neither; the message names the nearest.
    """
    if name in CODES:
        lines = list(_of_code(name, CODES[name]))
    elif name in PROPERTIES:
        lines = list(_of_property(PROPERTIES[name]))
    else:
        near = difflib.get_close_matches(name, [*CODES, *PROPERTIES], 3)
        meant = f"did you mean {' or '.join(near)}?" if near else "`noise-ops explain` lists all."
        raise UserError(f"there is no code {plain(name)[:60]!r}; {meant}")
    return "".join(f"{part}\n" for line in lines for part in layout.wrapped(line, width, "  "))


def render_all(*, width: int | None = None) -> str:
    """Return every code with its sentence, worst verdict first."""
    ordered = sorted(CODES.items(), key=lambda item: (-item[1].verdict.severity, item[0]))
    rows = [(name, code.verdict.value, code.sentence) for name, code in ordered]
    return "".join(f"{line}\n" for line in layout.table(rows, width))


def _of_code(name: str, code: Code) -> Iterator[str]:
    yield f"{name} ({code.verdict.value}): {code.sentence}"
    yield f"Why it matters: {code.reason}"
    yield f"What to do: {code.remedy}"


def _of_property(told: Property) -> Iterator[str]:
    stage = f", {told.stage.value} stage" if told.stage else ""
    yield f"{told.name} (a change is {CODES[told.code].verdict.value}{stage}): {told.shows}"
    if told.documented:
        yield f"Documented: {' or '.join(sorted(told.documented))}."
