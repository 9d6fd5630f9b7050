"""spec-augment 0.0.3, SpecAugment: a model cannot hold two of them.

Documented: nothing of a name.
Cause: spec_augment.py names each layer "SpecAugment" and takes no name, and a model of Keras refuses a name twice.
"""

import tensorflow as tf
from spec_augment import SpecAugment

print("documented: a layer may be used twice in a model")
try:
    tf.keras.Sequential([tf.keras.Input((20, 20, 1)), SpecAugment(5, 10), SpecAugment(2, 3)])
except ValueError as error:
    print(f"seen: ValueError: {str(error).splitlines()[0][:100]}")
    raise SystemExit(1) from None
print("seen: it can")
