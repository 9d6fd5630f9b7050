"""Layers of a user's own that are broken, and some that are right, as `noise_ops.testing` must judge them.

layer.py     one of them with its law, and what must catch it
right.py     right layers of Keras 3, whose parts the broken ones replace
controls.py  right layers of every law, which nothing may object to
dropping.py  broken dropouts: rate, scale, what shares a mask, places, copies
seeds.py     broken dropouts: seeds, calls, configs
limits.py    broken dropouts: inference, limits, dtypes, traces, gradients, shapes
adding.py    noise that is added, multiplied or drawn otherwise than its law says
samples.py   augmentations, selections and mixtures that happen otherwise than their law says
constructing.py dropouts, right and broken: what a class promises beside its noise, half precision
functions.py functions of TensorFlow and NumPy, right and broken
keras2.py    layers of tf_keras, right and broken
catalog.py   all of them
judging.py   asks each what it must be caught by, or everything
"""
