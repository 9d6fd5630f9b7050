"""Codes of findings that only an upgrade can have, next to those of `noise_ops.findings`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from noise_ops import findings
from noise_ops.findings import Code, Verdict

_REFRESH = "Refresh seeded golden values, and nothing else: the law is the same."
_LOOK = "Look at the code that relies on it before you merge."

CODES: Mapping[str, Code] = MappingProxyType(
    {
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
            "Do not merge before you know why; the script is made for an upstream report.",
        ),
        "unseeded-layers": Code(
            Verdict.LAW_CHANGED,
            "Two layers without a seed share their noise.",
            "Layers of one model must draw independent noise.",
            "Give each layer a seed of its own.",
        ),
        "colliding-seeds": Code(
            Verdict.CONTRACT_CHANGED,
            "Different seeds far apart draw the same noise.",
            "Seeds that differ should give independent streams; the law of the noise of each is kept.",
            "Take seeds below 2**31 - 2.",
        ),
        "recomputation": Code(
            Verdict.LAW_CHANGED,
            "Under tf.recompute_grad the backward pass draws other noise than the forward pass.",
            "A gradient belongs to the noise of its own forward pass.",
            "Keep noise layers out of recomputed blocks.",
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
        "config": Code(
            Verdict.CONTRACT_CHANGED,
            "The config of a layer has other entries.",
            "Saved models, and code that reads configs, depend on these entries.",
            "Load one of your saved models with the new release before you merge.",
        ),
        "variables": Code(
            Verdict.CONTRACT_CHANGED,
            "A layer keeps another number of weights.",
            "Checkpoints hold one array a weight.",
            "Load one of your checkpoints with the new release before you merge.",
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
)
"""Codes that only a comparison uses."""


def code(name: str) -> Code:
    """Return what a code means, be it of a comparison or of a check."""
    return CODES[name] if name in CODES else findings.CODES[name]
