"""Audits of models that are written by hand, as of any version of Keras."""

from noise_ops.audit import judging
from noise_ops.audit.judgements import Judged
from noise_ops.expected import installed
from tests.audit._models import by_hand, read

KERAS_3 = Judged("keras", "3.15.1", installed=True)
TF_KERAS = Judged("tf_keras", "2.21.0", installed=True)


def audited(monkeypatch, judged, *layers, without_noise=(), tensorflow=""):
    """The audit of a model of layers, as it is where a library of a version is installed, on a TensorFlow."""
    there = {"tensorflow": tensorflow, judged.library: judged.version}
    monkeypatch.setattr(installed, "version", lambda library: there.get(library, ""))
    version = judged.version if judged.generation == 3 else "2.15.0"
    return judging.audit(by_hand(*layers, version=version), without_noise)


def of_file(path):
    """The audit of a file, by what is installed."""
    return judging.audit(read(path))


def told(audit):
    """Codes and known deviations of what is amiss."""
    return [(each.code, each.deviation) for each in audit.judgements]
