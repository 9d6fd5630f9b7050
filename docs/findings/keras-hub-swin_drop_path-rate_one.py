"""keras-hub 0.32.0, the drop paths of Swin and MiT: at rate 1 every output is nan.

Documented: "drop_prob: float, probability of dropping path"; "rate: float, the probability of the residual branch being
dropped". At 1 all is dropped, to 0.
Cause: keras_hub/src/models/{swin_transformer/swin_transformer,mit/mit}_layers.py divide by 1 - rate, which is 0.
"""

import numpy as np
from keras_hub.src.models.mit.mit_layers import DropPath as MitDropPath
from keras_hub.src.models.swin_transformer.swin_transformer_layers import DropPath as SwinDropPath

print("documented: all outputs are 0, or the constructor refuses the rate")
broken = []
for name, layer in (("Swin", SwinDropPath(drop_prob=1.0)), ("MiT", MitDropPath(rate=1.0))):
    y = np.asarray(layer(np.ones((4, 3), np.float32), training=True))
    broken.append(np.isnan(y).any())
    print(f"seen: {name}, {np.isnan(y).sum()} of {y.size} outputs are nan")
raise SystemExit(int(any(broken)))
