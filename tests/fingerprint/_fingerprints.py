"""Small fingerprints, written by hand."""

import json

from noise_ops.comparison.compare import compare
from noise_ops.fingerprint import schema
from noise_ops.fingerprint.side import Side
from noise_ops.probe import writing

ENVIRONMENT = {
    "tensorflow": "2.15.1",
    "distribution": "tensorflow-cpu",
    "keras": "2.15.0",
    "tf_keras": None,
    "numpy": "1.26.4",
    "python": "3.11.9",
    "platform": "Linux x86_64",
    "libc": "glibc 2.35",
    "cpu": "avx2 fma",
    "device": "CPU",
    "floatx": "float32",
    "image_data_format": "channels_last",
    "flags": {},
}

DROPOUT = "keras.layers.Dropout"


def encoded(facts, probe=writing.PROBE, **environment):
    """What a file holds of facts by subject, target and property."""
    whole = {"schema": writing.SCHEMA, "probe": probe, "environment": ENVIRONMENT | environment, "facts": facts}
    return json.dumps(whole).encode()


def fingerprint(facts, **others):
    """A fingerprint of facts by subject, target and property, read as a file is."""
    return schema.parse(encoded(facts, **others))


def one(value, name, subject=DROPOUT, target="float32/eager"):
    """A fingerprint of one fact."""
    return fingerprint({subject: {target: {name: value}}})


def compared(old, new, **options):
    """What changes between two fingerprints."""
    return compare(Side("old", old), Side("new", new), **options)


def changes(old, new):
    """Code and side of every change between two fingerprints."""
    return [(change.code, change.keeps.value) for target in compared(old, new).targets for change in target.changes]
