"""Models of one layer: functional, trained, saved and loaded."""

from __future__ import annotations

import os
import tempfile
from typing import Any

import numpy as np

from noise_ops.probe.inputs import CALLS
from noise_ops.probe.libraries import tf
from noise_ops.probe.subjects.subject import Subject
from noise_ops.probe.tensors import array


def model_around(subject: Subject, layer: Any, dtype: str, training: bool | None = None) -> Any:
    """Return a functional model of one layer."""
    assert subject.library is not None
    keras = subject.library.module
    inputs = keras.Input(subject.shape[1:], dtype=dtype)
    return keras.Model(inputs, subject.call(layer, inputs, training))


def fitted(subject: Subject, dtype: str, x: Any) -> list[Any]:
    """Train a model of one layer, one batch an epoch, at learning rate 0; return what reaches the loss in each."""
    return Training(subject, subject.make(dtype), dtype).fit(x, CALLS)


class Training:
    """A compiled model of one layer, and what reaches its loss."""

    def __init__(self, subject: Subject, layer: Any, dtype: str) -> None:
        assert subject.library is not None
        self.keras = subject.library.module
        self.model = model_around(subject, layer, dtype)
        self.seen = tf.Variable(tf.zeros(subject.output_shape(), dtype))
        self.compile()

    def compile(self) -> None:
        """Compile the model, perhaps again."""

        def loss(y_true: Any, y_pred: Any) -> Any:
            del y_true
            self.seen.assign(tf.cast(y_pred, self.seen.dtype))
            return tf.reduce_mean(y_pred)

        self.model.compile(optimizer=self.keras.optimizers.SGD(0.0), loss=loss)

    def fit(self, x: Any, epochs: int) -> list[Any]:
        """Return what reaches the loss in each of some epochs of one batch."""
        outputs: list[Any] = []
        look = self.keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: outputs.append(array(self.seen)))
        targets = np.zeros(tuple(self.seen.shape), np.float32)
        self.model.fit(x, targets, batch_size=len(x), epochs=epochs, shuffle=False, verbose=0, callbacks=[look])
        return outputs


def saved_and_loaded(subject: Subject, layer: Any, dtype: str) -> Any:
    """Return the layer of a model that was saved to a .keras file and loaded again."""
    assert subject.library is not None
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        model_around(subject, layer, dtype).save(path)
        return subject.library.module.models.load_model(path, compile=False).layers[-1]
