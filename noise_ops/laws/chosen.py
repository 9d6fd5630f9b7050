"""A random share of the units is chosen by uniforms, whatever becomes of it: what dropping and masked noise share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from noise_ops.laws.law import Law
from noise_ops.reference.bits import Engine
from noise_ops.reference.variates import share_below


@dataclass(frozen=True, repr=False)
class Chosen(Law):
    """Each unit is chosen with probability `rate`; its state is one where it is."""

    rate: float

    has_mask: ClassVar[bool] = True

    @property
    def probability(self) -> float:
        """The rate."""
        return self.rate

    def p_one(self, dtype: np.dtype[Any], engine: Engine = "kernel") -> float:
        """Return the rate, rounded up to the lattice of the uniforms that decide."""
        return share_below(self.rate, self.drawn_in(dtype), engine)
