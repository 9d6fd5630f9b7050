"""cli/checking.py: refuses in one sentence, writes whole files or none, and says by its exit code what it found.

Where a test is about what the command line does with a result, the result is made here; where it is about
TensorFlow, the installed one runs.
"""

import json
import os
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree

import pytest

from noise_ops import cli, session
from noise_ops.result import Result
from noise_ops.subjects import libraries
from tests.cli._commands import (
    ANOTHER_USER,
    ENVIRONMENT,
    FULL_DISK,
    NO_TENSORFLOW,
    ONE_CORE,
    ROOT,
    assert_refused,
    noise_ops,
    program,
)
from tests.report.test_json import KEYS
from tests.test_result import check

NARROW = ("check", "--layer", "GaussianNoise", "--dtype", "float32", "--mode", "eager", "--profile", "quick")


@pytest.fixture
def given(monkeypatch):
    """A function that puts a result of given checks in place of a run."""
    return lambda *checks: monkeypatch.setattr(session, "run", lambda *_: Result(list(checks), ENVIRONMENT, 1.0))


# Fast answers


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["doctor", "--help"]], ids=" ".join)
def test_help_imports_no_tensorflow(poisoned, arguments):
    finished = noise_ops(*arguments, path=[poisoned])
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith("usage: noise-ops")


def test_help_answers_in_under_a_second():
    def seconds():
        started = time.monotonic()
        noise_ops("check", "--help")
        return time.monotonic() - started

    assert min(seconds() for _ in range(4)) < 1  # the best of some: other work on the machine is not the tool's


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["doctor", "--help"]], ids=" ".join)
def test_help_explains_every_option(arguments, capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(arguments)
    assert "FILE" in capsys.readouterr().out or "check" not in arguments


# Arguments that cannot be followed


@pytest.mark.parametrize(
    ("option", "given_name", "nearest"),
    [
        ("--layer", "Dropot", "'Dropout'"),
        ("--layer", "keras.layers.GausianNoise", "'keras.layers.GaussianNoise'"),
        ("--mode", "eagr", "'eager'"),
        ("--property", "mask_densty", "'mask_density'"),
        ("--property", "signature", "that check asks about"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(poisoned, option, given_name, nearest):
    finished = noise_ops("check", option, given_name, path=[poisoned])
    assert_refused(finished, repr(given_name), nearest)


@pytest.mark.parametrize(
    "arguments",
    [["chek"], ["check", "--dtype", "int8"], ["check", "--fail-on", "identical"], ["check", "--profile", "x"]],
    ids=" ".join,
)
def test_what_argparse_knows_is_refused_by_argparse(arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(arguments)
    assert "noise-ops" in capsys.readouterr().err


# Environments that cannot be judged


@pytest.mark.parametrize("arguments", [NARROW, ["doctor"]], ids=["check", "doctor"])
def test_a_missing_tensorflow_is_named_with_the_command_that_installs_it(arguments):
    assert_refused(noise_ops(*arguments, source=program(NO_TENSORFLOW)), "pip install tensorflow")


@pytest.mark.parametrize("arguments", [NARROW, ["doctor"]], ids=["check", "doctor"])
def test_a_broken_tensorflow_is_named_with_its_own_reason(poisoned, arguments):
    finished = noise_ops(*arguments, path=[poisoned], source=program(ONE_CORE))
    assert_refused(finished, "TensorFlow is installed but its import raises", "libdevice.so")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("/site/keras/src/layers/dropout.py", "Keras"),
        ("/site/tf_keras/layers.py", "tf_keras"),
        ("/site/tensorflow/python/keras/layers.py", "TensorFlow"),
    ],
)
def test_a_file_that_is_no_python_is_named_with_the_library_that_it_is_of(file, name):
    told = str(libraries._unusable("TensorFlow", SyntaxError("invalid syntax", (file, 100, 1, "x ="))))
    assert told == f"{name} is installed but its import raises SyntaxError: invalid syntax ({file}, line 100)."


@pytest.mark.parametrize(("arguments", "backend"), [(NARROW, "numpy"), (["doctor"], "jax")], ids=["check", "doctor"])
def test_another_backend_is_refused_with_the_setting_that_helps(arguments, backend):
    finished = noise_ops(*arguments, source=program(ONE_CORE), KERAS_BACKEND=backend)
    assert_refused(finished, f"the {backend} backend", "KERAS_BACKEND=tensorflow")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"floatx": "float8"}, "floatx='float8'"),
        ({"image_data_format": "channels"}, "image_data_format='channels'"),
        ({"backend": "jax"}, "the jax backend"),
    ],
    ids=str,
)
def test_a_keras_json_that_cannot_be_used_is_refused_before_tensorflow_is_loaded(tmp_path, poisoned, settings, says):
    (tmp_path / "keras.json").write_text(json.dumps(settings))
    assert_refused(noise_ops("doctor", path=[poisoned], KERAS_HOME=str(tmp_path)), says)


def test_doctor_says_what_would_spoil_a_run_and_what_is_there():
    sound = noise_ops("doctor").stdout
    assert "Nothing was found that is known to spoil a run.\n" in sound or "Warning: " in sound
    assert sound.count("\nHere: ") == 5
    narrowed = noise_ops("doctor", XLA_FLAGS="--xla_cpu_max_isa=AVX", TF_ENABLE_ONEDNN_OPTS="0").stdout
    assert "\nWarning: XLA_FLAGS keeps XLA from instructions of the processor" in narrowed
    assert "oneDNN off" in narrowed


def test_doctor_names_the_settings_of_the_user(tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "tensorflow", "floatx": "float64"}))
    finished = noise_ops("doctor", KERAS_HOME=str(tmp_path), TF_XLA_FLAGS="--tf_xla_auto_jit=0")
    assert finished.returncode == 0, finished.stderr
    assert "in place of your keras.config.floatx=float64" in finished.stdout
    assert "under your TF_XLA_FLAGS=--tf_xla_auto_jit=0" in finished.stdout


# Files


@pytest.mark.parametrize("option", ["-o", "--junit"])
def test_a_missing_folder_is_refused_before_the_run(tmp_path, poisoned, option):
    finished = noise_ops("check", option, tmp_path / "missing" / "report.json", path=[poisoned])
    assert_refused(finished, str(tmp_path / "missing"))
    assert "report.json." not in finished.stderr  # no name of a temporary file


@pytest.mark.parametrize("option", ["-o", "--junit"])
def test_a_folder_in_place_of_a_file_is_refused_before_the_run(tmp_path, poisoned, option):
    (tmp_path / "folder").mkdir()
    assert_refused(noise_ops("check", option, tmp_path / "folder", path=[poisoned]), str(tmp_path / "folder"))


@pytest.mark.parametrize("option", ["-o", "--junit"])
def test_a_folder_without_permission_is_refused_before_the_run(tmp_path, option):
    (tmp_path / "locked").mkdir(mode=0o555)
    source = program(ANOTHER_USER, result=True)
    finished = noise_ops("check", option, tmp_path / "locked" / "report.json", source=source)
    assert_refused(finished, "denied", str(tmp_path / "locked"))
    assert list((tmp_path / "locked").iterdir()) == []


def test_a_full_disk_is_one_sentence_and_leaves_the_old_report(tmp_path):
    (tmp_path / "report.json").write_text("old")
    source = program(FULL_DISK, result=True)
    finished = noise_ops("check", "--format", "json", "-o", tmp_path / "report.json", source=source)
    assert finished.returncode == 2
    assert len(finished.stderr.splitlines()) == 1
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"report.json": "old"}


def test_a_report_is_as_readable_as_any_new_file(tmp_path, given):
    given(check())
    assert cli.main(["check", "-o", str(tmp_path / "report.txt")]) == 0
    (tmp_path / "other").touch()
    assert (tmp_path / "report.txt").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_link_is_followed(tmp_path, given):
    given(check())
    (tmp_path / "link").symlink_to(tmp_path / "report.txt")
    assert cli.main(["check", "-o", str(tmp_path / "link")]) == 0
    assert (tmp_path / "link").is_symlink()
    assert "Yes:" in (tmp_path / "report.txt").read_text()


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path, given):
    given(check())
    os.mkfifo(tmp_path / "pipe")
    with open(os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK), encoding="utf-8") as reader:
        assert cli.main(["check", "-o", str(tmp_path / "pipe")]) == 0
        assert (tmp_path / "pipe").is_fifo()
        assert "Yes:" in reader.read()


@pytest.mark.parametrize("format_name", ["text", "html", "json"])
def test_a_report_in_a_file_leaves_text_on_the_screen(tmp_path, given, capsys, format_name):
    given(check())
    assert cli.main(["check", "--format", format_name, "-o", str(tmp_path / "report")]) == 0
    assert "\nYes: " in capsys.readouterr().out
    assert ("schema" in (tmp_path / "report").read_text()) == (format_name == "json")


def test_json_on_the_screen_is_json_alone(given, capsys):
    given(check())
    assert cli.main(["check", "--format", "json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == KEYS


# Exit codes


@pytest.mark.parametrize("code", [None, "stream", "dtype", "mean", "crash"])
@pytest.mark.parametrize(
    ("level", "passing"),
    [
        ("stream-changed", [None]),
        ("contract-changed", [None, "stream"]),
        ("cannot-tell", [None, "stream", "dtype"]),
        ("law-changed", [None, "stream", "dtype"]),
    ],
)
def test_a_finding_at_or_above_the_level_is_exit_code_one_and_no_level_lets_a_broken_law_pass(
    given, level, passing, code, tmp_path
):
    given(check("failed", code) if code else check())
    junit = tmp_path / "junit.xml"
    assert cli.main(["check", "--fail-on", level, "--junit", str(junit)]) == int(code not in passing)
    assert ('failures="0"' in junit.read_text()) == (code in passing)


def test_a_contract_that_changed_fails_by_default_and_a_stream_does_not(given):
    given(check("failed", "stream"))
    assert cli.main(["check"]) == 0
    given(check("failed", "dtype"))
    assert cli.main(["check"]) == 1


def test_a_known_deviation_fails_at_no_level(given):
    given(check("known", "mean", known="rate-one-divides-by-zero"))
    assert cli.main(["check", "--fail-on", "stream-changed"]) == 0


@pytest.mark.parametrize("level", ["stream-changed", "cannot-tell"])
def test_a_run_that_was_cut_short_fails_at_every_level(given, level):
    given(check(), check("skipped", unreached=True))
    assert cli.main(["check", "--fail-on", level]) == 1
    given(check("failed", "mean"), check("skipped", unreached=True))
    assert cli.main(["check", "--fail-on", level]) == 1


# Real runs


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    """A folder with the files of one real run, and its finished process."""
    folder = tmp_path_factory.mktemp("narrow")
    files = ("--format", "json", "-o", "report.json", "--junit", "junit.xml")
    return folder, noise_ops(*NARROW, *files, cwd=folder)


def test_a_narrow_run_answers_yes(narrow):
    _, finished = narrow
    assert finished.returncode == 0, finished.stderr
    assert "\nYes: " in finished.stdout
    assert finished.stderr == ""


def test_a_narrow_run_writes_its_report(narrow):
    report = json.loads((narrow[0] / "report.json").read_text())
    assert list(report) == KEYS
    assert (report["verdict"], report["findings"], report["checks"]["failed"]) == ("identical", [], 0)
    assert report["checks"]["run"] == report["checks"]["passed"] + report["checks"]["known"]


def test_a_narrow_run_is_as_narrow_as_asked(narrow):
    report = json.loads((narrow[0] / "report.json").read_text())
    asked = {
        (known["subject"].rsplit(".", 1)[-1], known["dtype"], known["mode"]) for known in report["known_deviations"]
    }
    assert asked == {("GaussianNoise", "float32", "eager")}


def test_a_narrow_run_writes_a_junit_file_of_the_same_checks(narrow):
    suite = ElementTree.parse(narrow[0] / "junit.xml").getroot().find("testsuite")
    report = json.loads((narrow[0] / "report.json").read_text())
    assert int(suite.get("tests")) == len(suite.findall("testcase")) == report["checks"]["run"]


def test_a_run_leaves_its_files_and_nothing_else(narrow):
    assert sorted(path.name for path in narrow[0].iterdir()) == ["junit.xml", "report.json"]


def test_a_selection_that_leaves_nothing_is_refused(tmp_path):
    nothing = ("check", "--layer", "GaussianNoise", "--dtype", "bfloat16", "--mode", "xla", "-o", "report.txt")
    finished = noise_ops(*nothing, source=program(ONE_CORE), cwd=tmp_path)
    assert_refused(finished, "No check has all of these")
    assert list(tmp_path.iterdir()) == []


def test_one_property_is_asked_alone_and_what_was_not_asked_is_told(tmp_path):
    asked = ("--layer", "tf.nn.dropout", "--mode", "eager", "--property", "*density", "--profile", "quick")
    finished = noise_ops(
        "check", *asked, "--format", "json", "-o", "report.json", source=program(ONE_CORE), cwd=tmp_path
    )
    assert finished.returncode == 0, finished.stderr
    assert "property *density" in finished.stdout
    assert " other properties" in " ".join(finished.stdout.split())
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["asked"]["properties"] == ["*density"]
    assert {row["check"] for row in report["certificate"]["checks"]} <= {"mask_density", "lattice_density"}
    assert 0 < report["checks"]["run"] < 40


def test_a_property_that_the_layer_is_not_asked_is_refused():
    asked = ("--layer", "GaussianNoise", "--property", "mask_density")
    assert_refused(noise_ops("check", *asked, source=program(ONE_CORE)), "No check has", "--property 'mask_density'")


@pytest.mark.long
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sent: sent.name)
def test_a_run_that_is_stopped_leaves_no_file(tmp_path, sent):
    run = subprocess.Popen(
        [sys.executable, "-c", program(), *NARROW, "-o", "report.txt", "--junit", "junit.xml"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(4)  # while TensorFlow is being loaded
    run.send_signal(sent)
    stdout, stderr = run.communicate(timeout=60)
    assert run.returncode != 0
    assert list(tmp_path.iterdir()) == []
    if sent is signal.SIGINT:
        assert (stdout, stderr) == ("", "noise-ops: interrupted; no file is half-written.\n")
