"""Which layer has which wounds: at least one of each kind, spread over every subject of the suite."""

from __future__ import annotations

from collections.abc import Iterable

from noise_ops.sabotage import (
    alphas,
    behaviours,
    contracts,
    ends,
    gaussians,
    masks,
    op_seeds,
    repetitions,
    returns,
    seeds,
    uniforms,
)
from noise_ops.sabotage.mutant import Mutant, Wound

_KERAS3_MASK = "noise_ops.layers.keras3.MaskedGaussianNoise"
_KERAS2_MASK = "noise_ops.layers.keras2.MaskedGaussianNoise"


def catalog() -> tuple[Mutant, ...]:
    """Return every mutant, layer by layer, whether its library is installed or not. Imports no TensorFlow."""
    return tuple(Mutant(subject, wound) for subject, wounds in _WOUNDS.items() for wound in wounds)


def _of(wounds: Iterable[Wound], names: str) -> list[Wound]:
    """Return the wounds of a family by their names, in the order given."""
    by_name = {wound.name: wound for wound in wounds}
    return [by_name[name] for name in names.split()]


_CALLS = (*behaviours.ALL, *contracts.ALL)
_SEEDS = (*seeds.ALL, *seeds.CONTROLS)

_WOUNDS: dict[str, list[Wound]] = {
    "keras.layers.Dropout": [
        *_of(
            masks.ALL,
            "untouched complemented rate-0.05-percent-less scale-missing scale-3-ulp "
            "scale-by-share-kept rate-inverted rate-2-percent count-fixed mask-in-bfloat16 mask-in-float16 "
            "greater-than mask-shared-over-batch mask-shared-over-channels noise-shape-ignored "
            "noise-shape-on-wrong-axes every-second-copied one-in-twenty-copied period-24 batch-period-7 "
            "channel-3-never-dropped first-example-never-dropped large-inputs-kept multiplied-by-mask "
            "calls-half-shared calls-complementary seeds-half-shared",
        ),
        *_of(
            repetitions.MASKS,
            "half-repeated half-transposed repeated-in-large-calls every-tenth-977-on call-7-repeats-call-2 "
            "same-after-256-calls calls-7-units-on seeds-3-units-on halves-exchanged columns-first",
        ),
        *_of(
            _CALLS,
            "call-untouched config-untouched noise-at-inference never-noisy scaled-at-inference never-noisy-in-graphs "
            "never-noisy-in-fit gradient-unscaled widened-to-float64 widened-in-mixed-precision "
            "narrowed-to-bfloat16 input-overwritten seed-lost seed-lost-in-file rate-0-adds-zero "
            "rate-1-is-identity bad-rates-accepted policy-lost",
        ),
        *_of(
            _SEEDS,
            "calls-counted-from-9 same-every-call same-every-second-call same-in-graphs same-after-retrace "
            "seed-ignored seed-replaced seed-plus-call",
        ),
        *_of(
            returns.ALL,
            "constant-0 constant-nan scalar-0 none tuple raises raises-at-second-call raises-in-graphs "
            "raises-in-config raises-at-inference",
        ),
        *_of(
            ends.ALL,
            "seed-in-8-bits seed-in-16-bits seed-in-31-bits seed-in-40-bits seed-without-bit-19 "
            "seed-without-bit-47 seed-without-1-low-bits seed-without-32-low-bits seed-0-taken-for-minus-1 "
            "negative-seeds-taken-for-7 input-kept-seed-0 raises-seed-negative period-of-3-calls "
            "period-of-8-calls period-of-256-calls still-from-call-2 still-from-call-9 still-from-call-255 "
            "call-40-repeats-33 input-kept-call-from-4 zeroed-call-from-50 zeroed-place-from-4096 "
            "zeroed-place-from-1048576 scaled-size-from-16384 scaled-size-from-1048576 "
            "gradient-0-place-from-65536 input-kept-last-element input-kept-remainder-256 raises-rank-0 "
            "raises-rank-3 input-kept-rank-1 input-kept-rank-4 scaled-rank-1 scaled-rank-5 "
            "raises-batch-of-one input-kept-in-float16 raises-in-float64 input-kept-retraced "
            "raises-second-instance input-kept-rate-from-0.8 scaled-rate-below-0.05 gradient-0-x-zero "
            "gradient-0-x-negative-zero gradient-0-x-nan gradient-0-x-negative gradient-doubled-x-zero "
            "nan-x-negative-zero scaled-x-negative input-kept-x-beyond-2 zeroed-x-nan seed-plus-1000000 "
            "calls-counted-from-1000000 call-number-times-7 seed-times-5",
        ),
    ],
    "keras.layers.SpatialDropout1D": [
        *_of(
            masks.ALL,
            "untouched complemented rate-5-percent-less noise-shape-ignored examples-in-pairs "
            "last-channel-never-dropped",
        ),
        *_of(_CALLS, "noise-at-inference"),
        *_of(returns.ALL, "input-returned transposed raises-in-constructor"),
        *_of(repetitions.MASKS, "last-channel-repeated period-1000"),
        *_of(
            ends.ALL,
            "seed-in-48-bits seed-without-sign seed-0-taken-for-1337 doubled-seed-from-2-to-33 period-of-300-calls "
            "call-200-repeats-1 input-kept-call-34 gradient-0-call-from-20",
        ),
    ],
    "keras.layers.SpatialDropout2D": [
        *_of(
            masks.ALL,
            "untouched reversed scale-by-rate noise-shape-on-wrong-axes mask-shared-over-batch signs-dropped-unequally "
            "antithetic-pairs",
        ),
        *_of(_CALLS, "data-format-lost"),
        *_of(_SEEDS, "seeds-in-pairs"),
        *_of(returns.ALL, "flattened sparse"),
        *_of(repetitions.MASKS, "quarter-repeated half-mirrored"),
        *_of(
            ends.ALL,
            "seed-without-bit-0 seed-0-taken-for-1 doubled-call-121 gradient-doubled-in-graphs",
        ),
    ],
    "keras.layers.SpatialDropout3D": [
        *_of(masks.ALL, "untouched complemented mask-shared-over-channels mask-in-bfloat16"),
        *_of(_CALLS, "gradient-unscaled"),
        *_of(returns.ALL, "nothing"),
        *_of(repetitions.MASKS, "last-eighth-repeated"),
    ],
    "keras.layers.GaussianDropout": [
        *_of(
            gaussians.ALL,
            "untouched negated stddev-0.02-percent root-forgotten variance-inverted stddev-1-percent "
            "mean-0.99 truncated sizes-in-pairs columns-of-two-sizes",
        ),
        *_of(_CALLS, "noise-added gradient-1 rate-halved "),
        *_of(_SEEDS, "same-every-second-call same-in-fit"),
        *_of(returns.ALL, "constant-1 sum float64 raises-in-fit"),
        *_of(repetitions.NORMALS, "half-mirrored-negated quarter-negated period-1000 columns-first"),
        *_of(
            ends.ALL,
            "seed-in-24-bits seed-without-bit-61 raises-seed-0 period-of-17-calls call-3-repeats-2 "
            "nan-place-from-262144 zeroed-every-33-20 raises-rank-5 input-kept-batch-of-one zeroed-in-graphs "
            "gradient-0-x-positive-zero gradient-0-x-infinite nan-x-zero zeroed-x-one zeroed-call-299 "
            "gradient-doubled-place-from-1048576",
        ),
    ],
    "keras.layers.GaussianNoise": [
        *_of(
            gaussians.ALL,
            "untouched reversed root-taken-twice mean-0.02-deviations clipped half-normal "
            "one-in-256-wild logistic antithetic-pairs drawn-in-bfloat16 channel-3-without-noise "
            "period-24",
        ),
        *_of(
            _CALLS,
            "noise-subtracted noise-multiplied noise-grows-with-input zeros-left-alone noise-clipped-with-input "
            "gradient-doubled input-overwritten stddev-halved",
        ),
        *_of(_SEEDS, "seed-words-swapped same-after-two-calls"),
        *_of(returns.ALL, "input-returned constant-infinity axis-more bool raises-when-saved"),
        *_of(
            repetitions.NORMALS,
            "half-repeated half-negated half-mirrored quarter-repeated last-channel-repeated half-transposed "
            "repeated-in-large-calls every-tenth-977-on halves-exchanged",
        ),
        *_of(
            ends.ALL,
            "seed-in-12-bits seed-without-bit-33 negative-seeds-taken-for-0 period-of-5-calls "
            "still-from-call-100 nan-call-from-256 input-kept-place-from-65536 zeroed-first-element "
            "zeroed-remainder-4 raises-rank-1 input-kept-rank-3 zeroed-odd-row zeroed-in-bfloat16 "
            "raises-retraced turned-rank-2 turned-call-from-2 turned-place-from-1024 turned-every-3-1",
        ),
    ],
    "keras.layers.AlphaDropout": [
        *alphas.ALL,
        *_of(
            uniforms.ALL,
            "complemented uniforms-0.05-percent-high uniforms-in-bfloat16 shared-over-channels channel-3-at-one",
        ),
        *_of(_CALLS, "noise-shape-lost rate-complemented never-noisy"),
        *_of(returns.ALL, "constant-0-made-anew one-element int32"),
        *_of(
            ends.ALL,
            "seed-in-32-bits seed-without-9-low-bits zeroed-seed--1 period-of-64-calls call-11-repeats-1 "
            "doubled-size-from-131072 raises-rank-4 input-kept-rank-5 doubled-in-float64 "
            "zeroed-second-instance gradient-0-x-denormal gradient-0-x-one nan-x-denormal zeroed-x-infinite",
        ),
    ],
    _KERAS3_MASK: [
        *_of(uniforms.ALL, "untouched complemented half-a-step-low uniforms-2-percent-low one-in-twenty-copied"),
        *_of(gaussians.ALL, "stddev-2-percent-less truncated mean-0.02-deviations"),
        *_of(_CALLS, "noise-at-inference gradient-0"),
        *_of(_SEEDS, "mask-tied-to-noise"),
        *_of(returns.ALL, "input-returned one-missing complex"),
        *_of(
            ends.ALL,
            "seed-in-62-bits seed-through-float32",
        ),
    ],
    "tf_keras.layers.Dropout": [
        *_of(
            masks.ALL,
            "untouched complemented scale-3-ulp rate-2-percent mask-in-bfloat16 greater-than "
            "noise-shape-ignored one-in-twenty-copied channel-3-never-dropped "
            "multiplied-by-mask",
        ),
        *_of(_CALLS, "noise-at-inference noise-by-default never-noisy-in-fit input-overwritten"),
        *_of(
            op_seeds.ALL,
            "same-every-call same-every-second-call same-in-graphs same-after-retrace seed-ignored "
            "replicas-share-op-seed",
        ),
        *_of(returns.ALL, "input-negated python-float text raises"),
    ],
    "tf_keras.layers.SpatialDropout1D": [
        *_of(masks.ALL, "untouched reversed scale-inverted noise-shape-on-wrong-axes batch-period-7"),
        *_of(repetitions.MASKS, "quarter-repeated"),
    ],
    "tf_keras.layers.SpatialDropout2D": _of(
        masks.ALL, "untouched complemented scale-1-percent noise-shape-ignored large-inputs-kept"
    ),
    "tf_keras.layers.SpatialDropout3D": _of(
        masks.ALL, "untouched complemented rate-squared noise-shape-on-wrong-axes examples-in-pairs"
    ),
    "tf_keras.layers.GaussianDropout": [
        *_of(gaussians.ALL, "untouched negated variance-of-mask stddev-1-percent mean-0 half-normal"),
        *_of(_CALLS, "noise-added gradient-1"),
        *_of(op_seeds.ALL, "same-in-graphs"),
        *_of(returns.ALL, "input-doubled batch-twice"),
    ],
    "tf_keras.layers.GaussianNoise": [
        *_of(
            gaussians.ALL,
            "untouched negated stddev-0.02-percent root-forgotten uniform pairs-repeated shared-over-channels "
            "rounded-to-1-in-64",
        ),
        *_of(_CALLS, "noise-multiplied noise-subtracted"),
        *_of(op_seeds.ALL, "same-in-fit replicas-share-op-seed"),
        *_of(returns.ALL, "mean-returned one-more"),
        *_of(repetitions.NORMALS, "half-negated last-eighth-repeated"),
    ],
    "tf_keras.layers.AlphaDropout": [
        *_of(
            alphas.ALL,
            "put-together-again saturation-positive shift-missing scale-missing root-missing correction-missing "
            "greater-than",
        ),
        *_of(uniforms.ALL, "complemented uniforms-in-bfloat16 every-second-copied"),
        *_of(returns.ALL, "dictionary list"),
    ],
    _KERAS2_MASK: [
        *_of(uniforms.ALL, "untouched complemented half-a-step-low channel-3-at-one"),
        *_of(gaussians.ALL, "skewed examples-in-pairs"),
        *_of(op_seeds.ALL, "mask-tied-to-noise"),
    ],
    "tf.nn.dropout": _of(
        masks.ALL,
        "untouched complemented rate-0.05-percent-less scale-missing scale-3-ulp rate-inverted mask-in-bfloat16 "
        "greater-than noise-shape-ignored multiplied-by-mask one-in-twenty-copied widened-to-float64",
    ),
    "tf.nn.experimental.stateless_dropout": [
        *_of(
            masks.ALL,
            "untouched reversed scale-inverted rate-5-percent-less greater-than noise-shape-on-wrong-axes "
            "large-inputs-kept period-16 narrowed-to-bfloat16",
        ),
        *_of(seeds.functions("dropout"), "seed-replaced seeds-in-pairs"),
    ],
    "tf.random.uniform": _of(
        uniforms.ALL,
        "untouched complemented uniforms-2-percent-low uniforms-drawn-apart uniforms-in-bfloat16 widened-to-float64",
    ),
    "tf.random.normal": _of(
        gaussians.ALL, "untouched negated stddev-1-percent truncated one-in-twenty-copied pairs-repeated"
    ),
    "tf.random.stateless_uniform": [
        *_of(uniforms.ALL, "untouched reversed uniforms-squared channel-3-at-one"),
        *_of(seeds.functions("uniform"), "seed-ignored"),
    ],
    "tf.random.stateless_normal": [
        *_of(gaussians.ALL, "untouched reversed mean-0.02-deviations widened-to-float64"),
        *_of(seeds.functions("normal"), "seed-ignored"),
    ],
    "tf.random.Generator.uniform": _of(
        uniforms.ALL, "untouched complemented uniforms-2-percent-low shared-over-batch period-24"
    ),
    "tf.random.Generator.normal": [
        *_of(gaussians.ALL, "untouched negated clipped shared-over-batch"),
        *_of(repetitions.NORMALS, "half-negated half-mirrored"),
    ],
}
