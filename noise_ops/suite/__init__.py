"""The suite: one test a property and layer, run by `noise-ops check` and by `pytest --pyargs noise_ops.suite`.

A test names the targets and the check; the checks are in `noise_ops.checks`. Importing this package imports nothing.
"""
