"""The pipeline that predicts TensorFlow's noise, in NumPy and without TensorFlow.

A value travels one way, and a stage imports only those before it:

    bits.py      key and counter -> uint32 words
    seeds/       a user's seed -> key and counter (its scramble is itself a Philox block)
    variates.py  words -> uniforms and normals, per dtype and engine
    xla.py       XLA's own arithmetic on the same words
    ops.py       uniforms and normals -> the output of a layer

Beside them: denormals.py (numbers too small for TensorFlow), chunks.py (long draws on all cores),
arguments.py (what the ops accept).
"""
