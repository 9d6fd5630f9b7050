"""spec-augment 0.0.3, SpecAugment: get_config raises, so that no model that holds one can be saved as .keras.

Documented: the layer has a `get_config`.
Cause: spec_augment.py reads `self.input_mask_value`, which is named `mask_value`; its keys are no arguments either.
"""

from spec_augment import SpecAugment

print("documented: a layer has a config, from which it can be rebuilt")
try:
    SpecAugment.from_config(SpecAugment(5, 10).get_config())
except AttributeError as error:
    print(f"seen: AttributeError: {error}")
    raise SystemExit(1) from None
print("seen: it is rebuilt")
