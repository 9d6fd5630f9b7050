"""The suite: one test a property and layer, run by `noise-ops check` and by `pytest --pyargs noise_ops.suite`.

A test names the targets and the check; the checks are in `noise_ops.checks`. Importing this package imports nothing.

test_dropout.py, test_spatial_dropout.py, test_alpha_dropout.py, test_gaussian_dropout.py, test_gaussian_noise.py and
test_masked_gaussian_noise.py   a layer each
test_tf_dropout.py    the functions that every dropout layer calls
test_random_draws.py  the words, uniforms and normals under every noise layer
test_scipy_agrees.py  plain tests of scipy.stats, a second opinion beside each design
test_far_ends.py      the far ends of a call
test_repetition.py    no piece of the noise is a copy of another
test_surroundings.py  inside loops, maps, pipelines and steps
"""
