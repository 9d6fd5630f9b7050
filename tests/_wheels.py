"""What people install: the source distribution of the checkout, and the wheel that is built from it."""

import subprocess
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[1]


def built(folder):
    """Build both into a folder and return their paths, the wheel first."""
    subprocess.run([find_uv_bin(), "build", "--quiet", "--out-dir", folder, ROOT], check=True)
    (wheel,), (sources,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sources
