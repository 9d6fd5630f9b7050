"""usage/code.py: whatever a subject is called, it is found; what cannot be resolved is said, and nothing is run."""

import sys

import keras
import pytest
import tf_keras
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from noise_ops.audit import kinds
from noise_ops.errors import UserError
from noise_ops.fingerprint import shipped
from noise_ops.usage.used import UNKNOWN, Why
from tests.usage._trees import subjects, usage, written

DROPOUT = "keras.layers.Dropout"


@pytest.mark.parametrize(
    "source",
    [
        "import keras\nkeras.layers.Dropout(0.5)",
        "import tensorflow as tf\ntf.keras.layers.Dropout(0.5)",
        "import tensorflow.keras.layers\ntensorflow.keras.layers.Dropout(0.5)",
        "import tensorflow.keras.layers as layers\nlayers.Dropout(0.5)",
        "from keras import layers as L\nL.Dropout(0.5)",
        "from tensorflow import keras\nkeras.layers.Dropout(0.5)",
        "from tensorflow.keras.layers import Dropout as D\nD(0.5)",
        "from keras.layers import *\nDropout(0.5)",
        "from tensorflow import *\nkeras.layers.Dropout(0.5)",
        "from tensorflow.python.keras.layers.core import Dropout\nDropout(0.5)",
        "from keras.src.layers.regularization.dropout import Dropout\nDropout(0.5)",
        "import tensorflow.compat.v1 as tf\ntf.keras.layers.Dropout(0.5)",
        "import tensorflow as tf\nL = tf.keras.layers\nL.Dropout(0.5)",
        "import tensorflow as tf\nL = M = tf.keras.layers\nM.Dropout(0.5)",
        "import tensorflow as tf\n(L, x) = tf.keras.layers, 1\nL.Dropout(0.5)",
        "import keras\nif (L := keras.layers):\n    L.Dropout(0.5)",
        "import keras, other\nL = keras.layers if x else other\nL.Dropout(0.5)",
        "try:\n    from keras import layers\nexcept E:\n    from tensorflow.keras import layers\nlayers.Dropout(0.5)",
        "def f():\n    from keras import layers\n    def g():\n        return layers.Dropout(0.5)",
        "import keras\nclass A:\n    def f(self):\n        self.L = keras.layers\n        self.L.Dropout(1)",
        "import keras\ndef f(L=keras.layers):\n    return L.Dropout(0.5)",
        "import keras\ngetattr(keras.layers, 'Dropout')(0.5)",
        "import keras\nf(getattr(keras.layers, 'Dropout'))",
        "import importlib\nL = importlib.import_module('keras.layers')\nL.Dropout(0.5)",
        "import keras\nclass Mine(keras.layers.Dropout):\n    pass",
        "import keras\nmake = {'d': keras.layers.Dropout}",
        "from keras.layers import Dropout",
        "import keras\nD = keras.layers.Dropout",
    ],
)
def test_a_subject_is_found_whatever_it_is_called(source, tmp_path):
    assert subjects(tmp_path, a=source) == [DROPOUT]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import tensorflow as tf\ntf.nn.dropout(x, 0.1)", ["tf.nn.dropout"]),
        ("from tensorflow.random import normal\nnormal([3])", ["tf.random.normal"]),
        ("import keras\nkeras.random.dropout(x, 0.1)", ["keras.random.dropout"]),
        ("from keras import random\nrandom.uniform((3,), seed=1)", ["keras.random.uniform"]),
        (
            "import tensorflow as tf\ng = tf.random.Generator.from_seed(1)\ng.normal([3])",
            ["tf.random.Generator", "tf.random.Generator.normal", "tf.random.Generator.uniform"],
        ),
        (
            "import tensorflow as tf\ntf.random.experimental.Generator",
            ["tf.random.Generator", "tf.random.Generator.normal", "tf.random.Generator.uniform"],
        ),
        (
            "import tensorflow as tf\ntf.nn.experimental.stateless_dropout(x, 0.1, [1, 2])",
            ["tf.nn.experimental.stateless_dropout"],
        ),
        ("import keras\nkeras.layers.LSTM(3, recurrent_dropout=0.2)", ["keras.layers.LSTM(recurrent_dropout)"]),
        ("import keras\nkeras.layers.LSTM(3, dropout=rate)", ["keras.layers.LSTM(dropout)"]),
        (
            "import keras\nkeras.layers.LSTM(3, **options)",
            ["keras.layers.LSTM(dropout)", "keras.layers.LSTM(recurrent_dropout)"],
        ),
        ("import keras\nkeras.layers.MultiHeadAttention(2, 8, 8, 0.1)", ["keras.layers.MultiHeadAttention(dropout)"]),
        ("import keras\nkeras.layers.MultiHeadAttention(*a)", ["keras.layers.MultiHeadAttention(dropout)"]),
    ],
)
def test_functions_are_found_and_layers_by_the_argument_that_makes_their_noise(source, found, tmp_path):
    assert subjects(tmp_path, a=source) == found


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        "import keras\nkeras.layers.Dense(3)",
        "import keras\nkeras.layers.LSTM(3)",
        "import keras\nkeras.layers.LSTM(3, dropout=0.0, recurrent_dropout=0)",
        "import torch.nn as nn\nnn.Dropout(0.5)",
        "from torch.nn import *\nDropout(0.5)",
        "class Dropout:\n    pass\nDropout(0.5)",
        "print('keras.layers.Dropout')",
        "import enum\nclass Kind(enum.Enum):\n    LSTM = 1\nKind.LSTM",
        "class A:\n    def f(self, x):\n        self.LSTM = make()\n        return self.LSTM(x)",
        "import numpy as np\nnp.random.normal()",
        "import random\nrandom.uniform(0, 1)",
        "def f(rng):\n    return rng.normal()",
    ],
)
def test_where_nothing_is_named_there_is_no_answer(source, tmp_path):
    with pytest.raises(UserError, match=r"^nothing in .* draws noise that noise_ops knows \(1 file read\); leave "):
        usage(tmp_path, a=source)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("import keras\ngetattr(keras.layers, name)(0.5)", "a.py:2 getattr(keras.layers, name)"),
        ("import tensorflow as tf\ngetattr(tf.random, name)", "a.py:2 getattr(tf.random, name)"),
        ("import importlib\nimportlib.import_module(name)", "a.py:2 importlib.import_module(name)"),
        ("def f(layers):\n    return layers.Dropout(0.5)", "a.py:2 layers.Dropout"),
        ("from elsewhere import layers\nlayers.Dropout(0.5)", "a.py:2 layers.Dropout"),
        ("from elsewhere import *\nLSTM(3)", "a.py:2 LSTM"),
        ("def f(self, x):\n    return self.tf.nn.dropout(x)", "a.py:2 self.tf.nn.dropout"),
        ("from elsewhere import random\nrandom.normal([3])", "a.py:2 random.normal"),
        ("import keras\nkeras.models.load_model(path)", "a.py:2 keras.models.load_model(path)"),
        ("import keras\nkeras.applications.EfficientNetB0()", "a.py:2 keras.applications.EfficientNetB0()"),
        ("from keras import layers\nmake(layers, name)", "a.py:2 make(layers, name)"),
        ("import keras\nvars(keras.layers)[name](1)", "a.py:2 vars(keras.layers)"),
        ("import keras\nkeras.layers.deserialize(config)", "a.py:2 keras.layers.deserialize(config)"),
        ("import keras\nkeras.Sequential.from_config(c)", "a.py:2 keras.Sequential.from_config(c)"),
        ("from keras.layers import TFSMLayer\nTFSMLayer(path)", "a.py:2 TFSMLayer(path)"),
    ],
)
def test_what_cannot_be_resolved_is_said(source, place, tmp_path):
    found = usage(tmp_path, a=source, b="import keras\nkeras.layers.GaussianNoise(1)")
    assert found.places(Why.UNRESOLVED) == (place,)
    assert f"1 place could not be resolved: {place}." in found.doubts()
    with pytest.raises(UserError, match=r"noise_ops knows \(2 files read\); 1 place could not be resolved: a\.py:2 "):
        usage(tmp_path, b="x = 1")


@pytest.mark.parametrize(
    "source",
    [
        "keras.optimizers.schedules.deserialize(config)",
        "keras.applications.ResNet50()",
        "hasattr(keras.layers, name) and isinstance(x, keras.layers.Layer) and configure(keras)",
        "class A(keras.layers.Layer):\n    def from_config(cls, config):\n        keras.layers.deserialize(config)",
    ],
)
def test_what_makes_no_noise_or_is_made_elsewhere_is_in_no_doubt(source, tmp_path):
    assert usage(tmp_path, a=f"import keras\nkeras.layers.GaussianNoise(1)\n{source}").doubtful == ()


def test_what_is_imported_by_a_told_name_is_none_of_it(tmp_path):
    source = (
        "import importlib\nimportlib.import_module('numpy')\nimportlib.import_module(f'mine.{name}')\nimport keras\n"
    )
    assert usage(tmp_path, a=f"{source}keras.layers.Dropout(1)").doubtful == ()


def test_aliases_are_followed_from_file_to_file(tmp_path):
    files = {
        "pkg/__init__": "from .common import L\nfrom . import common as c",
        "pkg/common": "import tensorflow as tf\nL = tf.keras.layers\nfrom keras.layers import GaussianNoise",
        "pkg/sub/a": "from ..common import *\nL.Dropout(0.5)\nGaussianNoise(0.1)",
        "b": "import pkg\nfrom pkg import c\npkg.L.LSTM(3, dropout=0.1)\nc.L.AlphaDropout(0.1)",
    }
    names = ("AlphaDropout", "Dropout", "GaussianNoise", "LSTM(dropout)")
    found = usage(tmp_path, **files)
    assert sorted({used.subject for used in found.used} - {f"tf_keras.layers.{name}" for name in names}) == [
        f"keras.layers.{name}" for name in names
    ]
    assert all(used.arguments is not None for used in found.used)


def test_a_package_that_is_read_from_inside_finds_itself(tmp_path):
    use = "from mine.names import layers\nlayers.Dropout(1)"
    written(tmp_path, **{"mine/names": "from keras import layers", "mine/use": use})
    assert subjects(tmp_path / "mine") == [DROPOUT]


def test_circles_of_names_and_of_files_end(tmp_path):
    a = "from b import *\nfrom b import L as M\nimport keras\nL = K = M\nK = L\nx = x.layers\nx = keras\nL.Dropout(1)"
    assert subjects(tmp_path, a=a, b="from a import *\nimport keras\nL = keras.layers\nL = L") == [DROPOUT]


def test_a_name_of_too_many_meanings_is_not_resolved(tmp_path):
    source = "import keras\n" + "".join(f"L = keras.a{n}\n" for n in range(100)) + "L = keras.layers\nL.Dropout(1)\n"
    found = usage(tmp_path, a=source + "keras.layers.GaussianNoise(1)")
    assert found.places(Why.UNRESOLVED) == ("a.py:102 L of many meanings",)


def test_arguments_are_those_of_the_call(tmp_path):
    source = """
        import tensorflow as tf
        from keras import layers
        layers.Dropout(0.5)
        layers.GaussianNoise(stddev=s, seed=1, name="noise", dtype="float64")
        layers.SpatialDropout1D(0.5, "channels_first")
        layers.AlphaDropout(**given)
        tf.random.normal([2], 0.0, 1.0, tf.float16, 7)
        tf.random.stateless_normal([2], [1, 2])
        layers.MultiHeadAttention(2, 8, dropout=-0.5, dtype="mixed_bfloat16")
    """
    found = {used.subject: used for used in usage(tmp_path, a=source).used}
    given = {name: (used.dtype, used.policy, used.arguments) for name, used in found.items()}
    assert given == {
        "keras.layers.Dropout": (None, None, (("rate", 0.5),)),
        "keras.layers.GaussianNoise": ("float64", False, (("seed", 1), ("stddev", UNKNOWN))),
        "keras.layers.SpatialDropout1D": (None, None, None),  # no place beyond the first is alike in all releases
        "keras.layers.AlphaDropout": (None, None, None),
        "tf.random.normal": ("float16", False, (("seed", 7), ("stddev", 1.0))),
        "tf.random.stateless_normal": (None, None, None),
        "keras.layers.MultiHeadAttention(dropout)": ("bfloat16", True, (("dropout", -0.5),)),
    }
    assert [used.where for used in found.values() if used.subject == DROPOUT] == [("a.py:4",)]


def test_tf_keras_is_its_own_and_what_stands_behind_tf_keras_may_be_either(tmp_path):
    found = usage(tmp_path, a="import tf_keras\ntf_keras.layers.Dropout(1)")
    assert found.subjects == {"tf_keras.layers.Dropout"}
    found = usage(tmp_path, a="import tensorflow as tf\ntf.keras.layers.Dropout(1)")
    assert found.subjects == {"tf_keras.layers.Dropout", DROPOUT}


def test_what_draws_noise_and_is_not_known_is_named(tmp_path):
    source = """
        import keras, tensorflow as tf
        keras.layers.RandomFlip()
        tf.random.gamma([3], 1)
        keras.layers.GRUCell(3, dropout=0.1)
        tf.compat.v1.layers.dropout(x)
        tf.keras.layers.Dropout(0.5)
    """
    found = usage(tmp_path, a=source)
    recorded = set(shipped.subjects()) - {"keras.layers.Dropout"}
    assert {doubt.place: doubt.may_be for doubt in found.unrecorded(recorded)} == {
        "a.py:3 keras.layers.RandomFlip": ("keras.",),
        "a.py:4 tf.random.gamma": ("tf.",),
        "a.py:5 keras.layers.GRUCell": ("keras.",),
        "a.py:6 tf.layers.dropout": ("tf.",),
    }


@pytest.mark.parametrize("library", [keras, tf_keras], ids=lambda library: library.__name__)
def test_every_class_of_a_library_is_used_or_known_to_draw_nothing(library, tmp_path):
    """A class that is in no table may draw noise, and is named; so are the layers that change images."""
    name = library.__name__
    classes = [each for each in dir(library.layers) if each[0].isupper()]
    source = "\n".join([f"import {name}", *(f"{name}.layers.{each}" for each in classes)])
    found = usage(tmp_path, a=source)
    named = {used.written.rpartition(".")[2] for used in found.used}
    others = {"TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper"}
    assert named <= kinds.STRENGTHS.keys() | kinds.IMAGE | others
    assert named >= (kinds.STRENGTHS.keys() | kinds.IMAGE | others) & {*classes}
    assert usage(tmp_path, a=f"{source}\n{name}.layers.Brandnew(1)").number == found.number + 1


def test_nothing_is_imported_or_run(tmp_path):
    mark = tmp_path / "mark"
    source = (
        f"open({str(mark)!r}, 'w')\nimport no_such_module\nimport keras\nkeras.layers.Dropout(1 / 0)\nwhile True: pass"
    )
    assert subjects(tmp_path, a=source) == [DROPOUT]
    assert not mark.exists()
    assert "no_such_module" not in sys.modules


names = st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True).map(lambda name: f"v_{name}")


@st.composite
def aliased(draw):
    """A code base in which a subject is called by a name at some depth of imports and assignments, and the subject."""
    subject = draw(
        st.sampled_from(sorted(s for s in shipped.subjects() if s.startswith("keras.layers.") and "(" not in s))
    )
    parts = subject.split(".")
    steps = draw(st.lists(st.tuples(st.integers(0, 5), names), min_size=1, max_size=12))
    files, current, path = [["import keras"]], "keras", parts[1:]
    for kind, name in steps:
        lines = files[-1]
        taken = draw(st.integers(0, len(path)))
        value = ".".join([current, *path[:taken]])
        path = path[taken:]
        if kind == 0:
            lines.append(f"{name} = {value}")
        elif kind == 1:
            lines.append(f"{name} = {value} if given else None")
        elif kind == 2:
            lines.append(f"def function():\n    global {name}\n    ({name} := {value})")
        elif kind == 3:
            lines.append(f"{name} = getattr({value}, {path.pop(0)!r})" if path else f"{name} = {value}")
        else:
            lines.append(f"{name} = {value}")
            module = f"f{len(files) - 1}"
            files.append([f"from {module} import {name} as again" if kind == 4 else f"from .{module} import *"])
        current = "again" if kind == 4 else name
    files[-1].append(f"{'.'.join([current, *path])}(0.25, seed=3)")
    order = draw(st.permutations(range(len(files))))
    return {f"f{number}": "\n".join(files[number]) for number in order}, subject


@given(aliased())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_aliases_of_any_depth_mean_the_same_subject(tmp_path_factory, case):
    files, subject = case
    found = usage(tmp_path_factory.mktemp("code"), **files)
    assert found.subjects == {subject}
    assert found.doubtful == ()
    assert all(used.argument("seed") == 3 for used in found.used if used.arguments is not None)
    assert any(used.arguments is not None or subject.endswith(("1D", "Gaussian")) for used in found.used)
