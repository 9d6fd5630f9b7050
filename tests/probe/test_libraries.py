"""The rooms that travel load TensorFlow and Keras by name, and nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

from noise_ops import probe
from noise_ops.subjects import libraries

PACKAGE = Path(probe.__file__).parents[1]
FILES = sorted(path for room in ("probe", "subjects") for path in (PACKAGE / room).rglob("*.py"))


def test_tensorflow_and_keras_are_loaded_by_name_and_nothing_else():
    loaded = {
        ast.unparse(node.args[0])
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module")
    }
    # `name` is that of a Keras; `self.module` is one of noise_ops, of a layer that no record is about;
    # `module_name` is what a user names a layer or a model by.
    assert loaded == {"'tensorflow'", "name", "self.module", "module_name"}
    assert libraries.KERAS == ("keras", "tf_keras")


def test_the_rooms_are_imported_without_them():
    names = [path.relative_to(PACKAGE.parent).with_suffix("").parts for path in FILES]
    modules = [".".join(parts).removesuffix(".__init__") for parts in names]
    source = f"import importlib, sys; [importlib.import_module(name) for name in {modules}]; print(*sys.modules)"
    imported = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout.split()
    assert not {"tensorflow", "keras", "tf_keras", "scipy", "hypothesis", "ml_dtypes"} & set(imported)
