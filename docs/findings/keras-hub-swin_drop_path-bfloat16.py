"""keras-hub 0.32.0, the drop paths of Swin and MobileNetV5: in bfloat16, rate 0.01 drops 0.0156, and 0.001 nothing.

Documented: "drop_prob: float, probability of dropping path".
Cause: keras_hub/src/models/swin_transformer/swin_transformer_layers.py and mobilenetv5/mobilenetv5_layers.py draw the
uniform in the compute dtype, of 7 bits, and round its sum with 1 - rate. The layer of MiT draws in float32.
"""

import keras
import numpy as np
from keras_hub.src.models.mit.mit_layers import DropPath as MitDropPath
from keras_hub.src.models.mobilenetv5.mobilenetv5_layers import DropPath as MobileDropPath
from keras_hub.src.models.swin_transformer.swin_transformer_layers import DropPath as SwinDropPath

keras.utils.set_random_seed(1)
x = keras.ops.ones((200_000, 1), "bfloat16")
seen = {}
for name, make in (("Swin", SwinDropPath), ("MobileNetV5", MobileDropPath), ("MiT", MitDropPath)):
    for rate in (0.01, 0.001):
        y = keras.ops.convert_to_numpy(make(rate, dtype="bfloat16")(x, training=True)).astype(np.float32)
        seen[name, rate] = float((y == 0).mean())
print("documented: paths are dropped at the rate")
print("seen:", ", ".join(f"{name} drops {share:.4f} at {rate}" for (name, rate), share in seen.items()))
raise SystemExit(int(seen["Swin", 0.001] == 0))
