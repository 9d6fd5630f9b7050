"""What the tests of seeds share: the uniforms of a draw, and a fresh interpreter.

A stream is seen in float32 uniforms (the low 23 bits of each word) or full-range integers (the words themselves).
test_bits.py holds the words, test_variates.py the normals.
"""

import os
import subprocess
import sys

import numpy as np

from noise_ops.reference.bits import philox_words
from noise_ops.reference.seeds import Draw


def uniforms(seed, *shape, kind="uniform", index=0):
    """The float32 uniforms of the next draw: the low 23 bits of each word."""
    count = int(np.prod(shape))
    words = philox_words(seed.next(Draw(kind, "float32", count, index)), count)
    return ((words & 0x7FFFFF).astype(np.float32) * np.float32(2**-23)).reshape(shape)


def in_new_python(program, **environment):
    """What a program prints in a fresh interpreter."""
    variables = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=variables, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()
