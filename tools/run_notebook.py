"""Run docs/three_noises.ipynb from top to bottom in a fresh kernel, and store it with what came of it.

    python tools/run_notebook.py [-o FILE]

The kernel is this Python, whichever kernels are registered. It reads no settings of the user's and works in an empty
folder. What is stored says nothing of the machine: no paths, no times, no versions but those of cells tagged
"versions".
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "docs" / "three_noises.ipynb"
SECONDS = 300
"""After which a cell that has not ended fails."""

SETTINGS = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_PATH", "KERAS_HOME")
SHOWN = {"NO_COLOR": "1", "COLUMNS": "100", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
"""How outputs are shown, whatever shell this is started from."""


OF_MACHINE = re.compile(r"^(?:WARNING: All log messages before absl|[IWE]\d{4} ).*\n\n?", re.MULTILINE)
"""What TensorFlow says of the machine before it can be told to be silent."""


def executed(path: Path, settings: Path) -> Any:
    """Return a notebook that has run, outputs included and metadata bare.

    Args:
      path: a notebook.
      settings: an empty folder, in place of the user's settings and as the folder in which the notebook works.

    Raises:
      nbclient.exceptions.CellExecutionError: if a cell raises.
    """
    os.environ.update(dict.fromkeys(SETTINGS, str(settings / "jupyter")), **SHOWN)
    for variable, first in (("PYTHONPATH", ROOT), ("PATH", Path(sys.executable).parent)):
        os.environ[variable] = os.pathsep.join(filter(None, (str(first), os.environ.get(variable))))
    # Read only now, since they look for the user's settings as soon as they are imported.
    import nbformat
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class ThisPython(KernelSpecManager):
        """Knows one kernel: the Python that runs this."""

        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            return KernelSpec(argv=argv, display_name="Python 3", language="python")

    notebook = nbformat.read(path, as_version=4)
    work = settings / "work"
    work.mkdir()
    kernel = AsyncKernelManager(kernel_spec_manager=ThisPython())
    resources = {"metadata": {"path": str(work)}}
    # What a cell prints is one output, however the kernel cut it.
    NotebookClient(notebook, km=kernel, timeout=SECONDS, resources=resources, coalesce_streams=True).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # when it ran
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not _is_of_machine(output)]
    return notebook


def _is_of_machine(output: Any) -> bool:
    return output.output_type == "stream" and output.name == "stderr" and not OF_MACHINE.sub("", output.text).strip()


def main() -> None:
    """Run the notebook and store it."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("-o", "--output", type=Path, default=NOTEBOOK, help="where to store it (default: %(default)s)")
    output = parser.parse_args().output
    with tempfile.TemporaryDirectory() as settings:
        notebook = executed(NOTEBOOK, Path(settings))
    import nbformat

    nbformat.write(notebook, output)


if __name__ == "__main__":
    main()
