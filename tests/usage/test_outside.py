"""usage/outside.py: an import of what holds layers and is not there to be read is a doubt, and no ordinary one is."""

import ast
import re
import textwrap
from importlib.util import find_spec
from pathlib import Path

import pytest

from noise_ops.errors import UserError
from noise_ops.usage import outside
from noise_ops.usage.libraries import loads_layers
from noise_ops.usage.used import Why
from tests.usage._trees import usage, written

USING = "import keras\nkeras.layers.Dropout(0.5)\n"


def imported(folder, *lines, **files):
    """The imports that are doubts in a file that uses a Dropout."""
    return usage(folder, **files, a=USING + "\n".join(map(textwrap.dedent, lines))).places(Why.OUTSIDE)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("import transformers", "transformers"),
        ("from transformers import TFBertModel, BertTokenizer", "transformers"),
        ("import keras_hub as hub", "keras_hub"),
        ("def f():\n    from keras_cv.layers import DropPath", "keras_cv.layers"),
        ("from mypkg.blocks import Anything", "mypkg.blocks"),
        ("from mypkg.zoo import GaussianBlurNoise", "mypkg.zoo"),
        ("from mypkg.zoo import my_dropout", "mypkg.zoo"),
        ("from mypkg.layers import *", "mypkg.layers"),
        ("from . import gone", None),  # of the package itself, which is there
        ("from .gone import make", ".gone"),
    ],
)
def test_an_import_of_what_may_hold_layers_is_a_doubt(line, told, tmp_path):
    found = imported(tmp_path, line)
    assert len(found) == (told is not None)
    assert all(re.fullmatch(rf"a\.py:\d+ {re.escape(told)}", place) for place in found)


@pytest.mark.parametrize(
    "lines",
    [
        ["import numpy as np, os", "from scipy import ndimage", "import pandas, matplotlib.pyplot as plt"],
        ["from sklearn.neural_network import MLPClassifier", "from sklearn.preprocessing import LabelEncoder"],
        ["from skimage.util import random_noise", "from django.db import models", "import my_company.settings"],
        ["from joblib import Parallel", "Parallel(2)(x)", "from attr import define", "import boto3, requests"],
        ["from torch import nn", "from torch.nn import Dropout", "import jax.numpy as jnp"],
        ["from transformers import AutoTokenizer, BertConfig"],
        ["import tensorflow_datasets as tfds", "import keras_tuner"],
        ["from ._version import __version__", "from .events_pb2 import Event"],
        ["from .there import x", "from there import y", "import tensorflow.keras.layers"],
        ["seen = set()", "from company.queue import Task", "tasks.append(Task(1))"],
    ],
)
def test_an_ordinary_import_is_none(lines, tmp_path):
    assert imported(tmp_path, *lines, there="x = y = 1") == ()


def test_layers_of_another_framework_are_none(tmp_path):
    files = {"b": "import torch\nfrom mypkg.blocks import Dropout"}
    assert imported(tmp_path, **files) == ()


@pytest.mark.parametrize(
    "use", ["Jitter(0.1)(x)", "keras.Sequential([Jitter(0.1)])", "model.add(Jitter(0.1))", "zoo.Jitter()(x)"]
)
def test_what_is_used_as_a_layer_and_is_not_there_to_be_read_is_a_doubt(use, tmp_path):
    (place,) = imported(tmp_path, "from mypkg.zoo import Jitter", "from mypkg import zoo", use)
    assert place.startswith("a.py:5 ")
    assert place.endswith("Jitter")


def test_what_is_imported_in_many_places_is_told_once(tmp_path):
    files = {f"f{number}": "import transformers" for number in range(9)}
    assert imported(tmp_path, **files) == ("f0.py:1 transformers and 8 more",)


@pytest.mark.parametrize(
    ("text", "may_hide"),
    [
        ("type X = int\nkeras.layers.LSTM(3)", True),
        ("print 'two'\nfrom common import layers\nlayers.LSTM(3)", True),
        ("print 'two'\nimport_module(name)", True),
        ("print 'two'\nimport transformers", True),
        ("print 'two'\nimport os", False),
        ("print 'two'\nfrom torch import nn\nnn.Dropout(1)", False),
    ],
)
def test_what_is_not_parsed_may_hold_anything_unless_no_word_in_it_is_of_noise(text, may_hide, tmp_path):
    (doubt,) = usage(tmp_path, a=USING, b=text.replace("type X = int", "type X Y = int")).doubtful
    assert doubt.why is Why.UNREAD
    assert doubt.is_about("keras.layers.LSTM(dropout)") is may_hide


def test_a_module_that_could_not_be_read_is_not_told_twice(tmp_path):
    found = usage(tmp_path, a=f"{USING}from .b import helper\nfrom b import other", b="print 'two'").doubtful
    assert [doubt.why for doubt in found] == [Why.UNREAD]


def test_where_nothing_is_known_what_is_in_doubt_is_named(tmp_path):
    written(tmp_path, a="from mypkg.blocks import Noise", b="print 'two'")
    told = r"knows \(1 file read\); 1 file could not be read: b\.py .*; 1 import was not read: a\.py:1 mypkg\.blocks; "
    with pytest.raises(UserError, match=told):
        usage(tmp_path)


@pytest.mark.parametrize("library", ["keras", "tf_keras"])
def test_the_models_of_keras_that_make_noise_are_those_that_its_source_says(library):
    spec = find_spec(library)
    folder = Path(spec.submodule_search_locations[0]) / "src" / "applications"
    files = [path for path in folder.glob("*.py") if not path.stem.endswith("_test") and path.stem != "__init__"]
    assert len(files) > 10
    for path in files:
        text = path.read_text()
        noisy = re.search(r"Dropout|StochasticDepth|Noise|random\.", text) is not None
        tree = ast.parse(text)
        models = [
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
            and node.name[0].isupper()
            and any(arg.arg == "weights" for arg in node.args.args)
        ]
        assert [name for name in models if loads_layers(f"keras.applications.{name}") is not noisy] in ([], ["ResNet"])


def test_no_package_is_in_two_tables():
    assert not outside.OF_LAYERS & (outside.OTHERS | outside._QUIET)
