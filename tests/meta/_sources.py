"""The source of the package, and what it imports, read as text: not what happens to be imported when tests run."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "noise_ops"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "suite" not in path.relative_to(PACKAGE).parts)
LAYER_TESTS = sorted((ROOT / "noise_ops" / "suite").glob("test_*.py"))


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


each_module = pytest.mark.parametrize("path", MODULES, ids=named)
