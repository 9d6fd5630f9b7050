"""What every seed is: a source of streams, asked for the next by a draw."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal

from noise_ops.reference.bits import ENGINES, Engine, Stream

BLOCKS_RESERVED = 256
"""Blocks that a stateful op skips per element it draws (`GuardedPhiloxRandom::ReserveRandomOutputs`)."""

U64 = 0xFFFFFFFF_FFFFFFFF


@dataclass(frozen=True)
class Draw:
    """What is about to be drawn, as far as a seed rule can depend on it.

    Attributes:
      kind: "uniform" or "normal": TensorFlow has a kernel, and so a state, for each.
      dtype: name of the dtype drawn.
      count: number of elements.
      index: how many draws the same op call made before this one.
    """

    kind: Literal["uniform", "normal"]
    dtype: str
    count: int
    index: int = 0


class Seed(ABC):
    """A source of streams.

    One object follows one source through its calls, and equals no other: two that are made alike may stand at
    different calls. In which surroundings of a program (eager, `tf.function`, a
    loop, tf.data, replicas) a class is right, and which object to take elsewhere, stands under "Surroundings".

    Attributes:
      engine: which of TensorFlow's engines draws: "kernel" (eager, `tf.function`) or "xla"
        (`jit_compile=True`).
    """

    def __init__(self, engine: Engine) -> None:
        if engine not in ENGINES:
            raise ValueError(f'engine must be "kernel" or "xla", not {engine!r}.')
        self.engine: Engine = engine

    def __repr__(self) -> str:
        engine = [f"engine={self.engine!r}"] if self.engine != "kernel" else []
        return f"{type(self).__name__}{self._maker}({', '.join([*self._told(), *engine, *self._position()])})"

    _maker = ""
    """How it was made where that was not by the class itself, as ".in_function"."""

    def _told(self) -> list[str]:
        """Return the arguments that a reader knows it by."""
        return []

    def _position(self) -> list[str]:
        """Return how far it has drawn, as "call=2"; nothing of what keeps no state."""
        return []

    @abstractmethod
    def next(self, draw: Draw) -> Stream:
        """Return the stream of the next draw and move on."""


def integer(value: Any) -> int:
    """Return a seed of any integer type as a Python integer."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(f"a seed must be an integer, not {value!r}.")
    return number


def int64(value: Any, *, unsigned: bool = False) -> int:
    """Return a seed of 64 bits, with a sign or, if unsigned, with either meaning, as a Python integer."""
    number, bits = integer(value), 64 if unsigned else 63
    if not -(2**63) <= number < 2**bits:
        raise ValueError(f"a seed must lie in [-2**63, 2**{bits}), and {number} does not.")
    return number
