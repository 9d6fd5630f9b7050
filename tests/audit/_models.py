"""Models for audits: real ones, saved by the installed Keras 3 and tf_keras, and files made by hand."""

import atexit
import io
import json
import tempfile
import warnings
import zipfile
from functools import cache
from pathlib import Path

import keras
import tf_keras

from noise_ops.audit import places, reading

LIBRARIES = {"keras": keras, "tf_keras": tf_keras}


@cache
def folder():
    """A folder for the files of this process, which goes with it."""
    made = tempfile.TemporaryDirectory()
    atexit.register(made.cleanup)
    return Path(made.name)


def saved(library, name, model):
    """The file of a model that its library saved; a name ends as the format."""
    path = folder() / f"{library}-{name}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of NumPy's, at the Keras of the day
        if path.suffix == ".json":
            path.write_text(model.to_json(), encoding="utf-8")
        else:
            LIBRARIES[library].models.save_model(model, path)
    return path


def in_sequence(library, *layers, shape=(8,), **of_input):
    """A sequential model of layers."""
    of = LIBRARIES[library]
    return of.Sequential([of.layers.Input(shape, **of_input), *layers])


@cache
def rich(library, form="keras"):
    """The file of a model that holds noise in every way that configs nest: models, wrappers, cells, attention."""
    of = LIBRARIES[library]
    layers = of.layers
    seeded = {"seed": 3} if library == "keras" else {}
    drops = [layers.Dropout(0.3, seed=7, name="dropout"), layers.SpatialDropout1D(0.2, name="spatial_dropout1d")]
    encoder = of.Sequential([layers.Input((8, 16)), *drops], name="encoder")
    given = of.Input((8, 16))
    x = encoder(given)
    x = layers.TimeDistributed(layers.Dropout(0.1, seed=7, name="inner"), name="wrapped")(x)
    x = layers.Bidirectional(layers.GRU(8, dropout=0.2, return_sequences=True, name="gru", **seeded), name="both")(x)
    cells = [layers.LSTMCell(4, dropout=0.1, name="first"), layers.GRUCell(4, recurrent_dropout=0.2, name="second")]
    x = layers.RNN(layers.StackedRNNCells(cells, name="stacked"), return_sequences=True, name="rnn")(x)
    x = layers.MultiHeadAttention(2, 2, dropout=0.1, name="attention")(x, x)
    policy = "mixed_float16" if library == "keras" else of.mixed_precision.Policy("mixed_float16")
    x = layers.LSTM(4, dropout=0.3, recurrent_dropout=0.1, dtype=policy, name="lstm")(x)
    for name in ("one", "two"):
        x = layers.Dense(4, kernel_initializer=of.initializers.HeNormal(seed=5), name=name)(x)
    return saved(library, f"rich.{form}", of.Model(given, x))


@cache
def half(rate=0.01, library="keras"):
    """The file of a model with one Dropout in mixed_bfloat16."""
    of = LIBRARIES[library]
    policy = "mixed_bfloat16" if library == "keras" else of.mixed_precision.Policy("mixed_bfloat16")
    return saved(
        library, f"half-{rate}.keras", in_sequence(library, of.layers.Dropout(rate, name="drop", dtype=policy))
    )


def read(path):
    """What a file holds."""
    return places.model(reading.read(path))


def by_path(model):
    """The places of a model that draw in training, or have a seed, by path and argument."""
    return {(place.path, place.argument): place for place in model.places if place.argument or place.seed is not None}


def config_of(path):
    """The config in a .keras file."""
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("config.json"))


def packed(config, *, version="3.15.1", more=()):
    """The bytes of a .keras file with a config, which may be bytes, and other entries."""
    data = io.BytesIO()
    text = config if isinstance(config, bytes) else json.dumps(config).encode()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
        archive.writestr("config.json", text)
        for name, content in more:
            archive.writestr(name, content)
    return data.getvalue()


def layer(class_name, module="keras.layers", registered_name=None, **config):
    """A serialized layer."""
    return {"module": module, "class_name": class_name, "config": config, "registered_name": registered_name}


def sequence(*layers):
    """The config of a sequential model of layers that are written by hand."""
    return layer("Sequential", "keras", name="sequential", layers=list(layers))


def by_hand(*layers, version="3.15.1"):
    """What a model of layers that are written by hand holds."""
    return places.model(reading.Source("by hand", sequence(*layers), version))
