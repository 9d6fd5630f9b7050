"""All releases in order: where something changed, broke, and was mended.

observed.py     what a release shows of each fact, in words
transitions.py  when a property changed
turns.py        where along the releases something turns
bisecting.py    in which release something turned bad
breaks.py       what went wrong, and in which releases
chart.py        what every release changed in every subject
"""
