"""`noise-ops bisect`, `releases` and `explain`: in which release something changed, and what a code means."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from noise_ops.cli.options import add_layer, add_used, usage
from noise_ops.cli.parsing import RUNS
from noise_ops.cli.terminal import width, write
from noise_ops.files import require_writable, write_whole


def add_to(commands: Any) -> None:
    """Add the commands."""
    bisect = commands.add_parser(
        "bisect", help="find the release in which a property changed", description="Looks at the shipped releases."
    )
    bisect.add_argument("good", metavar="GOOD", help="release in which all is well, such as 2.15.1 or keras==3.6.0")
    bisect.add_argument("bad", metavar="BAD", help="release of the same library in which it is not")
    bisect.add_argument(
        "--property",
        metavar="NAME",
        help="property, or code of a finding, to look at (default: the verdict of compare)",
    )
    add_layer(bisect)
    add_used(bisect)
    bisect.add_argument("--format", default="text", choices=("text", "json"), help="format of the table")
    bisect.run_by(
        _bisect,
        RUNS,
        "noise-ops bisect 2.11.1 2.16.2 --layer keras.layers.Dropout",
        "noise-ops bisect keras==3.5.0 keras==3.8.0 --property raises",
    )
    releases = commands.add_parser("releases", help="list the shipped releases, and what each changed")
    releases.add_argument("-o", "--output", type=Path, metavar="FILE", help="also draw them, as one page of HTML")
    add_layer(releases)
    add_used(releases)
    releases.run_by(_releases, RUNS, "noise-ops releases --layer LSTM", "noise-ops releases -o releases.html")
    explain = commands.add_parser(
        "explain", help="say what a code, a verdict, a property, a known deviation or a release means"
    )
    explain.add_argument(
        "code",
        nargs="?",
        metavar="CODE",
        help="code, verdict, property, known deviation or release (default: list all codes)",
    )
    explain.run_by(_explain, RUNS, "noise-ops explain replicas", "noise-ops explain colliding-seeds-tf-keras")


def _bisect(options: argparse.Namespace) -> int:
    from noise_ops.history import transitions
    from noise_ops.report import of_bisection

    used = usage(options)
    found = transitions.bisect(options.good, options.bad, options.property, options.layer, used)
    is_json = options.format == "json"
    write(of_bisection.render_json(found, used) if is_json else of_bisection.render_text(found, width=width()))
    return 0


def _releases(options: argparse.Namespace) -> int:
    from noise_ops.fingerprint import shipped
    from noise_ops.report import of_releases

    used = usage(options)
    shipped.require_subjects(options.layer, used)
    require_writable(options.output)
    if options.output is not None:
        from noise_ops.history import chart
        from noise_ops.report import picture

        charts = [chart.of_releases(library, options.layer, used) for library in shipped.LIBRARIES]
        write_whole(options.output, picture.render(charts))
    write(of_releases.render(options.layer, used, width=width()))
    return 0


def _explain(options: argparse.Namespace) -> int:
    from noise_ops.report import explanation

    room = width()
    told = explanation.render_all(width=room) if options.code is None else explanation.render(options.code, width=room)
    write(told)
    return 0
