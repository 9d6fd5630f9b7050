"""What a user names as `module:name`: imported from the working directory, or from what is installed."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from noise_ops.errors import UserError
from noise_ops.subjects.texts import raised


def imported(text: str, refusal: type[UserError]) -> Any:
    """Return what a module has under a name, as in "mypkg.layers:DropPath"; the module is executed.

    Args:
      text: the module and the name, which may be that of an attribute of an attribute.
      refusal: what is raised where there is none, or the import raises.

    Raises:
      UserError: a `refusal`, whose message is one sentence.
    """
    module_name, _, name = text.partition(":")
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)  # as `python -m` does, and a console script does not
    try:
        found: Any = importlib.import_module(module_name)
    except (Exception, SystemExit) as error:  # whatever a user's module raises
        raise refusal("{} cannot be imported: it {}.".format(module_name, raised(error).rstrip(".: "))) from None
    for part in name.split("."):
        if not hasattr(found, part):
            raise refusal(f"{module_name} has no {name}.")
        found = getattr(found, part)
    return found
