"""What layers are put into: functional models, trained, saved and loaded; and replicas."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from noise_ops.subjects.libraries import tf
from noise_ops.subjects.subject import Subject
from noise_ops.subjects.tensors import array, compiled


def distinct(arrays: Sequence[Any]) -> list[Any]:
    """Return every array once: what shares an array has one input of a model, and needs it in memory once."""
    return list({id(x): x for x in arrays}.values())


def bare(items: list[Any]) -> Any:
    """Return the only item, or all: Keras treats a list of one unlike its element."""
    return items[0] if len(items) == 1 else items


def model_around(subject: Subject, layers: Sequence[Any], arrays: Sequence[Any], training: bool | None = None) -> Any:
    """Return a functional model of layers, each called on what is like its array."""
    keras = subject.library.module
    inputs = {id(x): keras.Input(x.shape[1:], dtype=x.dtype.name) for x in distinct(arrays)}
    outputs = [subject.call(layer, inputs[id(x)], training) for layer, x in zip(layers, arrays)]
    return keras.Model(bare(list(inputs.values())), bare(outputs))


def joined(keras: Any, model: Any) -> Any:
    """Return a model of one output, in which what several hold of each example lies side by side."""
    # With several outputs, Keras has a metric for each and traces `fit` twice, which moves the op seeds of Keras 2.
    if len(model.outputs) == 1:
        return model

    # Keras' own Concatenate raises, to 3.6.0, where every dimension but the last is 1: keras-team/keras#20430.
    class Join(keras.layers.Layer):  # type: ignore[misc]
        """Puts what the outputs hold of each example side by side."""

        def call(self, outputs: Sequence[Any]) -> Any:
            """Return the outputs as one."""
            # A layer that returns a number for a whole batch is told so afterwards, and does not end here.
            rows = [1 if output.shape.rank == 0 else tf.shape(output)[0] for output in outputs]
            return tf.concat([tf.reshape(y, (count, -1)) for y, count in zip(outputs, rows)], -1)

    return keras.Model(bare(model.inputs), Join(dtype=model.outputs[0].dtype)(model.outputs))


class Training:
    """A compiled model of one output, and what reaches its loss.

    Args:
      keras: the library that it is of.
      model: what is trained, at learning rate 0: the weights that show a layer's noise stay as they are.
      dtype: name of the dtype in which its output is looked at.
    """

    def __init__(self, keras: Any, model: Any, dtype: str) -> None:
        self.keras, self.model = keras, model
        # Of any shape: what reaches the loss is looked at afterwards.
        self.seen = tf.Variable(tf.zeros((), dtype), shape=tf.TensorShape(None))
        self.compile()

    def compile(self) -> None:
        """Compile the model, perhaps again."""

        def loss(y_true: Any, y_pred: Any) -> Any:
            del y_true
            self.seen.assign(tf.cast(y_pred, self.seen.dtype))
            return tf.reduce_mean(y_pred)

        self.model.compile(optimizer=self.keras.optimizers.SGD(0.0), loss=loss)

    def fit(self, inputs: Any, epochs: int, targets: Any = None, look: Callable[[Any], Any] = array) -> list[Any]:
        """Return what reaches the loss in each of some epochs of one batch.

        Args:
          inputs: what the model is given.
          epochs: how many.
          targets: what the loss is given; by default zeros.
          look: takes what was seen to an array.
        """
        if targets is None:
            targets = np.zeros((len(inputs), *self.model.output_shape[1:]), np.float32)
        outputs: list[Any] = []
        keep = self.keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: outputs.append(look(self.seen)))
        options = {"batch_size": len(targets), "shuffle": False, "verbose": 0, "callbacks": [keep]}
        self.model.fit(inputs, targets, epochs=epochs, **options)
        return outputs


def saved_and_loaded(subject: Subject, layers: Sequence[Any], arrays: Sequence[Any]) -> list[Any]:
    """Return the layers of one model that was saved to a .keras file and loaded again."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        model_around(subject, layers, arrays).save(path)
        # Behind the inputs, a model lists its layers in the order of its outputs.
        loaded: list[Any] = subject.library.module.models.load_model(path, compile=False).layers
        return loaded[-len(layers) :]


def replicated(make: Callable[[], Callable[[Any], Any]], autograph: bool = False) -> Callable[[Any], Any]:
    """Return a traced function that runs a step on two replicas: its results, of each replica.

    Args:
      make: makes the layers, where replicas share their variables, and the step.
      autograph: as of `compiled`.
    """
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        replica_step = make()
    step = compiled(lambda given: strategy.run(replica_step, args=(given,)), autograph=autograph)

    def run(given: Any) -> Any:
        results = step(given)
        several = isinstance(results, (list, tuple))
        return (
            [strategy.experimental_local_results(y) for y in results]
            if several
            else (strategy.experimental_local_results(results))
        )

    return run
