"""spec-augment 0.0.3, SpecAugment: under a policy of mixed precision it raises.

Documented: nothing of dtypes.
Cause: spec_augment.py casts the value of the mask to float32.
"""

import tensorflow as tf
from spec_augment import SpecAugment

raised = []
for policy in ("mixed_float16", "mixed_bfloat16"):
    tf.keras.mixed_precision.set_global_policy(policy)
    try:
        SpecAugment(5, 10)(tf.ones((2, 20, 20, 1)), training=True)
    except Exception as error:
        raised.append(f"{policy}: {type(error).__name__}")
print("documented: a layer of Keras computes under any dtype policy")
print(f"seen: {'; '.join(raised) or 'none raises'}")
raise SystemExit(int(bool(raised)))
