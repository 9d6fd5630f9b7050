"""`noise-ops audit`: where a model of one's own draws noise, and what is known to be amiss there."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noise_ops.cli.options import EXPECTED, add_expected, add_fail_on, expected
from noise_ops.cli.parsing import JUDGES
from noise_ops.cli.terminal import width, write
from noise_ops.files import require_writable, write_whole

if TYPE_CHECKING:
    from noise_ops.audit.judgements import Audit

_FORMATS = ("text", "markdown", "html", "json", "junit", "github")
_ROWS = 20
"""Rows of the table that are shown without --details."""

_MORE = "All places, reasons, and what is known besides: --details. What a code means: noise-ops explain CODE."


def add_to(commands: Any) -> None:
    """Add the command."""
    audit = commands.add_parser(
        "audit",
        help="say where a model of your own draws noise, and what is known to be amiss there",
        description="Reads the config of a model; of a file nothing is executed, and TensorFlow is not imported. Of "
        "`module:factory` the module is imported, with whatever it imports, and the factory is called.",
    )
    audit.add_argument("model", metavar="MODEL", help="a .keras or .h5 file, the JSON of a config, or module:factory")
    audit.add_argument(
        "--without-noise",
        action="append",
        default=[],
        metavar="NAME",
        help="a layer that noise_ops does not know and that draws nothing, as it is named in the report; repeatable",
    )
    audit.add_argument(
        "--run",
        action="store_true",
        help="also load the model with the installed TensorFlow, train it for two steps and ask it without training: "
        "what the file holds is executed, so only for files that you trust",
    )
    add_expected(audit)
    audit.add_argument("--details", action="store_true", help="show all places, reasons and what is known besides")
    audit.add_argument("--format", default="text", choices=_FORMATS, help="format of the report")
    audit.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the report there; the screen stays text"
    )
    add_fail_on(audit)
    audit.run_by(_audit, JUDGES, "noise-ops audit model.keras", "noise-ops audit mypkg.models:make --run --details")


def _audit(options: argparse.Namespace) -> int:
    from noise_ops.audit import versions
    from noise_ops.expected import file

    require_writable(options.output)
    path = expected(options)
    entries = file.read(path, must_exist=True) if path is not None else ()
    audit = _audited(options)
    audit = audit.expecting(entries, versions.beside(audit.judged), date.today(), (path or EXPECTED).name)
    if options.output is not None:
        write_whole(options.output, _rendered(audit, options.format, options))
    write(_rendered(audit, "text" if options.output else options.format, options, width()))
    return audit.exit_code(options.fail_on)


def _audited(options: argparse.Namespace) -> Audit:
    from noise_ops.audit import factories, judging, places, reading

    path, made, make = Path(options.model), None, None
    if factories.is_factory(options.model) and not path.exists():
        make = factories.find(options.model)
        made = make()
        source = factories.read(options.model, made)
    else:
        source = reading.read(path)
    audit = judging.audit(places.model(source), options.without_noise)
    if not options.run:
        return audit
    from noise_ops.audit import running

    return running.run(audit, running.from_file(audit, path) if make is None else make, made)


def _rendered(audit: Audit, form: str, options: argparse.Namespace, room: int | None = None) -> str:
    from noise_ops.findings import Verdict
    from noise_ops.report import json, of_audit, renderers, text

    by_format: dict[str, renderers.Renderer] = {
        **renderers.BY_FORMAT,
        "text": lambda page, _: text.render(page, details=options.details, width=room, rows=_ROWS, more=_MORE),
        "json": lambda *_: json.render_audit(audit),
    }
    page = of_audit.page(audit, details=options.details or form != "text", drawn=form == "html")
    return by_format[form](page, Verdict(options.fail_on))
