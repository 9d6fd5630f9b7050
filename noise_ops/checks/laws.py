"""Statistical: density, mean, variance, normality, independence and evenness, each by exact tests in a design.

Each check takes a target and a parameter (a rate or a standard deviation), and says which questions to put to the
target's evidence and, in a sentence, what was seen. `checks.decisions` lets the design decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from scipy import stats

from noise_ops.checks import drawn, samples
from noise_ops.checks.asked import Asked
from noise_ops.checks.decisions import (
    Points,
    Questions,
    Statistic,
    design_of,
    follows,
    held,
    held_once,
    probability_of_one,
    single_question,
)
from noise_ops.checks.promised import law_at
from noise_ops.findings import Finding
from noise_ops.laws.dropping import TwoPoint
from noise_ops.laws.law import Law
from noise_ops.points import Point
from noise_ops.stats.correlogram import Lags, strongest
from noise_ops.stats.designs import Design, Question
from noise_ops.stats.evidence import BOUNDS, Evidence
from noise_ops.stats.exact import Binomial, Mean, Runs, Table, Variance
from noise_ops.stats.sums import Dispersion, Hermite
from noise_ops.subjects.targets import Target

_SAFETY = 6.0
"""Standard deviations by which the planned count of ones is shifted, so that the promised delta holds."""


def mask_density(target: Target, parameter: float) -> Finding | None:
    """The number of dropped units is binomial with the documented rate."""
    return _density("mask_density", "documented", law_at(target, parameter).probability, target, parameter)


def lattice_density(target: Target, parameter: float) -> Finding | None:
    """The number of dropped units is binomial with the rate rounded up to the dtype's lattice of uniforms."""
    return _density("lattice_density", "implemented", probability_of_one(target, parameter), target, parameter)


def _density(check: str, law: str, p: float, target: Target, parameter: float) -> Finding | None:
    def questions(evidence: Evidence, design: Design) -> list[Question]:
        return [single_question("drop rate, relative", Binomial(evidence.n, p), design.n_max, evidence.ones)]

    def sentence(evidence: Evidence) -> str:
        share = evidence.ones / evidence.n
        lattice = probability_of_one(target, parameter)
        rounded = f"; the lattice of {target.dtype.name} gives {lattice:.4%}" if abs(lattice / p - 1) > 1e-6 else ""
        return f"Drops {share:.4%} of {evidence.n:,} units; {p:.4%} is {law} ({_relative(share, p)}){rounded}."

    statistic = Statistic(f"({law_at(target, parameter).state}).mean()", p, math.sqrt(p * (1 - p)))
    return held(check, target, parameter, questions, sentence, statistic, drawn.share(parameter, p))


def mean_preservation(target: Target, parameter: float) -> Finding | None:
    """The mean output is the input."""
    law = law_at(target, parameter)
    if isinstance(law, TwoPoint):
        return follows(
            "mean_preservation",
            target,
            parameter,
            _ones_of_sum(law),
            _mean_of_ones,
            _mean_of(law, target, parameter),
            _mean_shown(law, target, parameter),
        )

    def questions(evidence: Evidence, design: Design) -> list[Question]:
        return [
            single_question(
                "mean, in standard deviations",
                Mean(evidence.normals),
                _normals(target, parameter, design.n_max),
                evidence.power(1),
            )
        ]

    def sentence(evidence: Evidence) -> str:
        mean = evidence.power(1) / evidence.normals
        return (
            f"The mean of the noise must be 0; it is {mean:+.5f} standard deviations, where chance gives "
            f"+- {1 / math.sqrt(evidence.normals):.5f}."
        )

    shown = drawn.mean(parameter)
    statistic = _mean_of(law, target, parameter)
    return _held_of_normals("mean_preservation", target, parameter, questions, sentence, statistic, shown)


def noise_variance(target: Target, parameter: float) -> Finding | None:
    """The variance of the noise is the documented one: rate / (1 - rate), or stddev squared."""
    law = law_at(target, parameter)
    noise = f"y[{law.state}]" if law.distribution is not None and law.has_mask else "y"
    expression = f"(({noise} - {law.origin}) ** 2).mean()"

    def questions(evidence: Evidence, design: Design) -> list[Question]:
        n, most = evidence.normals, _normals(target, parameter, design.n_max)
        return [single_question("standard deviation, relative", Variance(n), most, evidence.power(2))]

    def sentence(evidence: Evidence) -> str:
        factor = 1.0 if law.distribution is None else law.variance
        observed = evidence.power(2) / evidence.normals * factor
        change = _relative(observed, law.variance)
        return f"The variance of the noise is {observed:.6g}; {law.variance:.6g} is documented ({change})."

    if isinstance(law, TwoPoint):

        def ones(evidence: Evidence) -> float:
            return law.ones_of_squares(evidence.n, evidence.power(2))

        p = probability_of_one(target, parameter)
        square = drawn.moment_of_mask(parameter, p, ones, lambda share: law.square_at(share) / law.square_at(law.rate))
        dropped, kept = ((point - law.origin) ** 2 for point in law.points)
        statistic = Statistic(expression, law.square_at(p), abs(dropped - kept) * math.sqrt(p * (1 - p)) + 1e-2)
        return follows("noise_variance", target, parameter, ones, sentence, statistic, square)
    shown = drawn.variance(parameter)
    # Of noise with a mask, a share of the units alone is looked at.
    spread = law.variance * math.sqrt(2 / (probability_of_one(target, parameter) if law.has_mask else 1))
    statistic = Statistic(expression, law.variance, spread)
    return _held_of_normals("noise_variance", target, parameter, questions, sentence, statistic, shown)


def moments_preserved(target: Target, parameter: float) -> Finding | None:
    """On input of mean 0 and variance 1, AlphaDropout's output keeps both: its two support points carry them."""
    law = law_at(target, parameter)
    assert isinstance(law, TwoPoint)

    def sentence(evidence: Evidence) -> str:
        mean = evidence.power(1) / evidence.n + law.origin
        return f"The mean output on ones is {mean:.6f}; {law.mean:.6f} is the one that keeps mean 0 and variance 1."

    shown = _mean_shown(law, target, parameter)
    statistic = _mean_of(law, target, parameter)
    return follows("moments_preserved", target, parameter, _ones_of_sum(law), sentence, statistic, shown)


def noise_is_normal(target: Target, parameter: float) -> Finding | None:
    """Tails beyond 0, 1, 2, 3, 4 and 4.5 standard deviations are binomial; skewness and kurtosis are the normal's."""
    parts = 1 + 2 * len(BOUNDS) + 2
    law = law_at(target, parameter)

    def questions(evidence: Evidence, design: Design) -> list[Question]:
        n, most = evidence.normals, _normals(target, parameter, design.n_max)
        cube, fourth = _hermite(evidence)
        found = [
            single_question("skewness score", Hermite(n, 3), most, cube, parts),
            single_question("kurtosis score", Hermite(n, 4), most, fourth, parts),
        ]
        if not law.has_mask:
            found.append(
                single_question("share above the mean, relative", Binomial(n, 0.5), most, evidence.ones, parts)
            )
        for bound, above, below in zip(BOUNDS, evidence.beyond, evidence.beyond[len(BOUNDS) :], strict=False):
            test = Binomial(n, float(stats.norm.sf(bound)))
            about = f"share beyond {bound:g} standard deviations, relative"
            found.append(Question(about, test, test.at(most), min(above, below), max(above, below), parts))
        return found

    def sentence(evidence: Evidence) -> str:
        n, far = evidence.normals, BOUNDS.index(4.0)
        tail = evidence.beyond[far] + evidence.beyond[far + len(BOUNDS)]
        cube, fourth = _hermite(evidence)
        return (
            f"Beyond 4 standard deviations lie {tail} of {n:,} draws, {2 * n * stats.norm.sf(4.0):.0f} expected; "
            f"skewness {cube / n * math.sqrt(6):+.4f}, excess kurtosis {fourth / n * math.sqrt(24):+.4f}."
        )

    tail = 2 * float(stats.norm.sf(4.0)) * (probability_of_one(target, parameter) if law.has_mask else 1)
    beyond = f"(np.abs(y - {law.origin}) > {4 * math.sqrt(law.variance)!r}).mean()"
    statistic = Statistic(beyond, tail, math.sqrt(tail))
    return _held_of_normals("noise_is_normal", target, parameter, questions, sentence, statistic, drawn.tails(parts))


def neighbours_independent(target: Target, parameter: float) -> Finding | None:
    """Neighbours along each axis share their state no more often than chance, at lags 1, 2, 3, 4 and powers of 2."""

    def questions(evidence: Evidence, design: Design) -> list[Question]:
        joined = [evidence.ones - runs.runs for runs in evidence.runs.values()]
        test = Runs(evidence.n, evidence.ones)
        n_max, p = design.n_max, probability_of_one(target, parameter)
        planned = Runs(n_max, _planned_ones(n_max, p))
        # Of direct neighbours; at a lag of some share of a line, that share of the pairs joins two chains and is blind.
        about = "correlation of direct neighbours"
        return [Question(about, test, planned, min(joined), max(joined), max(len(joined), 1))]

    def sentence(evidence: Evidence) -> str:
        test = Runs(evidence.n, evidence.ones)
        correlations = {order: test.correlation(evidence.ones - runs.runs) for order, runs in evidence.runs.items()}
        order, excess = max(correlations.items(), key=lambda item: abs(item[1]))
        direction = drawn.DIRECTIONS[order[0]]
        return f"At distance {order[1]} {direction}, elements correlate by {excess:+.4f}; chance gives 0."

    states = law_at(target, parameter).state
    pairs = "[:, 1:]", "[:, :-1]"
    one, other = (f"({states}){part}.ravel()" for part in pairs)
    # Of states that are all alike there is no correlation.
    correlation = f"np.nan_to_num(np.corrcoef({one}, {other})[0, 1])"
    return held(
        "neighbours_independent", target, parameter, questions, sentence, Statistic(correlation, 0.0, 1.0), drawn.lags
    )


def lags_independent(target: Target, parameter: float) -> Finding | None:
    """At no distance are states alike, nor sizes, within calls and between calls and seeds, forwards or mirrored."""
    design = design_of("lags_independent", target)
    signs = samples.signs(target, parameter, design.n_max)
    found = strongest(signs)
    test = Lags(found.n, found.statistics)
    about = "correlation at one distance"
    question = Question(about, test, test, found.score, found.score, 1)
    of = ("states", "sizes of the noise")[found.sequence]
    where = f"around place {found.lag / 2:g}, mirrored" if found.mirrored else f"at distance {found.lag:,}"
    observed = (
        f"The {of} of {found.n:,} units of calls and seeds in a row correlate by {found.correlation:+.4f} {where}."
    )

    def shown(tail: float) -> Sequence[Point]:
        return drawn.distances(signs[found.sequence], found, tail)

    return held_once("lags_independent", target, parameter, design, question, found.n, observed, shown)


def calls_independent(target: Target, parameter: float) -> Finding | None:
    """Two calls of a layer, and layers with different seeds, share their states no more often than chance."""
    return _pairs_independent("calls_independent", target, parameter, ("calls", "seeds"))


def replicas_independent(target: Target, parameter: float) -> Finding | None:
    """The replicas of a distribution strategy share their states no more often than chance."""
    return _pairs_independent("replicas_independent", target, parameter, ("replicas",))


def _pairs_independent(check: str, target: Target, parameter: float, kinds: tuple[str, ...]) -> Finding | None:
    p = probability_of_one(target, parameter)

    def questions(evidence: Evidence, design: Design) -> list[Question]:
        found = []
        for kind in kinds:
            pairs = getattr(evidence, kind)
            most = design.n_max // 2
            planned = Table(most, _planned_ones(most, p), _planned_ones(most, p))
            test = Table(pairs.n, pairs.first, pairs.second)
            found.append(Question("correlation", test, planned, pairs.both, pairs.both, len(kinds)))
        return found

    def sentence(evidence: Evidence) -> str:
        pairs = {kind: getattr(evidence, kind) for kind in kinds}
        seen = {kind: Table(of.n, of.first, of.second).correlation(of.both) for kind, of in pairs.items()}
        kind = max(kinds, key=lambda name: abs(seen[name]))
        return f"The states of two {kind} correlate by {seen[kind]:+.4f} over {pairs[kind].n:,} pairs; chance gives 0."

    return held(check, target, parameter, questions, sentence, points=drawn.pairs(kinds))


def evenly_spread(target: Target, parameter: float) -> Finding | None:
    """Every column has its share of ones, the edges too, and the counts differ as much as chance, not more or less."""
    p = probability_of_one(target, parameter)

    def questions(evidence: Evidence, design: Design, p: float = p) -> list[Question]:
        slices = len(evidence.columns)
        column = Binomial(evidence.rows, p)
        mean, variance = evidence.rows * p, evidence.rows * p * (1 - p)
        spread = sum((count - mean) ** 2 for count in evidence.columns) / variance
        dispersion = Dispersion(slices, evidence.rows, p)
        # Planned for the first look: the extreme of many columns would else draw on to the last one, every time.
        rows = design.looks[0].n // slices
        lowest, highest = min(evidence.columns), max(evidence.columns)
        return [
            Question("share of a column, relative", column, column.at(rows), lowest, highest, 2 * slices),
            Question("variance between columns, relative", dispersion, Dispersion(slices, rows, p), spread, spread, 2),
        ]

    def sentence(evidence: Evidence) -> str:
        index = max(range(len(evidence.columns)), key=lambda i: abs(evidence.columns[i] - evidence.rows * p))
        share = evidence.columns[index] / evidence.rows
        return f"Column {index} of {len(evidence.columns)} has {share:.2%} ones, where {p:.2%} is expected of each."

    furthest = f"np.abs(({law_at(target, parameter).state}).mean(axis=0) - {p!r}).max()"
    statistic = Statistic(furthest, 0.0, math.sqrt(p * (1 - p) * samples.COLUMNS))
    return held("evenly_spread", target, parameter, questions, sentence, statistic, drawn.columns(p), questions)


def decidable(asked: Sequence[Asked]) -> list[Asked]:
    """Return what is asked of the documented density, less what either verdict of would be chance.

    In half precision the lattice's law is known to part from the documented one, at some rates by less than the design
    surely sees, though not by nothing.
    """

    def is_sure(target: Target, rate: float) -> bool:
        design = design_of("mask_density", target)
        departure = abs(probability_of_one(target, rate) / rate - 1)
        return departure < 1e-9 or departure >= design.delta(Binomial(design.n_max, rate))

    return [one for one in asked if isinstance(one, Target) or is_sure(*one)]


def _held_of_normals(
    check: str,
    target: Target,
    parameter: float,
    questions: Questions,
    sentence: Callable[[Evidence], str],
    statistic: Statistic,
    points: Points,
) -> Finding | None:
    """Hold normals to their law; where a layer drew none, that none of its units is noised speaks against it."""
    p = probability_of_one(target, parameter)

    def asked(evidence: Evidence, design: Design) -> Sequence[Question]:
        if evidence.normals:
            return questions(evidence, design)
        return [single_question("share of noised units, relative", Binomial(evidence.n, p), design.n_max, 0)]

    def told(evidence: Evidence) -> str:
        return sentence(evidence) if evidence.normals else f"None of {evidence.n:,} units drew any noise."

    def shown(evidence: Evidence, tail: float) -> Sequence[Point]:
        return points(evidence, tail) if evidence.normals else ()

    return held(check, target, parameter, asked, told, statistic, shown)


def _mean_of(law: Law, target: Target, parameter: float) -> Statistic:
    """Return the mean of an output on the constant input."""
    p = probability_of_one(target, parameter)
    expected = law.mean_at(p) if isinstance(law, TwoPoint) else law.mean
    return Statistic("y.mean()", expected, math.sqrt(law.variance))


def _mean_shown(law: TwoPoint, target: Target, parameter: float) -> Points:
    """Return what shows how far the mean on ones is from the documented one, in standard deviations."""
    p, spread = probability_of_one(target, parameter), math.sqrt(law.variance)
    return drawn.moment_of_mask(parameter, p, _ones_of_sum(law), lambda share: (law.mean_at(share) - law.mean) / spread)


def _ones_of_sum(law: TwoPoint) -> Callable[[Evidence], float]:
    return lambda evidence: law.ones_of_sum(evidence.n, evidence.power(1))


def _mean_of_ones(evidence: Evidence) -> str:
    return f"The mean output on ones is {1 + evidence.power(1) / evidence.n:.6f}; it must be 1."


def _normals(target: Target, parameter: float, n_max: int) -> int:
    """Return how many normals a sample of n_max units holds: all, or about the noised share of them."""
    return round(n_max * probability_of_one(target, parameter)) if law_at(target, parameter).has_mask else n_max


def _planned_ones(n: int, p: float) -> int:
    """Return a count of ones that is expected of n states, on the side where correlation is harder to see."""
    shift = _SAFETY * math.sqrt(n * p * (1 - p))
    return round(n * p - shift if p < 0.5 else n * p + shift)


def _hermite(evidence: Evidence) -> tuple[float, float]:
    """Return the sums of the normalized third and fourth Hermite polynomials."""
    cube = evidence.power(3) - 3 * evidence.power(1)
    fourth = evidence.power(4) - 6 * evidence.power(2) + 3 * evidence.normals
    return cube / math.sqrt(6), fourth / math.sqrt(24)


def _relative(observed: float, expected: float) -> str:
    return f"{observed / expected - 1:+.2%}"
