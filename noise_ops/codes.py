"""Codes: what a finding can be, of a check and of a comparison alike, in one table.

A code is stable: `CODES` holds, for each, its verdict, the sentence, the reason behind the property, and the remedy.
A property that both a check and a comparison ask about has one code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from noise_ops.verdicts import Verdict


class Code(NamedTuple):
    """What a finding code means.

    Attributes:
      verdict: the verdict of every finding with this code.
      sentence: what is wrong, in one sentence.
      reason: why the property holds of a correct layer.
      remedy: what to do next; of most breaches of a law, to ask upstream.
    """

    verdict: Verdict
    sentence: str
    reason: str
    remedy: str = "Do not merge the upgrade before you know why; the script is made for an upstream report."


_REFRESH = "Refresh seeded golden values, and nothing else for this: a finding of its own tells where the law changes."
_LOOK = "Look at the code that relies on it before you merge."

CODES: Mapping[str, Code] = {
    "stream": Code(
        Verdict.STREAM_CHANGED,
        "The layer draws other noise than its seed predicts.",
        "Key, counter, words, variates and rounding are all determined by the seed.",
        "If the law checks pass, refresh seeded golden values and nothing else; do not pin TensorFlow for it.",
    ),
    "same-seed": Code(
        Verdict.CONTRACT_CHANGED,
        "The same seed gives different noise.",
        "A seed exists to make noise repeatable.",
        "Do not rely on seeds for this layer; repeatable tests of it will fail at random.",
    ),
    "new-call": Code(
        Verdict.LAW_CHANGED,
        "A second call repeats or shares the noise of the first.",
        "Regularization needs fresh noise at each step.",
    ),
    "new-trace": Code(
        Verdict.LAW_CHANGED,
        "A new trace of a layer repeats the noise of an earlier one.",
        "A batch of another shape makes tf.function trace again, and is to get fresh noise like any other batch.",
        "Give all batches one shape (drop_remainder=True), or the tf.function an input_signature that leaves it open.",
    ),
    "neighbouring-seeds": Code(
        Verdict.LAW_CHANGED,
        "Different seeds give related noise.",
        "Seeds that differ must give independent streams, adjacent ones included.",
        "Use seeds far apart until it is fixed.",
    ),
    "colliding-seeds": Code(
        Verdict.CONTRACT_CHANGED,
        "Different seeds far apart draw the same noise.",
        "Seeds that differ should give independent streams; the law of the noise of each is kept.",
        "Take seeds below 2**31 - 2.",
    ),
    "replicas": Code(
        Verdict.LAW_CHANGED,
        "Replicas of a distribution strategy share their noise.",
        "Data-parallel training means one large batch, each element of which has noise of its own.",
        "Give each replica a layer seed of its own, or accept a weaker regularization.",
    ),
    "inference": Code(
        Verdict.LAW_CHANGED,
        "The layer changes its input at inference time.",
        "Noise regularizes training; predictions must be deterministic.",
    ),
    "support": Code(
        Verdict.LAW_CHANGED,
        "An output is not one of the values that the layer can produce.",
        "Dropout yields 0 or x / (1 - rate), AlphaDropout its two affine images, and nothing between.",
    ),
    "mask-depends-on-input": Code(
        Verdict.LAW_CHANGED,
        "What is dropped, or the noise that is added, depends on the input.",
        "The noise is drawn from the seed alone.",
    ),
    "non-finite": Code(
        Verdict.LAW_CHANGED,
        "A dropped unit lets a nan or infinity through.",
        "A dropped unit contributes nothing, whatever it holds.",
        "Keep non-finite values out of this layer's input.",
    ),
    "rate-limit": Code(
        Verdict.CONTRACT_CHANGED,
        "The layer accepts rate 0 or 1 and does not do there what it promises.",
        "At rate 0 nothing is dropped, at rate 1 everything.",
        "Leave the layer out at rate 0, and stay below 1.",
    ),
    "gradient": Code(
        Verdict.LAW_CHANGED,
        "The gradient is not the factor by which the forward pass scaled each element.",
        "The layer is linear in its input given the noise, so its gradient is that noise factor.",
    ),
    "recomputation": Code(
        Verdict.LAW_CHANGED,
        "Under tf.recompute_grad the backward pass draws other noise than the forward pass.",
        "A gradient belongs to the noise of its own forward pass.",
        "Keep noise layers out of recomputed blocks.",
    ),
    "noise-shape": Code(
        Verdict.LAW_CHANGED,
        "The mask is not shared along exactly the axes that noise_shape or the layer names.",
        "noise_shape says along which axes the mask is one.",
    ),
    "dtype": Code(
        Verdict.CONTRACT_CHANGED,
        "The output has another shape or dtype than the layer's compute dtype promises.",
        "Noise must not widen or narrow what flows through the network.",
        "Cast the output, or set the layer's dtype, until it is fixed.",
    ),
    "input-overwritten": Code(
        Verdict.CONTRACT_CHANGED,
        "The layer overwrites its input.",
        "Layers are functions; residual connections read the input again.",
    ),
    "scale-equivariance": Code(
        Verdict.LAW_CHANGED,
        "Scaling the input does not scale the output by the same factor.",
        "Multiplicative noise commutes with scaling, and leaves zero alone.",
    ),
    "additivity": Code(
        Verdict.LAW_CHANGED,
        "The noise that is added depends on the input, or is not simply added.",
        "y - x is drawn from the seed alone.",
    ),
    "granularity": Code(
        Verdict.LAW_CHANGED,
        "The noise takes far fewer values than its dtype holds.",
        "Normals are drawn at the precision of the dtype; repeats mean coarser or reused draws.",
    ),
    "round-trip": Code(
        Verdict.CONTRACT_CHANGED,
        "A layer rebuilt from its config, or saved and loaded, behaves differently.",
        "Config and file carry every argument that determines behaviour, the seed included.",
        "Set the lost argument again after loading.",
    ),
    "boundary": Code(
        Verdict.LAW_CHANGED,
        "An element whose uniform equals the rate is dropped, or noised.",
        "An element is dropped, or noised, where uniform < rate; with <= that is one lattice step too likely.",
    ),
    "mask-density": Code(
        Verdict.LAW_CHANGED,
        "The share of dropped elements is not the documented rate.",
        "Each unit is dropped with probability `rate`.",
        "In half precision, keep this layer in float32. In float32 or float64, do not merge before you know why.",
    ),
    "mean": Code(
        Verdict.LAW_CHANGED,
        "The layer does not preserve the mean.",
        "Training and inference must see activations of the same mean; that is what the scaling is for.",
    ),
    "variance": Code(
        Verdict.LAW_CHANGED,
        "The noise does not have the documented variance.",
        "Dropout and GaussianDropout promise variance rate / (1 - rate), GaussianNoise stddev squared.",
    ),
    "normality": Code(
        Verdict.LAW_CHANGED,
        "The noise is not normally distributed.",
        "Gaussian layers promise Gaussian noise, tails included.",
    ),
    "independence": Code(
        Verdict.LAW_CHANGED,
        "Neighbouring elements share their noise.",
        "Each element, or feature map, draws its own noise.",
    ),
    "repetition": Code(
        Verdict.LAW_CHANGED,
        "A piece of the noise repeats another piece of it.",
        "Each element of each call has its own noise; a shifted, mirrored or negated copy is none.",
    ),
    "evenness": Code(
        Verdict.LAW_CHANGED,
        "Some positions are dropped, or noised, more or less often than others.",
        "Every position has the same chance; one that is never dropped is never regularized.",
    ),
    "raises": Code(
        Verdict.CONTRACT_CHANGED,
        "The call raises where the documentation promises a result.",
        "Accepted arguments must work when the layer is called.",
        "Avoid the argument, or pin the release that accepts it.",
    ),
    "explicit-training": Code(
        Verdict.CONTRACT_CHANGED,
        "An explicit training=True is ignored.",
        "An argument given at the call outranks the mode of the model: Monte Carlo dropout rests on it.",
        "Call the model with training=True instead of predict.",
    ),
    "accepts-nonsense": Code(
        Verdict.CONTRACT_CHANGED,
        "An argument that means nothing is accepted.",
        "A mistyped rate must be an error, not a layer that silently does something else.",
        "Check your arguments yourself.",
    ),
    "unobserved": Code(
        Verdict.CONTRACT_CHANGED,
        "A known deviation was not observed.",
        "Known deviations are strict: a behaviour that moved is news, even for the better.",
        "Narrow its version range in noise_ops/deviations.toml, after a look at what changed upstream.",
    ),
    "crash": Code(
        Verdict.CANNOT_TELL,
        "The check itself could not finish.",
        "A check that crashes says nothing about the layer.",
        "Read the traceback in the details; report it to noise_ops if it does not come from your environment.",
    ),
    # Of an upgrade alone: what one release did and the next does not.
    "seed-rule": Code(
        Verdict.STREAM_CHANGED,
        "Another rule takes a seed to its noise.",
        "Key and counter follow from the seed by a rule of the release; another rule draws other noise of one law.",
        _REFRESH,
    ),
    "stream-moved": Code(
        Verdict.STREAM_CHANGED,
        "The same seed draws other noise.",
        "A stage between the seed and the output was changed; the law can be kept all the same.",
        _REFRESH,
    ),
    "rounding": Code(
        Verdict.STREAM_CHANGED,
        "The same noise comes out rounded otherwise.",
        "The order of operations after the draw decides the last bits of the output; what is dropped is the same.",
        "Compare golden values with a tolerance of a few ulp; nothing else.",
    ),
    "signed-zeros": Code(
        Verdict.STREAM_CHANGED,
        "What is dropped is a zero of another sign.",
        "The same elements are dropped; 0 and -0 are equal, but not in every bit.",
        "Compare golden values by value, or refresh those that are compared bit by bit; nothing else.",
    ),
    "unseeded-stream": Code(
        Verdict.STREAM_CHANGED,
        "A layer without a seed draws other noise after everything was seeded.",
        "Layers without a seed take theirs from a source that the program seeds.",
        _REFRESH,
    ),
    "words": Code(
        Verdict.STREAM_CHANGED,
        "The random words are others.",
        "All noise is made of the words of one generator at the counter of its seed.",
        _REFRESH,
    ),
    "derived-seeds": Code(
        Verdict.STREAM_CHANGED,
        "Other seeds are derived from a given one.",
        "Generators hand on seeds by a rule of the release.",
        _REFRESH,
    ),
    "modes-part": Code(
        Verdict.STREAM_CHANGED,
        "A mode and eager execution agree on their noise on one side only.",
        "Whoever compares compiled with eager runs relies on one stream for both.",
        "Compare runs of one mode with each other, not compiled runs with eager ones.",
    ),
    "mask-over-time": Code(
        Verdict.LAW_CHANGED,
        "A recurrent layer does not drop the same inputs at each time step.",
        "Dropout of a sequence has one mask for all of its steps (Gal and Ghahramani, 2016).",
        _LOOK,
    ),
    "gate-masks": Code(
        Verdict.LAW_CHANGED,
        "The gates of a recurrent layer share their dropout masks otherwise.",
        "With one mask for all gates the noise of a unit is stronger than with one mask a gate.",
        "Expect a slightly different regularization; tune the rate again if it matters.",
    ),
    "uniformity": Code(
        Verdict.LAW_CHANGED,
        "The uniforms are not uniform on [0, 1).",
        "Every mask is decided by uniforms.",
    ),
    "unseeded-layers": Code(
        Verdict.LAW_CHANGED,
        "Two layers without a seed share their noise.",
        "Layers of one model must draw independent noise.",
        "Give each layer a seed of its own.",
    ),
    "works-now": Code(
        Verdict.CONTRACT_CHANGED,
        "What raised works.",
        "An error has gone; code that worked around it can be simplified.",
        "Nothing, unless something relies on the error.",
    ),
    "rejects": Code(
        Verdict.CONTRACT_CHANGED,
        "An argument or input that was accepted is rejected.",
        "Code that gives it stops at an error.",
        "Change what is given before you merge; the places are listed.",
    ),
    "accepts": Code(
        Verdict.CONTRACT_CHANGED,
        "An argument or input that was rejected is accepted.",
        "A mistake that was an error may pass unseen, or a limit has gone.",
        "Check such arguments yourself where an error was relied upon.",
    ),
    "raises-otherwise": Code(
        Verdict.CONTRACT_CHANGED,
        "Another type of exception is raised, or at another moment.",
        "Code that catches the error has to name its type, around the constructor or around the call.",
        "Adapt `except` clauses and tests that expect the error.",
    ),
    "does-otherwise": Code(
        Verdict.CONTRACT_CHANGED,
        "The same argument or input does something else.",
        "An argument means what it meant before.",
        _LOOK,
    ),
    "signature": Code(
        Verdict.CONTRACT_CHANGED,
        "An argument is gone, has moved or has another default.",
        "Calls with this argument, or by position, mean something else or raise.",
        "Give arguments by name, and drop those that are gone.",
    ),
    "arguments-added": Code(
        Verdict.CONTRACT_CHANGED,
        "A layer or function takes another argument.",
        "Code that gives it runs on one side only, and a default may do what nobody asked for.",
        "Nothing, unless the same code must run on both sides, or subclasses list the arguments.",
    ),
    "config-refused": Code(
        Verdict.CONTRACT_CHANGED,
        "A config of the old side cannot be loaded by the new one.",
        "A config is loaded by giving every entry to the constructor, which refuses those that it does not take; "
        "whole models are loaded so, too.",
        "Take the entries out of saved configs, or build the model in code and load its weights alone.",
    ),
    "config": Code(
        Verdict.CONTRACT_CHANGED,
        "The config of a layer has other entries.",
        "Saved models, and code that reads configs, depend on these entries.",
        "Load one of your saved models with the new release before you merge.",
    ),
    "variables": Code(
        Verdict.CONTRACT_CHANGED,
        "A layer keeps other weights or variables: those that were saved before no longer match.",
        "Checkpoints hold one array a weight, and one for the state of each seed.",
        "Load one of your checkpoints with the new release before you merge.",
    ),
    "changed-attribute": Code(
        Verdict.CONTRACT_CHANGED,
        "A rate or stddev that is changed after tracing has another effect.",
        "Schedules of noise assign to an attribute of a layer, or to the variable that it was given.",
        "Compile the model again after each change, and look at the noise of one step.",
    ),
    "seeded-by": Code(
        Verdict.CONTRACT_CHANGED,
        "Another call determines the noise of a layer without a seed.",
        "A run is repeatable if the source of its seeds was seeded.",
        "Call keras.utils.set_random_seed, which seeds Python, NumPy and TensorFlow; before TensorFlow 2.7, all "
        "three by hand.",
    ),
    "reloaded-stream": Code(
        Verdict.CONTRACT_CHANGED,
        "The noise of a saved and loaded layer goes on elsewhere.",
        "A training run that is resumed draws on from where its layers are put.",
        "Re-record golden values of resumed runs.",
    ),
    "dies": Code(
        Verdict.CONTRACT_CHANGED,
        "A process dies or hangs, or did.",
        "No program survives it.",
        "Do not merge if you use it; the script shows it with TensorFlow alone.",
    ),
    "gone": Code(
        Verdict.CONTRACT_CHANGED,
        "A layer or function is gone.",
        "Code that names it stops at an AttributeError.",
        "Replace it, or keep the release that has it.",
    ),
    "unknown-property": Code(
        Verdict.CANNOT_TELL,
        "A fingerprint holds a property that this noise_ops does not know.",
        "What a newer probe recorded has a meaning that is not known here.",
        "Update noise_ops, or record both sides with one version of it.",
    ),
    "other-probe": Code(
        Verdict.CANNOT_TELL,
        "The fingerprints were recorded by different probes.",
        "Facts of different probes need not mean the same.",
        "Record both sides with one version of noise_ops.",
    ),
}
"""Every code by name."""
