"""One property each: a target and a case in, a `Finding` or None out.

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
recorded.py     exact, stream-free: what a record observes, held to what its property calls right
asked.py        of which targets, and on which cases or parameters, each is asked; the ledger counts by it

prediction.py   what the reference says a target should have drawn
diagnosis.py    from which stage on, by which rule, engine or dtype, an output departs from that
witnesses.py    single stages of the pipeline, as TensorFlow computes them
chance.py       what chance does not do
readings.py     outputs as sequences of symbols, whose repetition is no chance
samples.py      what the statistical checks draw, once for all of them
promised.py     which law a target promises
decisions.py    from a law and a target to a decision
blame.py        which law a departure speaks against
drawn.py        what a picture shows of one
alarms.py       what evidence without an end says, at any time
premises.py     that two layers of one seed draw alike, on which some comparisons rest
report.py       from an observation to a finding with its reproduction
sources.py      how a subject is made and called, as Python
scripting.py    how such a script runs a subject, and what it ends in
showing.py      what it shows of each property
showing_values.py what it shows of values: which, how many, and their gradients
showing_others.py what it shows where a check ended in what another property asserts

axes.py         the axes of a call, their far ends, and the hard cases in which they meet
pairwise.py     few cases in which the values of several axes meet
strategies.py   Hypothesis strategies for more cases
domains.py      the hard cases and the strategy that a property speaks of
exploration.py  which cases are asked, how many, and the simplest that fails
profiles.py     how much a run asks
specification.py the tests of the suite, made of what is asked
harness.py      how a target is held to a property

needed.py       what noise_ops needs itself, and is not there
elsewhere.py    what a check does not ask, and which command knows it
environment.py  what is installed, what spoils a run, what is skipped
asking.py       what pytest's options ask of a run
collecting.py   which of pytest's items are checks, and which of them a run asks
observing.py    what the report of a check carries
concluding.py   how a run ends
"""

PROPERTIES = {
    "stream": "exact, against the prediction",
    **dict.fromkeys(("outputs", "masks", "calls", "repeats", "limits", "round_trips"), "exact, whatever the stream"),
    "amounts": "exact but for chance",
    "laws": "statistical",
    "second_opinions": "statistical, by scipy",
}
"""The modules whose public functions are the properties, with the kind of evidence that each gives."""
