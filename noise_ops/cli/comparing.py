"""`noise-ops compare` and `noise-ops upgrade`: what changes from one release to another, and whether to merge."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noise_ops.cli.options import EXPECTED, add_expected, add_fail_on, add_layer, add_used, expected, usage
from noise_ops.cli.parsing import JUDGES
from noise_ops.cli.terminal import progress, size, width, write
from noise_ops.errors import UserError
from noise_ops.files import require_writable, write_whole

if TYPE_CHECKING:
    from noise_ops.comparison.expected import Decision, Outcome
    from noise_ops.report.page import Page

_FORMATS = ("text", "markdown", "html", "json", "junit", "github")


def add_to(commands: Any) -> None:
    """Add both commands."""
    compare = commands.add_parser(
        "compare",
        help="say what an upgrade changes, and whether to merge",
        description="Each side is a release (2.15.1, keras==3.7.0), a file that record wrote, a Python with TensorFlow "
        "or the folder of its virtual environment, or `installed`.",
    )
    compare.add_argument("old", metavar="OLD", help="the side before")
    compare.add_argument("new", metavar="NEW", nargs="?", help="the side after (default: installed)")
    compare.add_argument("--python", type=Path, metavar="PATH", help="the side after, recorded with this Python")
    _add_report(compare)
    compare.run_by(
        _compare,
        JUDGES,
        "noise-ops compare 2.15.1 2.16.2",
        "noise-ops compare keras==3.6.0 installed --used-in src --details",
    )
    upgrade = commands.add_parser(
        "upgrade",
        help="install both sides in environments of their own, and compare them",
        description="Each side is what pip would install: 'tensorflow==2.16.2 keras==3.7.0', or a requirements file "
        "that pins it. What is recorded is not installed: a shipped release, alone or with the Keras that it was "
        "recorded with. Name Keras on both sides, since what pip would choose cannot be judged.",
    )
    upgrade.add_argument("old", metavar="OLD", help="requirements before, or a file of them")
    upgrade.add_argument("new", metavar="NEW", help="requirements after, or a file of them")
    upgrade.add_argument(
        "--python", type=Path, metavar="PATH", help="Python that makes the environments, and whose markers hold"
    )
    upgrade.add_argument("--environments", type=Path, metavar="FOLDER", help="keep them there, to be used again")
    _add_report(upgrade)
    upgrade.run_by(
        _upgrade,
        JUDGES,
        "noise-ops upgrade 'tensorflow==2.16.2 keras==3.7.0' 'tensorflow==2.16.2 keras==3.8.0'",
        "noise-ops upgrade before.txt requirements.txt --format markdown -o comment.md",
    )


def _add_report(command: argparse.ArgumentParser) -> None:
    add_layer(command)
    add_used(command)
    command.add_argument("--details", action="store_true", help="show places, reasons and scripts as well")
    command.add_argument("--format", default="text", choices=_FORMATS, help="format of the report")
    command.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the report there; the screen stays text"
    )
    add_fail_on(command, "; what was mended does not count")
    add_expected(command)
    accept = command.add_argument_group("adding what is found to the expected findings")
    accept.add_argument("--accept", metavar="REASON", help="why all of it is expected; takes --expires")
    accept.add_argument("--link", metavar="URL", help="where that was decided (optional)")
    accept.add_argument("--expires", type=_day, metavar="DATE", help="last day on which it is, as 2027-01-31")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2027-01-31") from None


def _compare(options: argparse.Namespace) -> int:
    from noise_ops import judging

    if options.new is not None and options.python is not None:
        raise UserError("NEW and --python both name the side after; give one of them.")
    _require_followable(options)
    with progress() as show:
        outcome = judging.compare(
            options.old,
            options.python or options.new or "installed",
            layers=options.layer,
            used_in=options.used_in,
            model=options.model,
            expected=_expected(options),
            decision=_decision(options),
            progress=show,
        )
    return _report(outcome, options)


def _upgrade(options: argparse.Namespace) -> int:
    from noise_ops import judging
    from noise_ops.comparison import unjudged
    from noise_ops.environments import pins, required
    from noise_ops.expected import file
    from noise_ops.fingerprint import shipped
    from noise_ops.report import of_pins

    _require_followable(options)
    if (path := _expected(options)) is not None:
        file.read(path, must_exist=options.accept is None)
    with judging.explained(options.layer):
        shipped.require_subjects(options.layer)
    upgrade = pins.sides(options.old, options.new, options.python)
    if upgrade.before == upgrade.after:
        names = upgrade, options.old, options.new
        _write(of_pins.page(*names), lambda: of_pins.as_json(*names), options)
        return of_pins.exit_code(upgrade)
    with judging.explained(options.layer):
        shipped.require_subjects(options.layer, usage(options, or_doubt=True))  # before minutes of work, not after it
    with progress() as show:
        old, new = required.sides(
            upgrade.before, upgrade.after, options.environments, python=options.python, progress=show
        )
        outcome = judging.compare(
            old,
            new,
            layers=options.layer,
            used_in=options.used_in,
            model=options.model,
            expected=path,
            decision=_decision(options),
        )
    found = unjudged.with_pins(outcome.comparison, upgrade)
    return _report(replace(outcome, comparison=found), options)


def _require_followable(options: argparse.Namespace) -> None:
    """Refuse, before the work, what cannot be written or is only half said."""
    require_writable(options.output)
    _require_whole_acceptance(options)


def _expected(options: argparse.Namespace) -> Path | None:
    return expected(options, may_be_new=options.accept is not None)


def _decision(options: argparse.Namespace) -> Decision | None:
    from noise_ops.comparison.expected import Decision

    return Decision(options.accept, options.link or "", options.expires) if options.accept is not None else None


def _require_whole_acceptance(options: argparse.Namespace) -> None:
    if options.accept is None and (options.link or options.expires):
        raise UserError("--link and --expires belong to --accept REASON.")
    if options.accept is not None:
        if not options.accept.strip() or options.expires is None:
            raise UserError("an expected finding needs a reason and a last day: --accept REASON --expires DATE.")
        if options.expires < date.today():
            raise UserError(f"--expires {options.expires.isoformat()} has passed; an expectation needs a day to come.")
        require_writable(options.expected or EXPECTED)


def _report(outcome: Outcome, options: argparse.Namespace) -> int:
    from noise_ops.expected import file
    from noise_ops.report import json, of_comparison

    if outcome.added:
        path = options.expected or EXPECTED
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        write_whole(path, "\n".join(part for part in (before, file.render(outcome.added)) if part))
    _write(of_comparison.page(outcome), lambda: json.render_comparison(outcome), options)
    return outcome.exit_code(options.fail_on)


def _write(page: Page, as_json: Callable[[], str], options: argparse.Namespace) -> None:
    """Write a report into the file that is named, and show it: as text beside a file, else in its format."""
    if options.output is not None:
        write_whole(options.output, _rendered(page, as_json, options.format, options))
    form = "text" if options.output else options.format
    if form == "text" and not options.details:
        from noise_ops.report import screen

        columns, rows = size()
        write(screen.render(page, columns=columns, rows=rows))
    else:
        write(_rendered(page, as_json, form, options, width()))


def _rendered(
    page: Page, as_json: Callable[[], str], form: str, options: argparse.Namespace, room: int | None = None
) -> str:
    from noise_ops.findings import Verdict
    from noise_ops.report import layout, renderers, screen, text

    by_format: dict[str, renderers.Renderer] = {
        **renderers.BY_FORMAT,
        "text": lambda page, _: (
            text.render(page, details=True, width=room)
            if options.details
            else screen.render(page, columns=layout.WIDTH, rows=None)
        ),
        "json": lambda *_: as_json(),
    }
    return by_format[form](page, Verdict(options.fail_on))
