"""What the reference says of a recorded stream: by which rule its seed became bits.

rules.py      the known ways from a seed to a stream, by name and in words
seeds_of.py   which seed object predicts a subject, by its rule
plans.py      where each rule starts successive outputs
outputs.py    digests of what every rule would draw, made by the reference
explainer.py  which rule explains a recorded stream; seed_rules.json keeps the answers for what is shipped
"""
