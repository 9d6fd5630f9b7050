"""The scripts of tools/, which are no package, as modules."""

import importlib.util
import sys
from pathlib import Path

TOOLS = Path(__file__).parents[1] / "tools"


def load(name):
    """Return a script as a module, and leave the path of imports as it was."""
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    # Known by its name while it runs: dataclasses look their module up.
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = before
    return module
