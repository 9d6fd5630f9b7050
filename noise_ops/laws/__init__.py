"""What noise promises, as objects: a layer's own law is named in one line, and every statistical check reads it.

law.py          what every law says: states, their probability, moments, and what an output can be
chosen.py       a random share of the units is chosen, whatever becomes of it
dropping.py     units are dropped: Dropout, its spatial forms, AlphaDropout
continuous.py   noise of a distribution, whatever is done with it
adding.py       noise is added, to all units or to a random share of them
multiplying.py  units are multiplied by noise
drawing.py      the output is noise alone, as of a sampler
happening.py    something happens to a sample, some of many are selected, or nothing is known
noise.py        distributions of noise, and noise as standard normals
reading.py      a law out of a text
stairs.py       what half precision makes of every rate
of_ops.py       which law each function of `noise_ops` keeps

A law is the documented one: a probability, a distribution. What arithmetic makes of it in a dtype, where a uniform is
drawn in b bits and drops with probability ceil(rate * 2**b) / 2**b, is asked of the same object (`Law.p_one`).
"""

from typing import TYPE_CHECKING, NoReturn

from noise_ops import patterns
from noise_ops.laws.adding import adds, adds_normal, adds_to_share
from noise_ops.laws.drawing import draws
from noise_ops.laws.dropping import drops, drops_affinely
from noise_ops.laws.happening import applies, selects, unknown
from noise_ops.laws.law import Law
from noise_ops.laws.multiplying import multiplies, multiplies_normal
from noise_ops.laws.noise import LawError

__all__ = [
    "Law",
    "LawError",
    "adds",
    "adds_normal",
    "adds_to_share",
    "applies",
    "draws",
    "drops",
    "drops_affinely",
    "multiplies",
    "multiplies_normal",
    "selects",
    "unknown",
]


if not TYPE_CHECKING:  # a type checker knows what is missing by itself

    def __getattr__(name: str) -> NoReturn:
        raise patterns.no_attribute(__name__, name, __all__)


def __dir__() -> list[str]:
    return sorted(__all__)
