"""What a model of a user's own can get wrong, which an audit alone finds."""

from __future__ import annotations

from collections.abc import Mapping

from noise_ops.codes.code import Code
from noise_ops.verdicts import Verdict

CODES: Mapping[str, Code] = {
    "shared-seed": Code(
        Verdict.LAW_CHANGED,
        "Layers that draw noise have one seed.",
        "Layers of one model must draw independent noise; those of one seed and shape draw the same.",
        "Give each layer a seed of its own, or none, and call keras.utils.set_random_seed before the model is made.",
    ),
    "overlapping-seed": Code(
        Verdict.CONTRACT_CHANGED,
        "Layers that draw noise have one seed, and draw unequally often at a call.",
        "Layers of one model must draw independent noise; those of one seed draw alike at first, and later what others "
        "have drawn before.",
        "Give each layer a seed of its own, or none, and call keras.utils.set_random_seed before the model is made.",
    ),
    "shared-initial-weights": Code(
        Verdict.CONTRACT_CHANGED,
        "Initializers have one seed.",
        "Weights start independently of one another; of one seed and distribution they start from the same numbers.",
        "Give each initializer a seed of its own, or none, and call keras.utils.set_random_seed before the model is "
        "made.",
    ),
    "meaningless-rate": Code(
        Verdict.CONTRACT_CHANGED,
        "A rate or standard deviation means nothing.",
        "A rate is a probability below 1, since what is kept is divided by 1 - rate; a standard deviation is no less "
        "than 0.",
        "Correct the argument, and save the model again.",
    ),
    "not-judged": Code(
        Verdict.CANNOT_TELL,
        "A layer is not known to noise_ops, and its noise was not judged.",
        "A layer of another package can draw what it likes, and so can a Lambda.",
        "Hold it to its law with noise_ops.testing; if it draws nothing, name it with --without-noise.",
    ),
    "not-run": Code(
        Verdict.CANNOT_TELL,
        "The model cannot be run here, and was judged by its config alone.",
        "A model that raises shows nothing of its noise.",
        "Mend what it raises of, or leave --run out.",
    ),
    "noisy-inference": Code(
        Verdict.LAW_CHANGED,
        "Without training, the model draws noise.",
        "Noise regularizes training; predictions must be deterministic.",
        "Look for layers that are called with training=True, and for random functions outside layers.",
    ),
    "last-digits": Code(
        Verdict.STREAM_CHANGED,
        "Results that one seed, or one input, should repeat differ in their last digits.",
        "Sums of floating-point numbers depend on the order in which threads add; the noise can be the same.",
        "Compare with a tolerance; where every bit counts, call tf.config.experimental.enable_op_determinism().",
    ),
    "inference-draws": Code(
        Verdict.STREAM_CHANGED,
        "Predictions draw random numbers that they do not use.",
        "Each draw moves a seed generator: the noise of a training step depends on the predictions before it.",
        "Nothing for the predictions; to repeat a training run, validate and predict at the same steps.",
    ),
}

RUN = ("not-run", "noisy-inference", "last-digits", "inference-draws")
"""The codes of what is seen when the model is run."""
