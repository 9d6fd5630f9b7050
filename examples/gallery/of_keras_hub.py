"""keras-hub 0.32.0: drop paths of its backbones, masking of tokens, and samplers."""

import numpy as np
import tensorflow as tf
from keras_hub import layers, samplers
from keras_hub.src.models.dinov2.dinov2_layers import DINOV2DropPath
from keras_hub.src.models.dinov3.dinov3_layers import DINOV3DropPath
from keras_hub.src.models.mit.mit_layers import DropPath as MitDropPath
from keras_hub.src.models.mobilenetv5.mobilenetv5_layers import DropPath as MobileNetDropPath
from keras_hub.src.models.swin_transformer.swin_transformer_layers import DropPath as SwinDropPath
from keras_hub.src.models.vae.vae_layers import DiagonalGaussianDistributionSampler
from scipy import stats

from noise_ops.laws import applies, draws, drops

TOKENS = {"inputs": np.tile(np.arange(5, 25), (512, 1)), "output": "token_ids", "inference": "noisy"}
CHANCES = {"inputs": np.tile(np.float32([0.5, 0.25, 0.125, 0.125]), (4096, 1))}


def masking():
    """Return a layer that puts 1 for a share of the tokens."""
    return layers.MaskedLMMaskGenerator(
        vocabulary_size=30, mask_selection_rate=0.15, mask_token_id=1, mask_token_rate=1.0, random_token_rate=0.0
    )


ENTRIES = {
    "DINOV2DropPath": (lambda: DINOV2DropPath(0.1), drops(0.1, shared_axes=(1, 2))),
    "DINOV3DropPath": (lambda: DINOV3DropPath(0.1), drops(0.1, shared_axes=(1, 2))),
    "DropPath of Swin": (lambda seed=None: SwinDropPath(0.3, seed=seed), drops(0.3, shared_axes=(1, 2))),
    "DropPath of MiT": (lambda seed=None: MitDropPath(0.3, seed=seed), drops(0.3, shared_axes=(1, 2))),
    "DropPath of MobileNetV5": (lambda: MobileNetDropPath(0.3), drops(0.3, shared_axes=(1, 2))),
    "MaskedLMMaskGenerator": (masking, applies(0.15, observe=lambda x, y: y == 1), TOKENS),
    "MaskedLMMaskGenerator, traced, of 3 tokens": (
        lambda x: tf.function(masking())(x)["token_ids"],
        applies(0.15, observe=lambda x, y: y == 1),
        {"inputs": np.tile(np.arange(5, 8), (512, 1)), "units": 2**14},
    ),
    "DiagonalGaussianDistributionSampler": (
        lambda seed=None: DiagonalGaussianDistributionSampler("sample", seed=seed),
        draws(stats.norm()),
        {"shape": (None, 4, 6), "inference": "noisy"},
    ),
    "RandomSampler": (
        lambda x, seed: samplers.RandomSampler(seed=seed).get_next_token(x),
        applies(0.5, observe=lambda x, y: y == 0),
        CHANCES,
    ),
    "TopKSampler": (
        lambda x, seed: samplers.TopKSampler(k=2, seed=seed).get_next_token(x),
        applies(2 / 3, observe=lambda x, y: y == 0),
        CHANCES,
    ),
    "TopPSampler": (
        lambda x, seed: samplers.TopPSampler(p=0.7, seed=seed).get_next_token(x),
        applies(2 / 3, observe=lambda x, y: y == 0),
        CHANCES,
    ),
}
