"""What noise can get wrong, wherever it is seen: of a check, of a comparison, of a user's own layer."""

from __future__ import annotations

from collections.abc import Mapping

from noise_ops.codes.code import Code
from noise_ops.verdicts import Verdict

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
        "Do not merge before you know why.",
        in_half="Keep this layer in float32: the rate is rounded up to the lattice of half-precision uniforms.",
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
    "distribution": Code(
        Verdict.LAW_CHANGED,
        "The noise does not have the distribution that its law names.",
        "How much of it lies below any value is a promise, and with it its mean, its spread and its tails.",
    ),
    "argument-ignored": Code(
        Verdict.LAW_CHANGED,
        "An argument changes nothing: no noise is drawn, or a seed or a number is ignored.",
        "Whoever sets an argument relies on it; a layer that never draws regularizes nothing.",
        "Look where the constructor, or the call, loses it.",
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
        "If the error refuses an argument that you give, avoid it or pin the release that accepts it; else report it.",
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
        "Look at what changed upstream, and report it to noise_ops, whose list of deviations names the versions.",
    ),
    "crash": Code(
        Verdict.CANNOT_TELL,
        "The check itself could not finish.",
        "A check that crashes says nothing about the layer.",
        "Read the traceback in the details; report it to noise_ops if it does not come from your environment.",
    ),
}
