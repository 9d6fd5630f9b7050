"""How the suite decides: exact tests, designs with both error rates proven, the ledger and the certificate.

Numbers in, verdicts out; nothing here knows a layer.

evidence.py        exact counts and sums of a sample: all that any test needs of it
exact.py           tests of one number against its null law
hypergeometric.py  what runs and 2x2 tables follow, given their counts
sums.py            tests of a sum of independent scores
correlogram.py     signs against themselves at every distance
copies.py          pieces of noise that repeat another piece
designs.py         when to look, and how much of either error rate each look may spend
anytime.py         evidence that may be looked at after every sample
ledger.py          how much each check may spend (ledger.toml), and on how large a sample
certificate.py     what a run asked, what it found, and what both error rates were
"""
