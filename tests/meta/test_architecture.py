"""The house keeps its plan: who may import what, and a specification that names every check.

Read from the source, not from what happens to be imported when the tests run.
"""

import ast
import importlib
import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from noise_ops.checks import PROPERTIES
from noise_ops.checks.asked import by_record_alone
from noise_ops.properties.catalog import QUESTIONS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "noise_ops"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "suite" not in path.relative_to(PACKAGE).parts)
ROOMS = sorted(path.parent for path in PACKAGE.rglob("*/__init__.py"))
LAYER_TESTS = sorted((ROOT / "noise_ops" / "suite").glob("test_*.py"))
CHECKS = tuple(PROPERTIES)
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


def named(path):
    """The path of a module below the package, for test ids."""
    return str(path.relative_to(PACKAGE)) if path.is_relative_to(PACKAGE) else path.name


def imports_in(nodes):
    """The full names of the modules that statements import."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            # `from package import name` may import a module or an attribute; both names are given.
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def imports(path):
    """What a file imports anywhere."""
    return set(imports_in(ast.walk(ast.parse(path.read_text()))))


def imports_at_once(path):
    """What a file imports as soon as it is imported."""
    return set(imports_in(ast.parse(path.read_text()).body))


def loaded_with(name):
    """The files of the package that come in with a module, the packages around each included."""
    found, left = set(), [name]
    while left:
        parts = left.pop().split(".")
        around = {file_of(".".join(parts[: end + 1])) for end in range(len(parts))} - {None}
        left += [imported for path in around - found for imported in imports_at_once(path)]
        found |= around
    return found


def file_of(name):
    """The file of a module of the package; None of anything else."""
    place = ROOT.joinpath(*name.split("."))
    files = [path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()]
    return files[0] if files and name.partition(".")[0] == "noise_ops" else None


def imported_files(path):
    """The files of the package that a file imports anywhere; of `from package import name`, that of the name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from filter(None, (file_of(alias.name) for alias in node.names))
        elif isinstance(node, ast.ImportFrom):
            named = (file_of(f"{node.module}.{alias.name}") or file_of(node.module) for alias in node.names)
            yield from filter(None, named)


def imported_modules(tree):
    """The names under which a file knows modules of the package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (alias for alias in node.names if file_of(f"{node.module}.{alias.name}"))


def tops(names):
    """The top-level packages of module names."""
    return {name.partition(".")[0] for name in names}


def functions(path):
    """The functions that a file defines, by name."""
    return {node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}


def contents(room):
    """What a room holds beside its door, folders with a stroke behind them."""
    inside = (path for path in room.iterdir() if not path.name.startswith(("_", ".")) and path.name != "py.typed")
    return {f"{path.name}/" if path.is_dir() else path.name for path in inside}


def named_in(text):
    """The files and folders that a text names."""
    return set(re.findall(r"(?<![\w./])[a-z]\w*(?:/|\.(?:py|toml|json|css)\b)(?!\w)", text))


def check_functions():
    """The checks by name: public functions that return a finding or none."""
    found = {}
    for module in CHECKS:
        for name, node in functions(PACKAGE / "checks" / f"{module}.py").items():
            returns_finding = node.returns is not None and ast.unparse(node.returns) == "Finding | None"
            if returns_finding and not name.startswith("_"):
                found[name] = module
    return found


each_module = pytest.mark.parametrize("path", MODULES, ids=named)


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
    others = ("outputs", "plans", "seeds_of", "requirements", "pins", "installing", "of_check")
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


@pytest.mark.parametrize("path", LAYER_TESTS, ids=named)
def test_a_file_of_the_suite_names_every_property_of_its_layer_and_no_other(path):
    """Which it does in its docstring, in words: the tests themselves follow from what the layer is.

    What is asked as it is recorded, and in no other way, need not be named: its one file declares it.
    """
    module = importlib.import_module(f"noise_ops.suite.{path.stem}")
    told = set(re.findall(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", module.__doc__)) & QUESTIONS.keys()
    tested = {name.removeprefix("test_") for name in vars(module) if name.startswith("test_")}
    assert told <= tested
    assert all(by_record_alone(name) for name in tested - told)


def test_every_check_is_a_question_that_no_record_answers_and_every_question_is_asked_of_some_layer():
    tests = {name for path in LAYER_TESTS for name in vars(importlib.import_module(f"noise_ops.suite.{path.stem}"))}
    assert check_functions().keys() == {name for name in QUESTIONS if not by_record_alone(name)}
    assert {f"test_{name}" for name in QUESTIONS} <= tests


@pytest.mark.parametrize("check", check_functions())
def test_a_finding_bears_the_name_of_its_check(check):
    source = (PACKAGE / "checks" / f"{check_functions()[check]}.py").read_text()
    assert f'"{check}"' in source


@each_module
def test_a_module_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("room", ROOMS, ids=named)
def test_the_map_of_a_room_names_all_that_is_in_it_and_nothing_else(room):
    told = ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
    assert named_in(told) == contents(room)


def test_contributing_says_where_every_room_and_file_of_the_house_is():
    told = (ROOT / "CONTRIBUTING.md").read_text().partition("## Where things are")[2].partition("\n## ")[0]
    assert contents(PACKAGE) <= named_in(told)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=named)
def test_a_file_is_read_at_one_go(path):
    assert len(path.read_text().splitlines()) <= 400
