"""One property each: a target and a case in, a `Finding` or None out.

prediction.py   what the reference says a target should have drawn
report.py       from an observation to a finding with its reproduction
stream.py       exact, stream-aware: every bit as predicted, and at which stage it departs
invariants.py   exact, stream-free: what holds of every layer, whatever its stream
laws.py         statistical: density, mean, variance, shape, independence
strategies.py   Hypothesis strategies for the cases
harness.py      from a check to a test
"""
