"""The suite: one test a property and layer, run by `noise-ops check` and by `pytest --pyargs noise_ops.suite`.

A file says in words what a layer promises, with the names of the properties that hold it to that. Its tests follow from
what the layer is, by the questions of `noise_ops.properties`; its last line puts them among its globals, where pytest
collects them. Importing this package imports nothing.

test_dropout.py, test_spatial_dropout.py, test_alpha_dropout.py, test_gaussian_dropout.py, test_gaussian_noise.py and
test_masked_gaussian_noise.py   a layer each
test_tf_dropout.py    the functions that every dropout layer calls
test_random_draws.py  the words, uniforms and normals under every noise layer
"""
