"""Where the long proofs keep the environments that they install: outside the repository, shared between them."""

import os
from pathlib import Path

_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))

FOLDER = Path(os.environ.get("NOISE_OPS_ENVIRONMENTS", _CACHE / "noise_ops" / "environments"))
"""The folder of environments."""
