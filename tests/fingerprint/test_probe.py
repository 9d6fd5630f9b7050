"""The probe runs anywhere, survives what it observes, and records the same file twice."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from noise_ops.fingerprint import probe, schema

PROBE = Path(schema.__file__).with_name("probe.py")
SOURCE = PROBE.read_text(encoding="utf-8")
MAY_IMPORT = {"numpy", *sys.stdlib_module_names}


def run(probe, *arguments, **variables):
    command = [sys.executable, probe, *arguments]
    return subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=300, check=False
    )


def recorded(folder, *arguments, probe=PROBE, **variables):
    path = folder / "fingerprint.json"
    result = run(probe, "-o", path, *arguments, **variables)
    assert result.returncode == 0, result.stderr
    return path.read_text(encoding="ascii")


def sabotaged(folder, function, statement):
    """Return a copy of the probe in which a function without arguments begins with a statement."""
    head = f"def {function}() -> Value:\n"
    assert head in SOURCE
    path = folder / "probe.py"
    path.write_text(SOURCE.replace(head, f"{head}    {statement}\n"), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "message",
    [
        "when trying to compile graph __inference_<lambda>_{}[_XlaMustCompile=true",
        "no variable in layer dropout_{}",
        "object at 0x7f{}",
        "{{{{node dropout_{}/Mul}}}} is not compilable",
        "see /tmp/folder_{}/model.keras",
    ],
)
def test_what_differs_between_processes_is_no_part_of_an_exception(message):
    one, other = (probe.raised(ValueError(message.format(number))) for number in (244, 38431))
    assert one == other
    assert one.startswith("raises ValueError: ")


def test_it_is_python_3_8():
    ast.parse(SOURCE, feature_version=(3, 8))


def test_it_imports_the_standard_library_and_numpy():
    found = set()
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(node.module)
    assert {name.partition(".")[0] for name in found} <= MAY_IMPORT


def test_it_loads_tensorflow_and_keras_by_name_and_nothing_else():
    loaded = {
        node.args[0].value
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("importlib.import_module", "_import")
        and isinstance(node.args[0], ast.Constant)
    }
    assert loaded == {"tensorflow", "keras", "tf_keras"}


def test_it_knows_the_format_that_is_read():
    constants = {
        ast.unparse(node.targets[0]): node.value.value
        for node in ast.parse(SOURCE).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    assert (constants["SCHEMA"], constants["PROBE"]) == (schema.SCHEMA, schema.PROBE)


@pytest.mark.long
def test_recorded_twice_with_other_threads_it_is_the_same_file(tmp_path):
    subset = ("--subjects", "*keras.layers.GaussianNoise", "tf.random.*niform", "--modes", "eager", "function")
    first = recorded(tmp_path, *subset)
    second = recorded(tmp_path, *subset, "--jobs", "1", OMP_NUM_THREADS="1", TF_NUM_INTRAOP_THREADS="1")
    assert first == second
    facts = list(schema.parse(first.encode()).facts())
    assert {"keras.layers.GaussianNoise", "tf.random.uniform"} <= {fact.subject for fact in facts}
    assert all(fact.meaning.name for fact in facts), "noise_ops.properties lacks a property that the probe records"


@pytest.mark.parametrize(
    ("statement", "fate"),
    [
        ("os.abort()", "crashes: SIGABRT"),
        ("os._exit(3)", "crashes: exit code 3"),
        ("raise KeyError(1)", "raises KeyError: 1"),
    ],
)
def test_what_ends_a_process_is_a_fact_and_loses_no_other(tmp_path, statement, fate):
    probe = sabotaged(tmp_path, "op_seeds", statement)
    text = recorded(
        tmp_path, "--subjects", "tf.random.set_seed", "tf.random.stateless_split", "--jobs", "1", probe=probe
    )
    facts = {fact.subject: fact.value for fact in schema.parse(text.encode()).facts()}
    assert facts["tf.random.set_seed"] == fate
    assert len(facts["tf.random.stateless_split"]) == 4


def test_what_hangs_is_a_fact_and_loses_no_other(tmp_path):
    probe = sabotaged(tmp_path, "op_seeds", "threading.Event().wait()")
    probe.write_text(probe.read_text(encoding="utf-8").replace("STEP_SECONDS = 120", "STEP_SECONDS = 5"))
    text = recorded(
        tmp_path, "--subjects", "tf.random.set_seed", "tf.random.stateless_split", "--jobs", "1", probe=probe
    )
    facts = {fact.subject: fact.value for fact in schema.parse(text.encode()).facts()}
    assert facts["tf.random.set_seed"] == "hangs"
    assert len(facts["tf.random.stateless_split"]) == 4


def test_transformations_gates_and_ends_are_asked(tmp_path):
    """What the installed release shows is judged elsewhere; here, that it is asked and observed at all."""
    subjects = ("keras.layers.Dropout", "keras.layers.LSTM(recurrent_dropout)", "tf.random.uniform")
    text = recorded(tmp_path, "--subjects", *subjects, "--modes", "eager", "function")
    facts = {fact.key: fact.value for fact in schema.parse(text.encode()).facts()}
    calls = ("in_map_fn", "in_vectorized_map", "in_scan", "in_dataset", "in_accumulation", "in_loop")
    labels = [facts[subjects[0], "float32", "function", f"new_call_new_noise {name}"] for name in calls]
    assert labels[0] == labels[2] == labels[5] == "abc"
    assert all(re.fullmatch("[abcd]{3,4}", label) for label in labels)
    assert facts[subjects[1], "float32", "eager", "gate_masks implementation=1"] in ("aaaa", "abcd")
    assert facts[subjects[1], "float32", "eager", "mask_over_time"] == "aaa"
    assert facts[subjects[0], "float32", "eager", "variables rate=0"].keys() == {"weights", "variables"}
    assert facts[subjects[0], "float32", "function", "changed_attribute"] == "traced as made, eager as changed"
    assert str(facts[subjects[2], "int32", "eager", "accepts minval=maxval"]).startswith("raises InvalidArgumentError")


def fails(result, output):
    """Whether a run ended as one that recorded nothing must."""
    assert not output.exists()
    assert not list(output.parent.glob("*.tmp"))
    return result.returncode == 2 and len(result.stderr.splitlines()) == 1 and result.stderr.endswith(".\n")


@pytest.mark.parametrize("module", ["raise ImportError('no such library')", "import os; os.abort()", ""])
def test_an_interpreter_without_a_working_tensorflow_ends_in_one_sentence(tmp_path, module):
    (tmp_path / "tensorflow.py").write_text(module, encoding="utf-8")
    output = tmp_path / "out" / "fingerprint.json"
    output.parent.mkdir()
    assert fails(run(PROBE, "-o", output, PYTHONPATH=str(tmp_path)), output)


def test_an_unknown_subject_ends_in_one_sentence(tmp_path):
    output = tmp_path / "fingerprint.json"
    assert fails(run(PROBE, "-o", output, "--subjects", "no.such.layer"), output)


def test_a_folder_that_is_not_there_ends_in_one_sentence(tmp_path):
    output = tmp_path / "missing" / "fingerprint.json"
    assert fails(run(PROBE, "-o", output, "--subjects", "tf.random.set_seed"), output)


def test_a_fact_is_a_line(tmp_path):
    text = recorded(tmp_path, "--subjects", "tf.random.set_seed")
    facts = [line for line in text.splitlines() if line.startswith("    ")]
    assert len(facts) == sum(len(v) for t in json.loads(text)["facts"].values() for v in t.values())


def test_a_full_disk_ends_in_one_sentence(tmp_path):
    path = tmp_path / "fingerprint.json"
    command = (
        f'ulimit -f 1; exec "{sys.executable}" "{PROBE}" -o "{path}" --jobs 1 --subjects tf.random.Generator.uniform'
    )
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 2
    assert result.stderr == "The fingerprint cannot be written: [Errno 27] File too large.\n"
    assert list(tmp_path.iterdir()) == []
