"""Breaks that the shipped fingerprints show: what went wrong, and in which releases, read from the fingerprints."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from noise_ops.comparison.documented import is_documented
from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.facts import Fact, Fingerprint
from noise_ops.fingerprint.shipped import Release

Test = Callable[[Fact], bool]


@dataclass(frozen=True)
class Break:
    """Something that layers did and ought not to have done.

    Attributes:
      sentence: what, for a reader.
      library: whose releases it is looked for in, "tensorflow" or "keras".
      subjects: what does it; all of them do, or the release is not named.
      targets: dtypes and modes in which they do, as "float32/eager"; all of them.
      property: the fact that shows it.
      bad: whether a fact shows it; asks values as they are recorded, not words made of them.
      link: where it was reported, or what brought it, if that is known.
    """

    sentence: str
    library: str
    subjects: tuple[str, ...]
    targets: tuple[str, ...]
    property: str
    bad: Test
    link: str = ""

    def releases(self) -> tuple[str, ...]:
        """Return the versions in which it is so, in order."""
        return tuple(release.version for release in shipped.releases(self.library) if self._is_in(_read(release)))

    def _is_in(self, fingerprint: Fingerprint) -> bool:
        places = itertools.product(self.subjects, (target.split("/") for target in self.targets))
        facts = [fingerprint.fact(subject, dtype, mode, self.property) for subject, (dtype, mode) in places]
        return all(fact is not None and self.bad(fact) for fact in facts)

    def told(self) -> str:
        """Return the releases as ranges: "to 3.1.1", "3.7.0 only", "2.5.3 to 2.6.5, from 2.13.1 on"."""
        every, bad = [release.version for release in shipped.releases(self.library)], self.releases()
        runs = [list(run) for so, run in itertools.groupby(every, key=lambda version: version in bad) if so]
        return ", ".join(_range(run[0], run[-1], every) for run in runs)


@cache
def _read(release: Release) -> Fingerprint:
    return release.read()


def _range(first: str, last: str, every: list[str]) -> str:
    if (first, last) == (every[0], every[-1]):
        return "all"
    if first == last:
        return f"{first} only"
    if last == every[-1]:
        return f"from {first} on"
    return f"to {last}" if first == every[0] else f"{first} to {last}"


def _is(value: str) -> Test:
    return lambda fact: fact.value == value


def _raises(fact: Fact) -> bool:
    return fact.raised is not None


def _raises_when_called(fact: Fact) -> bool:
    return fact.raised is not None and fact.raised.when == "called"


def _not_documented(fact: Fact) -> bool:
    return is_documented(fact, repeated="stateless" in fact.subject) is False


def _keeps_nan_of_infinity(fact: Fact) -> bool:
    return isinstance(fact.value, str) and "inf becomes nan" in fact.value


def _layers(*names: str) -> tuple[str, ...]:
    return tuple(f"keras.layers.{name}" for name in names)


_NOISE = ("Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout", "SpatialDropout1D")
_RECURRENT = ("LSTM", "GRU", "SimpleRNN")
_INPUT_DROPOUT = _layers(*(f"{name}(dropout)" for name in _RECURRENT))
_EAGER, _FUNCTION, _MIRRORED = ("float32/eager",), ("float32/function",), ("float32/mirrored",)

BREAKS = (
    Break(
        "LSTM, GRU and SimpleRNN draw recurrent_dropout at the rate of dropout",
        "keras",
        _layers(*(f"{name}(recurrent_dropout)" for name in _RECURRENT)),
        _EAGER,
        "mask_density 0.3",
        _not_documented,
        "https://github.com/keras-team/keras/issues/19395",
    ),
    Break(
        "GaussianNoise and GaussianDropout raise in float16, bfloat16 and float64",
        "keras",
        _layers("GaussianNoise", "GaussianDropout"),
        ("float16/eager", "bfloat16/eager", "float64/eager"),
        "stream",
        _raises,
        "https://github.com/keras-team/keras/issues/19437",
    ),
    Break(
        "every noise layer raises under MirroredStrategy",
        "keras",
        (*_layers(*_NOISE), *_INPUT_DROPOUT),
        _MIRRORED,
        "stream",
        _raises,
        "https://github.com/keras-team/keras/issues/20611",
    ),
    Break(
        "Dropout(1.0) is made, and raises when it is called",
        "keras",
        _layers("Dropout"),
        _EAGER,
        "accepts rate=1",
        _raises_when_called,
    ),
    Break(
        "LSTM and GRU with dropout=1.5 drop nothing, without a word",
        "keras",
        _layers("LSTM(dropout)", "GRU(dropout)"),
        _EAGER,
        "accepts dropout=1.5",
        _is("identity"),
    ),
    Break(
        "LSTM and GRU with dropout=1 drop nothing, without a word",
        "keras",
        _layers("LSTM(dropout)", "GRU(dropout)"),
        _EAGER,
        "accepts dropout=1",
        _is("identity"),
    ),
    Break(
        "LSTM and GRU with dropout and implementation=1 raise",
        "keras",
        _layers("LSTM(dropout)", "GRU(dropout)"),
        _EAGER,
        "gate_masks implementation=1",
        _raises,
        "https://github.com/keras-team/keras/pull/20663",
    ),
    Break(
        "SimpleRNN loses its seed when rebuilt from its config",
        "keras",
        _layers("SimpleRNN(dropout)"),
        ("float32/from_config",),
        "mode_draws_eager_stream",
        _is("no"),
    ),
    Break(
        "a functional model ignores Dropout(x, training=True) in `predict`",
        "keras",
        _layers("Dropout"),
        ("float32/predict",),
        "explicit_training_wins",
        _is("identity"),
    ),
    Break(
        "one seeded Dropout called twice in a `tf.function` draws one mask",
        "tensorflow",
        _layers("Dropout"),
        _FUNCTION,
        "new_call_new_noise twice_in_trace",
        _is("aabb"),
    ),
    Break(
        "LSTM, GRU and SimpleRNN called twice in a `tf.function` draw one mask",
        "tensorflow",
        _INPUT_DROPOUT,
        _FUNCTION,
        "new_call_new_noise twice_in_trace",
        _is("aabb"),
    ),
    Break(
        "layers called in `tf.vectorized_map` draw one mask for all elements",
        "tensorflow",
        _layers("Dropout", "GaussianDropout", "GaussianNoise"),
        _FUNCTION,
        "new_call_new_noise in_vectorized_map",
        _is("aaa"),
    ),
    Break(
        "layers called in `tf.data.Dataset.map` repeat their noise in each epoch (tf_keras still does)",
        "tensorflow",
        _layers("Dropout", "GaussianDropout", "GaussianNoise"),
        _FUNCTION,
        "new_call_new_noise in_dataset",
        _is("abab"),
    ),
    Break(
        "a Dropout whose rate is a `tf.Variable` raises in a `tf.function`",
        "tensorflow",
        _layers("Dropout"),
        _FUNCTION,
        "changed_attribute tf.Variable",
        _raises,
    ),
    Break(
        "replicas of MirroredStrategy share the masks of a seeded Dropout",
        "tensorflow",
        _layers("Dropout"),
        _MIRRORED,
        "replicas_draw_apart",
        _is("aabb"),
    ),
    Break(
        "a call of a Dropout with seed s repeats one of a Dropout with seed s + 1",
        "tensorflow",
        _layers("Dropout"),
        _EAGER,
        "neighbouring_seeds_differ",
        _is("abbc"),
    ),
    Break(
        "Dropout turns a dropped infinity into nan",
        "tensorflow",
        ("tf.nn.dropout", *_layers("Dropout")),
        _EAGER,
        "non_finite_dropped",
        _keeps_nan_of_infinity,
    ),
    Break(
        "SpatialDropout2D loses data_format on reload (tf_keras still does)",
        "tensorflow",
        _layers("SpatialDropout2D"),
        ("float32/reloaded",),
        "data_format_kept",
        _is("lost"),
    ),
    Break(
        "XLA draws another stream than eager execution",
        "tensorflow",
        ("tf.random.stateless_uniform",),
        ("float32/xla",),
        "mode_draws_eager_stream",
        _is("no"),
    ),
    Break(
        "XLA draws integers from a range that holds none, where eager execution raises",
        "tensorflow",
        ("tf.random.stateless_uniform",),
        ("int32/xla",),
        "accepts minval=maxval",
        _is("draws other values"),
    ),
    Break(
        "normals of float16 under XLA have 59 times too many values beyond 4.5 standard deviations",
        "tensorflow",
        ("tf.random.stateless_normal",),
        ("float16/xla",),
        "noise_is_normal",
        _not_documented,
    ),
)
"""Known breaks, each found by a property that is asked of every layer."""
