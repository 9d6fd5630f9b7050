"""travelling.py: a folder and one file that Python runs, and that record alike."""

import zipfile

import pytest

from noise_ops.environments import travelling
from tests.probe._probes import recorded, run

LITTLE = ("--subjects", "keras.layers.GaussianNoise", "--modes", "fit")
"""What Keras reads the source of, and may read otherwise from a file than from a folder."""

MUCH = ("--subjects", "*keras.layers.*Dropout", "tf.random.*", "--modes", "eager", "function", "fit", "reloaded")


@pytest.fixture
def both(tmp_path):
    """The rooms as a folder, and as one file."""
    file = tmp_path / "file" / "probe.pyz"
    file.parent.mkdir()
    file.write_bytes(travelling.zipped())
    return travelling.copied(tmp_path / "folder" / "probe"), file


@pytest.mark.long
@pytest.mark.parametrize("what", [LITTLE, MUCH], ids=["little", "much"])
def test_a_folder_and_a_file_record_the_same_bytes(both, what):
    folder, file = (recorded(probe, *what) for probe in both)
    assert folder == file


def test_both_hold_the_rooms_that_travel_and_nothing_else(both):
    folder, file = both
    held = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    paths = [path for room in travelling.ROOMS for path in (travelling.PACKAGE / room).rglob("*.py")]
    rooms = {str(path.relative_to(travelling.PACKAGE.parent)) for path in paths}
    assert held == {"__main__.py", "noise_ops/__init__.py", "noise_ops/errors.py", *rooms}
    with zipfile.ZipFile(file) as archive:
        assert {name for name in archive.namelist() if not name.endswith("/")} == held
    assert (folder / "noise_ops" / "__init__.py").read_text() == ""


def test_a_file_of_the_user_is_not_taken_for_a_module(both):
    """Python looks for modules in the folder of a script, which holds the user's files."""
    for name in ("random", "noise_ops", "queue"):
        (both[1].parent / f"{name}.py").write_text("raise SystemExit('a file of the user, in place of a module')")
    assert recorded(both[1], "--subjects", "tf.random.set_seed")


def test_another_noise_ops_on_the_path_is_not_what_runs(both, tmp_path):
    (tmp_path / "noise_ops.py").write_text("raise SystemExit('another noise_ops')")
    for probe in both:
        assert run(probe, "--help", PYTHONPATH=str(tmp_path)).returncode == 0
