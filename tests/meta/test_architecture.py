"""The house keeps its plan: who may import what."""

import ast
import re
import sys
from graphlib import TopologicalSorter

import pytest

from tests.meta._sources import (
    MODULES,
    PACKAGE,
    each_module,
    functions,
    imported_files,
    imported_modules,
    imports,
    imports_at_once,
    loaded_with,
    named,
    tops,
)

STAGES = ("bits", "seeds", "variates", "xla", "ops")
"""The stages of the pipeline, each of which knows only those before it."""

RECORDS = ("usage", "expected", "fingerprint", "environments", "predictions", "comparison", "history")
"""The rooms of records, each of which knows only those before it; environments and predictions do not know another.

What a user's code uses, which an answer is narrowed to, and what a team expects are known to all of them and know none.
"""

TRAVELLING = ("probe", "properties", "subjects")
"""The rooms that are copied beside the TensorFlow of another environment, with errors.py, which imports nothing."""

TENSORFLOW = {"tensorflow", "keras", "tf_keras"}
HEAVY = {"numpy", "scipy", "hypothesis", "pytest", "numexpr", "randomgen", "ml_dtypes", *TENSORFLOW}


@each_module
def test_tensorflow_is_imported_by_subjects_and_layers_alone(path):
    """And by layers as users write them, with which the suite shows that it can fail."""
    if path.relative_to(PACKAGE).parts[0] not in ("subjects", "layers") and path.parent.name != "own":
        assert not tops(imports(path)) & TENSORFLOW


@pytest.mark.parametrize("path", sorted((PACKAGE / "subjects").glob("*.py")), ids=named)
def test_arrays_become_tensors_and_tensors_arrays_in_one_place(path):
    """subjects/tensors.py alone knows that releases to 2.13 have a bfloat16 of their own: use `tensor` and `array`."""
    source = path.read_text()
    assert path.name == "tensors.py" or not re.search(r"\.numpy\(\)|\.constant\((case\.)?x\b", source)


def test_a_mode_puts_no_layer_of_keras_beside_the_one_that_is_asked():
    """Whose own faults would be blamed on it: Concatenate raised on ones to Keras 3.6.0."""
    source = "".join((PACKAGE / "subjects" / name).read_text() for name in ("modes.py", "models.py"))
    assert set(re.findall(r"layers\.([A-Z]\w+)", source)) <= {"Layer"}


@each_module
def test_the_reference_imports_nothing_of_the_judge(path):
    if path.relative_to(PACKAGE).parts[0] == "reference":
        own = {name for name in imports(path) if name.startswith("noise_ops")}
        assert all(name.startswith("noise_ops.reference") for name in own)


def test_no_module_imports_itself_by_way_of_others():
    """Any import is an arrow: a circle of types or of late imports ties modules together as one at load does."""
    TopologicalSorter({path: imported_files(path) for path in PACKAGE.rglob("*.py")}).prepare()


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_only_earlier_ones(stage):
    later = tuple(f"noise_ops.reference.{name}" for name in STAGES[STAGES.index(stage) + 1 :])
    files = [*(PACKAGE / "reference").glob(f"{stage}.py"), *(PACKAGE / "reference" / stage).glob("*.py")]
    assert files
    assert not [name for path in files for name in imports(path) if name.startswith(later)]


@each_module
def test_only_those_who_run_subjects_know_more_of_them_than_is_known_without_tensorflow(path):
    known = {name.split(".")[2] for name in imports(path) if name.startswith("noise_ops.subjects.")}
    runs = (
        "subjects",
        "properties",
        "probe",
        "checks",
        "suite",
        "sabotage",
        "soak",
        "testing",
        "result.py",
        "session.py",
    )
    runs += ("audit/factories.py", "audit/running.py")
    known_to_all = {"inputs", "classes", "values", "catalog"}
    assert known <= known_to_all or {named(path), path.relative_to(PACKAGE).parts[0]} & {*runs}


@pytest.mark.parametrize(
    "path", [path for room in TRAVELLING for path in sorted((PACKAGE / room).rglob("*.py"))], ids=named
)
def test_a_room_that_travels_speaks_python_3_8_and_knows_no_other(path):
    ast.parse(path.read_text(), feature_version=(3, 8))
    own = {name.split(".")[1] for name in imports(path) if name.startswith("noise_ops.")}
    assert own <= {"errors", *TRAVELLING}
    assert tops(imports_at_once(path)) <= {"noise_ops", "numpy", *sys.stdlib_module_names}


@pytest.mark.parametrize(
    "path", [path for room in TRAVELLING for path in sorted((PACKAGE / room).rglob("*.py"))], ids=named
)
def test_a_room_that_travels_runs_on_python_3_8(path):
    """What the syntax allows and the library of 3.8 has not: subscripts at run time, and what came later."""
    tree = ast.parse(path.read_text())
    later = {"cache", "removeprefix", "removesuffix", "is_relative_to", "batched", "pairwise"}
    assert not later & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not later & {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "strict"]
    abstract = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "collections.abc"
        for alias in node.names
    }
    subscripted = {
        part.value.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for part in ast.walk(node.value)
        if isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name)
    }
    assert not subscripted & {"dict", "list", "tuple", "set", "type", *abstract}


@pytest.mark.parametrize("room", RECORDS)
def test_a_room_of_records_knows_only_rooms_before_it(room):
    unknown = {f"noise_ops.{name}" for name in RECORDS[RECORDS.index(room) + 1 :]}
    unknown |= {"noise_ops.environments"} if room == "predictions" else set()
    for path in (PACKAGE / room).glob("*.py"):
        assert not {".".join(name.split(".")[:2]) for name in imports(path)} & unknown, path


@pytest.mark.parametrize("path", sorted((PACKAGE / "usage").glob("*.py")), ids=named)
def test_what_reads_the_code_of_a_user_executes_nothing_of_it(path):
    called = {node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)}
    names = {ast.unparse(func) for func in called}
    assert not names & {"exec", "eval", "compile", "import_module", "importlib.import_module", "__import__"}
    assert not tops(imports(path)) & {"importlib", "runpy", "subprocess", "inspect"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "audit").glob("*.py")), ids=named)
def test_an_audit_needs_the_standard_library_alone_until_it_computes_or_runs(path):
    """And packaging, by which the versions of known deviations are read; TensorFlow only where a model is made."""
    loaded = loaded_with(f"noise_ops.audit.{path.stem}".removesuffix(".__init__"))
    assert path.name in ("factories.py", "running.py") or all(
        tops(imports_at_once(one)) <= {"noise_ops", "packaging", *sys.stdlib_module_names} for one in loaded
    )
    own = {name.split(".")[1] for name in imports(path) if name.startswith("noise_ops.")}
    assert own <= {
        "audit",
        "codes",
        "deviations",
        "errors",
        "expected",
        "findings",
        "patterns",
        "points",
        "reference",
        "subjects",
        *(("comparison", "fingerprint", "usage") if path.name == "recorded.py" else ()),
    }


@pytest.mark.parametrize("path", sorted((PACKAGE / "report").glob("*.py")), ids=named)
def test_reports_render_and_compute_nothing(path):
    assert not tops(imports(path)) & HEAVY
    own = {name.split(".")[1] for name in imports(path) if name.startswith("noise_ops.")}
    facts = {
        "codes",
        "properties",
        "findings",
        "deviations",
        "not_asked",
        "errors",
        "words",
        "points",
        "laws",  # whose stairs are drawn
        "subjects",  # at whose bounds normals are counted
        "result",
        "sabotage",
        "testing",
        "audit",
        "patterns",
        *RECORDS,
        "version",
    }
    assert own <= {"report", *facts}


def test_what_a_comparison_needs_imports_the_standard_library_alone():
    """But for the properties, whose observations stand beside their declarations and compute with NumPy."""
    judged = [path for room in (*RECORDS, "report") for path in (PACKAGE / room).glob("*.py")]
    judged += [PACKAGE / "probe" / name for name in ("__init__.py", "writing.py")]
    judged += [PACKAGE / "subjects" / name for name in ("__init__.py", "inputs.py", "classes.py")]
    others = ("outputs", "plans", "seeds_of", "requirements", "pins", "machines", "installing", "of_check")
    for path in judged:
        if path.stem in others:
            continue
        assert tops(imports_at_once(path)) <= {"noise_ops", *sys.stdlib_module_names}, path


@pytest.mark.parametrize("name", ["findings.py", "verdicts.py", "result.py"])
def test_what_a_run_says_knows_nothing_of_who_asks_or_renders_it(name):
    own = {imported.split(".")[1] for imported in imports(PACKAGE / name) if imported.startswith("noise_ops.")}
    rooms = {
        "codes",
        "errors",
        "expected",
        "findings",
        "verdicts",
        "not_asked",
        "patterns",
        "points",
        "properties",
        "reference",
        "stats",
        "subjects",
    }
    assert own <= rooms


def test_checks_are_known_to_those_alone_who_run_them():
    """Rooms that answer, such as stats/ and report/, are told by them, and know them not."""
    knowing = [path for path in MODULES if any(name.startswith("noise_ops.checks") for name in imports(path))]
    asking = {path.relative_to(PACKAGE).parts[0] for path in knowing}
    assert asking == {"checks", "session.py", "judging.py", "pytest_plugin.py", "sabotage", "soak", "cli"}


def test_the_engine_is_known_to_those_alone_who_run_it():
    knowing = {named(path) for path in MODULES if "noise_ops.session" in imports(path)}
    assert knowing == {"judging.py", "sabotage/selftest.py"}


def test_dask_is_imported_by_what_runs_on_a_cluster_alone_and_only_when_it_is_asked_for():
    knowing = {named(path) for path in MODULES if tops(imports(path)) & {"dask", "distributed"}}
    assert knowing == {"cluster.py"}
    assert not [path for path in MODULES if tops(imports_at_once(path)) & {"dask", "distributed"}]


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").glob("*.py")), ids=named)
def test_the_command_line_imports_the_standard_library_alone(path):
    own = ("noise_ops.errors", "noise_ops.files", "noise_ops.cli")
    outside = {name for name in imports_at_once(path) if not name.startswith(own)}
    assert tops(outside) <= sys.stdlib_module_names
    assert not imports(PACKAGE / "errors.py")
    assert {name for name in imports(PACKAGE / "files.py") if name.startswith("noise_ops")} == {
        "noise_ops.errors",
        "noise_ops.errors.UserError",
    }


def test_every_pytest_run_of_an_environment_loads_pytest_and_the_standard_library_alone():
    loaded = loaded_with("noise_ops.pytest_plugin")
    for path in loaded:
        assert tops(imports_at_once(path)) <= {"noise_ops", "pytest", *sys.stdlib_module_names}, path
    assert {path.name for path in loaded} > {"pytest_plugin.py", "collecting.py", "observing.py"}


def test_the_plugin_is_hooks_alone_each_of_which_calls_one_function():
    defined = ast.parse((PACKAGE / "pytest_plugin.py").read_text()).body
    assert {type(node) for node in defined} == {ast.Expr, ast.Import, ast.ImportFrom, ast.FunctionDef}
    assert all(name.startswith("pytest_") for name in functions(PACKAGE / "pytest_plugin.py"))
    assert all(len(node.body) <= 4 for node in defined if isinstance(node, ast.FunctionDef))


@each_module
def test_no_module_sets_a_name_of_another(path):
    """What one hands another is an argument, a context variable or the stash of pytest: never a global set afar."""
    tree = ast.parse(path.read_text())
    modules = {alias.asname or alias.name for alias in imported_modules(tree)}
    attributes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    stored = [node.value for node in attributes if isinstance(node.ctx, ast.Store)]
    assert not modules & {owner.id for owner in stored if isinstance(owner, ast.Name)}
