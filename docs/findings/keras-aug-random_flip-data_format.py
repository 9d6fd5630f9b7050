"""keras-aug 1.1.1, RandomFlip and others: the config loses data_format, and a rebuilt layer flips along other axes.

Documented: "data_format: ... either "channels_last" or "channels_first"".
Cause: `get_config` of keras_aug/_src/layers/vision/{random_flip,cut_mix,mix_up,random_erasing,random_crop,
random_rotation}.py has no data_format.
"""

import keras_aug
import numpy as np

vision = keras_aug.layers.vision
layers = {
    "RandomFlip": vision.RandomFlip(p=1.0, data_format="channels_first"),
    "RandomErasing": vision.RandomErasing(data_format="channels_first"),
    "RandomCrop": vision.RandomCrop(4, data_format="channels_first"),
    "RandomRotation": vision.RandomRotation(10.0, data_format="channels_first"),
    "CutMix": vision.CutMix(data_format="channels_first"),
    "MixUp": vision.MixUp(data_format="channels_first"),
}
lost = [
    name
    for name, layer in layers.items()
    if type(layer).from_config(layer.get_config()).data_format != layer.data_format
]
x = np.arange(2 * 3 * 4, dtype=np.float32).reshape(1, 2, 3, 4)
flip = layers["RandomFlip"]
same = np.array_equal(flip(x), type(flip).from_config(flip.get_config())(x))
print("documented: a layer that is rebuilt from its config has its arguments")
print(f"seen: lost by {', '.join(lost) or 'none'}; rebuilt, RandomFlip flips {'the same' if same else 'another'} axis")
raise SystemExit(int(bool(lost)))
