"""TensorFlow's own functions as subjects: its two dropouts, and the draws of `tf.random` under all layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from noise_ops.reference.bits import Engine
from noise_ops.reference.seeds import GeneratorSeed, LegacySeed, Seed, StatelessSeed
from noise_ops.subjects.cases import Case
from noise_ops.subjects.libraries import GLOBAL_SEED, Library, tensorflow
from noise_ops.subjects.subject import Source, Subject

SECOND_SEED = 7
"""The second number of every stateless seed pair; the first is the case's seed."""

Maker = Callable[[Any, Case], Callable[[Any], Any]]
"""Takes TensorFlow and a case to a function of the input."""


@dataclass(frozen=True)
class FunctionSubject(Subject):
    """A function of TensorFlow that draws noise.

    Attributes:
      name: its public name.
      op: what predicts it.
      library: TensorFlow.
      rule: "legacy", "stateless" or "generator": how its seed is used.
      make: how a case becomes a function of the input.
      call: the call as Python source, for scripts.
    """

    name: str
    op: str
    library: Library
    rule: str
    make: Maker
    call: str

    @property
    def stateless(self) -> bool:
        """Whether a second call repeats the first, by contract."""
        return self.rule == "stateless"

    def build(self, case: Case, dtype: str | None = None) -> Any:
        """Return the function of a case, called like a layer."""
        function = self.make(tensorflow(), case)
        return lambda x, training=True: function(x)

    def seed(self, case: Case, mode: str, replica: int = 0) -> Seed | None:
        """Return the seed object that predicts `run`; None where no seed determines the noise."""
        engine: Engine = "xla" if mode == "xla" else "kernel"
        if self.rule == "stateless":
            return StatelessSeed((case.seed, SECOND_SEED), engine)
        if self.rule == "generator":
            return GeneratorSeed(case.seed, engine)
        return None if mode == "xla" else LegacySeed(GLOBAL_SEED, case.seed)

    def shares_kernels(self, mode: str) -> bool:
        """Return whether one run of some cases draws from states that TensorFlow keeps by op seed."""
        return self.rule == "legacy" and mode == "eager"

    def source(self, case: Case) -> Source:
        """Return how the function is called, as Python."""
        names = {"seed": case.seed, "rate": case.rate, "noise_shape": case.noise_shape, "second": SECOND_SEED}
        return Source(self.call.format(**names))


def functions() -> list[FunctionSubject]:
    """Return TensorFlow's functions as subjects. Imports TensorFlow."""
    return _of(tensorflow())


def declared() -> list[FunctionSubject]:
    """Return the same without TensorFlow: subjects that can be counted, and not run."""
    return _of(None)


def _of(module: Any) -> list[FunctionSubject]:
    library = Library("tensorflow", 2, module)
    return [FunctionSubject(name, op, library, rule, make, call) for name, op, rule, make, call in _FUNCTIONS]


def _generator(tf: Any, case: Case, kind: str) -> Callable[[Any], Any]:
    generator = tf.random.Generator.from_seed(case.seed)
    return lambda x: getattr(generator, kind)(tf.shape(x), dtype=x.dtype)


def _pair(tf: Any, case: Case) -> Any:
    return tf.constant([case.seed, SECOND_SEED], tf.int64)


_FUNCTIONS: tuple[tuple[str, str, str, Maker, str], ...] = (
    (
        "tf.nn.dropout",
        "dropout",
        "legacy",
        lambda tf, case: lambda x: tf.nn.dropout(x, case.rate, case.noise_shape, seed=case.seed),
        "tf.nn.dropout(x, {rate}, {noise_shape}, seed={seed})",
    ),
    (
        "tf.nn.experimental.stateless_dropout",
        "dropout",
        "stateless",
        lambda tf, case: (
            lambda x: tf.nn.experimental.stateless_dropout(x, case.rate, _pair(tf, case), noise_shape=case.noise_shape)
        ),
        "tf.nn.experimental.stateless_dropout(x, {rate}, [{seed}, {second}], noise_shape={noise_shape})",
    ),
    (
        "tf.random.uniform",
        "uniform",
        "legacy",
        lambda tf, case: lambda x: tf.random.uniform(tf.shape(x), dtype=x.dtype, seed=case.seed),
        "tf.random.uniform(x.shape, dtype=x.dtype, seed={seed})",
    ),
    (
        "tf.random.normal",
        "normal",
        "legacy",
        lambda tf, case: lambda x: tf.random.normal(tf.shape(x), dtype=x.dtype, seed=case.seed),
        "tf.random.normal(x.shape, dtype=x.dtype, seed={seed})",
    ),
    (
        "tf.random.stateless_uniform",
        "uniform",
        "stateless",
        lambda tf, case: lambda x: tf.random.stateless_uniform(tf.shape(x), _pair(tf, case), dtype=x.dtype),
        "tf.random.stateless_uniform(x.shape, [{seed}, {second}], dtype=x.dtype)",
    ),
    (
        "tf.random.stateless_normal",
        "normal",
        "stateless",
        lambda tf, case: lambda x: tf.random.stateless_normal(tf.shape(x), _pair(tf, case), dtype=x.dtype),
        "tf.random.stateless_normal(x.shape, [{seed}, {second}], dtype=x.dtype)",
    ),
    (
        "tf.random.Generator.uniform",
        "uniform",
        "generator",
        lambda tf, case: _generator(tf, case, "uniform"),
        "tf.random.Generator.from_seed({seed}).uniform(x.shape, dtype=x.dtype)",
    ),
    (
        "tf.random.Generator.normal",
        "normal",
        "generator",
        lambda tf, case: _generator(tf, case, "normal"),
        "tf.random.Generator.from_seed({seed}).normal(x.shape, dtype=x.dtype)",
    ),
)
"""Name, op, seed rule, how it is called, and the call as source."""

NAMES = tuple(row[0] for row in _FUNCTIONS)
"""The names of the functions, known without TensorFlow."""
