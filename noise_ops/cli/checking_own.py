"""`noise-ops check --layer mypkg.layers:DropPath --law LAW`: a layer of the user's own."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from datetime import date
from typing import TYPE_CHECKING, Any

from noise_ops.cli.options import expected
from noise_ops.cli.terminal import progress, width, write
from noise_ops.files import require_writable, write_whole

if TYPE_CHECKING:
    from noise_ops.report.page import Page
    from noise_ops.testing import Report


def add_options(check: argparse.ArgumentParser) -> None:
    """Add the options that say what a layer of one's own promises."""
    own = check.add_argument_group("a layer of your own", "--layer mypkg.layers:DropPath, with its law")
    own.add_argument("--law", metavar="LAW", help="what it promises, as 'drops(0.1, shared_axes=(1, 2))'")
    own.add_argument(
        "--args", action="append", default=[], metavar="NAME=VALUE", help="an argument of it, as rate=0.1; repeatable"
    )
    own.add_argument(
        "--shape", metavar="SHAPE", help="of an input, as '(None, 32, 32, 3)' (default: one that it takes)"
    )
    own.add_argument(
        "--inference", metavar="WHAT", help="what it does without training: identity, expectation or noisy"
    )


def is_asked(options: argparse.Namespace) -> bool:
    """Return whether the options speak of a layer of the user's own."""
    return bool(options.law or options.args or any(":" in layer for layer in options.layer))


def check(options: argparse.Namespace) -> int:
    """Hold a layer to its law, write the report, and return the exit code."""
    from noise_ops.expected import file
    from noise_ops.laws.reading import read
    from noise_ops.testing import LayerError, check_layer, naming

    if len(options.layer) == 1 and ":" in options.layer[0] and not options.law:
        asked = shlex.join(["noise-ops", "check", "--layer", options.layer[0], "--law", "drops(0.1)"])
        raise LayerError(f"what {options.layer[0]} promises is not said: a layer that drops at rate 0.1 is `{asked}`.")
    if len(options.layer) != 1 or not options.law or ":" not in options.layer[0]:
        raise LayerError("a layer of your own is one --layer mypkg.layers:DropPath, with --law for what it promises.")
    if options.dtype or options.mode or options.property:
        raise LayerError(
            "a layer of your own is asked of everything, in every dtype and mode: leave out --property, --dtype and "
            "--mode."
        )
    require_writable(options.output)
    require_writable(options.junit)
    told: dict[str, Any] = {"args": naming.arguments(options.args), "profile": options.profile}
    if options.shape is not None:
        told["shape"] = naming.shape(options.shape)
    if options.inference is not None:
        told["inference"] = options.inference
    path = expected(options)
    entries = file.read(path, must_exist=True) if path is not None else ()
    law, layer = read(options.law), naming.named(options.layer[0])
    with progress() as show:
        show(f"Asking {options.layer[0]} ...")
        report = check_layer(layer, law, on_fail="report", again=_again(options), **told)
    if path is not None:
        report = report.expecting(entries, date.today(), path.name)
    return _written(report, options)


def _again(options: argparse.Namespace) -> str:
    words = ["--layer", options.layer[0], "--law", options.law]
    words += [word for given in options.args for word in ("--args", given)]
    words += [
        word for name in ("shape", "inference") if (value := getattr(options, name)) for word in (f"--{name}", value)
    ]
    words += ["--profile", options.profile] if options.profile != "default" else []
    return f"noise-ops check {shlex.join(words)}"


def _written(report: Report, options: argparse.Namespace) -> int:
    from noise_ops.checks import environment
    from noise_ops.findings import Verdict
    from noise_ops.report import of_check, of_layer, renderers

    setting = of_check.setting(environment.describe()) if "tensorflow" in sys.modules else ()
    page, fail_on = of_layer.page(report, setting, time.monotonic() - options.started), Verdict(options.fail_on)
    if options.junit is not None:
        write_whole(options.junit, renderers.BY_FORMAT["junit"](page, fail_on))
    if options.format == "json":
        rendered = of_layer.as_json(report, page)
    elif options.format == "text":
        rendered = _shown(page, None)
    else:
        rendered = renderers.BY_FORMAT[options.format](page, fail_on)
    if options.output is not None:
        write_whole(options.output, rendered)
        rendered = ""
    write(rendered if options.format != "text" and rendered else _shown(page, width()))
    too_bad = any(finding.verdict.fails(fail_on) for finding in report.findings)
    return int(too_bad or bool(report.expected.expired))


def _shown(page: Page, columns: int | None) -> str:
    from noise_ops.report import text

    return f"{text.render_setting(page, width=columns)}\n{text.render_run(page, width=columns)}"
