"""spec-augment 0.0.3: bands of a spectrogram are masked."""

from spec_augment import SpecAugment

from noise_ops.laws import unknown

ENTRIES = {"SpecAugment": (lambda: SpecAugment(4, 4), unknown(), {"shape": (None, 12, 10, 1), "units": 2**14})}
