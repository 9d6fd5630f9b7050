"""Draw docs/three_noises.svg: Dropout, GaussianDropout and GaussianNoise side by side; runs without TensorFlow.

Above, each dot is one element: its input across, its output upwards. Below is what many draws make of the inputs 0, 1
and 2: bars count the draws, lines are the documented law. The rate and the standard deviation are chosen so that all
three noises have one mean and, at x = 1, one standard deviation: what is left to see is how they differ.

    python examples/three_noises.py > docs/three_noises.svg
"""

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from noise_ops import dropout, gaussian_dropout, gaussian_noise

RATE = 0.2
STDDEV = 0.5  # = sqrt(RATE / (1 - RATE)), the spread of both dropouts at x = 1
INPUTS = 401
DRAWS = 1 << 16
BIN = 0.25
SEED = 3

WIDTH, HEIGHT = 760, 690
LEFT, PANEL, GAP = 42, 226, 14
COLUMN = 62
"""Length of a bar of all draws."""
CLOUD = (168, 378)
"""Top and bottom of the panels of dots."""
LAWS = (454, 646)
"""Top and bottom of the panels of laws."""

STYLE = """
svg { color-scheme: light dark; font: 18px system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif }
.ground { fill: #fff } text { fill: #1f2328 } .quiet { fill: #57606a } .name { font-weight: 700; font-size: 19px }
.grid { stroke: #d8dee4 } .mean { stroke: #1f2328; stroke-width: 2; stroke-dasharray: 6 5 }
.a { --own: #0550ae } .b { --own: #9a3412 } .c { --own: #116329 }
.dots { stroke: var(--own); stroke-width: 4.4; stroke-linecap: round; stroke-opacity: .6; fill: none }
.count { fill: var(--own); fill-opacity: .3 } .base { stroke: var(--own); stroke-width: 1.2 }
.law { fill: none; stroke: var(--own); stroke-width: 2.4 } .name { fill: var(--own) }
@media (prefers-color-scheme: dark) {
.ground { fill: #0d1117 } text { fill: #e6edf3 } .quiet { fill: #9da7b1 }
.grid { stroke: #30363d } .mean { stroke: #e6edf3 }
.a { --own: #79c0ff } .b { --own: #ffa657 } .c { --own: #7ee787 } .name { fill: var(--own) }
}
"""

TITLE = "How Dropout, GaussianDropout and GaussianNoise differ"
DESCRIPTION = (
    "Three pairs of panels. Dropout with rate 0.2: outputs lie on two lines, 0 and x / 0.8; at x = 1, one in five is 0 "
    "and four in five are 1.25. GaussianDropout with rate 0.2: outputs scatter around x with a spread of half of |x|, "
    "in the shape of a bow tie; 0 stays 0. GaussianNoise with standard deviation 0.5: outputs scatter around x in a "
    "band of one width, and 0 becomes noise. The mean is x in all three."
)

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Noise:
    """One of the three.

    Attributes:
      name: as a user writes the layer.
      style: class of its marks.
      words: two lines of what it does, and one of what becomes of a zero.
      op: its prediction.
      spread: the standard deviation of its normal at an input; None where it draws from two values.
    """

    name: str
    style: str
    words: tuple[str, str, str]
    op: Callable[[Array], Array]
    spread: Callable[[float], float] | None


NOISES = (
    Noise(
        f"Dropout({RATE})",
        "a",
        ("sets one in five to 0,", "the others to x / 0.8;", "0 stays 0"),
        lambda x: dropout(x, RATE, seed=SEED),
        None,
    ),
    Noise(
        f"GaussianDropout({RATE})",
        "b",
        ("multiplies by a normal:", "spread grows with |x|;", "0 stays 0"),
        lambda x: gaussian_dropout(x, RATE, seed=SEED),
        lambda x: abs(x) * math.sqrt(RATE / (1 - RATE)),
    ),
    Noise(
        f"GaussianNoise({STDDEV})",
        "c",
        ("adds a normal:", "one spread everywhere;", "0 becomes noise"),
        lambda x: gaussian_noise(x, STDDEV, seed=SEED),
        lambda x: STDDEV,
    ),
)


@dataclass(frozen=True)
class Frame:
    """A panel: from numbers to places on paper.

    Attributes:
      left, top, bottom: its edges.
      across, up: the numbers at its ends.
    """

    left: float
    top: float
    bottom: float
    across: tuple[float, float]
    up: tuple[float, float]

    def x(self, value: float) -> float:
        """Return how far from the left a number lies."""
        least, most = self.across
        return self.left + PANEL * (value - least) / (most - least)

    def y(self, value: float) -> float:
        """Return how far from the top a number lies."""
        least, most = self.up
        return self.bottom - (self.bottom - self.top) * (value - least) / (most - least)

    def grid(self, numbered: bool) -> Iterator[str]:
        """Yield a line at every second number, named in the first panel of a row."""
        for value in range(math.ceil(self.up[0] / 2) * 2, int(self.up[1]) + 1, 2):
            y = self.y(value)
            yield f'<path class="grid" d="M{self.left} {y:.1f}h{PANEL}"/>'
            if numbered:
                yield words(self.left - 8, y + 6, signed(value), "quiet", "end")


def words(x: float, y: float, said: str, style: str = "", anchor: str = "middle") -> str:
    """Return a line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">{said}</text>'


def signed(value: float) -> str:
    """Return a number with a true minus sign."""
    return f"{value:g}".replace("-", "−")


def cloud(noise: Noise, left: float) -> Iterator[str]:
    """Yield the upper panel: a ramp of inputs, the mean and what became of each."""
    frame = Frame(left, *CLOUD, across=(-2.3, 2.3), up=(-4.8, 4.8))
    yield from frame.grid(numbered=noise is NOISES[0])
    inputs = np.linspace(-2, 2, INPUTS, dtype=np.float32)
    dots = "".join(f"M{frame.x(x):.1f} {frame.y(y):.1f}h0" for x, y in zip(inputs, noise.op(inputs), strict=True))
    yield f'<path class="dots" d="{dots}"/>'
    yield f'<path class="mean" d="M{frame.x(-2):.1f} {frame.y(-2):.1f}L{frame.x(2):.1f} {frame.y(2):.1f}"/>'
    for x in (-2, 0, 2):
        yield words(frame.x(x), frame.bottom + 22, signed(x), "quiet")


def laws(noise: Noise, left: float) -> Iterator[str]:
    """Yield the lower panel: of each of three inputs, the outputs counted and their law."""
    frame = Frame(left, *LAWS, across=(0.0, 3.0), up=(-2.0, 5.0))
    yield from frame.grid(numbered=noise is NOISES[0])
    for place, x in enumerate((0, 1, 2)):
        base = frame.x(place + 0.08)
        yield words(frame.x(place + 0.5), frame.bottom + 22, f"x = {x}", "quiet")
        yield f'<path class="base" d="M{base:.1f} {frame.top}V{frame.bottom}"/>'
        drawn = noise.op(np.full(DRAWS, x, np.float32))
        spread = noise.spread(x) if noise.spread else 0.0
        if spread:
            yield from bell(frame, base, drawn, x, spread)
        else:
            yield from masses(frame, base, drawn, {0: RATE, x / (1 - RATE): 1 - RATE} if x else {0: 1})


def masses(frame: Frame, base: float, drawn: Array, law: dict[float, float]) -> Iterator[str]:
    """Yield a bar for each value that was drawn, as long as it was frequent, and its documented share."""
    values, counts = np.unique(drawn, return_counts=True)
    for value, share in zip(values, counts / len(drawn), strict=True):
        yield f'<path class="count" d="{bar(base, frame.y(value) - 3.5, COLUMN * share, 7)}"/>'
    for value, share in law.items():
        y = frame.y(value)
        yield f'<path class="law" d="{bar(base, y - 3.5, COLUMN * share, 7)}"/>'
        yield words(base + 4, y - 9, f"{100 * share:g} %", "", "start")


def bell(frame: Frame, base: float, drawn: Array, mean: float, spread: float) -> Iterator[str]:
    """Yield the counts of draws in bins, and the density of their normal, both rising from the base to the right."""
    length = COLUMN * STDDEV * math.sqrt(2 * math.pi)  # the smaller spread fills the column
    edges = np.arange(frame.up[0], frame.up[1] + BIN, BIN)
    density = np.histogram(drawn.astype(np.float64), edges)[0] / (len(drawn) * BIN)
    thick = frame.y(0) - frame.y(BIN) - 1  # a gap between bars
    bars = (bar(base, frame.y(top), length * height, thick) for height, top in zip(density, edges[1:], strict=True))
    yield f'<path class="count" d="{"".join(bars)}"/>'
    heights = np.arange(max(frame.up[0], mean - 3.5 * spread), min(frame.up[1], mean + 3.5 * spread), 0.1)
    law = (math.exp(-(((y - mean) / spread) ** 2) / 2) / (spread * math.sqrt(2 * math.pi)) for y in heights)
    corners = (f"{base + length * height:.1f},{frame.y(y):.1f}" for height, y in zip(law, heights, strict=True))
    yield f'<polyline class="law" points="{" ".join(corners)}"/>'


def bar(left: float, top: float, length: float, thick: float) -> str:
    """Return the path of a bar that lies; "" if nothing of it would be seen."""
    return f"M{left:.1f} {top:.1f}h{length:.1f}v{thick:.1f}h-{length:.1f}z" if length >= 0.05 else ""


def parts() -> Iterator[str]:
    """Yield the picture, line by line."""
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">'
    yield f'<title id="t">{TITLE}</title><desc id="d">{DESCRIPTION}</desc><style>{STYLE}</style>'
    yield f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>'
    for number, noise in enumerate(NOISES):
        left = LEFT + number * (PANEL + GAP)
        middle = left + PANEL / 2
        yield f'<g class="{noise.style}">'
        yield words(middle, 32, noise.name, "name")
        for line, said in enumerate(noise.words):
            yield words(middle, 58 + 24 * line, said)
        yield from cloud(noise, left)
        yield from laws(noise, left)
        yield "</g>"
    for y, said in (
        (146, f"output against input, {INPUTS} of them; dashes: the mean, which is x"),
        (436, f"outputs of one input: {DRAWS:,} counted (bars), and their law (lines)"),
    ):
        yield words(LEFT, y, said, "quiet", "start")
    yield "</svg>"


def main() -> None:
    """Print the picture."""
    sys.stdout.write("\n".join(parts()) + "\n")


if __name__ == "__main__":
    main()
