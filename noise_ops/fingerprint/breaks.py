"""Breaks that the shipped fingerprints show: what went wrong, and in which releases, read from the fingerprints."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cache

from noise_ops.fingerprint import shipped
from noise_ops.fingerprint.facts import Fact
from noise_ops.fingerprint.history import Key, words
from noise_ops.fingerprint.shipped import Release


@dataclass(frozen=True)
class Break:
    """Something that a layer did and ought not to have done.

    Attributes:
      sentence: what, for a reader.
      library: whose releases it is looked for in, "tensorflow" or "keras".
      key: subject, dtype, mode and property of the fact that shows it.
      bad: pattern of the value, in the words of `history.words`, where it is so.
      link: where it was reported, or what brought it, if that is known.
    """

    sentence: str
    library: str
    key: tuple[str, str, str, str]
    bad: str
    link: str = ""

    def releases(self) -> tuple[str, ...]:
        """Return the versions in which it is so, in order."""
        every = shipped.releases(self.library)
        return tuple(release.version for release in every if re.match(self.bad, words(_facts(release).get(self.key))))

    def told(self) -> str:
        """Return the releases as ranges: "to 3.1.1", "3.7.0 only", "2.5.3 to 2.6.5, from 2.13.1 on"."""
        every, bad = [release.version for release in shipped.releases(self.library)], self.releases()
        runs = [list(run) for so, run in itertools.groupby(every, key=lambda version: version in bad) if so]
        return ", ".join(_range(run[0], run[-1], every) for run in runs)


@cache
def _facts(release: Release) -> dict[Key, Fact]:
    return release.read().by_key()


def _range(first: str, last: str, every: list[str]) -> str:
    if (first, last) == (every[0], every[-1]):
        return "all"
    if first == last:
        return f"{first} only"
    if last == every[-1]:
        return f"from {first} on"
    return f"to {last}" if first == every[0] else f"{first} to {last}"


def _of(sentence: str, library: str, subject: str, target: str, name: str, bad: str, link: str = "") -> Break:
    dtype, _, mode = target.partition("/")
    return Break(sentence, library, (subject, dtype, mode, name), bad, link)


BREAKS = (
    _of(
        "LSTM, GRU and SimpleRNN draw recurrent_dropout at the rate of dropout",
        "keras",
        "keras.layers.LSTM(recurrent_dropout)",
        "float32/eager",
        "mask_density 0.3",
        "not as documented",
        "https://github.com/keras-team/keras/issues/19395",
    ),
    _of(
        "GaussianNoise and GaussianDropout raise in float16, bfloat16 and float64",
        "keras",
        "keras.layers.GaussianNoise",
        "float16/eager",
        "stream",
        "raises",
        "https://github.com/keras-team/keras/issues/19437",
    ),
    _of(
        "every noise layer raises under MirroredStrategy",
        "keras",
        "keras.layers.Dropout",
        "float32/mirrored",
        "stream",
        "raises",
        "https://github.com/keras-team/keras/issues/20611",
    ),
    _of(
        "Dropout(1.0) is made, and raises when it is called",
        "keras",
        "keras.layers.Dropout",
        "float32/eager",
        "accepts rate=1",
        "raises ValueError when called",
    ),
    _of(
        "LSTM and GRU with dropout=1 or dropout=1.5 drop nothing, without a word",
        "keras",
        "keras.layers.LSTM(dropout)",
        "float32/eager",
        "accepts dropout=1.5",
        "identity",
    ),
    _of(
        "LSTM and GRU with dropout and implementation=1 raise",
        "keras",
        "keras.layers.LSTM(dropout)",
        "float32/eager",
        "gate_masks implementation=1",
        "raises",
        "https://github.com/keras-team/keras/pull/20663",
    ),
    _of(
        "SimpleRNN loses its seed when rebuilt from its config",
        "keras",
        "keras.layers.SimpleRNN(dropout)",
        "float32/from_config",
        "mode_draws_eager_stream",
        "no",
    ),
    _of(
        "a functional model ignores Dropout(x, training=True) in `predict`",
        "keras",
        "keras.layers.Dropout",
        "float32/predict",
        "explicit_training_wins",
        "identity",
    ),
    _of(
        "one seeded Dropout called twice in a `tf.function` draws one mask",
        "tensorflow",
        "keras.layers.Dropout",
        "float32/function",
        "new_call_new_noise twice_in_trace",
        "aabb",
    ),
    _of(
        "LSTM, GRU and SimpleRNN called twice in a `tf.function` draw one mask",
        "tensorflow",
        "keras.layers.LSTM(dropout)",
        "float32/function",
        "new_call_new_noise twice_in_trace",
        "aabb",
    ),
    _of(
        "replicas of MirroredStrategy share the masks of a seeded Dropout",
        "tensorflow",
        "keras.layers.Dropout",
        "float32/mirrored",
        "replicas_draw_apart",
        "aabb",
    ),
    _of(
        "a call of a Dropout with seed s repeats one of a Dropout with seed s + 1",
        "tensorflow",
        "keras.layers.Dropout",
        "float32/eager",
        "neighbouring_seeds_differ",
        "abbc",
    ),
    _of(
        "Dropout turns a dropped infinity into nan",
        "tensorflow",
        "tf.nn.dropout",
        "float32/eager",
        "non_finite_dropped",
        ".*inf becomes nan",
    ),
    _of(
        "SpatialDropout2D loses data_format on reload (tf_keras still does)",
        "tensorflow",
        "keras.layers.SpatialDropout2D",
        "float32/reloaded",
        "data_format_kept",
        "lost",
    ),
    _of(
        "XLA draws another stream than eager execution",
        "tensorflow",
        "tf.random.stateless_uniform",
        "float32/xla",
        "mode_draws_eager_stream",
        "no$",
    ),
    _of(
        "normals of float16 under XLA have 59 times too many values beyond 4.5 standard deviations",
        "tensorflow",
        "tf.random.stateless_normal",
        "float16/xla",
        "noise_is_normal",
        "not as documented",
    ),
)
"""Known breaks, each found by a property that is asked of every layer."""
