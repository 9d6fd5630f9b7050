"""Your own layer, model or function held to a law: one test a property, in two lines of your test file.

checking.py       check_layer: every property asked, and a report
parametrizing.py  parametrize_checks: a pytest test a property
strategies.py     Hypothesis strategies for rates, seeds, shapes, inputs and dtypes
naming.py         a layer out of a shell's words
making.py         what you give, made
subject.py        it with its law, and what was seen of it
given.py          what it is given
calling.py        how it is run
telling.py        how many calls tell one noise from chance
asking.py         what a property is, and what it says
catalog.py        every property by name, and which are asked of a law
premises.py       what a property rests on: one mistake is told once
one_call.py       what one call makes of its input
any_input.py      what it keeps on any input: Hypothesis draws them
seeding.py        whose noise is the same, and whose must not be
modes.py          traced, in tf.data, fit and predict, in each dtype
arguments.py      what a config loses, and what changes nothing
rates.py          rates at 0 and 1, and what is none
choices.py        which texts an argument may be
constructing.py   what its class promises beside its noise: defaults, names, choices, formats, dtypes, weights
sampling.py       samples of many units
statistics.py     exact tests of what they hold: how often, how large
half.py           the same in half precision, at a rate that few bits cannot say
independence.py   exact tests of what units have in common: neighbours, calls, places, copies
budget.py         how often a right layer may fail
reproducing.py    scripts that show a finding again
scripts.toml      what they print, by property
"""

from typing import TYPE_CHECKING, NoReturn

from noise_ops import patterns
from noise_ops.testing.checking import LayerFailedError, NoiseWarning, Outcome, Report, check_layer
from noise_ops.testing.making import LayerError
from noise_ops.testing.parametrizing import parametrize_checks
from noise_ops.testing.subject import Options

__all__ = [
    "LayerError",
    "LayerFailedError",
    "NoiseWarning",
    "Options",
    "Outcome",
    "Report",
    "check_layer",
    "parametrize_checks",
]


if not TYPE_CHECKING:  # a type checker knows what is missing by itself

    def __getattr__(name: str) -> NoReturn:
        raise patterns.no_attribute(__name__, name, __all__)


def __dir__() -> list[str]:
    return sorted(__all__)
