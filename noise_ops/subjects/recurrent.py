"""Recurrent layers as subjects, whose weights let one gate through at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from noise_ops.subjects.classes import GATES
from noise_ops.subjects.inputs import RECURRENT_SHAPE
from noise_ops.subjects.layers import WeightedSubject
from noise_ops.subjects.libraries import Library


@dataclass(frozen=True)
class RecurrentSubject(WeightedSubject):
    """A recurrent layer of identity weights and linear activations: its output is input times mask.

    `dropout` shows at the only time step. `recurrent_dropout` shows at the second of two steps, whose input is 0: its
    state is the first step's output, which is the first input, times the mask.
    """

    op: str = "dropout"
    argument: str = "dropout"

    @property
    def steps(self) -> int:
        """Time steps of the standard input."""
        return 2 if self.argument == "recurrent_dropout" else 1

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the standard input."""
        batch, units = RECURRENT_SHAPE
        return (batch, self.steps, units)

    @property
    def mask_shape(self) -> tuple[int, ...]:
        """Shape of the mask, which is one for all steps."""
        return RECURRENT_SHAPE

    @property
    def gates(self) -> str:
        """The gates in the order of the weights."""
        return GATES[self.class_name]

    @property
    def is_long_to_compile(self) -> bool:
        """Whether XLA takes too long for a record: over a loop of several steps, or several gates."""
        return self.steps > 1 or len(self.gates) > 1

    @property
    def open_gate(self) -> str:
        """The gate that input and state go through."""
        return {"LSTM": "i", "GRU": "h", "SimpleRNN": "h"}[self.class_name]

    def fixed(self) -> dict[str, Any]:
        """Return units and linear activations."""
        gated = {} if self.class_name == "SimpleRNN" else {"recurrent_activation": "linear"}
        zeros = {"kernel_initializer": "zeros", "recurrent_initializer": "zeros"}  # made faster, and set at once
        return {"units": self.shape[-1], "activation": "linear", **zeros, **gated}

    def weights(self, layer: Any, gate: str = "") -> list[Any]:
        """Return kernel, recurrent kernel and bias that let input and state through at one gate alone.

        A gate that only shows on a state, "f" of LSTM and "z" of GRU, is given one: the input goes through another.
        """
        gate = gate or self.open_gate
        units, width = self.shape[-1], len(self.gates)
        kernel, recurrent = self.through({"f": "i", "z": "h"}.get(gate, gate)), self.through(gate)
        # What has to be 1 for the gate's value to reach the output.
        held = {"LSTM": {"i": "co", "c": "io", "o": "ic", "f": "co"}, "GRU": {"h": "r", "r": "", "z": ""}}
        bias = np.zeros((width, units), np.float32)
        for other in held.get(self.class_name, {}).get(gate, ""):
            bias[self.gates.index(other)] = 1
        if self.class_name == "GRU":  # one bias for the input, one for the state
            state_bias = np.zeros((width, units), np.float32)
            if gate == "r":
                state_bias[self.gates.index("h")] = 1
            bias = np.stack([bias.ravel(), state_bias.ravel()])
        return [kernel, recurrent, bias if bias.ndim == 2 and self.class_name == "GRU" else bias.ravel()]

    def through(self, gate: str) -> Any:
        """Return the kernel that is the identity at one gate, and 0 at the others."""
        units, width = self.shape[-1], len(self.gates)
        by_gate = np.zeros((units, width, units), np.float32)
        by_gate[:, self.gates.index(gate)] = np.eye(units)
        return by_gate.reshape(units, width * units)

    def forgetting(self) -> list[Any]:
        """Return weights under which, with the usual activations, each step shows its own input and no state."""
        units, width = self.shape[-1], len(self.gates)
        bias = np.zeros((width, units), np.float32)
        keeping = {"LSTM": "f", "GRU": "z"}.get(self.class_name)
        if keeping:
            bias[self.gates.index(keeping)] = -30  # of which the sigmoid is 1e-13
        kernel = self.through({"LSTM": "c"}.get(self.class_name, "h"))
        biases = np.stack([bias.ravel(), 0 * bias.ravel()]) if self.class_name == "GRU" else bias.ravel()
        return [kernel, np.zeros_like(kernel), biases]

    def both_rates(self) -> tuple[float, float]:
        """Return the observed rate and the other one, where the layer has both."""
        return (0.5, 0.25)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Batch and units: the last step alone is returned."""
        return (self.shape[0], self.shape[-1])

    def x(self, dtype: str, kind: str = "ramp") -> Any:
        """Return an input whose second step, if there is one, is 0."""
        x = super().x(dtype, kind)
        x[:, 1:] = 0
        return x


def recurrent_layers(library: Library) -> list[RecurrentSubject]:
    """Return the recurrent layers of a Keras, once for each of their two dropouts."""
    observed = ("dropout", "recurrent_dropout")
    return [RecurrentSubject(library, name, argument=argument) for name in GATES for argument in observed]
