"""keras-hub 0.32.0, MaskedLMMaskGenerator: in tf.data the number of masked tokens is fixed, and wrong for short texts.

Documented: "mask_selection_rate: float, the probability of a token is selected for masking".
Cause: keras_hub/src/layers/preprocessing/masked_lm_mask_generator.py selects by probability in Python, and by
`tf_text.RandomItemSelector`, which takes the same number of every text and at least one, in a tf.function or tf.data.
"""

import keras_hub
import numpy as np
import tensorflow as tf

layer = keras_hub.layers.MaskedLMMaskGenerator(vocabulary_size=100, mask_selection_rate=0.15, mask_token_id=1)
tokens = np.tile(np.arange(5, 8), (2000, 1))
eager = np.array([len(each) for each in layer(tokens)["mask_positions"]])
traced = tf.function(layer)(tf.constant(tokens))["mask_positions"].row_lengths().numpy()
print("documented: of 3 tokens each is selected with probability 0.15")
print(
    f"seen: called, {eager.mean() / 3:.3f}; in a tf.function {traced.mean() / 3:.3f}, always {np.unique(traced)} of 3"
)
raise SystemExit(int(traced.mean() / 3 > 0.3))
