"""What is asked of everything that draws noise: each property once, for check, record, compare and explain.

A file is a theme. It declares its properties, the questions that a check puts, what a record observes (`steps`), and
how: one function a property that says what is seen, never whether that is right.

declaring.py    what a property is, and what a question
step.py         one observation, by the name under which it is recorded
streams.py      bits at fixed seeds, and the words under them
seeds.py        what a seed determines, and the seeds that are derived from it
calls.py        whose noise must not be the same
outputs.py      what one call makes of its input
gradients.py    what the backward pass makes of the noise
masks.py        which elements are dropped, and which together
recurrent.py    layers with several time steps and gates
laws.py         how much noise there is, and how it is distributed
amounts.py      as much noise as asked, in any case, at any place, in any stretch
repeats.py      no piece of the noise is a copy of another
opinions.py     what plain tests of scipy.stats say of the laws
contracts.py    what layers accept, raise and keep
attributes.py   what follows from a rate or stddev that is changed
round_trips.py  what a rebuilt layer still knows
catalog.py      the list of all
runs.py         the ways to run a subject for a record
new_layers.py   outputs of new layers that several observations compare with
grids.py        the rates, seeds and shapes that arguments are given

This room travels into old releases: it speaks Python 3.8 and imports nothing of the house but subjects.
"""
