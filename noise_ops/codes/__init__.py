"""Codes: what a finding can be, in one table for all who find.

code.py         what a code is
of_noise.py     what noise can get wrong, wherever it is seen
of_upgrades.py  what an upgrade alone can get wrong
of_models.py    what a model of a user's own can get wrong

A code is stable: `CODES` holds, for each, its verdict, the sentence, the reason behind the property, and the remedy.
A property that both a check and a comparison ask about has one code.
"""

from __future__ import annotations

from collections.abc import Mapping

from noise_ops.codes import of_models, of_noise, of_upgrades
from noise_ops.codes.code import Code as Code

CODES: Mapping[str, Code] = {**of_noise.CODES, **of_upgrades.CODES, **of_models.CODES}
"""Every code by name."""
