"""subjects/libraries.py: what is installed is found without importing it, and what is missing is named."""

import os
import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from noise_ops.errors import UnusableEnvironmentError
from noise_ops.subjects import libraries, seeding
from noise_ops.subjects.versions import installed_version

ROOT = Path(__file__).parents[2]

LOOK = """
import sys
from noise_ops.checks import environment
from noise_ops.result import matching_layers
from noise_ops.subjects import catalog, libraries
libraries.installed_version("tensorflow"), libraries.installed_tensorflows(), libraries.require_tensorflow()
environment.warnings(), catalog.names(), matching_layers("Dropout")
assert not {"tensorflow", "keras", "tf_keras"} & set(sys.modules)
"""


def test_looking_imports_no_tensorflow():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", LOOK], env=environment, check=True, timeout=60)


def test_what_is_not_installed_has_no_version():
    assert installed_version("no-such-distribution") is None
    assert libraries.load("no_such_keras") is None


def test_the_installed_tensorflow_is_one_distribution():
    assert list(libraries.installed_tensorflows().values()) == [libraries.tensorflow().__version__]


def test_two_distributions_are_two(monkeypatch):
    monkeypatch.setattr(libraries, "installed_version", {"tensorflow": "2.21.0", "tf-nightly": "2.22.0"}.get)
    assert libraries.installed_tensorflows() == {"tensorflow": "2.21.0", "tf-nightly": "2.22.0"}


def test_a_missing_tensorflow_is_an_error_with_a_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "path", [str(tmp_path)])  # where nothing is installed
    monkeypatch.setattr(sys, "meta_path", [PathFinder])
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    with pytest.raises(UnusableEnvironmentError, match="pip install tensorflow"):
        libraries.require_tensorflow()


@pytest.mark.parametrize(("name", "generation"), [("keras", 3), ("tf_keras", 2)])
def test_a_library_knows_how_its_layers_use_seeds(name, generation):
    library = libraries.load(name)
    assert (library.name, library.generation) == (name, generation)
    assert library.module.__version__ == installed_version(name)


def test_there_are_two_logical_cpus_for_two_replicas():
    assert len(libraries.tensorflow().config.list_logical_devices("CPU")) == 2


def test_a_reset_puts_stateful_ops_at_their_start():
    tf = libraries.tensorflow()
    seeding.forget_kernels()
    first = tf.random.uniform([4]).numpy().tolist()
    seeding.forget_kernels()
    assert tf.random.uniform([4]).numpy().tolist() == first
