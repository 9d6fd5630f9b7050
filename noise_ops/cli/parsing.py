"""The parser of the command line: refuses in one sentence with the nearest name; its help ends with examples."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from noise_ops.cli.terminal import COLOURS, put, refuse

JUDGES = (
    "0 if nothing is found at or above --fail-on, 1 if something is, or breaks a law, or cannot be told, "
    "2 if the command could not run or was interrupted."
)
_ELSEWHERE = {"predict": ": prediction is Python, as docs/predicting.md shows"}
"""Commands that there are none of, and what is there in their place."""

RUNS = "0 if the command ran, 2 if it could not or was interrupted."


class Parser(argparse.ArgumentParser):
    """A parser whose refusals are one sentence on stderr, with the nearest name there is, and exit code 2.

    Attributes:
      commands: the parsers of the commands by name; empty of a command's own.
      elsewhere: options that a command does not have, and what is to be done in their place.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Formatter, allow_abbrev=False, **options)
        self.register("action", "store", _Once)
        self.register("action", None, _Once)
        self.commands: dict[str, Parser] = {}
        self.elsewhere: dict[str, str] = {}

    def run_by(self, command: Callable[[argparse.Namespace], int], exit_codes: str, *examples: str) -> None:
        """Say what runs this command, what its exit codes mean, and how it is called."""
        self.set_defaults(command=command)
        self.epilog = "\n".join(("examples:", *(f"  {example}" for example in examples), f"exit code: {exit_codes}"))

    def add_color(self) -> None:
        """Add the option that every command has, after its own."""
        self.add_argument(
            "--color",
            choices=COLOURS,
            default=argparse.SUPPRESS,  # else that of a command would hide that of the whole
            help="whether verdicts are coloured (default: auto: on a terminal, unless NO_COLOR is set; FORCE_COLOR "
            "colours pipes)",
        )

    def read(self, arguments: Sequence[str] | None, options: argparse.Namespace) -> None:
        """Read what was given into the options; refuse what the command does not have, and name the nearest it has."""
        _, unknown = self.parse_known_args(arguments, options)
        asked = self.commands[options.named] if options.named else self
        if unknown:
            name = unknown[0].partition("=")[0]
            if asked is not self and name in self.option_names():
                asked.error(f"{options.named} has no option {name!r}; did you mean `noise-ops {name}`?")
            for option, instead in asked.elsewhere.items():
                if name.startswith(option):
                    asked.error(f"{options.named} has no option {option!r}: {instead}")
            what = "option" if name.startswith("-") else "argument"
            asked.error(f"there is no {what} {name!r}{_meant(name, asked.option_names())}")
        if asked is self:
            self.error("a command is missing")

    def option_names(self) -> list[str]:
        """Return the names of the options."""
        return list(self._option_string_actions)

    def actions(self) -> list[argparse.Action]:
        """Return what the parser takes: options and arguments."""
        return list(self._actions)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one sentence, and exit."""
        refuse(message if message.endswith("?") else f"{message}; see {self.prog} --help.")
        sys.exit(2)

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print help so that a full disk is said, and a closed pipe is not."""
        put(message)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        names = [str(choice) for choice in action.choices or ()]
        if names and str(value) not in names:
            near = _meant(str(value), names)
            if not action.option_strings:
                self.error(f"there is no command {value!r}{_ELSEWHERE.get(str(value), near)}")
            self.error(f"{action.option_strings[-1]} takes {', '.join(names)}, not {value!r}{near}")


class _Once(argparse.Action):
    """Stores the value of an option, of which there is one: the last of two would silently take the other's place."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Store it, or refuse it."""
        if self.option_strings and getattr(namespace, self.dest, self.default) is not self.default:
            parser.error(f"{option_string} is given twice")
        setattr(namespace, self.dest, values)


class _Formatter(argparse.HelpFormatter):
    """Wraps what is written as sentences, and keeps the lines of examples."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        fill = super()._fill_text
        return "\n".join(line if line.startswith("  ") else fill(line, width, indent) for line in text.splitlines())


def _meant(name: str, known: Iterable[str]) -> str:
    from noise_ops import patterns

    return patterns.meant(name, known)
