"""cli/selftesting.py: what was judged before an interruption is shown, and is no pass."""

import json
from dataclasses import replace

import pytest

from noise_ops import cli
from noise_ops.sabotage import selftest
from tests.report.test_kill_matrix import CAUGHT, MISSED
from tests.report.test_of_check import ENVIRONMENT

LAYER = "keras.layers.Dropout"


@pytest.fixture
def interrupted(monkeypatch):
    """A function that has a self-test interrupted after some outcomes."""

    def after(*outcomes):
        def judged(mutants, _processes):
            for outcome, mutant in zip(outcomes, mutants, strict=False):
                yield ENVIRONMENT, replace(outcome, mutant=mutant)
            raise KeyboardInterrupt

        monkeypatch.setattr(selftest, "_in_processes", judged)
        monkeypatch.setattr(selftest, "available_cores", lambda: 2)

    return after


def test_what_was_judged_before_an_interruption_is_shown_and_no_file_written(interrupted, tmp_path, capsys):
    interrupted(CAUGHT)
    assert cli.main(["selftest", "--layer", LAYER, "-o", str(tmp_path / "matrix.txt")]) == 2
    told = capsys.readouterr()
    assert "Can this suite fail? Cannot tell yet: " in told.out
    assert "not judged, since the run was interrupted" in " ".join(told.out.split())
    assert "   caught by mean_preservation and 1 more" in told.out
    assert told.err.endswith("noise-ops: interrupted; no file is half-written.\n")
    assert list(tmp_path.iterdir()) == []


def test_what_was_missed_before_an_interruption_stands_first(interrupted, capsys):
    interrupted(MISSED)
    assert cli.main(["selftest", "--layer", LAYER, "--format", "json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["summary"].startswith("Can this suite fail? Not always:")
    assert (told["passed"], len(told["mutants"]), told["left"] > 0) == (False, 1, True)


def test_an_interruption_before_anything_was_judged_shows_nothing(interrupted, capsys):
    interrupted()
    assert cli.main(["selftest", "--layer", LAYER]) == 2
    assert capsys.readouterr().out == ""
