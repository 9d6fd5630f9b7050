"""Samples that a verdict needs, as a multiple of the fewest with which any test could give it.

    python benchmarks/designs.py

Both error rates are those of the default profile: a correct law fails with probability 1e-9, one that departs by 1 %
passes with probability 1e-6. The fewest samples n* are those of the most powerful test of one simple law against the
other (Neyman and Pearson, 1933), which knows the side of the departure; each ratio is n / n*. Beside the design's worst
case stand the mean cost of a correct law, in n_max, and what two general tests need:

  DKWM  the band of Dvoretzky, Kiefer, Wolfowitz and Massart around a distribution function, by the published formula
        of TensorFlow Probability: 2 log(2 / error) / distance^2, the larger of both errors, where distance is that of
        the means of variables in [0, 1], or of the distribution functions (python/internal/statistical_testing.py,
        `min_num_samples_for_dkwm_mean_test` and `min_num_samples_for_dkwm_cdf_test`).
  KS    Kolmogorov and Smirnov's one-sample test with its asymptotic critical value, whose power is the probability that
        a Brownian bridge stays below the shifted boundary (Wang and Poetzelberger, "Boundary crossing probability for
        Brownian motion and general boundaries", 1997). It is meant for continuous laws.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from noise_ops.stats.designs import BETA, Decision, Design, Question, needed_n_max
from noise_ops.stats.exact import Binomial, ExactTest, Mean, Runs, Variance, smallest_integer

ALPHA = 1e-9
DEPARTURE = 0.01
RATIO_TARGET = 1.06
"""Most that the worst case may cost, in n*."""

REPLICATIONS = 1_000
"""Correct samples whose cost is averaged."""


@dataclass(frozen=True)
class Case:
    """One departure of 1 %.

    Attributes:
      test: what the suite decides with, at some size.
      separates: whether the most powerful test tells both laws apart with n samples.
      grow: draws n samples of the correct law and returns by how much the statistic grows.
      distance: what DKWM must see: of the means in [0, 1], or of the distribution functions; None if equal.
      departed: quantile-quantile form of the departed distribution function, for KS; None where it is not continuous.
    """

    test: ExactTest
    separates: Callable[[int], bool]
    grow: Callable[[np.random.Generator, int], float]
    distance: float | None = None
    departed: Callable[[np.ndarray], np.ndarray] | None = None


def rate(p: float) -> Case:
    """Return the case of a drop rate that is 1 % too high."""

    def separates(n: int) -> bool:
        # The fewest successes that are rejected must be reached under the departure.
        reject = int(stats.binom.isf(ALPHA, n, p)) + 1
        return bool(stats.binom.cdf(reject - 1, n, p * (1 + DEPARTURE)) <= BETA)

    return Case(Binomial(1, p), separates, lambda rng, n: int(rng.binomial(n, p)), distance=p * DEPARTURE)


def _matches_separate(n: int) -> bool:
    # Among states that are one half of the time, neighbours agree with probability (1 + correlation) / 2, each pair
    # independently of the others; the number of agreements is all that the likelihood depends on.
    reject = int(stats.binom.isf(ALPHA, n - 1, 0.5)) + 1 if n > 1 else n
    return bool(stats.binom.cdf(reject - 1, n - 1, (1 + DEPARTURE) / 2) <= BETA)


def _wider(u: np.ndarray) -> np.ndarray:
    return np.asarray(stats.norm.cdf(stats.norm.ppf(u) / (1 + DEPARTURE)))


def _shifted(u: np.ndarray) -> np.ndarray:
    return np.asarray(stats.norm.cdf(stats.norm.ppf(u) - DEPARTURE))


def _greatest(departed: Callable[[np.ndarray], np.ndarray]) -> float:
    u = np.linspace(1e-4, 1 - 1e-4, 20_001)
    return float(np.abs(departed(u) - u).max())


CASES = {
    "rate .5": rate(0.5),
    "rate .1": rate(0.1),
    "rate .01": rate(0.01),
    "stddev": Case(
        Variance(1),
        lambda n: bool(stats.chi2.isf(ALPHA, n) <= stats.chi2.ppf(BETA, n) * (1 + DEPARTURE) ** 2),
        lambda rng, n: float(rng.chisquare(n)),
        _greatest(_wider),
        _wider,
    ),
    "mean": Case(
        Mean(1),
        lambda n: bool(stats.norm.isf(ALPHA) + stats.norm.isf(BETA) <= DEPARTURE * math.sqrt(n)),
        lambda rng, n: float(rng.normal(0, math.sqrt(n))),
        _greatest(_shifted),
        _shifted,
    ),
    "lag-1 correlation": Case(
        # Given that half of n are ones, the runs are hypergeometric.
        Runs(1_000, 500),
        _matches_separate,
        lambda rng, n: n // 2 - int(rng.hypergeometric(n - n // 2 + 1, n // 2 - 1, n // 2)),
    ),
}


def fewest(case: Case) -> int:
    """Return n*."""
    return smallest_integer(case.separates)


def most_needed(case: Case) -> int:
    """Return the n_max whose last look sees the departure."""
    return needed_n_max(lambda n: Design(n, ALPHA, BETA), case.test, DEPARTURE)


def mean_share(case: Case, n_max: int) -> float:
    """Return the mean share of n_max at which a correct law is decided."""
    design, rng, total = Design(n_max, ALPHA, BETA), np.random.default_rng(1), 0
    for _ in range(REPLICATIONS):
        statistic, n = 0.0, 0
        for look in design.looks:
            statistic += case.grow(rng, look.n - n)
            n = look.n
            question = Question("", case.test.at(n), case.test.at(n_max), statistic, statistic, 1)
            if design.decide(look, question) is not Decision.UNDECIDED:
                break
        total += n
    return total / REPLICATIONS / n_max


def dkwm(distance: float) -> float:
    """Return the samples that TensorFlow Probability's formula asks for."""
    return 2 * max(math.log(2 / ALPHA), math.log(2 / BETA)) / distance**2


def kolmogorov_smirnov(departed: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return the samples at which the asymptotic test misses a departed distribution function as often as allowed."""
    critical = float(special.kolmogi(ALPHA))
    u = np.linspace(0, 1, 201)
    shift = departed(u[1:-1]) - u[1:-1]
    shift = np.concatenate([[0.0], shift, [0.0]])

    def excess(root_n: float) -> float:
        # Rejected where the empirical function leaves a band around the null; each side of it is a boundary.
        band = critical + root_n * shift, critical - root_n * shift
        return math.log(max(_stays_between(u, *band), 1e-300)) - math.log(BETA)

    least = critical / float(np.abs(shift).max())
    return float(optimize.brentq(excess, least, 4 * least, rtol=1e-3)) ** 2


def _stays_between(u: np.ndarray, below: np.ndarray, above: np.ndarray) -> float:
    """Return the probability that a Brownian bridge stays above -below and under above, linear between the u."""
    y = np.linspace(-4, 4, 801)
    width, step = y[1] - y[0], u[1]
    # Steps are spread over at least two cells of the grid, or the integral would miss them.
    assert math.sqrt(step) > 2 * width
    density = np.zeros_like(y)
    density[len(y) // 2] = 1 / width
    kernel = stats.norm.pdf(y[:, None] - y[None, :], scale=math.sqrt(step)) * width
    for k in range(1, len(u)):
        room = [np.maximum(bound, 0.0) for bound in (above[k - 1] - y, above[k] - y, below[k - 1] + y, below[k] + y)]
        stays = -np.expm1(-2 * np.outer(room[1], room[0]) / step) * -np.expm1(-2 * np.outer(room[3], room[2]) / step)
        density = (kernel * stays) @ density
    return float(density[len(y) // 2] * math.sqrt(2 * math.pi))


def main() -> None:
    """Print the table."""
    print(f"1 % departures; alpha {ALPHA:g}, beta {BETA:g}; sizes in n*, target of the worst case <= {RATIO_TARGET:g}")
    print(f"{'':18}{'n*':>13}{'worst case':>12}{'mean, of n_max':>16}{'DKWM':>8}{'KS':>8}")
    for name, case in CASES.items():
        least, most = fewest(case), most_needed(case)
        ratio = most / least
        general = [
            f"{dkwm(case.distance) / least:8.2f}" if case.distance else f"{'never':>8}",
            f"{kolmogorov_smirnov(case.departed) / least:8.2f}" if case.departed else f"{'-':>8}",
        ]
        verdict = "met" if ratio <= RATIO_TARGET else "MISSED"
        print(
            f"{name:18}{least:13,}{ratio:12.4f}{mean_share(case, most):16.3f}{''.join(general)}  {verdict}", flush=True
        )


if __name__ == "__main__":
    main()
