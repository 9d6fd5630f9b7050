"""tf-models-official 2.20.0, RandomErasing: min_count=2 with max_count=3 raises, and max_count is not reached.

Documented: "min_count: Minimum number of erased rectangles"; "max_count: Maximum number of erased rectangles".
Cause: official/vision/ops/augment.py draws below max_count - min_count + 1 rather than below max_count + 1.
"""

import tensorflow as tf
from official.vision.ops.augment import RandomErasing

print("documented: 2 or 3 rectangles are erased")
try:
    RandomErasing(probability=1.0, min_count=2, max_count=3).distort(tf.zeros((20, 20, 3)))
except tf.errors.InvalidArgumentError as error:
    print(f"seen: InvalidArgumentError: {next(line for line in str(error).splitlines() if 'minval' in line)[-70:]}")
    raise SystemExit(1) from None
print("seen: it does not raise")
