"""What is particular to layers with several time steps and gates."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from noise_ops.properties.declaring import Kind, Property, Stage
from noise_ops.properties.step import Step, in_float32
from noise_ops.subjects.inputs import SEED
from noise_ops.subjects.libraries import tf
from noise_ops.subjects.recurrent import RecurrentSubject
from noise_ops.subjects.seeding import reset
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, tensor
from noise_ops.subjects.values import Value, labels

PROPERTIES = (
    Property(
        "mask_over_time",
        Kind.EXACT,
        "mask-over-time",
        "Labels of the masks of three time steps.",
        Stage.LAYER,
        right=("aaa", "no noise"),
        needs_noise=True,
    ),
    Property(
        "gate_masks",
        Kind.EXACT,
        "gate-masks",
        "Labels of the masks of a recurrent layer's gates.",
        Stage.LAYER,
        needs_noise=True,
    ),
)


def gate_masks(subject: RecurrentSubject, implementation: int) -> Value:
    """Label the masks of a recurrent layer's gates, on input or state, each seen alone with the others held open.

    Of input masks the gates on the state, "f" of LSTM and "z" of GRU, are left out: at the only step there is no state
    to show them.
    """
    outputs = []
    for gate in subject.gates if subject.steps > 1 else subject.gates.replace("f", "").replace("z", ""):
        reset()
        layer = subject.make(implementation=implementation)
        layer.set_weights(subject.weights(layer, gate))
        outputs.append(array(subject.call(layer, tensor(subject.x("float32", "ones")))) == 0)
    return labels(outputs) if any(mask.any() for mask in outputs) else "no noise"


def mask_over_time(subject: RecurrentSubject) -> Value:
    """Label the masks of three time steps: of the input, or of the state that the first input has left."""
    reset()
    layer = subject.make(return_sequences=True)
    x = np.ones((subject.shape[0], 2 + subject.steps, subject.shape[2]), np.float32)
    if subject.steps > 1:
        x[:, 1:] = 0
    y = array(layer(tf.constant(x), training=True))
    masks = [y[:, step] == 0 for step in range(subject.steps - 1, y.shape[1])]
    return labels(masks) if any(mask.any() for mask in masks) else "no noise"


def mask_over_time_as_used(subject: RecurrentSubject) -> Value:
    """Label the input masks of three time steps under the usual activations: Keras 2 has a path of its own for them."""
    reset()
    gated = {} if subject.class_name == "SimpleRNN" else {"recurrent_activation": "sigmoid"}
    layer = subject.make(return_sequences=True, activation="tanh", **gated)
    layer.set_weights(subject.forgetting())
    x = np.ones((subject.shape[0], 3, subject.shape[2]), np.float32)
    y = np.abs(array(layer(tf.constant(x), training=True)))
    return labels([y[:, step] < 1e-3 for step in range(3)])


def beside_other_dropout(subject: RecurrentSubject) -> Value:
    """Count what one dropout of a recurrent layer drops while the other one has another rate.

    A state that the first step's input dropout left at 0 tells nothing of recurrent_dropout and is not counted.
    """
    reset()
    own, other = subject.both_rates()
    names = ("dropout", "recurrent_dropout")
    rates = dict(zip(names, (own, other) if subject.strength == "dropout" else (other, own)))
    layer = subject.make("float32", SEED, return_sequences=True, **rates)
    y = array(layer(tensor(subject.x("float32", "ones")), training=True))
    if subject.steps == 1:
        return {"dropped": int((y[:, 0] == 0).sum()), "n": int(y[:, 0].size)}
    before = y[:, 0] != 0
    return {"dropped": int((before & (y[:, 1] == 0)).sum()), "n": int(before.sum())}


def steps(subject: Subject) -> Iterator[Step]:
    """Yield what is particular to layers with several time steps, gates and dropouts."""
    if not isinstance(subject, RecurrentSubject):
        return
    both = functools.partial(beside_other_dropout, subject)
    yield in_float32(subject, "mask_density {} beside {}".format(*subject.both_rates()), both)
    yield in_float32(subject, "mask_over_time", functools.partial(mask_over_time, subject))
    if subject.steps == 1:
        as_used = functools.partial(mask_over_time_as_used, subject)
        yield in_float32(subject, "mask_over_time usual activations", as_used)
    for number in (1, 2) if len(subject.gates) > 1 else ():
        observe = functools.partial(gate_masks, subject, number)
        yield in_float32(subject, f"gate_masks implementation={number}", observe)
