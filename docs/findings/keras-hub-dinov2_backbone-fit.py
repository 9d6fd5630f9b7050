"""keras-hub 0.32.0, DINOV2Backbone and its drop path: with drop_path_rate above 0 it cannot be trained by `fit`.

Documented: "drop_path_rate: float. The drop path rate to use".
Cause: keras_hub/src/models/dinov2/dinov2_layers.py takes the shape of the noise from `build`, where the batch is None.
For the same reason an eager layer takes no second batch size. DINOV3DropPath has the same code.
"""

import keras
import keras_hub
import numpy as np

backbone = keras_hub.models.DINOV2Backbone(
    patch_size=4,
    num_layers=1,
    hidden_dim=8,
    num_heads=2,
    intermediate_dim=16,
    drop_path_rate=0.5,
    image_shape=(8, 8, 3),
    position_embedding_shape=(8, 8),
)
pooled = keras.layers.GlobalAveragePooling1D()(backbone.output)
model = keras.Model(backbone.input, keras.layers.Dense(1)(pooled))
model.compile("sgd", "mse")
print("documented: a model with drop_path_rate trains")
try:
    model.fit({"images": np.ones((4, 8, 8, 3))}, np.ones((4, 1)), verbose=0)
except TypeError as error:
    print(f"seen: {next(line for line in str(error).splitlines() if 'convert' in line)[:90]}")
    raise SystemExit(1) from None
print("seen: it trains")
