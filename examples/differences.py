"""How Dropout, GaussianDropout and GaussianNoise differ, in one table; runs without TensorFlow.

Each op is given 2**20 ones, so that its output is its noise. Both dropouts have the same mean and variance here, and
the table shows what those two numbers hide: which values there are, what becomes of a zero, and the gradient. In
brackets stands what was seen, behind what is documented.
"""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from noise_ops import dropout, gaussian_dropout, gaussian_noise

RATE = 0.4
STDDEV = 0.3
DRAWS = 1 << 20
SEED = 0

FloatArray = npt.NDArray[np.float32]
Op = Callable[[FloatArray], FloatArray]


def measured(op: Op, variance: float) -> list[str]:
    """Return the cells that are measured, each beside its documented value: mean, variance, fate of zero."""
    noise = op(np.ones(DRAWS, np.float32)).astype(np.float64)
    changed = np.count_nonzero(op(np.zeros(DRAWS, np.float32)))
    return [
        f"1 ({noise.mean():.4f})",
        f"{variance:.4f} ({noise.var():.4f})",
        "stays 0" if not changed else f"noise ({changed / DRAWS:.2%})",
    ]


def print_table(rows: list[list[str]]) -> None:
    """Print rows of equal length, aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def main() -> None:
    """Print the three ops side by side."""
    same_variance = RATE / (1 - RATE)
    spread = math.sqrt(same_variance)
    two_values = f"0 or {1 / (1 - RATE):.4f}"
    columns = [
        ["x = 1 (seen)", "values", "mean", "variance", "x = 0", "gradient"],
        [
            f"dropout(x, {RATE})",
            two_values,
            *measured(lambda x: dropout(x, RATE, seed=SEED), same_variance),
            two_values,
        ],
        [
            f"gaussian_dropout(x, {RATE})",
            f"around 1, spread {spread:.4f}",
            *measured(lambda x: gaussian_dropout(x, RATE, seed=SEED), same_variance),
            "the noise factor",
        ],
        [
            f"gaussian_noise(x, {STDDEV})",
            f"around x, spread {STDDEV:.4f}",
            *measured(lambda x: gaussian_noise(x, STDDEV, seed=SEED), STDDEV**2),
            "1",
        ],
    ]
    print_table([list(row) for row in zip(*columns, strict=True)])


if __name__ == "__main__":
    main()
