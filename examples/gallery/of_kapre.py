"""kapre 0.4.1: augmentations of sound, in training alone."""

from kapre.augmentation import ChannelSwap, SpecAugment

from noise_ops.laws import applies, unknown

ENTRIES = {
    "ChannelSwap": (
        ChannelSwap,
        applies(1 / 3, observe=lambda x, y: (y == x)[..., 0].all(axis=(1, 2))),
        {"shape": (None, 4, 5, 3)},
    ),
    "SpecAugment": (lambda: SpecAugment(4, 4), unknown(), {"shape": (None, 12, 10, 1), "units": 2**14}),
}
