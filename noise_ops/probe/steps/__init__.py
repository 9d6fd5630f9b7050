"""Every observation of every subject, in order.

step.py       one observation
grids.py      rates, seeds and shapes that arguments are given
draws.py      bits in each mode, and how draws relate to one another and to seeds
arguments.py  which arguments and inputs are accepted
exact.py      what holds of every stream of an elementwise subject
layers.py     what a layer keeps, and what is particular to recurrent ones
witnesses.py  seeds and bits that lie under every layer
catalog.py    all steps
"""
