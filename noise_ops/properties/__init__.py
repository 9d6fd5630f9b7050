"""What is asked of everything that draws noise: each property once, for check, record, compare and explain.

declaring.py    what a property is, and what a question
streams.py      bits at fixed seeds
seeds.py        what a seed determines
calls.py        whose noise must not be the same
outputs.py      what one call makes of its input
gradients.py    what the backward pass makes of the noise
masks.py        which elements are dropped, and which together
recurrent.py    layers with several time steps and gates
amounts.py      as much noise as asked, in any case, at any place, in any stretch
repeats.py      no piece of the noise is a copy of another
opinions.py     what plain tests of scipy.stats say of the laws
laws.py         how much noise there is, and how it is distributed
contracts.py    what layers accept, raise, store and keep
round_trips.py  what a rebuilt layer still knows
catalog.py      the list of all

This room travels into old releases: it speaks Python 3.8 and imports nothing else of the house.
"""
