"""Sampling without an end, for what a single check is too short to see.

rounds.py   sampling in rounds that can be stopped, resumed, shared out and merged
file.py     the file of a soak: counts and sums, read with suspicion
worker.py   rounds on the workers of a Dask cluster, in the order of their numbers
"""
