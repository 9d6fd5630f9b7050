"""What an upgrade alone can get wrong: what one release did and the next does not."""

from __future__ import annotations

from collections.abc import Mapping

from noise_ops.codes.code import LOOK, REFRESH, Code
from noise_ops.verdicts import Verdict

_HIDDEN = "What was not read, not resolved or not recorded may be touched by whatever changes."
_LOOK_THERE = (
    "Look there for what changes, or have what is used there asked by name: --layer in place of --used-in, and of a "
    "saved model --model."
)

CODES: Mapping[str, Code] = {
    "seed-rule": Code(
        Verdict.STREAM_CHANGED,
        "Another rule takes a seed to its noise.",
        "Key and counter follow from the seed by a rule of the release; another rule draws other noise of one law.",
        REFRESH,
    ),
    "stream-moved": Code(
        Verdict.STREAM_CHANGED,
        "The same seed draws other noise.",
        "A stage between the seed and the output was changed; the law can be kept all the same.",
        REFRESH,
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
        REFRESH,
    ),
    "words": Code(
        Verdict.STREAM_CHANGED,
        "The random words are others.",
        "All noise is made of the words of one generator at the counter of its seed.",
        REFRESH,
    ),
    "derived-seeds": Code(
        Verdict.STREAM_CHANGED,
        "Other seeds are derived from a given one.",
        "Generators hand on seeds by a rule of the release.",
        REFRESH,
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
        "By Gal and Ghahramani (2016), one mask serves all steps of a sequence; no docstring of these layers says so, "
        "and a mask a step regularizes otherwise.",
        "Expect another regularization, whichever side you come from; tune the rate again.",
        "Gal and Ghahramani (2016)",
    ),
    "gate-masks": Code(
        Verdict.LAW_CHANGED,
        "The gates of a recurrent layer share their dropout masks otherwise.",
        "With one mask for all gates the noise of a unit is stronger than with one mask a gate.",
        "Expect a slightly different regularization: tune the rate again, or write down that you accept it: --accept.",
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
        LOOK,
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
    "unread-law": Code(
        Verdict.CANNOT_TELL,
        "A change of the law of the noise may be hidden in what was not read or not recorded.",
        _HIDDEN,
        _LOOK_THERE,
    ),
    "unread-contract": Code(
        Verdict.CONTRACT_CHANGED,
        "A change of what layers accept, raise or store may be hidden in what was not read or not recorded.",
        _HIDDEN,
        _LOOK_THERE,
    ),
    "unread-stream": Code(
        Verdict.STREAM_CHANGED,
        "Other numbers may be drawn in what was not read or not recorded.",
        _HIDDEN,
        _LOOK_THERE,
    ),
    "other-probe": Code(
        Verdict.CANNOT_TELL,
        "The fingerprints were recorded by different probes.",
        "Facts of different probes need not mean the same.",
        "Record both sides with one version of noise_ops.",
    ),
    "unpinned-keras": Code(
        Verdict.CANNOT_TELL,
        "No side pins Keras, and the newest, which pip installs, was not recorded beside both.",
        "What pip installs beside both sides is one Keras; a record of TensorFlow has the Keras of its day.",
        "Pin Keras, or name keras== on both sides.",
    ),
    "other-markers": Code(
        Verdict.CANNOT_TELL,
        "Pins change for another Python or platform than the one that was judged.",
        "A pin holds where its marker does: what others install draws noise as well.",
        "Name both versions to `noise-ops upgrade`.",
    ),
}

UNREAD = ("unread-law", "unread-contract", "unread-stream")
"""The codes of what may be hidden where it could not be told what is used, as `--used-in` and `--model` ask."""
