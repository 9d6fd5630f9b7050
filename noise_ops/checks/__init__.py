"""One property each: a target and a case in, a `Finding` or None out.

prediction.py   what the reference says a target should have drawn
report.py       from an observation to a finding with its reproduction
showing.py      what that reproduction prints of each property
diagnosis.py    from which stage on, by which rule, engine or dtype, an output departs from that
stream.py       exact, stream-aware: every bit as predicted, and at which stage it departs
outputs.py      exact, stream-free: what one call makes of its input, and when it leaves it alone
masks.py        exact, stream-free: which elements are dropped, and along which axes together
calls.py        exact, stream-free: whose noise is the same, and whose must not be
repeats.py      exact, stream-free: no piece of the noise is a copy of another, wherever both lie
limits.py       exact, stream-free: rates and deviations at their limits and beyond
amounts.py      exact but for chance of 2**-64: as much noise as asked, in any case, at any place, in any stretch
round_trips.py  exact, stream-free: what a rebuilt layer still knows
laws.py         statistical: density, mean, variance, shape, independence
second_opinions.py  statistical: the same by one plain test of scipy.stats each
asked.py        of which targets, at which parameters, the statistical ones are asked; the ledger counts by it
axes.py         the axes of a call, their far ends, and the hard cases in which they meet
strategies.py   Hypothesis strategies for more cases
domains.py      the hard cases and the strategy that a property speaks of
exploration.py  which cases are asked, how many, and the simplest that fails
harness.py      from a check to a test
"""

PROPERTIES = {
    "stream": "exact, against the prediction",
    **dict.fromkeys(("outputs", "masks", "calls", "repeats", "limits", "round_trips"), "exact, whatever the stream"),
    "amounts": "exact but for chance",
    "laws": "statistical",
    "second_opinions": "statistical, by scipy",
}
"""The modules whose public functions are the properties, with the kind of evidence that each gives."""
