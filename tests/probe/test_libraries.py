"""libraries.py: TensorFlow and Keras are loaded by name, and nothing else is."""

import ast
import subprocess
import sys
from pathlib import Path

from noise_ops import probe

FILES = sorted(Path(probe.__file__).parent.rglob("*.py"))


def test_tensorflow_and_keras_are_loaded_by_name_and_nothing_else():
    loaded = {
        node.args[0].value
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("importlib.import_module", "_import")
        and isinstance(node.args[0], ast.Constant)
    }
    assert loaded == {"tensorflow", "keras", "tf_keras"}


def test_the_room_is_imported_without_them():
    names = [path.relative_to(Path(probe.__file__).parents[2]).with_suffix("").parts for path in FILES]
    modules = [".".join(parts).removesuffix(".__init__") for parts in names]
    source = f"import importlib, sys; [importlib.import_module(name) for name in {modules}]; print(*sys.modules)"
    imported = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout.split()
    assert not {"tensorflow", "keras", "tf_keras", "scipy", "hypothesis"} & set(imported)
