"""__main__.py: a fingerprint, or one sentence and exit code 2."""

import subprocess
import sys

import pytest

from tests.probe._probes import SUBJECTS, copied, fails, recorded, run


@pytest.mark.parametrize("module", ["raise ImportError('no such library')", "import os; os.abort()", ""])
def test_an_interpreter_without_a_working_tensorflow_ends_in_one_sentence(probe, tmp_path, module):
    (tmp_path / "tensorflow.py").write_text(module, encoding="utf-8")
    output = tmp_path / "out" / "fingerprint.json"
    output.parent.mkdir()
    assert fails(run(probe, "-o", output, PYTHONPATH=str(tmp_path)), output)


def test_an_unknown_subject_ends_in_one_sentence(probe, tmp_path):
    output = tmp_path / "fingerprint.json"
    assert fails(run(probe, "-o", output, "--subjects", "no.such.layer"), output)


def test_a_folder_that_is_not_there_ends_in_one_sentence(probe, tmp_path):
    output = tmp_path / "missing" / "fingerprint.json"
    assert fails(run(probe, "-o", output, "--subjects", *SUBJECTS), output)


def test_a_full_disk_ends_in_one_sentence(probe, tmp_path):
    folder = tmp_path / "full"
    folder.mkdir()
    command = (
        f'ulimit -f 1; exec "{sys.executable}" "{probe}" -o "{folder}/fingerprint.json" --jobs 1 '
        "--subjects tf.random.Generator.uniform"
    )
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 2
    assert result.stderr == "The fingerprint cannot be written: [Errno 27] File too large.\n"
    assert list(folder.iterdir()) == []


@pytest.mark.long
def test_it_runs_as_a_module_too(probe, tmp_path):
    other = copied(tmp_path / "other", "import runpy\nrunpy.run_module('noise_ops.probe', run_name='__main__')\n")
    told = [run(path, "--subjects", SUBJECTS[0], PYTHONPATH=str(tmp_path / "probe")).stdout for path in (probe, other)]
    assert told[0] == told[1] != ""


def test_nothing_is_left_beside_it(probe):
    before = set(probe.rglob("*"))
    recorded(probe, "--subjects", SUBJECTS[0])
    assert set(probe.rglob("*")) == before


def test_help_loads_no_tensorflow(probe, tmp_path):
    (tmp_path / "tensorflow.py").write_text("import os; os.abort()", encoding="utf-8")
    told = run(probe, "--help", PYTHONPATH=str(tmp_path))
    assert (told.returncode, told.stderr) == (0, "")
    assert "--worker" not in told.stdout
