"""`noise-ops --version`, `--list` and `--completion`: what the program itself is, knows and can be typed as."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from noise_ops.cli.options import DTYPES, PROFILES
from noise_ops.cli.parsing import Parser
from noise_ops.cli.terminal import put
from noise_ops.errors import UserError

SHELLS = ("bash", "zsh", "tcsh")


def add_to(parser: Parser) -> None:
    """Add the options, each of which answers in place of a command."""
    parser.add_argument("--version", action=_Answering, nargs=0, answer=_version, help="say which version this is")
    parser.add_argument(
        "--list",
        action=_Answering,
        choices=sorted(_NAMES),
        answer=_listed,
        metavar="KIND",
        help=f"name all of a kind, one a line: {', '.join(sorted(_NAMES))}; check asks the checked layers alone",
    )
    parser.add_argument(
        "--completion",
        action=_Answering,
        choices=SHELLS,
        answer=lambda shell: _completion(parser, shell),
        metavar="SHELL",
        help=f'write a script of tab completion for {", ".join(SHELLS)}: eval "$(noise-ops --completion bash)" '
        "(pip install 'noise_ops[completion]')",
    )


class _Answering(argparse.Action):
    """Prints the answer to an option, and ends the program."""

    def __init__(self, *, answer: Callable[[Any], str], **options: Any) -> None:
        super().__init__(**options)
        self._answer = answer

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Print and exit; a refusal is one sentence, as a command's."""
        try:
            put(self._answer(values))
        except UserError as error:
            parser.error(str(error).rstrip("."))
        parser.exit()


def _version(_: object) -> str:
    from noise_ops.version import __version__

    return f"noise-ops {__version__}\n"


def _listed(kind: str) -> str:
    return "".join(f"{name}\n" for name in _NAMES[kind]())


def _layers() -> Iterable[str]:
    from noise_ops.fingerprint import shipped
    from noise_ops.result import matching_layers

    return sorted({*matching_layers("*"), *shipped.subjects()})


def _checked() -> Iterable[str]:
    from noise_ops.result import matching_layers

    return sorted(matching_layers("*"))


def _modes() -> Iterable[str]:
    from noise_ops.fingerprint import shipped
    from noise_ops.result import matching_modes

    return sorted({*matching_modes("*"), *shipped.modes()})


def _properties() -> Iterable[str]:
    from noise_ops.properties.catalog import PROPERTIES, QUESTIONS

    return sorted({*PROPERTIES, *QUESTIONS})


def _codes() -> Iterable[str]:
    from noise_ops.codes import CODES

    return sorted(CODES)


def _verdicts() -> Iterable[str]:
    from noise_ops.verdicts import Verdict

    return [verdict.value for verdict in Verdict]


def _deviations() -> Iterable[str]:
    from noise_ops import deviations

    return sorted(entry.name for entry in deviations.known())


def _releases() -> Iterable[str]:
    from noise_ops.fingerprint import shipped

    return [release.name for library in shipped.LIBRARIES for release in shipped.releases(library)]


_NAMES: Mapping[str, Callable[[], Iterable[str]]] = {
    "layers": _layers,
    "checked-layers": _checked,
    "properties": _properties,
    "modes": _modes,
    "dtypes": lambda: DTYPES,
    "profiles": lambda: PROFILES,
    "codes": _codes,
    "verdicts": _verdicts,
    "deviations": _deviations,
    "releases": _releases,
}


def _completion(parser: Parser, shell: str) -> str:
    try:
        import shtab
    except ImportError:
        raise UserError("completion is written by shtab: pip install 'noise_ops[completion]'") from None
    for action in (action for each in (parser, *parser.commands.values()) for action in each.actions()):
        if action.type is Path or action.metavar == "MODEL":
            folder = action.metavar in ("DIR", "FOLDER")
            action.complete = shtab.DIRECTORY if folder else shtab.FILE  # type: ignore[attr-defined]
    return f"{shtab.complete(parser, shell)}\n"
