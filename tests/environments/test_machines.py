"""environments/machines.py: this Python, and those that lines of a lock file are about, the most alike first."""

import platform
import sys

import pytest
from packaging.markers import Marker

from noise_ops.environments import machines


def test_this_machine_is_named_and_no_other_has_its_name():
    here = machines.here()
    assert here.name.startswith("Python {}.{} on ".format(*sys.version_info))
    assert here.name.endswith(f" {platform.machine()}")
    others = [each.name for each in machines.others(here)]
    assert here.name not in others
    assert len(set(others)) == len(others)


@pytest.mark.parametrize(
    ("marker", "name"),
    [
        ("python_version == '3.13'", "Python 3.13 on Linux x86_64"),
        ("python_full_version >= '3.9' and python_full_version < '3.10'", "Python 3.9 on Linux x86_64"),
        ("sys_platform == 'darwin'", "Python 3.12 on macOS arm64"),
        ("platform_system == 'Windows' and os_name == 'nt'", "Python 3.12 on Windows AMD64"),
        ("platform_machine == 'aarch64'", "Python 3.12 on Linux aarch64"),
    ],
)
def test_the_most_alike_of_which_a_marker_holds_is_found(marker, name):
    linux = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"}
    here = machines.here((3, 12))
    here = machines.Machine("this", here.variables | linux)
    others = [each for each in machines.others(here) if each.has(Marker(marker))]
    assert others[0].name == name


def test_no_marker_holds_everywhere():
    assert all(each.has(None) for each in machines.others(machines.here()))
