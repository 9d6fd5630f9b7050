"""Functions of TensorFlow as subjects: its two dropouts, and the draws of `tf.random` under all layers."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, Callable

from noise_ops.subjects.inputs import SECOND_SEED
from noise_ops.subjects.libraries import Library, tf
from noise_ops.subjects.subject import Subject

Function = Callable[..., Any]
"""Takes an input, a seed and arguments to an output; where a state is kept, a library and a seed to such a function."""


@dataclass(frozen=True)
class FunctionSubject(Subject):
    """A function that draws noise.

    Attributes:
      library: TensorFlow, or a Keras of which it is a part.
      name: its public name.
      op: what predicts it.
      rule: "legacy", "stateless", "generator" or "keras-3": how its seed is used.
      function: takes (x, seed, **arguments) to the output; of a generator's function, (library, seed) to what takes
        (x, **arguments).
    """

    library: Library
    name: str
    op: str
    rule: str
    function: Function

    @property
    def elementwise(self) -> bool:  # type: ignore[override]
        """Whether it has an input, on which its output depends element by element."""
        return not self.draws

    @property
    def keeps_state(self) -> bool:
        """Whether it draws with a generator, which is made with its seed."""
        return self.rule in ("generator", "keras-3")

    def source(self) -> Any:
        """Return the public function."""
        return functools.reduce(getattr, self.name.split(".")[1:], self.library.module)

    def takes(self, argument: str) -> bool:
        """Return whether users can give an argument; a generator is made with its seed."""
        return argument == "seed" or super().takes(argument)

    def build(self, arguments: dict[str, Any], dtype: str) -> Any:
        """Return the function of an input, called like a layer; what keeps a state is made here."""
        rest = {name: value for name, value in arguments.items() if name != "seed"}
        if self.keeps_state:
            function = self.function(self.library, arguments["seed"])
            return lambda x, training=True: function(x, **rest)
        return lambda x, training=True: self.function(x, arguments["seed"], **rest)


def functions(library: Library) -> list[FunctionSubject]:
    """Return the functions of TensorFlow."""
    return [FunctionSubject(library, *row) for row in _FUNCTIONS]


def _pair(seed: Any) -> Any:
    return tf.constant([seed, SECOND_SEED], tf.int64)


def _with_generator(method: str) -> Function:
    def bind(library: Library, seed: Any) -> Function:
        draw = getattr(library.module.random.Generator.from_seed(seed), method)
        return lambda x, **rest: draw(tf.shape(x), dtype=x.dtype, **rest)

    return bind


_FUNCTIONS: tuple[tuple[str, str, str, Function], ...] = (
    ("tf.nn.dropout", "dropout", "legacy", lambda x, s, **a: tf.nn.dropout(x, seed=s, **a)),
    (
        "tf.nn.experimental.stateless_dropout",
        "dropout",
        "stateless",
        lambda x, s, **a: tf.nn.experimental.stateless_dropout(x, seed=_pair(s), **a),
    ),
    (
        "tf.random.uniform",
        "uniform",
        "legacy",
        lambda x, s, **a: tf.random.uniform(tf.shape(x), dtype=x.dtype, seed=s, **a),
    ),
    (
        "tf.random.normal",
        "normal",
        "legacy",
        lambda x, s, **a: tf.random.normal(tf.shape(x), dtype=x.dtype, seed=s, **a),
    ),
    (
        "tf.random.stateless_uniform",
        "uniform",
        "stateless",
        lambda x, s, **a: tf.random.stateless_uniform(tf.shape(x), _pair(s), dtype=x.dtype, **a),
    ),
    (
        "tf.random.stateless_normal",
        "normal",
        "stateless",
        lambda x, s, **a: tf.random.stateless_normal(tf.shape(x), _pair(s), dtype=x.dtype, **a),
    ),
    ("tf.random.Generator.uniform", "uniform", "generator", _with_generator("uniform")),
    ("tf.random.Generator.normal", "normal", "generator", _with_generator("normal")),
)
"""Name, op, seed rule, and how it is called."""
