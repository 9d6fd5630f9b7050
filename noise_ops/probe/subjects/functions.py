"""Functions of TensorFlow as subjects: its dropouts and its bare draws."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from noise_ops.probe.inputs import RATE, SECOND_SEED, SEED, SHAPE
from noise_ops.probe.libraries import Library, tf
from noise_ops.probe.subjects.subject import Subject, exists


class FunctionSubject(Subject):
    """A function of TensorFlow, or of `keras.random`.

    `function` takes (x, seed, **arguments) to the output.
    """

    def __init__(
        self,
        name: str,
        family: str,
        arguments: dict[str, Any],
        function: Callable[..., Any],
        library: Library | None = None,
        stateful: bool = False,
    ) -> None:
        super().__init__(name, family, SHAPE, arguments, library)
        self.function = function
        self.stateful = stateful
        self.elementwise = not self.draws

    def source(self) -> Any:
        """Return the public function."""
        module, _, path = self.name.partition(".")
        assert self.library is not None or module == "tf"
        owner = self.library.module if self.library else tf
        return functools.reduce(getattr, path.split("."), owner)

    def takes(self, argument: str) -> bool:
        """Return whether users can give an argument; a generator is made with its seed."""
        return argument == "seed" or super().takes(argument)

    def make(self, dtype: str = "float32", seed: Any = SEED, **changes: Any) -> Any:
        """Return the function of an input; what keeps a state is made here."""
        arguments = {**self.arguments, **changes}
        function, arguments = self.function(seed, arguments) if self.stateful else (self.function, arguments)
        if self.stateful:
            return lambda x, training=True: function(x, **arguments)
        return lambda x, training=True: function(x, seed, **arguments)


def functions() -> list[Subject]:
    """Return the functions of TensorFlow that are there."""
    rate = {"rate": RATE}
    found: list[Subject] = [
        FunctionSubject("tf.nn.dropout", "mask", rate, lambda x, s, **a: tf.nn.dropout(x, seed=s, **a)),
        FunctionSubject(
            "tf.nn.experimental.stateless_dropout",
            "mask",
            rate,
            lambda x, s, **a: tf.nn.experimental.stateless_dropout(x, seed=_pair(s), **a),
        ),
        FunctionSubject(
            "tf.random.uniform",
            "uniform",
            {},
            lambda x, s, **a: tf.random.uniform(tf.shape(x), dtype=x.dtype, seed=s, **a),
        ),
        FunctionSubject(
            "tf.random.normal",
            "normal",
            {},
            lambda x, s, **a: tf.random.normal(tf.shape(x), dtype=x.dtype, seed=s, **a),
        ),
        FunctionSubject(
            "tf.random.stateless_uniform",
            "uniform",
            {},
            lambda x, s, **a: tf.random.stateless_uniform(tf.shape(x), _pair(s), dtype=x.dtype, **a),
        ),
        FunctionSubject(
            "tf.random.stateless_normal",
            "normal",
            {},
            lambda x, s, **a: tf.random.stateless_normal(tf.shape(x), _pair(s), dtype=x.dtype, **a),
        ),
        FunctionSubject("tf.random.Generator.uniform", "uniform", {}, _generator_method("uniform"), stateful=True),
        FunctionSubject("tf.random.Generator.normal", "normal", {}, _generator_method("normal"), stateful=True),
    ]
    return [subject for subject in found if exists(subject)]


def _pair(seed: Any) -> Any:
    return tf.constant([seed, SECOND_SEED], tf.int64)


def _generator_method(method: str) -> Callable[..., Any]:
    def bind(seed: Any, arguments: dict[str, Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
        generator = tf.random.Generator.from_seed(seed)
        draw = getattr(generator, method)
        return (lambda x, **rest: draw(tf.shape(x), dtype=_drawn(x, method), **rest)), arguments

    return bind


def _drawn(x: Any, method: str) -> Any:
    return tf.uint32 if method == "uniform_full_int" else x.dtype
