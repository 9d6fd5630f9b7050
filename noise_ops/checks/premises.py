"""What the comparison of two layers of one seed rests on: that they draw alike.

Where they do not, nothing is told of what the comparison was to show: the finding then is that of the seed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from noise_ops.checks import showing
from noise_ops.checks.prediction import first_difference
from noise_ops.checks.report import finding
from noise_ops.findings import Finding, Stage
from noise_ops.subjects.cases import Case
from noise_ops.subjects.targets import Target
from noise_ops.subjects.values import same


def of_one_seed(claim: Finding, target: Target, case: Case) -> Finding:
    """Return a finding by two layers of one seed; where those draw apart on one input, that this cannot be told.

    Args:
      claim: what was found, taken that both draw alike.
      target: what was asked.
      case: what both were made with, on inputs that differ.
    """
    # On few units two draws may agree by chance: the standard case has many.
    for shown in (case.on(np.ones_like(case.x)), replace(target.standard, seed=case.seed)):
        first, second = target.run(shown)[0], target.run_again(shown)[0]
        if not same(first, second):
            message = (
                f"Two layers with seed {case.seed} draw other noise on one input ({first_difference(second, first)}): "
                f"whether {claim.property} holds cannot be told."
            )
            lines = showing.lines("same_seed_same_noise", target, shown)
            return finding(claim.property, target, shown, message, code="same-seed", stage=Stage.SEED, shown=lines)
    return claim
